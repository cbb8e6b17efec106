"""Measures of windows of time: how many were open, on average or at the end, and how old they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import exposure, intervals
from throughline.engine.calendar import Period, from_days, periods, windows
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import (
    Area,
    AverageOpen,
    OpenAge,
    OpenAtEnd,
    PeriodSurvival,
    Truncated,
)
from throughline.engine.language.fields import CORE, Field
from throughline.measures.engines.duckdb import (
    Compiler,
    both,
    call,
    is_null,
    named,
    not_a_number,
    not_null,
)
from throughline.measures.evaluation import cohorts, hidden
from throughline.measures.evaluation.estimates import Figure, floats, whole
from throughline.measures.evaluation.population import Moment
from throughline.measures.evaluation.samples import Sample, listed, rows


def start_of(measure: Area) -> Field:
    """The date from which a record counts as open."""
    return measure.start if isinstance(measure, AverageOpen | PeriodSurvival) else CORE["identified"]


def sample_of(measure: Area, compiler: Compiler) -> Sample:
    """The spells of each group: when each record opened and when it was mitigated."""
    if isinstance(measure, Truncated):
        return hidden.sample_of(measure)
    if isinstance(measure, PeriodSurvival):
        return cohorts.sample_of(measure, compiler)
    start, end = named(start_of(measure).column), named("mitigated")
    backwards = call("coalesce", exp.LT(this=end, expression=start), exp.false())
    values = {
        "start": start,
        "end": call("coalesce", end, not_a_number()),
        "backwards": backwards,
        "forward": both(not_null(start), exp.Not(this=backwards)),
    }
    aggregates = {
        "starts": listed("start", named("forward")),
        "ends": listed("end", named("forward")),
        "missing": rows(is_null(named("start"))),
        "negative": rows(named("backwards")),
    }
    return Sample(values, aggregates)


def end_of_windows(measure: Area, unit: str | None, moment: Moment) -> float:
    """Where the last window ends, in days: what is open, and its age, are said of an instant that is known.

    Only an average keeps its whole period, be it of the calendar or asked for: it says what was known of
    that period then.
    """
    whole = isinstance(measure, AverageOpen) and (unit is not None or moment.until is not None)
    last = moment.now if whole else moment.known_at
    return last if moment.until is None else min(last, moment.until)


def windows_of(measure: Area, unit: str | None, first: float | None, moment: Moment) -> list[Period]:
    """The windows from the first start, or from `since`, to the end; the one that runs is cut there.

    Knowledge that ends before now ends the list with the period in which it ends.
    """
    start = moment.since if moment.since is not None else first
    last = end_of_windows(measure, unit, moment)
    if start is None:
        # Of what is found, nothing found is a figure that lacks, with its reason.
        is_one = unit is None and isinstance(measure, Truncated)
        return [Period("", from_days(last - 1), from_days(last))] if is_one else []
    if unit is None:
        return [Period("", from_days(start), from_days(last))] if last > start else []
    reached = min(moment.known_at, last)
    found = periods(unit, from_days(start), from_days(np.nextafter(reached, np.inf)))  # type: ignore[arg-type]
    cut = [_cut(period, since=moment.since, until=last) for period in found]
    return [period for period in cut if period.end > period.start]


def _cut(period: Period, *, since: float | None, until: float) -> Period:
    start = period.start if since is None else max(period.start, from_days(since))
    return Period(period.label, start, min(period.end, from_days(until)))


def figures(
    measure: Area, found: Mapping[str, Any], spans: Sequence[Period], *, first: float | None, seed: int
) -> list[Figure]:
    """The figure of each window for one group; `first` is when there first was something to say of any."""
    if isinstance(measure, Truncated):
        return hidden.figures(measure, found, windows(spans)[:, 1], first=first, seed=seed)
    if isinstance(measure, PeriodSurvival):
        return cohorts.figures(measure, found, spans)
    starts, ends = floats(found["starts"]), floats(found["ends"])
    edges = windows(spans)
    over = exposure.spells(starts, ends).over(edges)
    match measure:
        case AverageOpen():
            estimates = _plain(over.average)
        case OpenAtEnd():
            estimates = _plain(over.open_at_end)
        case OpenAge():
            estimates = [intervals.median(exposure.ages_at(starts, ends, end)) for end in edges[:, 1]]
    missing, negative = whole(found["missing"]), whole(found["negative"])
    if missing and not starts.size:
        # Where no one knows when anything began, nothing open is no count.
        estimates = [Estimate(value=None, low=None, high=None, n=0) for _ in spans]
    return [
        Figure(_counted(estimate, int(n), measure), int(n_open), missing, negative)
        for estimate, n, n_open in zip(estimates, over.touching, over.open_at_end, strict=True)
    ]


def _plain(values: NDArray[Any]) -> list[Estimate]:
    return [Estimate(value=float(value), low=None, high=None, n=0) for value in values]


def _counted(estimate: Estimate, touched: int, measure: Area) -> Estimate:
    if isinstance(measure, OpenAge):
        return estimate
    return Estimate(value=estimate.value, low=None, high=None, n=touched)


def first_start(measure: Area, found: Mapping[str, Any]) -> float | None:
    """When there first was something to say, among all groups."""
    # What is hidden is reckoned from what was found, so there is nothing before the first find.
    instants = found["ends" if isinstance(measure, Truncated) else "starts"]
    earliest = [listed.min() for each in instants if (listed := floats(each)).size]
    return float(min(earliest)) if earliest else None
