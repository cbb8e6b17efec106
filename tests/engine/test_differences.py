"""The interval of a difference, against published figures and against what it means."""

from __future__ import annotations

import numpy as np
import pytest

from throughline.engine.differences import difference
from throughline.engine.intervals import Estimate, share


def _of(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, low, high, 100)


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [
        # Newcombe 1998, table II, method 10, contrasts (a), (b) and (d).
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_a_difference_of_shares_is_as_newcombe_publishes_it(now, then, low, high):
    found = difference(share(*now), share(*then))
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_normal_means_get_the_interval_that_everybody_knows():
    found = difference(_of(10, 10 - 1.96, 10 + 1.96), _of(7, 7 - 1.96, 7 + 1.96))
    assert (found.low, found.high) == (pytest.approx(3 - 1.96 * 2**0.5), pytest.approx(3 + 1.96 * 2**0.5))


def test_turned_around_it_is_the_same_with_the_other_sign():
    random = np.random.default_rng(7)
    for _ in range(50):
        a, b, *widths = random.uniform(0, 10, 6)
        one, other = _of(a, a - widths[0], a + widths[1]), _of(b, b - widths[2], b + widths[3])
        there, back = difference(one, other), difference(other, one)
        assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))


@pytest.mark.parametrize(
    ("now", "then", "better", "word"),
    [
        (_of(30, 28, 32), _of(20, 18, 22), "lower", "worse"),
        (_of(30, 28, 32), _of(20, 18, 22), "higher", "better"),
        (_of(30, 28, 32), _of(20, 18, 22), "", "up"),
        (_of(20, 18, 22), _of(30, 28, 32), "", "down"),
        # Intervals that overlap may still differ clearly: the difference is narrower than both together.
        (_of(23, 20, 26), _of(28, 25, 31), "lower", "better"),
        (_of(23, 18, 28), _of(26, 21, 31), "lower", "none"),
        # Of a median whose end is open only the one side is known.
        (_of(40, 35, None), _of(20, 15, 25), "lower", "worse"),
        (_of(40, 20, None), _of(20, 15, 25), "lower", ""),
    ],
)
def test_only_what_the_interval_tells_is_said(now, then, better, word):
    assert difference(now, then, better=better).word == word


def test_what_is_not_measured_has_no_difference():
    assert difference(share(0, 0), share(1, 2)) is None
