"""In which weights a piece of work stays first for a person: closed intervals, in closed form.

One weight t runs from 0 to 1 while the other two keep their proportion. A score is then t·a + (1 − t)·r, a
line in t, so the work is first where it lies above all other lines: from the last line that it rises above
to the first below which it falls.
"""

from __future__ import annotations

import numpy as np

from throughline.engine.matching.question import Numbers, Weights

# Scores that differ by less are the same: they are sums of a few products of numbers up to 1.
SAME = 1e-12


def stays_first(terms: Numbers, work: int, weights: Weights) -> list[tuple[float, float] | None]:
    """For each of the three weights the closed interval in which `work` scores highest; None for never.

    `terms` has a row each for business, interest and growth, and a column a piece of work. Two that are equal
    are both the highest. Of two weights that are 0 both count the same.

    >>> terms = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    >>> [[round(end, 3) for end in each] for each in stays_first(terms, 0, Weights())]
    [[0.333, 1.0], [0.0, 0.333], [0.0, 1.0]]
    """
    return [_interval(terms[one], _rest(terms, one, weights), work) for one in range(3)]


def shared(terms: Numbers, work: int, weights: Weights) -> list[bool]:
    """For each of the three weights whether another piece of work scores the same, whatever that weight is.

    >>> shared(np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.5]]), 0, Weights(0.5, 0.5, 0.0))
    [True, True, False]
    """
    lines = [(terms[one], _rest(terms, one, weights)) for one in range(3)]
    return [
        bool(((abs(alone - alone[work]) < SAME) & (abs(rest - rest[work]) < SAME)).sum() > 1)
        for alone, rest in lines
    ]


def _rest(terms: Numbers, one: int, weights: Weights) -> Numbers:
    """What the two other terms give together, in their proportion."""
    others = [each for each in range(3) if each != one]
    parts = np.array([weights.each[each] for each in others])
    parts = parts / parts.sum() if parts.sum() > 0 else np.full(2, 0.5)
    return np.asarray(parts @ terms[others], np.float64)


def _interval(alone: Numbers, rest: Numbers, work: int) -> tuple[float, float] | None:
    # At t = 0 and t = 1, by how much this work is above each other.
    at_zero, at_one = rest[work] - rest, alone[work] - alone
    at_zero = np.where(np.abs(at_zero) < SAME, 0.0, at_zero)
    at_one = np.where(np.abs(at_one) < SAME, 0.0, at_one)
    if ((at_zero < 0) & (at_one < 0)).any():
        return None
    rises, falls = at_zero < 0, at_one < 0
    low = float((at_zero[rises] / (at_zero[rises] - at_one[rises])).max(initial=0.0))
    high = float((at_zero[falls] / (at_zero[falls] - at_one[falls])).min(initial=1.0))
    if low > high + SAME:
        return None
    return min(low, high), high
