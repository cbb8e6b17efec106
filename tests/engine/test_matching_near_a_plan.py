"""Plans for teams that no search of whole plans settles: sought near others, and never overstated."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from tests.engine.matches import CLOSE, count_of_best, random_team, random_weights, worth_of_all

from throughline.engine.matching import holds, matching, measured, search, solving, triangle
from throughline.engine.matching.neighbours import Neighbours
from throughline.engine.matching.search import dives
from throughline.engine.matching.solving import relaxed_of


@pytest.fixture(autouse=True)
def every_team_is_too_large_to_settle(monkeypatch):
    monkeypatch.setattr(search, "MANY_PAIRS", 0)
    monkeypatch.setattr(solving, "FEW", 0)
    monkeypatch.setattr(sys.modules[triangle.__module__], "FEW", 0)
    monkeypatch.setattr(solving, "HALF_DONE", -1.0)


def teams(seed, count, *size, plain=False):
    chance = np.random.default_rng(seed)
    for _ in range(count):
        yield random_team(chance, *size, plain=plain), random_weights(chance)


def test_the_plan_holds_what_must_be_and_the_best_of_all_is_no_better_than_it_says():
    best = seen = 0
    for question, weights in teams(1, 60):
        _, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        if found is None:
            assert np.isneginf(worth.max())
            continue
        assert holds(question, found.plan.given)
        lacks = worth.max() - found.plan.objective
        assert -CLOSE <= lacks <= found.plan.short + CLOSE
        best, seen = best + (lacks <= CLOSE), seen + 1
    assert best > 0.8 * seen > 36


def test_no_plan_with_a_pair_is_overstated_and_most_are_the_best_with_it():
    best, seen = sum(count_of_best(*team) for team in teams(2, 30))
    assert best > 0.8 * seen > 140


def test_a_cost_is_off_by_no_more_than_both_plans_may_be():
    seen = 0
    for question, weights in teams(6, 20):
        plans, worth = worth_of_all(question, weights)
        found = matching(question, weights)
        for person, work in np.argwhere(question.may).tolist() if found else []:
            plan, cost = found.forcing(person, work), found.cost(person, work)
            if plan is not None:
                right = worth.max() - worth[plans[:, person, work] > 0].max()
                assert abs(cost - right) <= max(found.plan.short, plan.short) + CLOSE
                seen += plan.short > 0
    assert seen > 20


def test_a_round_never_leads_to_a_worse_plan():
    gained = 0
    for question, weights in teams(3, 30, 6, 9, plain=True):
        relaxed = relaxed_of(question, weights)
        for given in dives(relaxed) if relaxed else []:
            if not holds(question, given):
                continue
            neighbours, plan = Neighbours(relaxed), measured(question, weights, given)
            for _ in range(4):
                better = neighbours.bettered(plan, rounds=1)
                assert better.objective >= plan.objective
                assert holds(question, better.given)
                gained += better.objective > plan.objective
                plan = better
    assert gained > 4


def test_a_plan_near_another_takes_up_the_pair_that_has_to_be():
    seen = 0
    for question, weights in teams(4, 12, 6, 9, plain=True):
        found, relaxed = matching(question, weights), relaxed_of(question, weights)
        for person, work in np.argwhere(question.may & ~found.plan.given)[::7].tolist() if found else []:
            if found.forcing(person, work) is None:
                continue
            with relaxed.holding(person, work):
                relaxed.solve()
                plan = Neighbours(relaxed).mended(found.plan.given)
            if plan is not None:
                assert plan.given[person, work]
                assert holds(question, plan.given)
                assert plan.objective <= found.plan.objective + found.plan.short + CLOSE
                seen += 1
    assert seen > 40


def test_the_same_question_is_answered_the_same_each_time():
    seen = 0
    for question, weights in teams(5, 6, 6, 9, plain=True):
        one, other = matching(question, weights), matching(question, weights)
        if one is None:
            continue
        assert one.plan.given.tolist() == other.plan.given.tolist()
        pairs = np.argwhere(question.may)[::5].tolist()
        assert [one.cost(*each) for each in pairs] == [other.cost(*each) for each in pairs]
        seen += len(pairs)
    assert seen > 20
