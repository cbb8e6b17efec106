"""Nobody else reads what a person said of finished work: not a byte of any address depends on it.

A note is searched for as a text. A grade is a small number that occurs everywhere, so two organisations are
compared that differ in nothing but Mia's grades: whatever anybody else opens is the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from tests.api.programs import EVERY_SCOPE, Program
from tests.everything_read import Rows, body_of, every_address, read_by_program
from tests.organisation import NOW

import throughline
from throughline.audit.models import Entry
from throughline.objectives.models import Assignment, Initiative
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import grade
from throughline.outcomes.models import Outcome

pytestmark = pytest.mark.django_db
EVERYBODY = ("stranger", "vera", "max", "ada")
NOTE = "Zitherspieler gesucht"
PRIVATE = re.compile("Zitherspieler")
GLOOMY = {"overall": 1, "impact": 2, "engagement": 1, "growth": 1}
CHEERFUL = {"overall": 5, "impact": 4, "engagement": 5, "growth": 5}
# What a page has anew each time it is asked for, or writes of the clock.
FRESH = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+|X-CSRFToken": "[^"]+|nonce[^"]*"[^"]+|data-live-since="[^"]*"'
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"<]*|\d+ (?:second|minute)s? ago|just now"
)


@pytest.fixture
def graded(objects, organisation):
    """Mia and Ada said something of finished work: with two people nothing counts yet."""
    work = Initiative.objects.create(key="mias", title="Mia's work", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=organisation.mia)
    grade(organisation.mia, Piece(work, True), **GLOOMY, note=NOTE, now=NOW)
    return objects


@pytest.fixture(autouse=True)
def an_hour_that_stands_still(monkeypatch):
    """The home page draws the pace that is due by now: its bars move while one reads."""
    at = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return at

    monkeypatch.setattr("throughline.ui.pages.datetime", Still)


def read_by(browser, addresses: Iterable[str]) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """What each address answers, every row of grades that was read, and what was answered where one was."""
    bodies, rows, resting = {}, [], {}
    for address in addresses:
        seen = Rows("outcomes_")
        with connection.execute_wrapper(seen):
            bodies[address] = FRESH.sub("", body_of(browser.get(address)))
        rows += seen.seen
        if seen.asked:
            resting[address] = bodies[address]
    return bodies, rows, resting


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_address_and_no_row_differs_by_what_somebody_else_said(who, graded, organisation, browser_of):
    browser = browser_of(None if who == "stranger" else getattr(organisation, who))
    bodies, rows, resting = read_by(browser, every_address(graded))
    Outcome.objects.filter(person=organisation.mia).update(**CHEERFUL)
    # What asked for no grade cannot tell that they are others now.
    _, rows_now, resting_now = read_by(browser, resting)
    assert rows == rows_now
    assert resting == resting_now
    assert not PRIVATE.search("".join((*bodies.values(), *rows)))


@pytest.mark.parametrize(
    ("who", "scopes"),
    [("mia", ["read"]), ("max", EVERY_SCOPE), ("ada", EVERY_SCOPE)],
    ids=["mia", "max", "ada"],
)
def test_no_program_receives_what_one_person_said(who, scopes, graded, organisation):
    rows = Rows("outcomes_")
    with connection.execute_wrapper(rows):
        received = [body for _, body in read_by_program(getattr(organisation, who), graded, scopes)]
    learnt = Program(getattr(organisation, who)).get("/learning").json()
    Outcome.objects.filter(person=organisation.mia).update(**CHEERFUL)
    assert rows.asked
    assert Program(getattr(organisation, who)).get("/learning").json() == learnt
    assert not PRIVATE.search("".join((*received, *rows.seen)))


def test_the_comparison_finds_what_she_reads_herself(graded, organisation, browser_of):
    browser = browser_of(organisation.mia)
    bodies, rows, resting = read_by(browser, every_address(graded))
    Outcome.objects.filter(person=organisation.mia).update(**CHEERFUL)
    _, rows_now, resting_now = read_by(browser, resting)
    assert rows != rows_now
    assert {each for each in resting if resting[each] != resting_now[each]} >= {
        "/me/outcomes/",
        "/me/outcomes.json",
        "/me/outcomes.csv",
    }
    assert PRIVATE.search(bodies["/me/outcomes/"])


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
