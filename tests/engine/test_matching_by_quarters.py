"""The match over whole quarters: the same answers as trying every plan, for small teams sent this way."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
from tests.engine.matches import random_team, random_weights, worth_of_all

from throughline.engine.matching import holds, matching, measured, solving, triangle
from throughline.engine.matching.branches import Branches
from throughline.engine.matching.model import by_pairs
from throughline.engine.matching.quarters import quarters
from throughline.engine.matching.search import dives
from throughline.engine.matching.solving import by_quarters, relaxed_of

CLOSE = 1e-7


@pytest.fixture(autouse=True)
def no_team_is_too_small_nor_settled_over_pairs(monkeypatch):
    monkeypatch.setattr(solving, "FEW", 0)
    monkeypatch.setattr(sys.modules[triangle.__module__], "FEW", 0)
    monkeypatch.setattr(solving, "HALF_DONE", -1.0)


def test_the_sets_are_those_that_fit_and_are_worth_enough():
    chance = np.random.default_rng(1)
    for _ in range(300):
        count = int(chance.integers(1, 8))
        worth, sizes = chance.normal(0.3, 1, count), chance.choice([0.2, 0.25, 0.5, 0.6, 1.0], count)
        least = float(chance.normal(0.5, 1))
        found = quarters(worth, sizes, least, most=1000)
        every = np.array(list(itertools.product([False, True], repeat=count)))
        right = every[(every @ sizes <= 1 + 1e-9) & (every @ worth >= least)]
        assert sorted(found.tolist()) == sorted(right.tolist())


def test_too_many_sets_are_refused_before_they_are_made():
    assert quarters(np.ones(40), np.full(40, 0.1), 0.0, most=500) is None


def test_the_plan_is_the_best_of_all_and_no_plan_goes_beyond_the_bound():
    chance = np.random.default_rng(2)
    settled = 0
    for _ in range(250):
        question, weights = random_team(chance), random_weights(chance)
        _, worth = worth_of_all(question, weights)
        relaxed = relaxed_of(question, weights)
        found = None if relaxed is None else by_quarters(relaxed, [])
        if found is None:
            continue
        assert found.objective == pytest.approx(worth.max(), abs=CLOSE)
        assert found.short == 0
        assert relaxed.bound >= worth.max() - CLOSE
        assert holds(question, found.given)
        settled += 1
    assert settled > 190


def test_every_cost_is_what_the_best_plan_with_it_lacks():
    chance = np.random.default_rng(3)
    seen = {"never": 0, "free": 0, "dear": 0}
    for _ in range(40):
        question, weights = random_team(chance), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        if found is None:
            assert np.isneginf(worth.max())
            continue
        for (person, work), cost in np.ndenumerate(found.costs()):
            with_it = worth[plans[:, person, work] > 0].max()
            if np.isneginf(with_it):
                assert np.isnan(cost)
                seen["never"] += 1
            else:
                assert cost == pytest.approx(worth.max() - with_it, abs=CLOSE)
                seen["dear" if cost > CLOSE else "free"] += 1
    assert min(seen.values()) > 30


def test_asking_for_a_cost_leaves_the_others_as_they_were():
    chance = np.random.default_rng(4)
    for _ in range(10):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        one, other = matching(question, weights), matching(question, weights)
        pairs = [tuple(map(int, each)) for each in np.argwhere(question.may)] if one else []
        forth = {each: one.cost(*each) for each in pairs}
        back = {each: other.cost(*each) for each in reversed(pairs)}
        assert all(
            forth[each] is back[each] is None or forth[each] == pytest.approx(back[each], abs=CLOSE)
            for each in pairs
        )


def test_every_plan_of_a_dive_holds_what_must_be():
    chance = np.random.default_rng(5)
    seen = 0
    for _ in range(30):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        relaxed = relaxed_of(question, weights)
        for given in dives(relaxed) if relaxed else []:
            if holds(question, given):
                assert measured(question, weights, given).objective <= relaxed.bound + CLOSE
                seen += 1
    assert seen > 25


def test_a_larger_team_gets_the_same_plan_as_over_pairs():
    chance = np.random.default_rng(6)
    for _ in range(6):
        question, weights = random_team(chance, 6, 10), random_weights(chance)
        found = by_pairs(question, weights, question.forced)
        relaxed = relaxed_of(question, weights)
        if found is None or relaxed is None:
            continue
        assert by_quarters(relaxed, []).objective == pytest.approx(found.objective, abs=CLOSE)


@pytest.mark.parametrize("most", [1, 3, 9, 1000])
def test_a_search_that_is_stopped_says_what_no_plan_goes_beyond(most):
    chance = np.random.default_rng(9)
    proven = open_ends = 0
    for _ in range(60):
        question, weights = random_team(chance), random_weights(chance)
        relaxed = relaxed_of(question, weights)
        if relaxed is None:
            continue
        _, worth = worth_of_all(question, weights)
        sets = relaxed.near(2 * abs(relaxed.bound) + 1, most=10_000)
        given, bound = Branches(relaxed, sets).search(-np.inf, most=most)
        met = -np.inf if given is None else measured(question, weights, given).objective
        assert met <= worth.max() + CLOSE
        assert bound >= worth.max() - CLOSE
        proven += bound - met <= CLOSE
        open_ends += bound - met > CLOSE
    assert open_ends == 0 if most == 1000 else proven
    assert most > 1 or open_ends


@pytest.mark.parametrize("within", [0.0, 0.1])
def test_a_point_of_the_triangle_says_by_how_much_it_may_be_short(within):
    chance = np.random.default_rng(7)
    short = 0
    for _ in range(4):
        question = random_team(chance, plain=True)
        found = triangle(question, steps=5, within=within)
        for each in found.points if found else []:
            _, worth = worth_of_all(question, each.weights)
            there = measured(question, each.weights, found.plans[each.plan].given)
            assert there.objective == pytest.approx(each.objective)
            assert -CLOSE <= worth.max() - each.objective <= each.short + CLOSE
            assert each.short <= within * (worth.max() + each.short) + CLOSE
            short += each.short > 0
    assert (short > 0) == (within > 0)
