"""Kaplan–Meier medians of many groups at once: of few days each, calling takes longer than counting."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from throughline.engine.durations import (
    TO_THE_MINUTE,
    Counts,
    Ending,
    Floats,
    day_of_enough,
    is_half,
    log_log_bounds,
    median_lasted,
)
from throughline.engine.group_runs import Runs, parts_of, runs_of
from throughline.engine.intervals import Estimate

# The days of those repaired, and of those that wait to this day; none of them unknown.
Group = tuple[Floats, Floats]
_SOME = 500


def group_medians(groups: Sequence[Group]) -> list[Estimate]:
    """The `median_lasted` of each group. ValueError for a negative duration.

    >>> days = np.array([1.0, 2.0, 3.0]), np.empty(0)
    >>> [each.value for each in group_medians([days, days])]
    [2.0, 2.0]
    """
    n = np.array([mitigated.size + waiting.size for mitigated, waiting in groups], dtype=np.int64)
    found: list[Estimate] = []
    for part in parts_of(n):
        found += _together(groups[part], n[part])
    return found


def _together(groups: Sequence[Group], n: Counts) -> list[Estimate]:
    sizes = np.array([[part.size for part in group] for group in groups]).ravel()
    days = np.concatenate([part for group in groups for part in group])
    if days.min(initial=0) < 0:
        raise ValueError("negative durations belong in a count of their own, not in a survival curve")
    endings = np.repeat(np.tile(np.array([Ending.MITIGATED, Ending.OPEN], dtype=np.int8), n.size), sizes)
    of = np.repeat(np.arange(n.size), n)
    far = np.array([_far(mitigated, size) for (mitigated, _), size in zip(groups, n.tolist(), strict=True)])
    told = np.flatnonzero(days < far[of])
    halves: list[list[float | None]] = [[None] * n.size] * 3
    if told.size:
        halves = _halves(runs_of(days[told], endings[told], of[told], n), n.size)

    def median(number: int) -> Estimate:
        of_all = int(n[number])
        value, low, high = (each[number] for each in halves)
        if high is None and far[number] < math.inf:
            mitigated, waiting = groups[number]
            return median_lasted(mitigated=mitigated, still_open=waiting)
        bounds = (low, high) if of_all > 1 else (None, None)
        return Estimate(value, *bounds, of_all)

    return list(map(median, range(n.size)))


def _far(mitigated: Floats, n: int) -> float:
    """As far as the days of a group are looked at: to ask takes longer than to look at few."""
    if n > TO_THE_MINUTE:
        return -math.inf
    return day_of_enough(mitigated, n) if n >= _SOME else math.inf


def _halves(runs: Runs, n: int) -> list[list[float | None]]:
    """Of each of n groups the days on which its curve, its lower and its upper bound first are a half."""
    hazards, left = runs.ended / runs.at_risk, runs.at_risk - runs.ended
    survival = runs.accumulated(np.cumprod, 1 - hazards)
    variances = runs.accumulated(np.cumsum, hazards / np.maximum(left, 1))
    return [_first_halves(runs, shares, n) for shares in (survival, *log_log_bounds(survival, variances))]


def _first_halves(runs: Runs, shares: Floats, n: int) -> list[float | None]:
    reached = np.flatnonzero(is_half(shares))
    groups, first = np.unique(runs.of[reached], return_index=True)
    found = np.full(n, math.nan)
    found[groups] = runs.days[reached[first]]
    return [None if math.isnan(each) else each for each in found.tolist()]
