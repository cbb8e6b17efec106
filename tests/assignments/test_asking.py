"""What the records of a cycle ask the match: whom, about what, tied how, and with which weights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.assignments.quarter import TODAY, a_quarter, a_work, move, owning, say, serve, tie
from tests.organisation import NOW

from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.models import Plan, Weighing
from throughline.engine.matching import Weights, matching
from throughline.people import actions

pytestmark = pytest.mark.django_db
RULES, ROBOT, COUNCIL = "initiative:rules", "initiative:robot", "initiative:council"


@pytest.fixture
def ask(works, quarter):
    def ask(on: date = TODAY, **given) -> Asked:
        return asked_of(quarter, on=on, **given)

    return ask


@pytest.fixture
def keys(organisation):
    """People by their key in the match."""
    return {name: str(getattr(organisation, name).pk) for name in ("mia", "max", "ada")}


def work_in(asked: Asked, key: str):
    return asked.question.works[asked.question.work_at[key]]


def test_everybody_who_can_be_given_work_is_asked_about_and_viewers_are_not(ask, keys):
    assert {each.key for each in ask().question.people} == set(keys.values())


def test_work_is_named_as_the_plan_names_it_and_owning_a_key_result_is_work_too(ask, works):
    asked = ask()
    own = works["doors"].key
    assert set(asked.works) == {RULES, ROBOT, COUNCIL, "initiative:school", own}
    assert asked.titles[own] == "Own: Close the old doors"
    assert work_in(asked, RULES).title == "Rules that catch"


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_what_is_over_is_not_asked_about(ask, works, status):
    works["rules"].initiative.status = status
    works["rules"].initiative.save()
    assert RULES not in ask().works


def test_what_is_archived_or_of_another_cycle_is_not_asked_about(ask, works):
    works["rules"].initiative.archived_at = NOW
    works["rules"].initiative.save()
    other = a_quarter("2027-q2", date(2027, 4, 2), date(2027, 7, 1))
    a_work(other, "later", "Later", {"tooling": 1.0})
    assert not {RULES, "initiative:later"} & set(ask().works)


def test_work_without_weeks_cannot_be_seen_and_is_named(ask, quarter):
    made = a_work(quarter, "vague", "Something vague", {}, weeks=None)
    asked = ask()
    assert made.key not in asked.works
    assert asked.without_weeks == (made,)


def test_ties_become_must_never_and_going_on(ask, works, organisation, keys):
    tie(works["rules"], organisation.mia, "must")
    tie(works["robot"], organisation.max, "never")
    tie(works["council"], organisation.max, "continues")
    asked = ask()
    assert work_in(asked, RULES).must == {keys["mia"]}
    assert work_in(asked, ROBOT).never == {keys["max"]}
    assert work_in(asked, COUNCIL).continues == {keys["max"]}


def test_a_tie_to_somebody_who_left_is_no_tie(ask, works, organisation):
    tie(works["rules"], organisation.mia, "must")
    organisation.mia.is_active = False
    organisation.mia.save()
    assert work_in(ask(), RULES).must == frozenset()


def test_not_now_is_never_for_this_cycle_until_it_is_taken_back(ask, works, organisation, quarter, keys):
    say(works["rules"], organisation.mia, "not_now", quarter)
    assert work_in(ask(), RULES).never == {keys["mia"]}
    say(works["rules"], organisation.mia, "taken_back", quarter, at=NOW + timedelta(hours=1))
    assert work_in(ask(), RULES).never == frozenset()


def test_not_now_said_in_another_cycle_counts_nothing_here(ask, works, organisation):
    other = a_quarter("2026-q4", date(2026, 10, 1), date(2026, 12, 31))
    say(works["rules"], organisation.mia, "not_now", other)
    assert work_in(ask(), RULES).never == frozenset()


def test_what_she_accepts_is_hers(ask, works, organisation, quarter, keys):
    say(works["council"], organisation.mia, "accepted", quarter)
    asked = ask()
    assert work_in(asked, COUNCIL).must == {keys["mia"]}
    found = matching(asked.question, asked.weights)
    person, work = asked.question.person_at[keys["mia"]], asked.question.work_at[COUNCIL]
    assert found.plan.given[person, work]


def test_what_two_accept_and_one_can_have_is_hers_who_said_so_first(ask, works, organisation, quarter, keys):
    say(works["council"], organisation.mia, "accepted", quarter)
    say(works["council"], organisation.max, "accepted", quarter, at=NOW + timedelta(hours=1))
    asked = ask()
    assert work_in(asked, COUNCIL).must == {keys["mia"]}
    (aside,) = asked.set_aside
    assert (aside.person, aside.work) == (keys["max"], COUNCIL)
    assert aside.why == ("Mia had it first",)
    assert not asked.conflicts


def test_not_now_to_what_she_must_do_is_set_aside_and_the_team_keeps_its_plan(
    ask, works, organisation, quarter, keys
):
    tie(works["rules"], organisation.mia, "must")
    say(works["rules"], organisation.mia, "not_now", quarter, reason="on leave")
    asked = ask()
    assert asked.conflicts == ()
    assert [(each.person, each.work) for each in asked.set_aside] == [(keys["mia"], RULES)]
    assert "must do 'Rules that catch'" in asked.set_aside[0].why[0]


def test_not_now_of_who_is_needed_beside_another_is_set_aside_too(ask, works, organisation, quarter, keys):
    works["rules"].least = works["rules"].most = 3
    works["rules"].save()
    tie(works["rules"], organisation.mia, "must")
    say(works["rules"], organisation.max, "not_now", quarter, reason="not mine")
    say(works["council"], organisation.ada, "not_now", quarter, reason="not mine")
    asked = ask()
    assert asked.conflicts == ()
    assert [(each.person, each.work) for each in asked.set_aside] == [(keys["max"], RULES)]
    assert work_in(asked, COUNCIL).never == {keys["ada"]}


def test_what_cannot_be_is_said_in_names_and_titles(ask, works, organisation, keys):
    tie(works["rules"], organisation.mia, "must")
    tie(works["rules"], organisation.mia, "never")
    (said,) = ask().conflicts
    assert said.startswith("'Mia' must do 'Rules that catch' and never may")
    assert keys["mia"] not in said
    assert "initiative:" not in said


def test_people_of_one_name_are_told_apart(ask, works, organisation):
    organisation.max.name = "Mia"
    organisation.max.save()
    tie(works["rules"], organisation.mia, "must")
    tie(works["rules"], organisation.mia, "never")
    assert f"'Mia ({organisation.mia.pk})'" in ask().conflicts[0]


def test_what_is_tried_stands_instead_of_her_answer(ask, works, organisation, quarter, keys):
    say(works["rules"], organisation.mia, "not_now", quarter)
    asked = ask(ties=[(keys["mia"], RULES, "must")])
    assert (work_in(asked, RULES).must, work_in(asked, RULES).never) == ({keys["mia"]}, frozenset())
    assert not asked.conflicts
    assert not asked.is_stated


def test_the_newest_weights_of_the_cycle_count_and_equal_ones_before(ask, quarter):
    assert ask().weights == Weights()
    for business in (1.0, 2.0):
        Weighing.objects.create(
            cycle=quarter,
            business=business,
            interest=1.0,
            growth=1.0,
            beta=0.2,
            phi=0.4,
            continuity=0.1,
            balance=[{"objective": "fewer-doors", "at_least": 0.2, "price": 0.7}],
            author="test",
            at=NOW,
        )
    asked = ask()
    assert asked.weights == Weights(0.5, 0.25, 0.25)
    assert (asked.question.settings.beta, asked.question.settings.phi) == (0.2, 0.4)
    assert [each.price for each in asked.question.balance] == [0.7]
    assert ask(weights=Weights(1, 0, 0)).weights.business == 1


def test_work_serves_the_objective_that_it_names_else_the_one_of_what_it_moves(ask, works):
    serve(works["rules"], "see-more")
    move(works["rules"], works["doors"])
    move(works["robot"], works["doors"])
    asked = ask()
    assert work_in(asked, RULES).objective == "see-more"
    assert work_in(asked, ROBOT).objective == "fewer-doors"
    assert work_in(asked, works["doors"].key).objective == "fewer-doors"
    assert work_in(asked, COUNCIL).objective == ""


def test_a_closed_key_result_needs_no_owner(ask, works):
    works["doors"].key_result.closed_at = NOW
    works["doors"].key_result.save()
    assert works["doors"].key not in ask().works


def test_the_same_records_ask_the_same_and_another_answer_asks_something_else(ask, organisation):
    before = ask().fingerprint
    assert ask().fingerprint == before
    actions.state_interests(organisation.mia, {"teaching": 0.75}, now=NOW)
    assert ask().fingerprint != before


def test_another_cycle_or_other_weights_are_another_question(ask):
    assert ask(weights=Weights(1, 0, 0)).fingerprint != ask().fingerprint


def test_what_fades_a_little_asks_the_same(ask):
    assert ask(TODAY + timedelta(days=3)).fingerprint == ask().fingerprint


def test_who_had_the_glue_work_last_quarter_comes_first_in_this_one(ask, works, organisation, keys):
    before = a_quarter("2026-q4", date(2026, 10, 1), date(2026, 12, 31))
    Plan.objects.create(
        cycle=before,
        document=[
            {"person": organisation.max.pk, "name": "Max", "work": COUNCIL, "share": 1.0},
            {"person": organisation.mia.pk, "name": "Mia", "work": RULES, "share": 1.0},
        ],
        choices=[
            {"person": organisation.max.pk, "options": [[0.6, 0.0, 0.0]], "chosen": [0]},
            {"person": organisation.mia.pk, "options": [[0.8, 1.0, 0.0]], "chosen": [0]},
        ],
        author="test",
        published_at=NOW,
    )
    accounts = {each.key: each.account for each in ask().question.people}
    assert accounts[keys["max"]] < 0 < accounts[keys["mia"]]
    assert accounts[keys["ada"]] == 0


def test_nobody_and_nothing_is_no_question(quarter, organisation):
    assert not asked_of(quarter, on=TODAY).is_asked
    owning(quarter, "Something", kinds={})
    assert asked_of(quarter, on=TODAY).is_asked


def test_a_team_twice_as_large_takes_as_many_queries(ask, quarter, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        ask()
    for number in range(6):
        a_work(quarter, f"more-{number}", f"More {number}", {"tooling": 1.0})
    with django_assert_max_num_queries(24):
        ask()
