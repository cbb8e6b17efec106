"""What rests on taps alone is for the person herself, and nobody else is told of it."""

from __future__ import annotations

import pytest
from tests.assignments.quarter import a_work
from tests.assignments.test_suggestions_page import ROBOT, hers, of_work, text_of
from tests.organisation import NOW

from throughline.accounts.actions import add_person
from throughline.assignments.models import Weighing
from throughline.people import actions
from throughline.people.models import Tap, WorkKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(organisation, browser_of):
    return browser_of(organisation.max)


@pytest.fixture
def tapped(works, organisation, quarter):
    """Nia answered nothing, and tapped that teaching absorbed her; interest counts most in the quarter."""
    Weighing.objects.create(
        cycle=quarter,
        business=0.1,
        interest=0.8,
        growth=0.1,
        beta=0.1,
        phi=0.5,
        continuity=0.05,
        author="t",
        at=NOW,
    )
    nia = add_person("test", name="Nia", email="nia@example.org", role="member", now=NOW)
    teaching = WorkKind.objects.get(key="teaching")
    Tap.objects.create(
        person=nia, kind=teaching, initiative=works["school"].initiative, absorbed=True, again=True, at=NOW
    )
    return nia


def test_what_she_tapped_is_known_to_herself(tapped, browser_of):
    nia = browser_of(tapped)
    school = of_work(hers(nia), "initiative:school")
    assert (school["because"], school["unknown"]) == ("interest", [])
    assert of_work(hers(nia), ROBOT)["unknown"] == ["Detection", "Tooling"]
    said = text_of(nia.get("/next/"))
    assert "what you like: Teaching is all of it." in said
    assert "how you like Teaching" not in said


def test_who_plans_is_told_nothing_that_rests_on_taps_alone(tapped, lead, quarter):
    school = of_work(hers(lead, f"/next/{tapped.pk}.json"), "initiative:school")
    assert school["because"] == "business"
    assert school["suits"] == {"interest": "not known", "growth": "not known"}
    assert "what Nia likes" not in text_of(lead.get(f"/next/{tapped.pk}/"))
    sheet = text_of(lead.get(f"/match/{quarter.key}/sheets/{tapped.pk}/"))
    assert "what Nia likes" not in sheet
    assert "By interest it is not known and by growth it is not known." in sheet
    people = lead.get(f"/match/{quarter.key}.json").json()["answer"]["people"]
    nia = next(each for each in people if each["name"] == "Nia")
    assert of_work(nia, "initiative:school")["because"] == "business"


def test_what_she_also_said_is_told_without_what_she_tapped(tapped, lead, quarter):
    a_work(quarter, "course", "A course", {"teaching": 0.5, "tooling": 0.5}, value=0.1)
    actions.state_interests(tapped, {"tooling": 0.8}, now=NOW)
    course = of_work(hers(lead, f"/next/{tapped.pk}.json"), "initiative:course")
    assert (course["because"], course["suits"]["interest"]) == ("interest", "suits partly")
