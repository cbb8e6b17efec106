"""How predictable a team is: closed forms of the Brier score, calibration, and effects against ranges."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import predictability
from throughline.engine.predictability import Confidence, Effect

START = datetime(2026, 1, 5, tzinfo=UTC)
# Distinct by a hundredth, so that binary rounding makes no two of one.
SAID = st.lists(st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans()), min_size=1, max_size=60)


def said(key_result, week, probability, *, hit, quarter="2026-Q1"):
    return Confidence(key_result, quarter, START + timedelta(weeks=week), probability, hit)


# The Brier score


@pytest.mark.parametrize(
    ("probability", "happened", "score"),
    [(1, True, 0), (0, False, 0), (1, False, 1), (0.5, True, 0.25), (0.5, False, 0.25), (0.8, True, 0.04)],
)
def test_a_single_forecast_scores_its_squared_distance(probability, happened, score):
    assert predictability.brier([probability], [happened]) == pytest.approx(score)


@given(st.integers(0, 20), st.integers(1, 20), st.floats(0, 1))
def test_one_probability_for_all_scores_its_variance_and_squared_bias(hits, misses, probability):
    n = hits + misses
    rate = hits / n
    found = predictability.brier([probability] * n, [True] * hits + [False] * misses)
    assert found == pytest.approx(rate * (1 - rate) + (probability - rate) ** 2)


@given(SAID)
def test_saying_the_opposite_of_the_opposite_scores_the_same(forecasts):
    probabilities, happened = (np.array(each) for each in zip(*forecasts, strict=True))
    assert predictability.brier(1 - probabilities, ~happened) == pytest.approx(
        predictability.brier(probabilities, happened)
    )


def test_an_honest_probability_has_the_best_expected_score():
    rng = np.random.default_rng(5)
    happened = rng.random(20000) < 0.7
    scores = {p: predictability.brier(np.full(20000, p), happened) for p in (0.5, 0.6, 0.7, 0.8, 0.9)}
    assert min(scores, key=scores.get) == 0.7


@pytest.mark.parametrize(
    ("probabilities", "happened"),
    [([], []), ([0.5], []), ([1.1], [True]), ([-0.1], [True]), ([float("nan")], [True]), ([0.5], [2])],
)
def test_what_is_no_forecast_is_refused(probabilities, happened):
    with pytest.raises(ValueError, match=r"probabilit"):
        predictability.brier(probabilities, happened)


# By quarter


def test_the_headline_is_the_first_check_in_and_not_the_last():
    confidences = [
        said("A", 9, 1.0, hit=True),
        said("A", 1, 0.6, hit=True),
        said("B", 2, 0.7, hit=False),
        said("B", 10, 0.0, hit=False),
    ]
    [found] = predictability.by_quarter(confidences, seed=1)
    assert found.headline.value == pytest.approx((0.16 + 0.49) / 2)
    assert found.last.value == 0
    assert (found.headline.n, found.hit_rate.value) == (2, 0.5)
    assert found.said == pytest.approx(0.65)
    assert found.skill == pytest.approx(1 - 0.325 / 0.25)


def test_many_check_ins_of_one_key_result_count_once():
    often = [said("A", week, 0.9, hit=True) for week in range(12)]
    [found] = predictability.by_quarter([*often, said("B", 0, 0.1, hit=True)], seed=1)
    assert found.headline.value == pytest.approx((0.01 + 0.81) / 2)


def test_quarters_come_in_order_each_with_its_own():
    confidences = [
        said("A", 0, 0.9, hit=True, quarter="2026-Q2"),
        said("A", 0, 0.5, hit=False, quarter="2026-Q1"),
    ]
    found = predictability.by_quarter(confidences, seed=1)
    assert [(each.quarter, each.headline.value) for each in found] == [
        ("2026-Q1", 0.25),
        ("2026-Q2", pytest.approx(0.01)),
    ]


def test_where_all_were_hit_there_is_no_skill_to_show():
    [found] = predictability.by_quarter([said(n, 0, 0.9, hit=True) for n in range(4)], seed=1)
    assert found.skill is None
    assert found.hit_rate.value == 1


def test_the_interval_of_a_headline_stays_between_nought_and_one():
    confidences = [said(n, 0, 0.01 * n, hit=n % 7 == 0) for n in range(30)]
    [found] = predictability.by_quarter(confidences, seed=1)
    assert 0 <= found.headline.low <= found.headline.value <= found.headline.high <= 1


def test_a_key_result_is_not_both_hit_and_missed():
    with pytest.raises(ValueError, match="A is said to be both"):
        predictability.by_quarter([said("A", 0, 0.9, hit=True), said("A", 1, 0.9, hit=False)], seed=1)


def test_no_confidence_makes_no_quarter():
    assert predictability.by_quarter([], seed=1) == []


# Effects


def test_ranges_are_held_against_what_came():
    found = predictability.effects(
        [
            Effect(-10, -4, 0.8, -4.0),
            Effect(-10, -4, 0.8, -3.9),
            Effect(2, 4, 0.6, 6.0),
            Effect(2, 4, 0.6, None),
        ],
        seed=1,
    )
    assert (found.coverage.value, found.coverage.n) == (pytest.approx(1 / 3), 3)
    assert found.said == pytest.approx(2.2 / 3)
    assert found.ratio.value == pytest.approx((4 / 7 + 3.9 / 7 + 2) / 3)
    assert (found.without_ratio, found.unresolved) == (0, 1)


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(0, 50), st.integers(-200, 200)), max_size=20))
def test_the_direction_of_an_effect_does_not_matter(given_effects):
    up = [Effect(low, low + width, 0.8, real) for low, width, real in given_effects]
    down = [Effect(-each.high, -each.low, 0.8, -each.realised) for each in up]
    first, second = (predictability.effects(each, seed=1) for each in (up, down))
    assert first.coverage == second.coverage
    assert first.ratio.value == pytest.approx(second.ratio.value)


def test_an_effect_expected_around_nought_has_no_ratio():
    found = predictability.effects([Effect(-1, 1, 0.8, 0.5)], seed=1)
    assert (found.ratio.value, found.without_ratio, found.coverage.value) == (None, 1, 1.0)


def test_of_no_effects_nothing_is_said():
    found = predictability.effects([], seed=1)
    assert (found.coverage.value, found.said, found.ratio.value) == (None, None, None)


@pytest.mark.parametrize("bad", [Effect(2, 1, 0.8, None), Effect(1, 2, 1.5, None)])
def test_a_range_upside_down_is_refused(bad):
    with pytest.raises(ValueError, match="a range from low to high"):
        predictability.effects([bad], seed=1)


def test_ranges_of_eighty_per_cent_hold_eight_in_ten():
    rng = np.random.default_rng(2)
    real = rng.normal(0, 1, 4000)
    found = predictability.effects([Effect(-1.2816, 1.2816, 0.8, each) for each in real], seed=None)
    assert found.coverage.low <= 0.8 <= found.coverage.high
