"""Around the cut line: prices of rules, what just missed, more people, the frontier, chances, the order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from tests.engine.portfolios import by_trying, item, question, random_question

from throughline.engine import cut_line
from throughline.engine.cores import CORE, solve_nearly
from throughline.engine.draws import chances, draw
from throughline.engine.portfolio import Clause, CountRule, Item, Question, best
from throughline.engine.priorities import Aim, Candidate, Delay, Effect, shrink
from throughline.engine.sequences import Job, sequence
from throughline.engine.treatments import Range

WAY = Aim("way", baseline=0, target=1)


def some(count: int, seed: int) -> list[tuple[Question, object]]:
    """Questions that have an answer, with it."""
    chance = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        asked = random_question(chance, most=7)
        if chosen := best(asked):
            found.append((asked, chosen))
    return found


def test_the_price_of_a_rule_is_what_trying_everything_loses_by_it():
    for asked, chosen in some(80, seed=1):
        for price in cut_line.prices(asked, chosen):
            assert price.lost == pytest.approx(
                by_trying(asked.without(price.rule)).net - chosen.net, abs=1e-7
            )


def test_what_just_missed_enters_with_that_much_more_value_and_not_with_less():
    checked = 0
    for asked, chosen in some(80, seed=2):
        for each in cut_line.missed(asked, chosen):
            if each.value is None:
                assert by_trying(asked.promising(each.key)) is None
                continue
            assert (
                by_trying(
                    raised(asked, each.key, each.value + 1e-4),
                ).net
                > chosen.net
            )
            assert each.key in by_trying(raised(asked, each.key, each.value + 1e-4)).chosen
            if each.value > 1e-3:
                assert each.key not in by_trying(raised(asked, each.key, each.value - 1e-4)).chosen
                checked += 1
    assert checked > 50


def raised(asked: Question, key: str, by: float) -> Question:
    return replace(
        asked,
        items=tuple(
            replace(each, value=each.value + by) if each.key == key else each for each in asked.items
        ),
    )


def test_what_cannot_come_in_names_what_is_against_it():
    asked = question(
        item("a", 3, 1, is_promised=True),
        item("b", 9, 1, excludes=frozenset("a")),
        capacity=5,
    )
    [found] = cut_line.missed(asked, best(asked))
    assert (found.key, found.value, found.effort) == ("b", None, None)
    assert set(found.against) == {
        Clause("promised", "a"),
        Clause("promised", "b"),
        Clause("excludes", "a", "b"),
    }


def test_what_is_too_large_for_the_team_enters_with_less_effort_only():
    asked = question(item("a", 3, 4), item("b", 9, 9), capacity=5)
    [found] = cut_line.missed(asked, best(asked))
    assert found.value is None
    # At 5 it takes the place of the other, at 1 it would join it; the first is enough.
    assert found.effort == pytest.approx(4.0)


def test_more_weeks_buy_what_trying_everything_finds():
    for asked, chosen in some(60, seed=3):
        found = cut_line.more(asked, chosen, 2.0)
        assert found.gain == pytest.approx(
            by_trying(asked.with_capacity(asked.capacity + 2)).net - chosen.net, abs=1e-7
        )


def test_the_frontier_rises_and_each_point_is_the_best_of_its_capacity():
    for asked, chosen in some(30, seed=4):
        found = cut_line.frontier(asked, points=20)
        nets = [portfolio.net for _, portfolio in found]
        assert nets == sorted(nets)
        assert len({round(net, 9) for net in nets}) == len(nets)
        for capacity, portfolio in found:
            assert portfolio.effort <= capacity + 1e-9
            assert by_trying(asked.with_capacity(capacity)).net == pytest.approx(portfolio.net, abs=1e-7)
        at = [portfolio.net for capacity, portfolio in found if capacity <= asked.capacity + 1e-9]
        assert max(at) == pytest.approx(chosen.net, abs=1e-7)


def test_the_frontier_begins_where_the_rules_can_be_met():
    asked = question(
        item("a", 1, 3, objective="detect"),
        item("b", 5, 1),
        capacity=4,
        rules=[CountRule(key="one", objective="detect", at_least=1)],
    )
    assert [capacity for capacity, _ in cut_line.frontier(asked)] == [3.0, 4.0]


def candidates() -> list[Candidate]:
    return [
        Candidate(key=key, effects=(Effect(WAY, *effect),), confidence=confidence, effort=Range(*effort))
        for key, effect, confidence, effort in (
            ("sure", (0.5, 0.5), 1.0, (2, 2)),
            ("wide", (-0.2, 1.4), 0.9, (1, 4)),
            ("poor", (0.0, 0.1), 0.5, (3, 5)),
            ("even", (0.3, 0.6), 0.8, (1, 3)),
        )
    ]


def asked_of(work: list[Candidate], capacity: float) -> Question:
    return question(
        *(Item(key=each.key, value=each.value.expected, effort=each.effort.mean) for each in work),
        capacity=capacity,
    )


def test_certain_ranges_leave_no_doubt_what_is_in():
    work = [
        Candidate(key=key, effects=(Effect(WAY, value, value),), confidence=1, effort=Range(2, 2))
        for key, value in (("a", 0.5), ("b", 0.4), ("c", 0.3))
    ]
    found = chances(asked_of(work, 4.0), draw(work, 20, np.random.default_rng(1)), chosen=("a", "b"), k=1)
    assert {key: each.probability for key, each in found.in_best.items()} == {"a": 1, "b": 1, "c": 0}
    assert {key: each.probability for key, each in found.top.items()} == {"a": 1, "b": 0, "c": 0}
    assert found.fits.probability == 1


def test_two_that_are_alike_are_each_in_half_of_the_draws():
    work = [
        Candidate(key=key, effects=(Effect(WAY, 0.2, 0.6),), confidence=1, effort=Range(2, 2)) for key in "ab"
    ]
    found = chances(asked_of(work, 2.0), draw(work, 400, np.random.default_rng(2)), chosen=("a",), k=1)
    a, b = found.in_best["a"], found.in_best["b"]
    assert a.probability + b.probability == pytest.approx(1)
    assert abs(a.probability - 0.5) < 4 * a.error
    assert a.error == pytest.approx((a.probability * b.probability / 400) ** 0.5)
    assert found.top["a"].probability == a.probability


def test_a_seed_gives_the_same_draws_whatever_the_order_of_the_candidates():
    work = candidates()
    one = draw(work, 30, np.random.default_rng(5))
    other = draw(work[::-1], 30, np.random.default_rng(5))
    assert one.keys == other.keys
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.efforts, other.efforts)
    assert not np.array_equal(one.values, draw(work, 30, np.random.default_rng(6)).values)


def test_draws_that_are_shrunk_have_the_shrunk_mean_and_what_is_left_of_the_variance():
    work = candidates()
    found = shrink([each.value.expected for each in work], [each.value.error for each in work])
    drawn = draw(work, 100_000, np.random.default_rng(7), found)
    for place, each in enumerate(work):
        column = drawn.values[:, drawn.keys.index(each.key)]
        assert column.mean() == pytest.approx(found.values[place], abs=0.01)
        assert column.std() == pytest.approx(found.trust[place] ** 0.5 * each.value.error, rel=0.02)


def test_draws_in_which_the_promised_does_not_fit_are_counted():
    work = [Candidate(key="a", effects=(), confidence=1, effort=Range(1, 4), is_promised=True)]
    asked = question(Item(key="a", value=0, effort=2.2, is_promised=True), capacity=2.0)
    found = chances(asked, draw(work, 300, np.random.default_rng(8)), chosen=("a",), k=1)
    assert found.unmet == pytest.approx(1 - found.fits.probability)
    assert found.unmet == pytest.approx(0.5, abs=0.1)


def jobs(chance: np.random.Generator, count: int) -> list[Job]:
    profiles = ("constant", "deadline", "decaying")
    return [
        Job(
            f"j{number}",
            float(chance.integers(1, 6)),
            Delay(
                Range(*(float(chance.uniform(1, 9)),) * 2),
                profiles[int(chance.integers(3))],
                week=float(chance.integers(1, 9)),
                fades=0.3,
            ),
        )
        for number in range(count)
    ]


def loss(order) -> float:
    ends = np.cumsum([job.weeks for job in order])
    return sum(job.delay.loss(end) for job, end in zip(order, ends, strict=True))


def test_the_order_loses_as_little_as_the_best_of_all_orders():
    chance = np.random.default_rng(9)
    for _ in range(40):
        given = jobs(chance, int(chance.integers(1, 7)))
        found = sequence(given)
        assert found.loss == pytest.approx(min(map(loss, permutations(given))))
        assert found.is_exact
        assert sequence(given[::-1]) == found


def test_with_constant_costs_the_order_is_by_cd3_and_exact_for_any_number():
    chance = np.random.default_rng(10)
    given = [
        Job(f"j{number}", float(chance.uniform(1, 9)), Delay(Range(*(float(chance.uniform(1, 9)),) * 2)))
        for number in range(30)
    ]
    found = sequence(given)
    by_cd3 = sorted(given, key=lambda job: -job.delay.cost.mean / job.weeks)
    assert found.keys == tuple(job.key for job in by_cd3)
    assert found.is_exact


def test_many_jobs_with_profiles_are_no_worse_than_by_cd3_and_say_that_they_are_not_proven():
    given = jobs(np.random.default_rng(11), 20)
    found = sequence(given)
    assert not found.is_exact
    assert found.loss <= loss(sorted(given, key=lambda job: -job.delay.cost.mean / job.weeks)) + 1e-9


def test_nothing_has_an_order_that_loses_nothing():
    assert sequence([]).loss == 0


def test_the_choice_of_a_draw_is_the_optimum_of_few_and_within_a_hundredth_of_many():
    chance = np.random.default_rng(12)
    for _ in range(300):
        asked = random_question(chance, most=10)
        found, exact = best(asked, solve_nearly), best(asked)
        assert (found is None) == (exact is None)
        assert found is None or found.net == pytest.approx(exact.net, abs=1e-7)
    met = 0
    for _ in range(25):
        asked = random_question(chance, most=40)
        found, exact = best(asked, solve_nearly), best(asked)
        assert (found is None) == (exact is None)
        if found:
            met += len(asked.items) > CORE
            assert exact.net - 0.0101 * abs(exact.net) <= found.net <= exact.net + 1e-7
    assert met > 5
