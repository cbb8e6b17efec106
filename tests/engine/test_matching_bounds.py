"""The ends of every opportunity cost: what trying every plan finds always lies between them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.matches import random_team, random_weights, worth_of_all

from throughline.engine.matching import holds, matching, measured, solving
from throughline.engine.matching.repairs import Many, repaired

CLOSE = 1e-7


@pytest.fixture
def no_team_is_too_small(monkeypatch):
    monkeypatch.setattr(solving, "FEW", 0)


def true_costs(question, weights):
    plans, worth = worth_of_all(question, weights)
    with_each = np.where(plans > 0, worth[:, None, None], -np.inf).max(axis=0)
    return np.where(np.isneginf(with_each), np.nan, worth.max() - with_each)


def met(found, costs):
    """How many costs there are and of how many both ends are the same, once they are seen to enclose each."""
    ends = found.bounds()
    never = np.isnan(costs)
    assert np.isinf(ends.high[never & ~np.isnan(ends.high)]).all()
    assert not np.isnan(ends.low[~never]).any()
    assert (ends.low[~never] <= costs[~never] + CLOSE).all()
    assert (costs[~never] <= ends.high[~never] + CLOSE).all()
    assert (ends.low[~never] >= 0).all()
    assert (ends.high[found.plan.given] == 0).all()
    right = np.abs(ends.high[~never] - costs[~never]) < CLOSE
    return np.array([right.size, ends.exact[~never].sum(), right.sum()])


@pytest.mark.parametrize("plain", [True, False])
def test_the_ends_enclose_every_cost_and_are_often_the_same(plain, no_team_is_too_small):
    chance = np.random.default_rng(1)
    seen = np.zeros(3, int)
    for _ in range(400):
        question, weights = random_team(chance, plain=plain), random_weights(chance)
        found = matching(question, weights)
        if found is not None:
            seen += met(found, true_costs(question, weights))
    pairs, exact, right = seen
    assert pairs > 2000
    # Seen: three in five are exact, and more than nine in ten of the plans with a pair are the best.
    assert exact > 0.5 * pairs
    assert right > 0.85 * pairs


def test_the_ends_enclose_every_cost_of_teams_that_are_asked_over_pairs():
    chance = np.random.default_rng(2)
    for _ in range(500):
        question, weights = random_team(chance), random_weights(chance)
        found = matching(question, weights)
        if found is not None:
            met(found, true_costs(question, weights))


def test_a_cost_that_was_asked_for_is_both_of_its_ends(no_team_is_too_small):
    chance = np.random.default_rng(3)
    for _ in range(20):
        question, weights = random_team(chance), random_weights(chance)
        found = matching(question, weights)
        if found is None:
            continue
        costs = found.costs()
        ends = found.bounds()
        assert ends.low == pytest.approx(costs, abs=CLOSE, nan_ok=True)
        assert ends.high == pytest.approx(costs, abs=CLOSE, nan_ok=True)


def test_many_plans_are_worth_what_each_is():
    chance = np.random.default_rng(4)
    for _ in range(60):
        question, weights = random_team(chance), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        some = chance.integers(0, len(plans), 50)
        assert Many(question, weights).worth(plans[some] > 0) == pytest.approx(worth[some])


def test_a_larger_teams_repaired_plans_hold_what_must_be_and_its_ends_enclose_costs():
    chance = np.random.default_rng(5)
    repairs = 0
    for _ in range(4):
        question, weights = random_team(chance, 7, 11), random_weights(chance)
        found = matching(question, weights)
        if found is None:
            continue
        many, pairs = Many(question, weights), np.argwhere(question.may & ~found.plan.given)
        plans = repaired(many, found.plan.given, pairs)
        for given, worth in zip(plans, many.worth(plans), strict=True):
            assert holds(question, given) == np.isfinite(worth)
            if np.isfinite(worth):
                assert measured(question, weights, given).objective == pytest.approx(worth)
                assert worth <= found.plan.objective + found.plan.short + CLOSE
                repairs += 1
        ends = found.bounds()
        for person, work in pairs[::9].tolist():
            cost = found.cost(person, work)
            if cost is not None:
                assert ends.low[person, work] - CLOSE <= cost <= ends.high[person, work] + CLOSE
    assert repairs > 60
