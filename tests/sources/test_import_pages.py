"""From a file to records in the page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from tests.sources.files import NOW
from tests.sources.putting_in import GOOD, choose, put_in, work

from throughline.audit.models import Entry
from throughline.jobs.models import Job, JobState
from throughline.sources import uploads
from throughline.sources.models import Import, Upload
from throughline.vulnerabilities.models import Vulnerability


@pytest.fixture
def browser(organisation, browser_of, settings, tmp_path):
    settings.HOME = tmp_path
    return browser_of(organisation.max)


def test_an_empty_list_teaches_and_offers_the_first_import(browser):
    page = browser.get("/imports/").content.decode()
    assert "Nothing came in yet" in page
    assert 'href="/imports/new"' in page


def test_a_file_is_kept_readable_by_its_owner_only(browser):
    upload, address = put_in(browser)
    kept = Path(settings.HOME) / "uploads" / upload.path
    assert kept.read_bytes() == GOOD
    assert kept.stat().st_mode & 0o777 == 0o600
    assert address == f"/imports/uploads/{upload.pk}/"


def test_the_preview_shows_guessed_fields_and_rows_as_they_will_be_stored(browser):
    _, address = put_in(browser)
    page = browser.get(address).content.decode()
    assert '<option value="severity" selected>severity</option>' in page
    assert '<option value="identified_at" selected>identified</option>' in page
    assert "All 2 rows can be read." in page
    assert "2024-01-31" in page
    assert Vulnerability.objects.count() == 0


def test_importing_runs_in_the_background_and_ends_on_the_result(browser):
    upload, address = put_in(browser)
    answer = choose(browser, address, go="1")
    job = work()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert (job.state, job.result["created"]) == (JobState.DONE, 2)
    found = Import.objects.get()
    assert job.result["address"] == f"/imports/{found.pk}/"
    page = browser.get(job.result["address"]).content.decode()
    assert "register.csv" in page
    assert "/vulnerabilities/?where=feed+%3D+%27register%27" in page
    assert "New teams" not in page
    assert not (Path(settings.HOME) / "uploads" / upload.path).exists()
    assert Job.objects.filter(kind="measure key results").exists()


def test_new_teams_are_told(browser):
    _, address = put_in(browser, GOOD.replace(b"Owner team", b"Team").replace(b"Search", b"Robots"))
    choose(browser, address, go="1")
    page = browser.get(work().result["address"]).content.decode()
    assert "New teams: Robots" in page


def test_chosen_fields_are_kept_and_win_over_the_guess(browser):
    upload, address = put_in(browser)
    answer = choose(
        browser,
        address,
        **{"column-0": "key", "column-1": "", "column-2": "mitigated_at", "column-3": "team"},
    )
    assert answer.status_code == 200
    upload.refresh_from_db()
    assert upload.options["chosen"]["Found on"] == "mitigated_at"
    choose(
        browser,
        address,
        go="1",
        **{"column-0": "key", "column-1": "", "column-2": "mitigated_at", "column-3": "team"},
    )
    work()
    record = Vulnerability.objects.get(key="A-1")
    assert (record.severity, record.identified_at, record.team.name) == (None, None, "Payments")
    assert record.mitigated_at.date().isoformat() == "2024-01-31"
    assert record.attributes == {"Risk": "high", "Found on": "2024-01-31T00:00:00Z"}


def test_two_columns_for_one_field_want_a_decision(browser):
    _, address = put_in(browser)
    answer = choose(browser, address, go="1", **{"column-1": "severity", "column-3": "severity"})
    assert answer.status_code == 422
    assert "Another column already fills severity" in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_bad_row_is_shown_beside_its_column_and_stores_nothing(browser):
    bad = GOOD.replace(b"low", b"lwo")
    _, address = put_in(browser, bad)
    page = browser.get(address).content.decode()
    assert "Line 3: found &#x27;lwo&#x27;, expected one of info, low, medium, high, critical" in page
    assert choose(browser, address, go="1").status_code == 422
    assert (Import.objects.count(), Job.objects.count()) == (0, 0)


def test_a_bad_row_far_down_is_told_after_the_job_and_the_mended_file_keeps_the_choices(browser):
    rows = b"".join(b"B-%d,low,2024-01-01,Search\n" % n for n in range(2_500))
    bad, mended = GOOD + rows + b"C,lwo,2024-01-01,Search\n", GOOD + rows
    first, address = put_in(browser, bad)
    assert "The first 2,000 rows can be read" in browser.get(address).content.decode()
    choose(browser, address, go="1", **{"column-3": "team"})
    job = work()
    assert job.result["address"] == address
    page = browser.get(address).content.decode()
    assert "Nothing was stored" in page
    assert '<td class="number" data-label="Line">2504</td>' in page
    assert Vulnerability.objects.count() == 0
    second, address = put_in(browser, mended, instead_of=first.pk)
    assert second.options["chosen"]["Owner team"] == "team"
    assert not Upload.objects.filter(pk=first.pk).exists()
    choose(browser, address, go="1", **{"column-3": "team"})
    assert work().result["created"] == 2_502


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\0\0", "no text file"),
        (b"id,id\n1,2\n", "both named"),
        (b"id,found\n1,03/04/2024\n", "day first or month first"),
        ("id,title\n1,é\n".encode("latin-1"), "save the file as UTF-8"),
        (b'{"a": [1', "not valid JSON"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(browser, content, said):
    _, address = put_in(browser, content)
    page = browser.get(address)
    assert page.status_code == 200
    assert said.lower() in page.content.decode().lower()
    assert choose(browser, address, go="1").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_import_stores_nothing_and_the_file_waits(browser):
    _, address = put_in(browser)
    choose(browser, address, go="1")
    Job.objects.update(cancel_asked=True)
    assert work().state == JobState.CANCELLED
    assert (Vulnerability.objects.count(), Import.objects.count()) == (0, 0)
    assert "All 2 rows can be read" in browser.get(address).content.decode()


def test_a_finished_upload_leads_to_its_import(browser):
    _, address = put_in(browser)
    choose(browser, address, go="1")
    job = work()
    assert browser.get(address)["Location"] == job.result["address"]


def test_a_job_that_is_taken_up_again_imports_once(browser):
    _, address = put_in(browser)
    choose(browser, address, go="1")
    job = work()
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
    assert work().result == {"address": job.result["address"]}
    assert Import.objects.count() == 1


def test_an_as_of_column_makes_listings_in_the_page_too(browser):
    _, address = put_in(browser, b"day,id,severity\n2024-01-01,A,low\n2024-02-01,A,high\n")
    page = browser.get(address).content.decode()
    assert "the id is already on line 2" in page
    choose(browser, address, go="1", as_of_column="day")
    result = work().result
    assert (result["created"], result["updated"]) == (1, 1)
    assert "What was known when" in browser.get(result["address"]).content.decode()


def test_a_file_of_several_dates_is_one_line_of_the_list(browser):
    content = (
        b"id,known,identified_at\nA,2024-01-31,2024-01-01\nA,2024-02-29,2024-01-02\nB,2024-02-29,2024-02-01\n"
    )
    _, address = put_in(browser, content)
    choose(browser, address, as_of_column="known", go="1")
    work()
    page = browser.get("/imports/").content.decode()
    assert page.count(">register.csv</a>") == 1
    assert "2 dates" in page
    assert '<td class="number" data-label="Read">3</td>' in page


def test_wrong_options_are_told_beside_their_field(browser):
    _, address = put_in(browser)
    answer = choose(browser, address, go="1", zone="Mars")
    assert answer.status_code == 422
    assert "no time zone" in answer.content.decode()


def test_an_upload_is_its_owners_alone(browser, organisation, browser_of):
    _, address = put_in(browser)
    assert browser_of(organisation.ada).get(address).status_code == 404
    assert browser_of(organisation.mia).get("/imports/").status_code == 404


def test_a_waiting_file_is_listed_can_be_removed_and_is_forgotten_after_a_day(browser):
    upload, _ = put_in(browser)
    assert "register.csv" in browser.get("/imports/").content.decode()
    browser.post(f"/imports/uploads/{upload.pk}/drop/")
    assert not Upload.objects.exists()
    upload, _ = put_in(browser)
    assert uploads.forget(now=upload.created_at + timedelta(hours=23)) == 0
    assert uploads.forget(now=upload.created_at + timedelta(hours=25)) == 1
    assert not (Path(settings.HOME) / "uploads" / upload.path).exists()


def test_the_list_costs_few_queries_however_long_it_is(browser, django_assert_max_num_queries):
    for number in range(3):
        _, address = put_in(browser, GOOD.replace(b"A-", b"Z%d-" % number))
        choose(browser, address, go="1")
        work()
    with django_assert_max_num_queries(12):
        browser.get("/imports/")


def test_the_list_is_also_csv_and_json(browser):
    _, address = put_in(browser)
    choose(browser, address, go="1")
    work()
    assert browser.get("/imports.json").json()["imports"][0]["created"] == 2
    lines = b"".join(browser.get("/imports.csv").streaming_content).decode().splitlines()
    assert lines[0].startswith("id,file,source")
    assert lines[1].split(",")[1] == "register.csv"


def test_the_page_says_where_a_column_named_as_a_date_holds_none(browser):
    _, address = put_in(browser, content=b"id,Resolved\nA,week 3\n")
    assert "its cells, such as &#x27;week 3&#x27;, are no dates" in browser.get(address).content.decode()


def test_a_file_that_is_dropped_replaced_or_forgotten_leaves_an_audit_entry(browser, organisation):
    first, _ = put_in(browser)
    browser.post(f"/imports/uploads/{first.pk}/drop/")
    second, _ = put_in(browser)
    put_in(browser, instead_of=str(second.pk))
    uploads.forget(now=NOW + timedelta(days=3650))
    told = Entry.objects.filter(action="file discarded").values_list("actor", "detail__file")
    assert [(who.partition(" ")[2], name) for who, name in told] == [
        ("Max", "register.csv"),
        ("Max", "register.csv"),
        ("", "register.csv"),
    ]
