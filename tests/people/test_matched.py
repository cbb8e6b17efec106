"""What the match takes of people: answers worked into numbers by kind of work, and the gaps between them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.everything_read import Rows

import throughline
from throughline.objectives.models import Assignment, Cycle, Initiative
from throughline.people import actions, kinds, unknowns
from throughline.people.matched import matched
from throughline.people.models import WorkKind
from throughline.people.unknowns import Unknown, What

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def quarter(db) -> Cycle:
    return Cycle.objects.create(
        key="2027-q1", title="Q1 2027", start=date(2027, 1, 1), end=date(2027, 4, 1), created_at=NOW
    )


@pytest.fixture
def mia(organisation):
    return organisation.mia


@pytest.fixture
def of(mia, quarter):
    def of(on: date = TODAY, **given):
        return matched([mia], quarter, on=on, **given)[0]

    return of


def worked(person, key: str = "rules") -> Initiative:
    work = Initiative.objects.create(key=key, title="Rules", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name=person.name, user=person)
    return work


def whats(found: tuple[Unknown, ...]) -> set[What]:
    return {each.what for each in found}


def test_who_said_nothing_has_all_weeks_of_the_cycle_and_no_interest_at_all(of, mia):
    found = of()
    assert (found.person.key, found.person.name) == (str(mia.pk), "Mia")
    assert found.person.capacity == 13.0
    assert (found.person.interests, found.person.growth, found.person.likes) == ({}, {}, frozenset())
    assert found.unknown == (Unknown(What.UNASKED),)


def test_capacity_is_what_is_left_in_this_cycle_and_no_other(of, mia, quarter):
    other = Cycle.objects.create(
        key="2027-q2", title="Q2", start=date(2027, 4, 2), end=date(2027, 7, 1), created_at=NOW
    )
    actions.set_capacity(mia, mia, quarter, weeks=12, leave=2, on_call=1.5, now=NOW)
    actions.set_capacity(mia, mia, other, weeks=3, now=NOW)
    assert of().person.capacity == 8.5


def test_interest_is_used_as_it_was_said_and_an_unknown_kind_is_left_out(of, mia):
    actions.state_interests(mia, {"detection": 0.75, "tooling": 0.0}, now=NOW)
    assert of().person.interests == {"detection": 0.75, "tooling": 0.0}


def test_what_was_taken_back_is_unknown(of, mia):
    actions.state_interests(mia, {"detection": 0.75}, now=NOW)
    actions.state_interests(mia, {"detection": None}, now=NOW)
    assert of().person.interests == {}


def test_a_tap_moves_a_fresh_statement_by_a_fifth_of_the_way(of, mia):
    actions.state_interests(mia, {"detection": 0.5}, now=NOW)
    actions.felt(mia, worked(mia), {"detection": (True, True)}, now=NOW)
    assert of().person.interests["detection"] == pytest.approx(0.6)


def test_a_day_is_asked_about_as_it_was(of, mia):
    actions.state_interests(mia, {"detection": 0.5}, now=NOW)
    actions.state_interests(mia, {"detection": 1.0}, now=NOW + timedelta(days=1))
    assert of(TODAY).person.interests == {"detection": 0.5}
    assert of(TODAY + timedelta(days=1)).person.interests == {"detection": 1.0}


@pytest.mark.parametrize("days", [0, 1, 37, 400, 3000])
def test_gladly_is_liked_however_old_it_is(of, mia, days):
    actions.state_interests(mia, {"detection": 0.75, "teaching": 0.5}, now=NOW)
    assert of(TODAY + timedelta(days=days)).person.likes == {"detection"}


def test_growth_is_the_most_that_a_goal_under_way_wants_of_a_kind(of, mia):
    actions.set_goal(mia, text="Teach well", kinds=["teaching", "documentation"], weight=0.4, now=NOW)
    actions.set_goal(mia, text="Run a course", kinds=["teaching"], weight=0.9, now=NOW)
    ended = actions.set_goal(mia, text="Find it", kinds=["detection"], now=NOW)
    actions.end_goal(mia, ended, now=NOW)
    assert of().person.growth == {"teaching": 0.9, "documentation": 0.4}


def test_what_she_can_do_is_a_floor_and_nothing_of_growth_or_interest(of, mia):
    actions.state_skills(mia, {"detection": 1.0}, now=NOW)
    person = of().person
    assert person.skills == {"detection": 1.0}
    assert (person.interests, person.growth) == ({}, {})


def test_a_retired_kind_plays_no_part_in_anything(of, mia):
    actions.state_interests(mia, {"detection": 1.0}, now=NOW)
    actions.state_skills(mia, {"detection": 1.0}, now=NOW)
    actions.set_goal(mia, text="Find it", kinds=["detection"], now=NOW)
    kinds.retire("test", WorkKind.objects.get(key="detection"), now=NOW)
    found = of()
    assert (found.person.interests, found.person.growth, found.person.skills) == ({}, {}, {})
    assert "detection" not in {each.kind for each in found.unknown}


def test_the_account_of_earlier_quarters_is_given_by_who_keeps_it(of, mia):
    assert of().person.account == 0.0
    assert of(accounts={str(mia.pk): -0.25}).person.account == -0.25


def test_who_left_is_not_matched(mia, quarter):
    mia.is_active = False
    mia.save()
    assert matched([mia], quarter, on=TODAY) == ()


def test_a_team_takes_as_many_queries_as_one_person(mia, organisation, quarter, django_assert_num_queries):
    for each in (mia, organisation.max, organisation.ada):
        actions.set_goal(each, text="Teach", kinds=["teaching"], now=NOW)
        actions.state_interests(each, {"teaching": 1.0}, now=NOW)
    with django_assert_num_queries(8):
        assert len(matched([mia, organisation.max, organisation.ada], quarter, on=TODAY)) == 3


def test_she_is_told_each_kind_of_which_nothing_is_known_or_that_only_taps_speak_of(of, mia):
    actions.state_interests(mia, {"detection": 0.75}, now=NOW)
    actions.felt(mia, worked(mia), {"tooling": (True, None)}, now=NOW)
    by_kind = {each.kind: each.what for each in of().unknown if each.kind}
    assert by_kind.pop("tooling") == What.UNSTATED
    assert "detection" not in by_kind
    assert len(by_kind) == 10
    assert set(by_kind.values()) == {What.UNKNOWN}


def test_she_is_told_what_she_said_a_year_ago(of, mia):
    actions.state_interests(mia, {"detection": 0.75}, now=NOW)
    later = of(TODAY + timedelta(days=365)).unknown
    assert Unknown(What.STALE, "detection", "Detection", since=TODAY) in later
    assert What.STALE not in whats(of(TODAY + timedelta(days=364)).unknown)


def test_she_is_told_that_taps_speak_against_what_she_said(of, mia):
    actions.state_interests(mia, {"detection": 1.0}, now=NOW)
    for key in ("rules", "more-rules"):
        actions.felt(mia, worked(mia, key), {"detection": (False, False)}, now=NOW)
    assert Unknown(What.DISAGREES, "detection", "Detection", since=TODAY) in of().unknown


def test_a_goal_is_stale_after_half_a_year_and_fresh_again_once_confirmed(of, mia):
    goal = actions.set_goal(mia, text="Teach well", kinds=["teaching"], now=NOW)
    half_a_year = NOW + timedelta(days=180)
    stale = Unknown(What.STALE_GOAL, text="Teach well", since=TODAY)
    assert stale not in of(half_a_year.date() - timedelta(days=1)).unknown
    assert stale in of(half_a_year.date()).unknown
    assert "is it still so?" in stale.to_herself
    actions.keep_going(mia, goal, now=half_a_year)
    assert What.STALE_GOAL not in whats(of(half_a_year.date()).unknown)


def test_a_stale_goal_still_counts_until_she_ends_it(of, mia):
    actions.set_goal(mia, text="Teach well", kinds=["teaching"], now=NOW)
    assert of(TODAY + timedelta(days=500)).person.growth == {"teaching": 1.0}


def test_a_goal_without_work_and_no_goal_at_all_are_named(of, mia):
    actions.state_interests(mia, {"detection": 1.0}, now=NOW)
    assert What.NO_GOAL in whats(of().unknown)
    actions.set_goal(mia, text="Become wise", now=NOW)
    assert Unknown(What.GOAL_WITHOUT_WORK, text="Become wise") in of().unknown


@pytest.mark.parametrize("what", What)
def test_each_gap_is_a_sentence_to_herself(what):
    said = Unknown(what, "teaching", "Teaching", "Teach well", TODAY).to_herself
    assert said[0].isupper()
    assert said[-1] in ".?"


def test_who_plans_is_told_what_was_not_said_and_what_is_old(mia, organisation):
    actions.state_interests(mia, {"detection": 0.75}, now=NOW)
    actions.state_interests(mia, {"tooling": 1.0}, now=NOW)
    actions.state_interests(mia, {"tooling": None}, now=NOW)
    actions.set_goal(mia, text="Teach well", kinds=["teaching"], now=NOW)
    found = unknowns.of_team([mia, organisation.max], on=TODAY + timedelta(days=365))
    assert found[organisation.max.pk] == (Unknown(What.UNASKED),)
    hers = found[mia.pk]
    assert Unknown(What.STALE, "detection", "Detection", since=TODAY) in hers
    assert Unknown(What.UNSTATED, "tooling", "Tooling") in hers
    assert Unknown(What.STALE_GOAL, since=TODAY) in hers


def test_what_who_plans_is_told_is_the_same_whatever_was_answered(mia):
    def told() -> tuple[Unknown, ...]:
        return unknowns.of_team([mia], on=TODAY)[mia.pk]

    work = worked(mia)
    actions.state_interests(mia, {"detection": 1.0, "teaching": 0.0}, now=NOW)
    goal = actions.set_goal(mia, text="Teach well", kinds=["teaching"], now=NOW)
    before = told()
    actions.state_interests(mia, {"detection": 0.0, "teaching": 1.0}, now=NOW)
    actions.felt(mia, work, {"detection": (True, True), "tooling": (True, True)}, now=NOW)
    actions.end_goal(mia, goal, now=NOW)
    actions.set_goal(mia, text="Find it", kinds=["detection"], weight=0.2, now=NOW)
    assert told() == before


def test_to_know_what_to_ask_no_answer_is_selected(mia):
    actions.state_interests(mia, {"detection": 0.7317}, now=NOW)
    actions.set_goal(mia, text="Zitherspieler", kinds=["teaching"], weight=0.9241, now=NOW)
    rows = Rows("people_")
    with connection.execute_wrapper(rows):
        unknowns.of_team([mia], on=TODAY)
    assert rows.seen
    assert not re.search(r"0\.7317|0\.9241|Zitherspieler", "\n".join(rows.seen))


def test_only_the_match_is_made_of_others_answers():
    here = Path(throughline.__file__).parent
    asking = re.compile(r"\bfor_the_match\(")
    found = {str(file.relative_to(here)) for file in here.rglob("*.py") if asking.search(file.read_text())}
    assert found == {"people/access.py", "people/matched.py"}
