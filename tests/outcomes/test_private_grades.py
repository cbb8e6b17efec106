"""Nobody else reads what a person said of finished work: not a byte of any address depends on it.

A note is searched for as a text. A grade is a small number that occurs everywhere, so two organisations are
compared that differ in nothing but Mia's grades: whatever anybody else opens is the same in both.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.everything_read import body_of
from tests.organisation import NOW
from tests.rules import shared

import throughline
from throughline.audit.models import Entry
from throughline.objectives.models import Assignment, Initiative
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import grade
from throughline.outcomes.models import Outcome

pytestmark = pytest.mark.django_db
# Made once: what takes long here is making.
house, objects, organisation = shared.house, shared.objects, shared.organisation
sessions, browser_of = shared.sessions, shared.browser_of
NOTE = "Posaunist gesucht"
PRIVATE = re.compile("Posaunist")
GLOOMY = {"overall": 1, "impact": 2, "engagement": 1, "growth": 1}
CHEERFUL = {"overall": 5, "impact": 4, "engagement": 5, "growth": 5}
# What a page has anew each time it is asked for, or writes of the clock.
FRESH = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+|X-CSRFToken": "[^"]+|nonce[^"]*"[^"]+|data-live-since="[^"]*"'
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"<]*|\d+ (?:second|minute)s? ago|just now"
)


@pytest.fixture
def graded(objects, organisation):
    with_a_grade(organisation)
    return objects


def with_a_grade(organisation) -> None:
    """Mia and Ada said something of finished work: with two people nothing counts yet."""
    said = {"title": "Mia's work", "status": "done", "created_at": NOW}
    work, _ = Initiative.objects.get_or_create(key="mias", defaults=said)
    Assignment.objects.get_or_create(initiative=work, name="Mia", user=organisation.mia)
    grade(organisation.mia, Piece(work, True), **GLOOMY, note=NOTE, now=NOW)


@pytest.fixture(autouse=True)
def an_hour_that_stands_still(monkeypatch):
    """The home page draws the pace that is due by now: its bars move while one reads."""
    at = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return at

    monkeypatch.setattr("throughline.ui.pages.datetime", Still)


@pytest.mark.parametrize("address", ["/outcomes/initiatives/mias/", "/initiatives/mias/look-back/"])
def test_a_manager_who_asks_for_the_same_work_reads_nothing_of_hers(
    address, graded, organisation, browser_of
):
    browser = browser_of(organisation.max)
    before = FRESH.sub("", body_of(browser.get(address)))
    Outcome.objects.filter(person=organisation.mia).update(**CHEERFUL)
    assert FRESH.sub("", body_of(browser.get(address))) == before


def test_what_counts_never_moves_by_the_grades_of_fewer_than_three(graded, organisation, browser_of):
    learning = browser_of(organisation.max)
    seen = [learning.get("/learning.json").json()["people"]]
    people = (organisation.mia, organisation.max, organisation.ada, organisation.mia, organisation.max)
    for number, each in enumerate(people):
        work = Initiative.objects.create(key=f"n{number}", title="N", status="done", created_at=NOW)
        grade(each, Piece(work, True), overall=3, impact=3, engagement=3, growth=3, now=NOW)
        seen.append(learning.get("/learning.json").json()["people"])
    # Mia and Ada waited; with Max's first all three count. Then two wait again.
    assert seen == [0, 0, 3, 3, 3, 3]


def test_nobody_changes_or_takes_back_what_another_said(graded, organisation, browser_of):
    hers = Outcome.objects.get(person=organisation.mia)
    for who in ("vera", "max", "ada"):
        browser = browser_of(getattr(organisation, who))
        assert browser.post(f"/me/outcomes/{hers.pk}/take-back").status_code == 404
    browser_of(organisation.max).post("/outcomes/initiatives/mias/", {"overall": "5"})
    assert Outcome.objects.get(pk=hers.pk).overall == GLOOMY["overall"]


def test_no_audit_entry_holds_a_grade_or_a_note(graded):
    said = Entry.objects.filter(action="finished work graded")
    assert said
    assert not any(each.detail for each in said)
    assert not any(PRIVATE.search(f"{each.action} {each.detail}") for each in Entry.objects.all())


def test_only_one_module_reads_grades():
    here = Path(throughline.__file__).parent
    asking = re.compile(r"\bOutcome\.objects\.(?!update_or_create\b)\w+")
    allowed = {"outcomes/access.py", "outcomes/actions.py"}
    found = {
        str(file.relative_to(here))
        for file in here.rglob("*.py")
        # Boards have outcomes of their own.
        if "outcomes.models" in (text := file.read_text()) and asking.search(text)
    }
    assert found == allowed
