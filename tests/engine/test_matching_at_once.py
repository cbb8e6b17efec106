"""The match over pairs that are kept solved: the plans of trying every one, with each pair forced too."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from tests.engine.matches import in_months, random_team, random_weights, worth_of_all

from throughline.engine.matching import Weights, best, holds, matching, measured, parts, tree, triangle
from throughline.engine.matching import around as searching
from throughline.engine.matching.around import Around
from throughline.engine.matching.core import Core
from throughline.engine.matching.met import Met, Undecided
from throughline.engine.matching.mixes import Prices, bound
from throughline.engine.matching.model import by_pairs, programme

CLOSE = 1e-7


@pytest.fixture
def every_team_is_searched_in_parts(monkeypatch):
    """How often a part was searched, and how often a second one, wider, was needed."""
    monkeypatch.setattr(searching, "_MANY", 0)
    # Cuts settle most small teams before there is anything to search.
    monkeypatch.setattr(tree, "_CUTS", 0)
    searched = {"first": 0, "wider": 0}
    within = Core.within

    def counted(core, width):
        searched["first" if width <= core.first() else "wider"] += 1
        return within(core, width)

    monkeypatch.setattr(Core, "within", counted)
    return searched


@pytest.mark.parametrize("kind", ["in weeks", "in months"])
def test_the_plan_and_the_best_with_each_pair_are_those_of_trying_every_plan(kind):
    as_by_trying_every_plan(kind)


@pytest.mark.parametrize("kind", ["in weeks", "in months"])
def test_they_are_also_where_columns_are_so_many_that_only_parts_are_searched(
    kind, every_team_is_searched_in_parts
):
    as_by_trying_every_plan(kind)
    assert min(every_team_is_searched_in_parts.values()) > 10


def as_by_trying_every_plan(kind):
    chance = np.random.default_rng(1)
    seen = {"never": 0, "found": 0}
    for _ in range(60):
        question, weights = random_team(chance), random_weights(chance)
        question = in_months(question, chance) if kind == "in months" else question
        plans, worth = worth_of_all(question, weights)
        around = Around(question, weights)
        for pair in [None, *np.argwhere(question.may).tolist()]:
            found = around.best() if pair is None else around.with_pair(*pair)
            right = worth.max() if pair is None else worth[plans[:, *pair] > 0].max()
            if found is None:
                assert np.isneginf(right)
                seen["never"] += 1
                continue
            assert found.objective == pytest.approx(right, abs=CLOSE)
            assert found.short == 0
            assert holds(question, found.given)
            assert pair is None or found.given[*pair]
            seen["found"] += 1
    assert min(seen.values()) > 30


def test_a_plan_that_may_lack_a_part_lacks_no_more_and_says_so():
    chance = np.random.default_rng(5)
    short = 0
    for _ in range(60):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        _, worth = worth_of_all(question, weights)
        around = Around(question, weights)
        found = around.best(within=0.2)
        if found is not None:
            assert -CLOSE <= worth.max() - found.objective <= found.short + CLOSE
            assert found.short <= 0.2 * abs(around.bound) + CLOSE
            short += found.short > 0
    assert short > 5


def test_a_larger_team_gets_what_pairs_give():
    chance = np.random.default_rng(2)
    for _ in range(8):
        question = in_months(random_team(chance, 9, 14, plain=True), chance)
        weights = random_weights(chance)
        found, slow = best(question, weights), by_pairs(question, weights, question.forced)
        if slow is None:
            assert found is None
        else:
            assert found.objective == pytest.approx(slow.objective, abs=CLOSE)


def test_costs_of_a_larger_team_are_those_of_solving_again():
    chance = np.random.default_rng(3)
    seen = 0
    while seen < 2:
        question, weights = in_months(random_team(chance, 7, 10, plain=True), chance), random_weights(chance)
        found = matching(question, weights)
        if found is None:
            continue
        for person, work in np.argwhere(question.may)[::5].tolist():
            must = question.forced.copy()
            must[person, work] = True
            slow = by_pairs(question, weights, must)
            if slow is None:
                assert found.cost(person, work) is None
            else:
                lost = found.plan.objective - slow.objective
                assert found.cost(person, work) == pytest.approx(lost, abs=CLOSE)
        seen += 1


def test_every_cost_is_the_same_one_after_the_other_and_side_by_side(monkeypatch):
    monkeypatch.setattr(parts, "_LEAST", 10)
    chance = np.random.default_rng(10)
    question, weights = in_months(random_team(chance, 7, 10, plain=True), chance), random_weights(chance)
    alone, threaded, spread, slow = (matching(question, weights) for _ in range(4))
    costs = alone.costs()
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, get_context("spawn")) as processes:
        assert threaded.costs(pool=threads).tobytes() == costs.tobytes()
        assert spread.costs(pool=processes).tobytes() == costs.tobytes()
    for pair, cost in np.ndenumerate(costs):
        one = slow.cost(*pair)
        assert np.isnan(cost) if one is None else cost == pytest.approx(one, abs=CLOSE)
    assert (costs > 0).sum() > 30


def test_where_nodes_run_out_another_way_finds_the_same(monkeypatch):
    chance = np.random.default_rng(6)
    monkeypatch.setattr(searching, "_MOST_NODES", 1)
    undecided = 0
    for _ in range(30):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        plans, worth = worth_of_all(question, weights)
        try:
            Around(question, weights).best()
        except Undecided:
            undecided += 1
        found = matching(question, weights)
        for person, work in np.argwhere(question.may).tolist() if found else []:
            with_it = worth[plans[:, person, work] > 0].max()
            cost = found.cost(person, work)
            assert (cost is None) == bool(np.isneginf(with_it))
            assert cost is None or cost == pytest.approx(worth.max() - with_it, abs=CLOSE)
        for pair, cost in np.ndenumerate(found.costs() if found else np.zeros((0, 0))):
            assert np.isnan(cost) or cost == pytest.approx(found.cost(*pair), abs=CLOSE)
    assert undecided > 5


def test_a_plan_that_is_not_worth_what_a_solver_says_of_it_is_not_handed_out():
    chance = np.random.default_rng(13)
    question, weights = random_team(chance, plain=True), random_weights(chance)
    plans, worth = worth_of_all(question, weights)
    order = np.argsort(-worth)[:2]
    met = Met(question, weights)
    for place in order:
        met.add(plans[place] > 0, float(worth[place]))
    assert met.best().objective == pytest.approx(worth.max())
    other = met.again()
    pair = np.argwhere(plans[order[0]] > 0)[0].tolist()
    assert met.with_pair(*pair).given.tolist() == (plans[order[0]] > 0).tolist()
    other.add(plans[order[0]] > 0, float(worth.max()) + 1e-6)
    with pytest.raises(Undecided):
        other.with_pair(*pair)


def test_prices_at_some_mixes_bound_every_plan_at_others():
    chance = np.random.default_rng(7)
    gaps = []
    for _ in range(60):
        question = random_team(chance)
        _, worth = worth_of_all(question, Weights())
        if np.isneginf(worth.max()):
            continue
        mixes = [random_weights(chance) for _ in range(3)]
        known = [Prices.of(Around(question, mix)) for mix in mixes]
        parts = chance.dirichlet(np.ones(3))
        weights = Weights(*(parts @ np.array([mix.each for mix in mixes])))
        _, worth = worth_of_all(question, weights)
        most = bound(list(zip(parts.tolist(), known, strict=True)), weights)
        assert most >= worth.max() - CLOSE
        assert bound([(1.0, known[0])], mixes[0]) == pytest.approx(Around(question, mixes[0]).bound)
        gaps.append(most - Around(question, weights).bound)
    assert min(gaps) > -CLOSE
    assert np.median(gaps) < 0.2


def test_a_model_at_other_weights_is_that_made_for_them():
    chance = np.random.default_rng(8)
    for _ in range(20):
        question, weights = random_team(chance), random_weights(chance)
        first = programme(question, random_weights(chance), question.forced)
        made, moved = (programme(question, weights, question.forced, like=like) for like in (None, first))
        assert made.gain.tolist() == moved.gain.tolist()
        assert (made.rows.low, made.rows.high) == (moved.rows.low, moved.rows.high)
        for one, other in zip(made.rows.values, moved.rows.values, strict=True):
            assert one.tolist() == other.tolist()


@pytest.mark.parametrize("within", [0.0, 0.01])
def test_each_point_of_the_triangle_of_a_team_in_months_has_its_best_plan(within):
    chance = np.random.default_rng(4)
    question = in_months(random_team(chance, 8, 11, plain=True), chance)
    while by_pairs(question, Weights(), question.forced) is None:
        question = in_months(random_team(chance, 8, 11, plain=True), chance)
    for each in triangle(question, steps=4, within=within).points:
        slow = by_pairs(question, each.weights, question.forced)
        assert -CLOSE <= slow.objective - each.objective <= each.short + CLOSE
        assert each.short <= within * (each.objective + each.short) + CLOSE


def test_a_plan_of_the_triangle_is_worth_what_it_says_at_its_point():
    chance = np.random.default_rng(9)
    question = in_months(random_team(chance, 6, 9, plain=True), chance)
    found = triangle(question, steps=8)
    for each in found.points:
        there = measured(question, each.weights, found.plans[each.plan].given)
        assert there.objective == pytest.approx(each.objective)
