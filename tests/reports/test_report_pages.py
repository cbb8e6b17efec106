"""The report as a page: one click from home, the same for everybody who may read, written by managers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from tests.cycles.plans import ACTOR, a_plan

from throughline.cycles.actions import close_cycle, propose, set_cycle
from throughline.cycles.models import Comment
from throughline.objectives.models import Cycle
from throughline.reports.renderings import extras

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]


@pytest.fixture
def quarter(organisation) -> Cycle:
    """The quarter that runs while the test runs, as the pages ask the clock."""
    now = datetime.now(UTC)
    cycle, _, _ = a_plan()
    propose(ACTOR, cycle, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    set_cycle(ACTOR, cycle, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert cycle.start <= now.date()
    return cycle


def test_the_page_for_friday_is_one_click_from_home(quarter, organisation, browser_of):
    for person in (organisation.vera, organisation.max):
        browser = browser_of(person)
        assert 'href="/report.pdf"' in browser.get("/").content.decode()
        answer = browser.get("/report.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="security-2026-q4.pdf"'
        assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_everybody_reads_the_same_whatever_their_team(quarter, organisation, browser_of):
    said = [
        browser_of(each).get("/cycles/2026-q4/report.json").json()["report"] for each in people(organisation)
    ]
    for each in said:
        each.pop("at")
    assert all(each == said[0] for each in said)
    assert browser_of().get("/cycles/2026-q4/report.pdf").status_code in (302, 404)


def people(organisation):
    return organisation.vera, organisation.omar, organisation.mia, organisation.ada


def test_a_manager_writes_what_everybody_then_reads(quarter, organisation, browser_of):
    manager, reader = browser_of(organisation.max), browser_of(organisation.vera)
    form = manager.get("/cycles/2026-q4/report/words/").context["form"]
    given = {**form.initial, "learnt": "Ask <b>sooner</b>."}
    assert manager.post("/cycles/2026-q4/report/words/", given).status_code == 302
    page = reader.get("/cycles/2026-q4/report/").content.decode()
    assert "Ask &lt;b&gt;sooner&lt;/b&gt;." in page
    # What was left as it was stays the draft of the day.
    assert [each.is_draft for each in reader.get("/cycles/2026-q4/report/").context["report"].texts] == [
        *(True, False, True)
    ]
    assert reader.get("/cycles/2026-q4/report/words/").status_code == 404
    refused = manager.post("/cycles/2026-q4/report/words/", {**given, "next": "x" * 701})
    assert refused.status_code == 422
    assert "at most 700 characters" in refused.content.decode()


def test_readers_say_what_they_think_while_it_is_open(quarter, organisation, browser_of):
    reader = browser_of(organisation.vera)
    sent = {"of": "report", "text": "Which services?", "back": "/cycles/2026-q4/report/"}
    assert reader.post("/cycles/2026-q4/comments", sent)["Location"] == "/cycles/2026-q4/report/#talk-report"
    assert Comment.objects.get().of == "report"
    assert "Which services?" in reader.get("/cycles/2026-q4/report/").content.decode()


def test_once_closed_the_page_says_that_it_stays_and_what_differs(quarter, organisation, browser_of):
    close_cycle(ACTOR, quarter, now=datetime(2027, 1, 2, tzinfo=UTC))
    browser = browser_of(organisation.max)
    first = browser.get("/cycles/2026-q4/report.pdf").content
    quarter.initiatives.create(key="late", title="Late", created_at=datetime.now(UTC))
    Cycle.objects.filter(pk=quarter.pk).update(title="Renamed")
    page = browser.get("/cycles/2026-q4/report/full/").content.decode()
    assert "It does not change any more" in page
    assert "is called Renamed today" in page
    assert "SHA-256" in page
    assert browser.get("/cycles/2026-q4/report.pdf").content == first
    assert "stays as it was" in browser.get("/cycles/2026-q4/report/words/").content.decode()


def test_without_a_quarter_the_page_says_what_would_stand_there(organisation, browser_of):
    browser = browser_of(organisation.vera)
    assert browser.get("/report.pdf")["Location"] == "/report/"
    assert "No quarter has begun yet" in browser.get("/report/").content.decode()
    Cycle.objects.create(
        key="q",
        title="Q",
        start=date(2020, 1, 1),
        end=date(2020, 3, 31),
        state="set",
        created_at=datetime.now(UTC),
    )
    assert browser.get("/report/")["Location"] == "/cycles/q/report/"


def test_without_the_extra_the_page_says_how_to_install_it(quarter, organisation, browser_of, monkeypatch):
    monkeypatch.setattr(extras, "NEEDED", {"no_such_library": "a PDF"})
    browser = browser_of(organisation.vera)
    assert (
        "<code>pip install 'throughline[reports]'</code>"
        in browser.get("/cycles/2026-q4/report/").content.decode()
    )


def test_another_paper_is_refused_with_those_there_are(quarter, organisation, browser_of):
    answer = browser_of(organisation.vera).get("/cycles/2026-q4/report.pdf?paper=a3")
    assert answer.status_code == 400
    assert "expected one of a4, letter" in answer.content.decode()
