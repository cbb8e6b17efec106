"""A scanner's report in the page: recognised, shown before it is stored, imported; re-keys decided."""

from __future__ import annotations

import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.sources.scans.flagged import Flag, report, scan

from throughline.jobs.models import Job
from throughline.jobs.worker import run
from throughline.sources.models import Import, Rekey
from throughline.vulnerabilities.models import Vulnerability

PAY, MAIL = Flag(), Flag(file="src/mail.py", rule="B105")


@pytest.fixture
def page(organisation, browser_of):
    return browser_of(organisation.ada)


def put_in(page, content):
    answer = page.post("/imports/new", {"file": SimpleUploadedFile("report.json", content)})
    assert answer.status_code == 302
    return answer["Location"]


def test_a_report_says_of_itself_what_it_is_before_anything_is_stored(page):
    seen = page.get(put_in(page, report(PAY, MAIL))).content.decode()
    assert "A report of Bandit" in seen
    assert "2 high" in seen
    assert "src/mail.py:10" in seen
    assert not Vulnerability.objects.exists()


def test_a_report_is_imported_with_what_was_chosen_for_it(page):
    address = put_in(page, report(PAY))
    chosen = {"go": "1", "source": "Bandit", "scope": "shop", "service": "checkout", "full": "on"}
    answer = page.post(address, {**chosen, "state": "potential", "zone": "UTC"})
    assert answer.status_code == 302, answer.content.decode()
    run(Job.objects.get(kind="import"), threading.Event())
    found = Vulnerability.objects.get()
    assert (found.service.name, found.feed.scope, found.state) == ("checkout", "shop", "potential")
    assert Import.objects.get().full
    assert Job.objects.get(kind="import").state == "done"


def test_a_report_with_a_broken_record_says_which_and_offers_to_leave_it_out(page):
    document = json.loads(report(PAY, MAIL))
    document["results"][0]["filename"] = [1]
    address = put_in(page, json.dumps(document).encode())
    seen = page.get(address).content.decode()
    assert "Filename: expected a text, found a list" in seen
    chosen = {"source": "Bandit", "state": "potential", "zone": "UTC", "go": "1"}
    assert page.post(address, chosen).status_code == 422
    assert page.post(address, {**chosen, "skip_invalid": "on"}).status_code == 302


def test_a_suspected_re_key_is_decided_and_taken_back_in_the_page(page):
    scan(PAY)
    scan(Flag(file="lib/pay.py"), week=1)
    rekey = Rekey.objects.get()
    assert "The same: merge" in page.get("/re-keys/").content.decode()
    page.post(f"/re-keys/{rekey.pk}/", {"decision": "same"})
    assert Vulnerability.objects.filter(state="duplicate").count() == 1
    assert "Undo" in page.get("/re-keys/").content.decode()
    page.post(f"/re-keys/{rekey.pk}/", {"decision": "undo"})
    assert Vulnerability.objects.filter(state="duplicate").count() == 0


def test_the_record_says_who_sees_it_and_what_a_silent_scan_means(page):
    scan(PAY)
    scan(MAIL, week=1)
    found = Vulnerability.objects.get(file="src/pay.py")
    seen = page.get(f"/vulnerabilities/{found.pk}/").content.decode()
    assert "Seen by" in seen
    assert "not seen on" in seen
