"""The scores of an objective: by commitment, guardrails beside them, the weakest status for all."""

from __future__ import annotations

from datetime import date

import pytest
from tests.objectives.kinds import add, done, event, push, steps
from tests.objectives.register import NOW

from throughline.objectives import items
from throughline.objectives.models import Objective
from throughline.objectives.scores import score_of, scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective() -> Objective:
    cycle = items.add_cycle("test", title="Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)
    cycle.state = "set"
    cycle.save()
    return items.add_item("test", "objective", title="Repair what matters", cycle=cycle, now=NOW)


def guardrail(objective: Objective, *, name: str, value: float):
    """Builds stay fast; at home in another objective."""
    push("2026-09-30", 10, name=name)
    push("2026-11-20", value, name=name)
    made = add("keep", metric=name, bound_high="12", allowed_outside="80", title=name, cadence_days=60)
    items.join("test", made, objective, "balances", now=NOW)
    return made


def test_the_committed_and_the_aspirational_are_never_averaged_with_each_other(objective):
    first = event(objective=objective.key, weight="3")
    done(first)
    event(objective=objective.key)
    done(steps(objective=objective.key, commitment="aspirational"), "the-pilot-runs")
    found = score_of(objective, now=NOW)
    assert (found.score.committed.value, found.score.aspirational.value) == (0.75, 0.4)
    assert len(found.counted) == 3


def test_a_breached_guardrail_stands_beside_the_score_and_is_in_none(objective):
    done(event(objective=objective.key))
    guardrail(objective, name="build_minutes", value=10)
    slow = guardrail(objective, name="deploy_minutes", value=30)
    found = score_of(objective, now=NOW)
    assert (found.score.committed.value, found.score.committed.n) == (1.0, 1)
    assert found.score.breached == ("deploy_minutes",)
    assert [stand.key_result for stand in found.breached] == [slow]


def test_an_objective_is_as_weak_as_its_weakest_key_result(objective):
    done(event(objective=objective.key))
    assert score_of(objective, now=NOW).score.status == "on_track"
    steps(objective=objective.key)
    assert score_of(objective, now=NOW).score.status == "pending"


def test_a_key_result_of_elsewhere_counts_where_it_contributes_and_not_where_it_supports(objective):
    helpful, near = event(), event()
    items.join("test", helpful, objective, "contributes", now=NOW)
    items.join("test", near, objective, "supports", now=NOW)
    assert [stand.key_result for stand in score_of(objective, now=NOW).counted] == [helpful]


def test_what_balances_the_objective_that_it_is_at_home_in_does_not_count_for_it(objective):
    made = event(objective=objective.key)
    items.join("test", made, objective, "balances", now=NOW)
    found = score_of(objective, now=NOW)
    assert (found.counted, found.score.committed.value) == ((), None)


def test_many_objectives_are_scored_in_a_fixed_number_of_queries(objective, django_assert_max_num_queries):
    for _ in range(3):
        event(objective=objective.key)
    other = items.add_item("test", "objective", title="Other", cycle=objective.cycle, now=NOW)
    event(objective=other.key)
    with django_assert_max_num_queries(7):
        found = scores([objective, other], now=NOW)
    assert [len(each.counted) for each in found.values()] == [3, 1]
