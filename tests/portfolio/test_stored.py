"""The document of a cycle: what the records ask, what is not in it yet, and the command's own answer."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate, key_result

from throughline.cli import main
from throughline.objectives import items
from throughline.planning.models import Claim
from throughline.portfolio.actions import change_candidate, drop
from throughline.portfolio.answers import answered
from throughline.portfolio.ruling import state_rules
from throughline.portfolio.stored import key_of, stored
from throughline.portfolio.what_ifs import WhatIf
from throughline.series.actions import push

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return a_quarter()


def missing(cycle) -> dict[str, tuple[bool, tuple[str, ...]]]:
    return {each.candidate.title: (each.is_out, each.why) for each in stored(cycle, now=NOW).missing}


def test_key_results_are_counted_along_their_ways(cycle):
    found = {each["title"]: each for each in stored(cycle, now=NOW).document["key_results"]}
    ways = {title: (each["baseline"], each["target"], each["guardrail"]) for title, each in found.items()}
    assert ways == {
        "Days to repair": (40.0, 20.0, False),
        "Minutes of a build": (10.0, 14.0, True),
        "The pilot runs": (0.0, 1.0, False),
    }


def test_a_figure_outside_the_bound_that_it_is_to_keep_has_a_way_back(cycle):
    bound = key_result("Minutes of a build")
    from throughline.objectives.models import Edge
    from throughline.objectives.sketches import change_sketch

    Edge.objects.all().delete()
    change_sketch(ACTOR, bound, now=NOW, **{**bound.sketch, "bound_high": "8"})
    found = {each["title"]: each for each in stored(cycle, now=NOW).document["key_results"]}
    said = found["Minutes of a build"]
    assert (said["baseline"], said["target"], said["guardrail"]) == (10.0, 8.0, False)


def test_a_key_result_without_an_owner_is_counted_all_the_same(cycle):
    days = key_result("Days to repair")
    days.sketch = {**days.sketch, "owner": ""}
    days.save()
    assert len(stored(cycle, now=NOW).document["key_results"]) == 3


def test_what_lacks_an_effort_is_out_of_the_choice_and_says_so(cycle):
    made = candidate(cycle, "Owners", weeks=4.0)
    change_candidate(ACTOR, made, effort_low="", effort_high="", now=NOW)
    is_out, why = missing(cycle)["Owners"]
    assert is_out
    assert why[0] == "without an effort it is not in the choice"
    assert stored(cycle, now=NOW).document["candidates"] == []


def test_what_moves_nothing_is_worth_nothing_and_says_so(cycle):
    candidate(cycle, "Owners", days=0)
    is_out, why = missing(cycle)["Owners"]
    assert not is_out
    assert "worth nothing" in why[0]


def test_an_effect_on_a_key_result_without_a_figure_is_named(cycle):
    days = key_result("Days to repair")
    candidate(cycle, "Owners")
    days.sketch = {**days.sketch, "metric": "nothing_of_this_name"}
    days.save()
    _, why = missing(cycle)["Owners"]
    assert why[0].startswith("its effect on 'Days to repair' does not count yet: ")


def test_what_needs_a_candidate_that_is_out_is_out_as_well(cycle):
    owners, robot, hunt = (candidate(cycle, title) for title in ("Owners", "Robot", "Hunt"))
    relations = [
        {"kind": "requires", "candidate": robot.pk, "other": owners.pk},
        {"kind": "requires", "candidate": hunt.pk, "other": robot.pk},
    ]
    state_rules(ACTOR, cycle, capacity=10, relations=relations, now=NOW)
    asked = {each["key"]: each for each in stored(cycle, now=NOW).document["candidates"]}
    assert asked[key_of(robot)]["requires"] == [key_of(owners)]
    drop(ACTOR, owners, reason="Done already", now=NOW)
    found = stored(cycle, now=NOW)
    assert found.document["candidates"] == []
    assert {each.candidate.title for each in found.missing if each.is_out} == {"Robot", "Hunt"}


def test_what_goals_claim_is_taken_from_the_capacity(cycle):
    goal = items.add_item(ACTOR, "goal", title="Pass the audit", now=NOW)
    Claim.objects.create(cycle=cycle, goal=goal, weeks=4, author=ACTOR, at=NOW)
    candidate(cycle, "Owners")
    state_rules(ACTOR, cycle, capacity=10, now=NOW)
    _, said = answered(stored(cycle, now=NOW))
    assert said["capacity"] == {"weeks": 10.0, "claimed": 4.0, "left": 6.0}


def test_the_newest_rules_count(cycle):
    candidate(cycle, "Owners")
    for capacity in (10, 20):
        state_rules(ACTOR, cycle, capacity=capacity, now=NOW)
    assert stored(cycle, now=NOW).document["capacity"] == 20.0


def test_another_capacity_draws_the_same_futures(cycle):
    candidate(cycle, "Owners")
    state_rules(ACTOR, cycle, capacity=10, now=NOW)
    seeds = {
        stored(cycle, what_if=WhatIf(capacity=weeks), now=NOW).document["seed"] for weeks in (None, 5.0, 50.0)
    }
    assert len(seeds) == 1


def test_a_newly_measured_figure_draws_the_same_futures(cycle):
    candidate(cycle, "Owners")
    before = stored(cycle, now=NOW).document
    push(ACTOR, "build_minutes", 11.0, at=NOW + timedelta(minutes=5), now=NOW + timedelta(hours=2))
    after = stored(cycle, now=NOW + timedelta(hours=2)).document
    assert before["key_results"] != after["key_results"]
    assert before["seed"] == after["seed"]


def test_another_candidate_draws_others(cycle):
    candidate(cycle, "Owners")
    before = stored(cycle, now=NOW).document["seed"]
    candidate(cycle, "Robot")
    assert stored(cycle, now=NOW).document["seed"] != before


def test_the_page_and_the_command_say_the_same(cycle):
    for number, (days, weeks) in enumerate([(6, 8), (4, 3), (9, 14), (2, 1), (5, 7)]):
        made = candidate(
            cycle,
            f"Work {number}",
            weeks=weeks,
            delay_low="1k",
            delay_high="9k",
            duration_low="2",
            impacts={key_result("Days to repair").pk: (-days, -1.0)},
        )
        change_candidate(ACTOR, made, effort_high=str(weeks * 2), effort_low=str(weeks), now=NOW)
    state_rules(
        ACTOR,
        cycle,
        capacity=20,
        balance=[{"of": "objective:each", "at_least": "1", "price": "0.1"}],
        now=NOW,
    )
    found = stored(cycle, now=NOW)
    _, said = answered(found)
    told = CliRunner().invoke(main, ["portfolio", "-", "--json"], input=found.content)
    assert told.exit_code == 0, told.output
    assert json.loads(told.output) == json.loads(json.dumps(said))
    assert said["portfolio"]["feasible"]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"capacity": "lots"}, "capacity"),
        ({"capacity": "-1"}, "capacity"),
        ({"person_weeks": "0"}, "person_weeks"),
        ({"balance": [{"of": "kind:big-bet", "at_least": "40"}]}, "at_least_1"),
        ({"balance": [{}, {"of": "objective:nothing", "at_least": "1"}]}, "of_2"),
        ({"balance": [{"of": "kind:big-bet"}]}, "at_least_1"),
        ({"balance": [{"of": "kind:big-bet", "at_least": "40 %", "at_most": "10 %"}]}, "at_most_1"),
        ({"balance": [{"of": "objective:repair", "at_least": "1"}] * 2}, "of_2"),
        ({"relations": [{"kind": "requires", "candidate": "987", "other": "988"}]}, "candidate_1"),
        ({"weights": {"repair": "heavy"}}, "weight_repair"),
    ],
)
def test_rules_that_cannot_be_are_refused_beside_their_field(cycle, given, place):
    from throughline.engine.refusals import Refused

    with pytest.raises(Refused) as refused:
        state_rules(ACTOR, cycle, **{"capacity": 10, "now": NOW, **given})
    assert refused.value.place == place


def test_rules_that_cannot_all_hold_are_named(cycle):
    candidate(cycle, "Owners")
    state_rules(ACTOR, cycle, capacity=10, balance=[{"of": "objective:detect", "at_least": "1"}], now=NOW)
    _, said = answered(stored(cycle, now=NOW))
    assert not said["portfolio"]["feasible"]
    assert "Know it before others do" in said["portfolio"]["says"]
