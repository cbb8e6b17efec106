"""The export in the page: asked for, made by the worker, fetched while it is kept, and written down."""

from __future__ import annotations

import io
import os
import threading
import zipfile

import pytest
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.exports import queries
from throughline.exports.tables import TABLES
from throughline.exports.work import forget_exports
from throughline.jobs.models import Job
from throughline.jobs.worker import RunningJob, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def worked(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state="running")
    run(job, threading.Event())
    job.refresh_from_db()
    return job


def test_a_manager_asks_for_an_export_and_fetches_it(organisation, browser_of):
    browser = browser_of(organisation.max)
    assert "Nothing was exported here yet" in browser.get("/exports/").content.decode()
    answer = browser.post("/exports/new", {"format": "csv"})
    job = worked(Job.objects.get(kind=queries.KIND))
    assert (answer.url, job.state, job.result["address"]) == (f"/jobs/{job.pk}/", "done", "/exports/")
    assert f"/exports/{job.pk}.zip" in browser_of(organisation.ada).get("/exports/").content.decode()
    fetched = browser_of(organisation.ada).get(f"/exports/{job.pk}.zip")
    names = zipfile.ZipFile(io.BytesIO(b"".join(fetched.streaming_content))).namelist()
    assert len(names) == len(TABLES) + 2
    assert "throughline-export/dictionary.md" in names
    said = [(entry.actor.split()[-1], entry.action) for entry in Entry.objects.order_by("id")]
    assert said[-3:] == [
        ("Max", f"job asked: {queries.KIND}"),
        ("Max", "record exported"),
        ("Ada", "export fetched"),
    ]
    assert [path.suffix for path in queries.folder().iterdir()] == [".zip"]


def test_who_may_no_longer_export_gets_none_though_she_asked(organisation, browser_of):
    browser_of(organisation.max).post("/exports/new", {"format": "parquet"})
    organisation.max.role = "member"
    organisation.max.save()
    job = worked(Job.objects.get(kind=queries.KIND))
    assert (job.state, job.message) == ("failed", "Only managers and administrators export the record.")
    assert not list(queries.folder().iterdir())


def test_a_cancelled_export_leaves_nothing(organisation, browser_of, monkeypatch):
    browser_of(organisation.max).post("/exports/new", {"format": "parquet"})
    from throughline.jobs.registry import Cancelled

    def cancelled(self, done, total, message=""):
        if message == "packing":
            raise Cancelled

    monkeypatch.setattr(RunningJob, "progress", cancelled)
    assert worked(Job.objects.get(kind=queries.KIND)).state == "cancelled"
    assert not list(queries.folder().iterdir())


def test_a_second_is_not_begun_while_one_is_under_way(organisation, browser_of):
    browser_of(organisation.max).post("/exports/new", {"format": "csv"})
    answer = browser_of(organisation.ada).post("/exports/new", {"format": "csv"}, follow=True)
    assert Job.objects.filter(kind=queries.KIND).count() == 1
    assert "An export is under way already" in answer.content.decode()


def test_an_archive_goes_after_a_day(organisation):
    for name in ("old.zip", "new.zip"):
        (queries.folder() / name).write_bytes(b"PK")
    os.utime(queries.folder() / "old.zip", (NOW.timestamp() - 2e6, NOW.timestamp() - 2e6))
    (queries.folder() / "half.part").mkdir()
    os.utime(queries.folder() / "half.part", (0, 0))
    assert forget_exports(None) == {"forgotten": 2}
    assert [path.name for path in queries.folder().iterdir()] == ["new.zip"]
