"""Why this: who works on it, and whom a plan gives work to that nobody has taken yet."""

from __future__ import annotations

import pytest
from tests.assignments.test_suggestions_page import ROBOT, RULES, hers, text_of
from tests.organisation import NOW

from throughline.assignments.models import Plan
from throughline.objectives.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(works, organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def max_(works, organisation, browser_of):
    return browser_of(organisation.max)


def given_to(browser, address: str = "/next.json") -> set[str]:
    """The work that the plan gives to the one that is looked at."""
    return {each["work"] for each in browser.get(address).json()["plan"]}


def test_why_this_says_what_the_plan_gives_to_oneself_where_nobody_has_taken_it(mia, works):
    said = text_of(mia.get("/next/"))
    assert RULES in given_to(mia)
    assert "Nobody has taken “Rules that catch” yet; the plan gives it to you." in said
    assert "Nobody works on “Rules that catch”" not in said


def test_whom_todays_answer_gives_other_work_to_is_read_by_who_plans_alone(mia, max_, organisation):
    key = str(organisation.ada.pk)
    plan = max_.get("/match/2027-q1.json").json()["answer"]["plan"]
    others = {each["work"] for each in plan if each["person"] == key} - given_to(mia)
    title = next(each["title"] for each in hers(mia)["suggestions"] if each["work"] in others)
    said = text_of(max_.get(f"/next/{organisation.mia.pk}/"))
    assert f"Nobody has taken “{title}” yet; the plan gives it to Ada." in said
    assert f"Nobody works on “{title}”." in text_of(mia.get("/next/"))


def test_whom_a_published_plan_gives_it_to_is_read_by_everybody(mia, organisation, quarter):
    row = {"person": organisation.ada.pk, "name": "Ada", "work": ROBOT, "title": "A robot", "share": 1.0}
    Plan.objects.create(cycle=quarter, document=[row], author="test", published_at=NOW)
    said = text_of(mia.get("/next/"))
    assert "Nobody has taken “A robot that patches” yet; the published plan gives it to Ada." in said


def test_where_somebody_is_on_it_that_is_said_whatever_a_plan_says(mia, works, organisation):
    Assignment.objects.create(initiative=works["rules"].initiative, name="Vera")
    said = text_of(mia.get("/next/"))
    assert "Vera works on “Rules that catch”." in said
    assert "the plan gives it to you." not in said


def test_a_sheet_for_a_1_to_1_says_it_to_who_plans(max_, organisation):
    said = text_of(max_.get(f"/match/2027-q1/sheets/{organisation.mia.pk}/"))
    assert "Nobody has taken “A robot that patches” yet; the plan gives it to " in said
