"""The net promoter score, with an interval that holds for the handful of answers that a team gets."""

from __future__ import annotations

import numpy as np
import pytest

from throughline.engine.refusals import Refused
from throughline.engine.surveys import change, net_promoter


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
