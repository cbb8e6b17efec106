"""Measures of windows of time: how many were open, on average or at the end, and how old they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import exposure, intervals
from throughline.engine.calendar import Period, from_days, periods, to_days, windows
from throughline.engine.checked import Area, AverageOpen, OpenAge, OpenAtEnd
from throughline.engine.fields import CORE, Field
from throughline.engine.intervals import Estimate
from throughline.measures.engines.duckdb import (
    aggregate_if,
    both,
    call,
    is_null,
    named,
    not_a_number,
    not_null,
)
from throughline.measures.population import Moment
from throughline.measures.samples import Columns, Figure, floats, whole

Floats = NDArray[np.float64]


def start_of(measure: Area) -> Field:
    """The date from which a record counts as open."""
    return measure.start if isinstance(measure, AverageOpen) else CORE["identified"]


def columns_of(measure: Area) -> Columns:
    """The spells of each group: when each record opened and when it was mitigated."""
    start, end = named(start_of(measure).column), named("mitigated")
    forward = both(
        not_null(start), exp.paren(exp.Or(this=is_null(end), expression=exp.GTE(this=end, expression=start)))
    )
    every = exp.Count(this=exp.Star())
    return {
        "starts": aggregate_if(call("list", start), forward),
        "ends": aggregate_if(call("list", call("coalesce", end, not_a_number())), forward),
        "missing": aggregate_if(every, is_null(start)),
        "negative": aggregate_if(every.copy(), exp.LT(this=end, expression=start)),
    }


def windows_of(unit: str | None, first: float | None, moment: Moment) -> list[Period]:
    """The windows from the first start, or from `since`, to now; the one that runs is cut at now.

    Knowledge that ends before now ends the list with the period in which it ends, but does not cut it.
    """
    start = moment.since if moment.since is not None else first
    if start is None:
        return []
    last = min(moment.now, moment.until) if moment.until is not None else moment.now
    if unit is None:
        return [Period("", from_days(start), from_days(last))] if last > start else []
    reached = min(moment.known_at, last)
    found = periods(unit, from_days(start), from_days(np.nextafter(reached, np.inf)))  # type: ignore[arg-type]
    cut = [_cut(period, since=moment.since, until=last) for period in found]
    return [period for period in cut if period.end > period.start]


def _cut(period: Period, *, since: float | None, until: float) -> Period:
    start = period.start if since is None else max(period.start, from_days(since))
    return Period(period.label, start, min(period.end, from_days(until)))


def figures(measure: Area, found: Mapping[str, Any], spans: Sequence[Period]) -> list[Figure]:
    """The figure of each window for one group."""
    starts, ends = floats(found["starts"]), floats(found["ends"])
    edges = windows(spans)
    at_end = exposure.count_open_at(starts, ends, edges[:, 1])
    touched = exposure.count_open_at(starts, ends, edges[:, 0]) + _arrived(starts, edges)
    estimates = _estimates(measure, starts, ends, edges=edges)
    missing, negative = whole(found["missing"]), whole(found["negative"])
    return [
        Figure(_counted(estimate, int(n), measure), int(n_open), missing, negative)
        for estimate, n, n_open in zip(estimates, touched, at_end, strict=True)
    ]


def _counted(estimate: Estimate, touched: int, measure: Area) -> Estimate:
    if isinstance(measure, OpenAge):
        return estimate
    return Estimate(value=estimate.value, low=None, high=None, n=touched)


def _arrived(starts: Floats, edges: Floats) -> NDArray[np.int64]:
    ordered = np.sort(starts)
    after = np.searchsorted(ordered, edges[:, 0], side="right")
    return np.searchsorted(ordered, edges[:, 1], side="left") - after


def _estimates(measure: Area, starts: Floats, ends: Floats, *, edges: Floats) -> list[Estimate]:
    match measure:
        case AverageOpen():
            values = exposure.average_open(starts, ends, edges)
        case OpenAtEnd():
            values = exposure.count_open_at(starts, ends, edges[:, 1]).astype(float)
        case OpenAge():
            return [intervals.median(exposure.ages_at(starts, ends, end)) for end in edges[:, 1]]
    return [Estimate(value=float(value), low=None, high=None, n=0) for value in values]


def first_start(starts: Sequence[Any]) -> float | None:
    """The earliest start among all groups."""
    earliest = [listed.min() for each in starts if (listed := floats(each)).size]
    return float(min(earliest)) if earliest else None


def window_of(period: Period) -> tuple[float, float]:
    """The edges of a window in days."""
    return to_days(period.start), to_days(period.end)
