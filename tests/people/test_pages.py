"""The pages about oneself and the team: answers beside their fields, and nothing half-written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from throughline.assignments.models import Work
from throughline.audit.models import Entry
from throughline.objectives.models import Assignment, Cycle, Initiative
from throughline.people import actions
from throughline.people.models import Capacity, GrowthGoal, Interest, Profile, Tap, WorkKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def quarter(db) -> Cycle:
    return Cycle.objects.create(
        key="2027-q1", title="Q1 2027", start=date(2027, 1, 1), end=date(2027, 3, 31), created_at=NOW
    )


@pytest.fixture
def mia(organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def max_(organisation, browser_of):
    return browser_of(organisation.max)


def test_who_was_not_asked_is_led_to_five_questions(mia):
    assert "Answer five questions" in mia.get("/me/work/").content.decode()


def test_five_answers_are_kept_at_once(mia, quarter):
    said = {
        "gladly": ["detection", "tooling"],
        "rather_not": ["coordination"],
        "goal": "Rules that find it early",
        "goal_kinds": ["detection"],
        "visibility": ["talk"],
        "weeks": "9.5",
    }
    assert mia.post("/me/work/first/", said).status_code == 302
    assert dict(Interest.objects.values_list("kind__key", "value")) == {
        "detection": 0.75,
        "tooling": 0.75,
        "coordination": 0.25,
    }
    assert Profile.objects.get().visibility == ["talk"]
    assert Capacity.objects.get().weeks == 9.5
    page = mia.get("/me/work/").content.decode()
    assert "Answer five questions" not in page
    assert "Rules that find it early" in page


def test_each_question_may_be_left_out(mia):
    assert mia.post("/me/work/first/", {"visibility": ["talk"]}).status_code == 302
    assert Profile.objects.count() == 1
    assert not Interest.objects.exists()


def test_who_says_nothing_to_five_questions_has_not_answered_and_is_asked_still(mia, quarter):
    page = mia.post("/me/work/first/", {"weeks": "", "goal": " "}, follow=True).content.decode()
    assert "Nothing was said, and nothing is kept." in page
    assert "Answer five questions" in page
    assert not Profile.objects.exists()
    mia.post("/me/work/first/", {"weeks": "0"})
    assert Capacity.objects.get().weeks == 0


def test_a_kind_that_is_both_gladly_and_rather_not_is_asked_about(mia):
    answer = mia.post("/me/work/first/", {"gladly": ["tooling"], "rather_not": ["tooling"], "goal": "X"})
    assert answer.status_code == 422
    page = answer.content.decode()
    message = "Both gladly and rather not: Tooling. Choose one."
    asked = page.partition("2. What would you rather not do?")[2].partition("</fieldset>")[0]
    assert message in asked
    # The frame, and where the page goes to, is at the box that the message names and at no other.
    assert re.findall(r'<input [^>]*name="(\w+)" value="([\w-]+)"[^>]*aria-invalid="true"', page) == [
        ("rather_not", "tooling")
    ]
    assert not GrowthGoal.objects.exists()


def test_what_is_not_chosen_is_taken_back(mia):
    mia.post("/me/work/interests", {"detection": "1.0", "tooling": "0.5"})
    mia.post("/me/work/interests", {"detection": "1.0", "tooling": ""})
    held = mia.get("/me/work.json").json()
    said = {each["kind"]: each["interest"] for each in held["kinds"] if each["interest"] is not None}
    assert said == {"detection": 1.0}


def test_weeks_that_are_no_number_are_refused_beside_the_field(mia, quarter):
    answer = mia.post(f"/me/work/weeks/{quarter.key}", {"weeks": "many", "on_call": "0", "leave": "0"})
    assert answer.status_code == 422
    assert "Expected a number of weeks." in answer.content.decode()
    assert not Capacity.objects.exists()


def test_one_looks_back_on_ones_own_work_only(mia, max_, organisation):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=organisation.mia)
    assert "Look back" in mia.get("/me/work/").content.decode()
    assert mia.post("/initiatives/keys/look-back/", {"tooling:absorbed": "yes"}).status_code == 302
    assert Tap.objects.get().absorbed is True
    assert max_.get("/initiatives/keys/look-back/").status_code == 404


def test_who_says_nothing_looking_back_is_told_so_and_nothing_is_recorded(mia, organisation):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=organisation.mia)
    before = Entry.objects.count()
    page = mia.post("/initiatives/keys/look-back/", {}, follow=True).content.decode()
    assert "Nothing was said, and nothing is kept." in page
    assert "Kept, for you alone" not in page
    assert Entry.objects.count() == before
    mia.post("/initiatives/keys/look-back/", {"tooling:absorbed": "yes"})
    page = mia.post("/initiatives/keys/look-back/", {}, follow=True).content.decode()
    assert "Kept, for you alone" in page
    assert not Tap.objects.exists()


def looks_back_at(browser, key: str) -> tuple[list[str], list[str]]:
    """The kinds that are asked for first, and those behind the other kinds."""
    first, _, others = (
        browser.get(f"/initiatives/{key}/look-back/").content.decode().partition("Other kinds<")
    )
    return tuple(re.findall(r'<th scope="row">([^<]+)</th>', part) for part in (first, others))


def test_kinds_of_the_work_are_asked_for_first_and_others_behind_them(mia, organisation):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=organisation.mia)
    every, none = looks_back_at(mia, "keys")
    assert "Tooling" in every
    assert not none
    kinds = {"tooling": 0.7, "teaching": 0.3, "detection": 0.0}
    Work.objects.create(initiative=work, kinds=kinds, author="test", at=NOW)
    first, others = looks_back_at(mia, "keys")
    assert set(first) == {"Tooling", "Teaching"}
    assert sorted(first + others) == sorted(every)
    # What was said of a kind that nobody expected stays in sight.
    mia.post("/initiatives/keys/look-back/", {"coordination:again": "no"})
    assert set(looks_back_at(mia, "keys")[0]) == {"Tooling", "Teaching", "Coordination"}


def test_each_tap_is_named_where_a_phone_leaves_the_columns_out(mia, organisation):
    work = Initiative.objects.create(key="keys", title="Rotate keys", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=organisation.mia)
    page = mia.get("/initiatives/keys/look-back/").content.decode()
    rows = page.count('<th scope="row">')
    assert page.count('<td data-label="It absorbed me">') == rows > 0
    assert page.count('<td data-label="I would do it again">') == rows


def test_a_manager_sets_the_weeks_of_the_team_and_sees_who_has_not_answered(max_, organisation, quarter):
    said = {"weeks": "12", "on_call": "2", "leave": "1", "upkeep": "0"}
    assert max_.post(f"/team/work/{organisation.mia.pk}/weeks/2027-q1", said).status_code == 302
    rows = {each["person"]: each for each in max_.get("/team/work.json").json()["people"]}
    assert rows["Mia"] == {
        "person": "Mia",
        "weeks": 12.0,
        "on_call": 2.0,
        "leave": 1.0,
        "upkeep": 0.0,
        "left": 9.0,
        "answered": False,
        "kinds_unstated": None,
        "kinds_stale": None,
        "goal": None,
    }
    assert "Vera" not in rows, "a viewer is given no work"


def test_a_manager_sees_answers_from_the_moment_they_are_shared_and_no_longer(max_, organisation):
    mia = organisation.mia
    actions.state_interests(mia, {"red-team": 1.0}, now=NOW)
    actions.set_goal(mia, text="Break our own login", now=NOW)
    assert "Break our own login" not in max_.get("/team/work/").content.decode()
    actions.share(mia, interests=True, goals=True, now=NOW)
    shown = max_.get("/team/work/").content.decode()
    assert "Break our own login" in shown
    assert "absorbs me" in shown
    actions.share(mia, interests=False, goals=False, now=NOW)
    hidden = max_.get("/team/work/").content.decode()
    assert "Break our own login" not in hidden
    assert "absorbs me" not in hidden


def test_the_team_edits_its_words(max_, mia):
    assert max_.post("/work-kinds/", {"title": "Threat modelling", "about": ""}).status_code == 302
    assert "Threat modelling" in mia.get("/me/work/").content.decode()
    again = max_.post("/work-kinds/", {"title": "Threat modelling"})
    assert again.status_code == 422
    assert "is there already" in again.content.decode()
    max_.post("/work-kinds/threat-modelling/", {"title": "Design reviews", "about": "Before it is built."})
    assert WorkKind.objects.get(key="threat-modelling").title == "Design reviews"
