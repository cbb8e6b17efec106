"""A scanner's report in the page: recognised, shown before it is stored, imported; re-keys decided."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.sources.scans.flagged import MONDAY, Flag, report, scan

from throughline.jobs.models import Job
from throughline.jobs.worker import run
from throughline.sources.actions import import_file
from throughline.sources.models import Import, Rekey
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Service, Vulnerability

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


def chosen(**more):
    return {"source": "Bandit", "state": "potential", "zone": "UTC", **more}


def test_a_report_can_be_read_as_a_table_and_back(page):
    address = put_in(page, report(PAY))
    table = page.post(address, chosen(format="")).content.decode()
    assert "issue_severity" in table
    assert '<option value="" selected>' in table
    answer = page.post(address, chosen(format="", source="report", state="confirmed", go="1"))
    assert answer.status_code == 302, answer.content.decode()
    run(Job.objects.get(kind="import"), threading.Event())
    assert Import.objects.get().format == "json"
    back = put_in(page, report(PAY))
    page.post(back, chosen(format=""))
    assert "A report of Bandit" in page.post(back, chosen(format="bandit")).content.decode()


def test_a_table_read_as_a_report_says_that_it_does_not_look_like_one(page):
    address = put_in(page, b'[{"id": "A", "severity": "high"}]')
    seen = page.post(address, {"source": "x", "state": "confirmed", "zone": "UTC", "format": "gitleaks"})
    assert "It does not look like a report of Gitleaks" in seen.content.decode()
    refused = page.post(address, chosen(format="nessus")).content.decode()
    assert "this is no report of" in refused.casefold()


def test_a_format_that_nobody_knows_changes_nothing(page):
    address = put_in(page, report(PAY))
    assert "A report of Bandit" in page.post(address, chosen(format="../etc")).content.decode()


def test_a_service_is_chosen_from_those_known_and_a_new_one_is_said_to_be_new(page):
    Service.objects.create(name="checkout")
    address = put_in(page, report(PAY))
    assert '<option value="checkout"></option>' in page.get(address).content.decode()
    new = "A new service: it will be added"
    assert new in page.post(address, chosen(service="chekout")).content.decode()
    assert new not in page.post(address, chosen(service="checkout")).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (report(), "The report holds no finding. As a complete scan it says that Bandit sees nothing"),
        (b"[]", "choose its format under &#x27;Read as&#x27;"),
    ],
)
def test_a_report_without_a_finding_says_what_its_silence_means(page, content, said):
    assert said in page.get(put_in(page, content)).content.decode()


def test_an_empty_file_is_a_report_once_its_tool_is_named(page):
    address = put_in(page, b"")
    assert "choose it under &#x27;Read as&#x27;" in page.get(address).content.decode()
    assert "cannot be read" in page.get("/imports/").content.decode()
    seen = page.post(address, chosen(format="nuclei")).content.decode()
    assert "As a complete scan it says that Nuclei sees nothing" in seen
    assert "Waiting for you" in page.get("/imports/").content.decode()


def test_a_broken_report_says_where_and_offers_to_put_another_in(page):
    seen = page.get(put_in(page, report(PAY, MAIL)[:-40])).content.decode()
    assert "not valid JSON" in seen
    assert "Replace the file" in seen


def test_the_list_tells_what_scans_did_not_see(page):
    scan(PAY, MAIL)
    scan(MAIL, week=1)
    scan(MAIL, week=2)
    seen = page.get("/imports/").content.decode()
    assert 'data-label="Presumed mitigated">1</td>' in seen
    assert 'data-label="Not seen">1</td>' in seen
    assert "Vanished" not in seen
    assert page.get("/imports.json").json()["imports"][1]["missed"] == 1


def test_a_later_report_that_is_in_already_is_told_in_a_sentence(page):
    scan(PAY, week=9)
    address = put_in(page, report(PAY))
    page.post(address, chosen(go="1", as_of="2026-11-03"))
    run(Job.objects.get(kind="import"), threading.Event())
    seen = page.get(address).content.decode()
    assert "A later report of Bandit is in already" in seen
    assert "each with its day under &#x27;Known as of&#x27;" in seen


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


def test_what_a_scanner_sees_of_a_register_s_record_is_split_off_on_its_page(page, organisation):
    rows = "id,title,severity,identified\nT-1,Somebody can read all names,critical,2026-10-20\n"
    now = MONDAY + timedelta(hours=1)
    import_file(io.BytesIO(rows.encode()), name="r.csv", wish=Wish(source="r"), actor="tests", now=now)
    scan(PAY)
    ticket, seen = Vulnerability.objects.get(key="T-1"), Vulnerability.objects.get(file="src/pay.py")
    page.post(f"/vulnerabilities/{seen.pk}/merge/", {"other": str(ticket.pk)})
    finding = seen.feed.findings.get()
    assert finding.vulnerability_id == ticket.pk
    address = f"/findings/{finding.pk}/split/"
    # The toast that offers it too is shown once.
    page.get(f"/vulnerabilities/{ticket.pk}", follow=True)
    assert address in page.get(f"/vulnerabilities/{ticket.pk}", follow=True).content.decode()
    page.post(address, {"next": f"/vulnerabilities/{ticket.pk}"})
    finding.refresh_from_db()
    seen.refresh_from_db()
    assert (finding.vulnerability_id, seen.state) == (seen.pk, "potential")
    assert address not in page.get(f"/vulnerabilities/{seen.pk}", follow=True).content.decode()
