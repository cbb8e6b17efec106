"""From the aggregates of each group to its figure: the engine's statistics, and what must be told of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine import durations, intervals
from throughline.engine.group_medians import group_medians
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import (
    CohortFound,
    Count,
    Measure,
    PaidClasses,
    Share,
    Statistic,
    Survival,
    WithinSla,
)
from throughline.engine.restricted_means import restricted_means
from throughline.measures.evaluation.samples import BETWEEN
from throughline.measures.evaluation.side_by_side import are_small, each

# Above this many values in one answer no mean is resampled: thousands of groups would take seconds.
RESAMPLED_AT_MOST = 5_000
# The cubes of larger values are no numbers any more.
LARGEST = 1e100
# The sums of the values of a mean, of their squares and of their cubes, where nobody listed them.
POWERS = ("total", "squares", "cubes")


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of one group, and what a reader must be told of it."""

    estimate: Estimate
    n_open: int = 0
    n_missing: int = 0
    n_negative: int = 0
    beyond: bool = False
    thin_from: float | None = None
    running: int = 0
    too_large: bool = False
    # Of what is found within so many days of its introduction.
    window: float | None = None
    broken: bool = False
    # The first report of all, and how many were introduced before it: were others found then, they lack here.
    first_found: float | None = None
    n_before: int = 0
    # The age in days at which a curve starts; None where it never does.
    starts_at: float | None = 0.0


def figures(measure: Measure, found: Mapping[str, Any], *, seed: int) -> list[Figure]:
    """The figure of each group from the aggregates of `columns_of`, one entry a group."""
    if isinstance(measure, Count | Share | WithinSla | CohortFound):
        return _counted(measure, found)
    if isinstance(measure, PaidClasses):
        groups_of = (found[name] for name in ("pairs", "paid_pairs", "missing"))
        return [_paid_classes(*group) for group in zip(*groups_of, strict=True)]
    groups = [dict(zip(found, group, strict=True)) for group in zip(*found.values(), strict=True)]
    listed = [name for name in ("values", "repaired", "still") if name in found]
    values = sum(floats(group[name]).size for group in groups for name in listed)
    if isinstance(measure, Survival) and are_small(groups, values=values):
        return _survivals_of_few(groups, measure.horizon)
    drawn = None if "values" in found and values > RESAMPLED_AT_MOST else seed
    return each(lambda group: _figure(measure, group, seed=drawn), groups, values=values)


def _paid_classes(pairs: Sequence[str], paid: Sequence[str], missing: int) -> Figure:
    """The share from (source, class) pairs; a source that was ever paid is none of our own."""
    bought = [pair.partition(BETWEEN) for pair in paid]
    paying, classes = {source for source, _, _ in bought}, {weakness for _, _, weakness in bought}
    every = [pair.partition(BETWEEN) for pair in pairs]
    own = {weakness for source, _, weakness in every if source not in paying}
    return Figure(intervals.share(len(classes & own), len(classes)), n_missing=whole(missing))


def _counted(measure: Count | Share | WithinSla | CohortFound, found: Mapping[str, Any]) -> list[Figure]:
    """All groups at once: there may be thousands, and exact bounds of one take as long as those of all."""
    n = [whole(each) for each in found["n"]]
    if isinstance(measure, Count):
        values: list[float | None] = [float(each) for each in n]
        low, high = intervals.count_bounds(n)
    else:
        met = [whole(each) for each in found["met"]]
        values = [part / all_ if all_ else None for part, all_ in zip(met, n, strict=True)]
        low, high = intervals.share_bounds(met, [max(each, 1) for each in n])
    early = _early(found) if isinstance(measure, CohortFound) else [(None, 0)] * len(n)
    nothing = [0] * len(n)
    others = [
        list(map(whole, found.get(name, nothing))) for name in ("n_open", "missing", "negative", "running")
    ]
    told = zip(values, low.tolist(), high.tolist(), n, *others, early, strict=True)
    return [
        Figure(
            Estimate(value, lower, upper, number)
            if value is not None
            else Estimate(None, None, None, number),
            n_open=n_open,
            n_missing=missing,
            n_negative=negative,
            running=running,
            first_found=first,
            n_before=n_before,
        )
        for value, lower, upper, number, n_open, missing, negative, running, (first, n_before) in told
    ]


def _early(found: Mapping[str, Any]) -> list[tuple[float | None, int]]:
    """The first report of all, and how many of each group are counted that began before it."""
    firsts = [first for each in found["first_found"] for first in floats(each).tolist()]
    first = min((each for each in firsts if not math.isnan(each)), default=None)
    if first is None:
        return [(None, 0)] * len(found["begun"])
    return [(first, int((floats(each) < first).sum())) for each in found["begun"]]


def _figure(measure: Measure, found: Mapping[str, Any], *, seed: int | None) -> Figure:
    missing, negative = whole(found["missing"]), whole(found.get("negative", 0))
    match measure:
        case Statistic(name):
            estimate, too_large = _finite(_estimated(name, found, seed))
            n_open = whole(found["n_open"])
            return Figure(estimate, n_open, missing, negative, too_large=too_large)
        case Survival(_, _, horizon):
            return _survived(_Lasted(found), horizon, missing, negative)
    raise AssertionError(f"{type(measure).__name__} looks at windows: see areas")


def nothing(measure: Measure) -> Figure:
    """The figure of a period in which nothing happened: none counted, and nothing to average."""
    if isinstance(measure, Count):
        return Figure(intervals.count(0))
    return Figure(Estimate(value=None, low=None, high=None, n=0))


def floats(found: Any) -> NDArray[np.float64]:
    """A list of the engine as an array; empty where there was nothing to list."""
    if found is None:
        return np.empty(0)
    return np.asarray(found, dtype=np.float64)


def whole(found: Any) -> int:
    """A number of records; nothing counted is none."""
    if isinstance(found, int):
        # Of thousands of groups, asking each whether it is masked takes a while.
        return found
    return 0 if found is None else int(found)


def _estimated(name: str, found: Mapping[str, Any], seed: int | None) -> Estimate:
    match name:
        case "mean" if "values" not in found:
            sums = (float(found[name] or 0.0) for name in POWERS)
            return intervals.mean_from_moments(whole(found["n"]), *sums)
        case "mean":
            values = floats(found["values"])
            if (np.abs(values) > LARGEST).any():
                return Estimate(value=math.inf, low=None, high=None, n=values.size)
            return intervals.mean(values, seed=seed)
        case "median":
            return intervals.median(floats(found["values"]))
        case "p90":
            return intervals.p90(floats(found["values"]))
    total, n = found["total"], whole(found["n"])
    return Estimate(value=float(total) if n else None, low=None, high=None, n=n)


def _finite(estimate: Estimate) -> tuple[Estimate, bool]:
    """The estimate with None for what is no number, and whether its value was none."""
    bounds = (estimate.value, estimate.low, estimate.high)
    value, low, high = (found if found is not None and math.isfinite(found) else None for found in bounds)
    too_large = estimate.value is not None and value is None
    return Estimate(value=value, low=low, high=high, n=estimate.n), too_large


def survivals(measures: Sequence[Survival], found: Mapping[str, Any]) -> list[Figure]:
    """The figures of several survivals of one group: its times are put in order once."""
    missing, negative, lasted = whole(found["missing"]), whole(found["negative"]), _Lasted(found)
    return [_survived(lasted, each.horizon, missing, negative) for each in measures]


class _Lasted:
    """How long the records of a group lasted, or have lasted so far."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        names = ("repaired", "accepted", "still", "accepted_age")
        self.repaired, self.accepted, self.still, self.ages = (floats(found[name]) for name in names)

    @property
    def n_waiting(self) -> int:
        """How many are unrepaired to this day, the accepted ones included."""
        return self.still.size + self.ages.size

    @property
    def waiting(self) -> NDArray[np.float64]:
        """How long they wait who are unrepaired to this day, the accepted ones included."""
        return np.concatenate((self.still, self.ages)) if self.ages.size else self.still

    @cached_property
    def median(self) -> Estimate:
        """With the accepted ones unrepaired to this day."""
        return durations.median_lasted(mitigated=self.repaired, still_open=self.waiting)

    def restricted_mean(self, horizon: float) -> durations.RestrictedMean:
        """With acceptance as an ending."""
        found = durations.spans(
            mitigated=self.repaired, accepted=self.accepted, still_open=self.still, horizon=horizon
        )
        return found.restricted_mean(horizon=horizon)


def _survived(lasted: _Lasted, horizon: float | None, missing: int, negative: int) -> Figure:
    if horizon is None:
        return Figure(lasted.median, lasted.n_waiting, missing, negative)
    return _restricted_mean(lasted, lasted.restricted_mean(horizon), missing, negative)


def _survivals_of_few(groups: Sequence[Mapping[str, Any]], horizon: float | None) -> list[Figure]:
    """The figures of groups of few values each, worked out at once."""
    lasted = [_Lasted(group) for group in groups]
    aside = [(whole(group["missing"]), whole(group["negative"])) for group in groups]
    if horizon is None:
        medians = group_medians([(each.repaired, each.waiting) for each in lasted])
        told = zip(medians, lasted, aside, strict=True)
        return [Figure(median, each.n_waiting, *counts) for median, each, counts in told]
    days = [(each.repaired, each.accepted, each.still) for each in lasted]
    means = restricted_means(days, horizon=horizon)
    return [
        _restricted_mean(each, mean, *counts) for mean, each, counts in zip(means, lasted, aside, strict=True)
    ]


def _restricted_mean(lasted: _Lasted, mean: durations.RestrictedMean, missing: int, negative: int) -> Figure:
    beyond = not mean.reached and mean.estimate.n > 0
    return Figure(
        mean.estimate, lasted.still.size, missing, negative, beyond=beyond, thin_from=mean.thin_from
    )
