"""The net promoter score, with an interval that holds for the handful of answers that a team gets."""

from __future__ import annotations

import numpy as np
import pytest

from throughline.engine.refusals import Refused
from throughline.engine.surveys import (
    USUAL_SPREAD_AGREED,
    agreement,
    agreement_change,
    among_asked,
    answers_needed,
    change,
    move_power,
    net_promoter,
    smallest_move,
    spread,
)


def answers(promoters: int, passives: int, detractors: int) -> list[int]:
    return [10] * promoters + [7] * passives + [3] * detractors


@pytest.mark.parametrize(("answer", "score"), [(0, -100), (6, -100), (7, 0), (8, 0), (9, 100), (10, 100)])
def test_nine_and_ten_promote_and_six_and_less_detract(answer, score):
    assert net_promoter([answer]).nps == score


def test_the_interval_adds_three_quarters_of_a_promoter_and_of_a_detractor():
    # By hand: n' = 15, p' = 7.75 / 15, d' = 2.75 / 15.
    found = net_promoter(answers(7, 3, 2))
    p, d = 7.75 / 15, 2.75 / 15
    reach = 1.959964 * np.sqrt((p + d - (p - d) ** 2) / 15)
    assert found.nps == pytest.approx(500 / 12)
    assert (found.low, found.high) == pytest.approx((100 * (p - d - reach), 100 * (p - d + reach)), rel=1e-6)


def test_bounds_stay_within_a_hundred():
    assert net_promoter([10] * 5).high == 100.0
    assert net_promoter([0] * 5).low == -100.0
    assert net_promoter([10] * 5).low < 90


@pytest.mark.parametrize("n", [10, 30, 100])
def test_an_interval_of_95_percent_holds_about_as_often(n):
    rng = np.random.default_rng(7)
    shares = [(0.5, 0.3, 0.2), (0.3, 0.4, 0.3), (0.7, 0.25, 0.05)]
    held = [
        found.low <= 100 * (p - d) <= found.high
        for p, s, d in shares
        for found in (net_promoter(answers(*rng.multinomial(n, (p, s, d)))) for _ in range(800))
    ]
    assert 0.93 <= np.mean(held) <= 0.985


def test_two_waves_that_differ_by_chance_show_no_change():
    first, second = net_promoter(answers(5, 4, 3)), net_promoter(answers(7, 3, 2))
    assert change(first, second).difference == pytest.approx(25)
    assert not change(first, second).is_shown


def test_a_large_change_of_many_answers_is_shown():
    assert change(net_promoter(answers(20, 40, 40)), net_promoter(answers(60, 30, 10))).is_shown


@pytest.mark.parametrize("given", [[], [11], [-1]])
def test_what_is_no_answer_is_refused(given):
    with pytest.raises(Refused):
        net_promoter(given)


@pytest.mark.parametrize("n", [5, 10, 30, 100])
def test_the_mean_of_1_to_5_keeps_its_interval_about_as_often(n):
    rng = np.random.default_rng(11)
    ladder = np.arange(1, 6)
    laws = [(0.05, 0.1, 0.2, 0.4, 0.25), (0.2, 0.2, 0.2, 0.2, 0.2), (0.02, 0.03, 0.1, 0.35, 0.5)]
    held = [
        found.low <= float(ladder @ law) <= found.high
        for law in laws
        for found in (agreement(list(map(int, rng.choice(ladder, n, p=law)))) for _ in range(800))
    ]
    assert 0.93 <= np.mean(held) <= 0.99


def test_the_interval_of_a_mean_adds_the_same_three_answers():
    # By hand: 5, 5, 4 and three added about 3: n' = 6, the sum 14 + 9.
    found = agreement([5, 5, 4])
    weights = {5: 2.75, 4: 1, 3: 1.5, 1: 0.75}
    mean = 23 / 6
    error = np.sqrt(sum(weight * (each - mean) ** 2 for each, weight in weights.items()) / 6 / 6)
    assert found.mean == pytest.approx(14 / 3)
    assert (found.low, found.high) == pytest.approx(
        (mean - 1.959964 * error, mean + 1.959964 * error), rel=1e-6
    )
    assert found.counts == (0, 0, 0, 1, 2)


def test_five_who_all_agree_are_no_certainty():
    assert agreement([5] * 5).low < 4.2
    assert agreement([5] * 5).high == 5.0


def test_two_means_that_differ_by_chance_show_no_change():
    first, second = agreement([3, 4, 3, 5, 2]), agreement([4, 4, 3, 5, 3])
    assert agreement_change(first, second).difference == pytest.approx(0.4)
    assert not agreement_change(first, second).is_shown


@pytest.mark.parametrize("given", [[], [0], [6]])
def test_what_is_no_agreement_is_refused(given):
    with pytest.raises(Refused):
        agreement(given)


def test_whoever_asked_everybody_and_heard_from_all_knows_of_those_without_doubt():
    assert among_asked(25.0, 10.0, 30.0, n=12, asked=12) == (25.0, 25.0)
    low, high = among_asked(25.0, 10.0, 30.0, n=10, asked=40)
    assert (high - low) / 20 == pytest.approx(np.sqrt(30 / 39))


def test_twelve_answers_cannot_show_a_move_of_twenty_points():
    assert move_power(20, before=12, after=12) < 0.1
    assert smallest_move(before=12, after=12) > 90
    assert answers_needed(20) == 262


@pytest.mark.parametrize(("points", "spread_of_one"), [(20, 81.65), (35, 60.0), (0.5, USUAL_SPREAD_AGREED)])
def test_the_answers_that_are_needed_are_the_fewest_that_give_the_power(points, spread_of_one):
    n = answers_needed(points, spread=spread_of_one)
    assert move_power(points, before=n, after=n, spread=spread_of_one) >= 0.8
    assert move_power(points, before=n - 1, after=n - 1, spread=spread_of_one) < 0.8
    assert smallest_move(before=n, after=n, spread=spread_of_one) <= points


def test_so_many_answers_show_a_true_move_about_four_times_in_five():
    rng = np.random.default_rng(3)
    before, after = (0.3, 0.4, 0.3), (0.4, 0.4, 0.2)
    size = spread(net_promoter(answers(30, 40, 30)))
    n = answers_needed(20, spread=size)
    shown = [
        change(
            net_promoter(answers(*rng.multinomial(n, before))),
            net_promoter(answers(*rng.multinomial(n, after))),
        ).low
        > 0
        for _ in range(400)
    ]
    assert 0.72 <= np.mean(shown) <= 0.9


@pytest.mark.parametrize("points", [0, 0.0])
def test_no_number_of_answers_shows_no_move(points):
    with pytest.raises(ValueError, match="other than 0"):
        answers_needed(points)
