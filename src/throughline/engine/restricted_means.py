"""Restricted means of many groups at once: of few days each, calling for it takes longer than the mean.

Nearly all are followed well: nobody is left open before the horizon, or five and more reach it. What must be
told of the others, `durations` finds out one by one, as it does of groups whose days it takes to the minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.durations import (
    FEW_AT_RISK,
    TO_THE_MINUTE,
    Counts,
    Ending,
    Floats,
    RestrictedMean,
    area_estimate,
    area_terms,
    spans,
)

# The days of those repaired, of those accepted, and of those still open; none of them unknown.
Group = tuple[Floats, Floats, Floats]
# So many numbers lie in the cache of a core, with what is made of them.
_NEAR = 2**14
_KINDS = (Ending.MITIGATED, Ending.ACCEPTED, Ending.OPEN)


def restricted_means(groups: Sequence[Group], *, horizon: float) -> list[RestrictedMean]:
    """The `restricted_mean` of each group. ValueError for a negative duration.

    >>> days = np.array([10.0]), np.array([20.0]), np.empty(0)
    >>> [each.estimate.value for each in restricted_means([days, days], horizon=30)]
    [20.0, 20.0]
    """
    sizes = np.array([[part.size for part in group] for group in groups], dtype=np.int64)
    sizes = sizes.reshape(-1, len(_KINDS))
    so_far = np.cumsum(sizes.sum(axis=1))
    found: list[RestrictedMean] = []
    while len(found) < len(groups):
        start = len(found)
        upto = _NEAR + (so_far[start - 1] if start else 0)
        end = max(int(np.searchsorted(so_far, upto, side="right")), start + 1)
        found += _together(groups[start:end], sizes[start:end], horizon=horizon)
    return found


def _together(groups: Sequence[Group], sizes: Counts, *, horizon: float) -> list[RestrictedMean]:
    n = sizes.sum(axis=1)
    days = np.concatenate([part for group in groups for part in group])
    if (days < 0).any():
        raise ValueError("negative durations belong in a count of their own, not in a survival curve")
    of = np.repeat(np.arange(n.size), n)
    endings = np.repeat(np.tile(np.array(_KINDS, dtype=np.int8), n.size), sizes.ravel())
    # What comes at the horizon or later takes nothing off the area.
    inside = np.flatnonzero(days < horizon)
    days, of, endings = days[inside], of[inside], endings[inside]
    n_inside, n_left = (np.bincount(each, minlength=n.size) for each in (of, of[endings == Ending.OPEN]))
    is_followed = (n_left == 0) | (n - n_inside >= FEW_AT_RISK)
    is_told = is_followed & (n > 0) & (n <= TO_THE_MINUTE)
    if not is_told.all():
        told = np.flatnonzero(is_told[of])
        days, of, endings = days[told], of[told], endings[told]
    values, variances = _areas(days, endings, of, n, horizon=horizon)

    def mean(number: int) -> RestrictedMean:
        mitigated, accepted, still_open = groups[number]
        if not is_told[number]:
            every = spans(mitigated=mitigated, accepted=accepted, still_open=still_open, horizon=horizon)
            return every.restricted_mean(horizon=horizon)
        of_all = int(n[number])
        estimate = area_estimate(float(values[number]), float(variances[number]), n=of_all, horizon=horizon)
        return RestrictedMean(estimate, float(horizon), True, still_open.size, accepted.size)

    return list(map(mean, range(n.size)))


def _areas(
    days: Floats, endings: NDArray[Any], of: NDArray[Any], n: Counts, *, horizon: float
) -> tuple[Floats, Floats]:
    """The area of each of the groups and its variance, of the days before the horizon that are `of` them."""
    values, variances = np.full(n.size, float(horizon)), np.zeros(n.size)
    if not days.size:
        return values, variances
    begins = np.searchsorted(of, np.arange(n.size + 1))
    is_repaired = endings == Ending.MITIGATED
    are_alike = bool(is_repaired.all())
    days, order = _in_order(days, begins.tolist(), alone=are_alike)
    is_first = np.ones(days.size, dtype=bool)
    np.not_equal(days[1:], days[:-1], out=is_first[1:])
    is_first[1:] |= of[1:] != of[:-1]
    first = np.flatnonzero(is_first)
    ended = repaired = np.diff(first, append=days.size)
    if not are_alike:
        ended, repaired = (
            np.add.reduceat(which[order].astype(np.int64), first)
            for which in (endings != Ending.OPEN, is_repaired)
        )
        happened = np.flatnonzero(ended)
        first, ended, repaired = first[happened], ended[happened], repaired[happened]
    times, of = days[first], of[first]
    # Whoever ends, or is last seen, on the same day is at risk until then.
    at_risk = n[of] - (first - begins[of])
    hazards = ended / at_risk
    repairs = hazards if are_alike else repaired / at_risk
    survivors, left = 1 - hazards, np.ones(times.size)
    edges = np.flatnonzero(np.diff(of, prepend=-1, append=n.size)).tolist()
    for start, end in pairwise(edges):
        np.cumprod(survivors[start : end - 1], out=left[start + 1 : end])
    left *= horizon - times
    saved = left * repairs
    so_far = np.empty(times.size)
    for start, end in pairwise(edges):
        np.cumsum(saved[start:end], out=so_far[start:end])
    starts, lasts = np.array(edges[:-1], dtype=np.intp), np.array(edges[1:], dtype=np.intp) - 1
    whose, totals = of[starts], so_far[lasts]
    values[whose] -= totals
    later = np.repeat(totals, lasts + 1 - starts) - so_far
    terms = area_terms(left, later, repairs=repairs, endings=hazards) / at_risk
    variances[whose] = np.add.reduceat(terms, starts) if starts.size else 0
    return values, variances


def _in_order(days: Floats, begins: Sequence[int], *, alone: bool) -> tuple[Floats, Counts]:
    """The days of each group in order, and where each was, unless they stand `alone` and nobody asks."""
    order = np.arange(0 if alone else days.size)
    for start, end in pairwise(begins):
        if alone:
            days[start:end].sort()
        elif end - start > 1:
            order[start:end] = days[start:end].argsort() + start
    return (days, order) if alone else (days[order], order)
