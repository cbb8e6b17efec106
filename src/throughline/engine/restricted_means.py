"""Restricted means of many groups at once: of few days each, calling for it takes longer than the mean.

Nearly all are followed well: nobody is left open before the horizon, or five and more reach it. What must be
told of the others, `durations` finds out one by one, as it does of groups whose days it takes to the minute.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
from throughline.engine.group_runs import Endings, parts_of, runs_of

# The days of those repaired, of those accepted, and of those still open; none of them unknown.
Group = tuple[Floats, Floats, Floats]
_KINDS = (Ending.MITIGATED, Ending.ACCEPTED, Ending.OPEN)


def restricted_means(groups: Sequence[Group], *, horizon: float) -> list[RestrictedMean]:
    """The `restricted_mean` of each group. ValueError for a negative duration.

    >>> days = np.array([10.0]), np.array([20.0]), np.empty(0)
    >>> [each.estimate.value for each in restricted_means([days, days], horizon=30)]
    [20.0, 20.0]
    """
    sizes = np.array([[part.size for part in group] for group in groups], dtype=np.int64)
    sizes = sizes.reshape(-1, len(_KINDS))
    found: list[RestrictedMean] = []
    for part in parts_of(sizes.sum(axis=1)):
        found += _together(groups[part], sizes[part], horizon=horizon)
    return found


def _together(groups: Sequence[Group], sizes: Counts, *, horizon: float) -> list[RestrictedMean]:
    n = sizes.sum(axis=1)
    days = np.concatenate([part for group in groups for part in group])
    if days.min(initial=0) < 0:
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


def _areas(days: Floats, endings: Endings, of: Counts, n: Counts, *, horizon: float) -> tuple[Floats, Floats]:
    """The area of each of the groups and its variance, of the days before the horizon that are `of` them."""
    values, variances = np.full(n.size, float(horizon)), np.zeros(n.size)
    runs = runs_of(days, endings, of, n) if days.size else None
    if runs is None or not runs.days.size:
        return values, variances
    starts, lasts = np.array(runs.edges[:-1]), np.array(runs.edges[1:]) - 1
    hazards = runs.ended / runs.at_risk
    repairs = hazards if runs.repaired is runs.ended else runs.repaired / runs.at_risk
    left = np.ones(hazards.size)
    left[1:] = runs.accumulated(np.cumprod, 1 - hazards)[:-1]
    left[starts] = 1
    left *= horizon - runs.days
    saved = left * repairs
    so_far = runs.accumulated(np.cumsum, saved)
    whose, totals = runs.of[starts], so_far[lasts]
    values[whose] -= totals
    later = np.repeat(totals, lasts + 1 - starts) - so_far
    terms = area_terms(left, later, repairs=repairs, endings=hazards) / runs.at_risk
    variances[whose] = np.add.reduceat(terms, starts)
    return values, variances
