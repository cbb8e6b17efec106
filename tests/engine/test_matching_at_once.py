"""The match where the relaxation over pairs all but says it: the same plan as trying every one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.matches import random_team, random_weights, worth_of_all

from throughline.engine.matching import Weights, best, holds, matching, solving, triangle
from throughline.engine.matching.model import by_pairs, easily

CLOSE = 1e-7


def in_months(question, chance):
    people = [replace(each, capacity=4.0 * float(chance.integers(1, 4))) for each in question.people]
    return replace(question, people=tuple(people), works=tuple(replace(w, weeks=4) for w in question.works))


@pytest.mark.parametrize("kind", ["in weeks", "in months"])
def test_what_is_found_at_once_is_the_best_of_all_plans(kind):
    chance = np.random.default_rng(1)
    settled = 0
    for _ in range(800):
        question, weights = random_team(chance), random_weights(chance)
        question = in_months(question, chance) if kind == "in months" else question
        found = easily(question, weights)
        if found is None:
            continue
        _, worth = worth_of_all(question, weights)
        assert found.objective == pytest.approx(worth.max(), abs=CLOSE)
        assert found.short == 0
        assert holds(question, found.given)
        settled += 1
    assert settled > 200


def test_a_larger_team_gets_what_pairs_give():
    chance = np.random.default_rng(2)
    settled = 0
    for _ in range(12):
        question = in_months(random_team(chance, 9, 14, plain=True), chance)
        weights = random_weights(chance)
        found, slow = best(question, weights), by_pairs(question, weights, question.forced)
        if slow is None:
            assert found is None
            continue
        assert found.objective == pytest.approx(slow.objective, abs=CLOSE)
        settled += solving.at_once(question, weights) is not None
    assert settled > 3


def test_costs_are_the_same_where_the_plan_was_found_at_once():
    chance = np.random.default_rng(3)
    seen = 0
    while seen < 2:
        question, weights = in_months(random_team(chance, 7, 10, plain=True), chance), random_weights(chance)
        if solving.at_once(question, weights) is None:
            continue
        found = matching(question, weights)
        for person, work in np.argwhere(question.may)[::5].tolist():
            slow = best(question, weights, with_pair=(person, work))
            if slow is None:
                assert found.cost(person, work) is None
            else:
                assert found.cost(person, work) == pytest.approx(
                    found.plan.objective - slow.objective, abs=CLOSE
                )
        seen += 1


def test_each_point_of_the_triangle_of_a_team_in_months_has_its_best_plan():
    chance = np.random.default_rng(4)
    question = in_months(random_team(chance, 8, 11, plain=True), chance)
    while by_pairs(question, Weights(), question.forced) is None:
        question = in_months(random_team(chance, 8, 11, plain=True), chance)
    for each in triangle(question, steps=3, within=0).points:
        slow = by_pairs(question, each.weights, question.forced)
        assert each.objective == pytest.approx(slow.objective, abs=CLOSE)
