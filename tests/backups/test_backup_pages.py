"""Administrators see when the last backup was made, make one, and take one out only where that is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from tests.organisation import NOW

from throughline.audit.actions import record
from throughline.audit.models import Entry
from throughline.backups.queries import folder
from throughline.jobs.models import Job

NAME = "throughline-20261121T120000Z.zip"


@pytest.fixture
def kept(organisation) -> Path:
    path = folder() / NAME
    path.write_bytes(b"everything")
    detail = {"file": NAME, "bytes": 10, "sha256": "ab" * 32, "rows": 1234, "failed": []}
    record("command line", "backup made", detail=detail, now=NOW)
    yield path
    path.unlink()


def test_without_a_backup_the_page_says_what_that_means(organisation, browser_of):
    assert (
        "No backup of this folder has been made yet"
        in browser_of(organisation.ada).get("/administration/backups/").text
    )


def test_the_last_backup_is_told_and_warned_of_when_it_is_old(kept, organisation, browser_of):
    page = browser_of(organisation.ada).get("/administration/backups/").text
    assert "The last backup is more than a week old" in page
    assert NAME in page
    said = browser_of(organisation.ada).get("/administration/backups.json").json()
    assert said["made"][0]["sha256"] == "ab" * 32
    assert [each["file"] for each in said["kept"]] == [NAME]


def test_one_is_made_at_a_time(organisation, browser_of):
    browser = browser_of(organisation.ada)
    addresses = {browser.post("/administration/backups/make/")["Location"] for _ in range(2)}
    [job] = Job.objects.filter(kind="make a backup")
    assert addresses == {f"/jobs/{job.pk}/"}
    assert job.asked_by == organisation.ada


def test_taking_one_out_is_for_the_owner_of_the_folder_to_allow(kept, organisation, browser_of):
    address = f"/administration/backups/{NAME}"
    browser = browser_of(organisation.ada)
    assert browser.get(address).status_code == 404
    with override_settings(THROUGHLINE_BACKUP_DOWNLOADS=True):
        assert b"".join(browser.get(address).streaming_content) == b"everything"
        assert Entry.objects.get(action="backup downloaded").object_id == NAME
        assert browser_of(organisation.max).get(address).status_code == 404
        for name in ("secret.key", "..%2Fsecret.key", "throughline-20261121T120001Z.zip"):
            assert browser.get(f"/administration/backups/{name}").status_code == 404
    assert (Path(settings.HOME) / "secret.key").exists()
