"""Measures of windows of time: how many were open, on average or at the end, and how old they were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine import exposure, intervals, open_ages
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
    aggregate_if,
    both,
    call,
    case,
    is_null,
    named,
    not_a_number,
    not_null,
    number,
    surely,
    text,
)
from throughline.measures.evaluation import cohorts, hidden
from throughline.measures.evaluation.estimates import Figure, floats, whole
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.population import Moment
from throughline.measures.evaluation.samples import Columns, Sample, listed, rows

Floats = NDArray[np.float64]
Spells = tuple[Floats, Floats]
# Fewer are added up anew whenever somebody looks.
MANY_SPELLS = 50_000
BY_DAY, STOOD = "by day", "stood"
# How many, how long before an instant together, and those that are not before it, of starts and of ends.
SUMS = {"start": ("n_started", "started", "starts"), "end": ("n_ended", "ended", "ends")}


def start_of(measure: Area) -> Field:
    """The date from which a record counts as open."""
    return measure.start if isinstance(measure, AverageOpen | PeriodSurvival) else CORE["identified"]


def sample_of(measure: Area, compiler: Compiler, *, is_whole: bool = False) -> Sample:
    """The spells of each group: when each record opened and when it was mitigated.

    Of one window from the first start to the present it is enough to add up, and to list who still stands.
    """
    if isinstance(measure, Truncated):
        return hidden.sample_of(measure)
    if isinstance(measure, PeriodSurvival):
        return cohorts.sample_of(measure, compiler)
    start, end = named(start_of(measure).column), named("mitigated")
    backwards = surely(exp.LT(this=end, expression=start))
    values = {
        "start": start,
        "end": call("coalesce", end, not_a_number()),
        "backwards": backwards,
        "forward": both(not_null(start), exp.Not(this=backwards)),
    }
    aside = {"missing": rows(is_null(named("start"))), "negative": rows(named("backwards"))}
    if is_whole and isinstance(measure, AverageOpen | OpenAtEnd | OpenAge):
        found = _standing if isinstance(measure, OpenAge) else _in_sums
        return found(Sample(values, _first() | aside), number(compiler.as_of))
    lists = {"starts": listed("start", named("forward")), "ends": listed("end", named("forward"))}
    return Sample(values, lists | aside)


def _first() -> Columns:
    """The first start, in a list of one, since aggregates of groups are joined to those of all."""
    first = aggregate_if(call("min", named("start")), named("forward"))
    return {"first": call("list_value", call("coalesce", first, exp.cast(text("infinity"), "DOUBLE")))}


def _standing(sample: Sample, at: exp.Expression) -> Sample:
    """The spells that were not over before an instant."""
    # What is not a number comes behind all numbers.
    stands = both(named("forward"), exp.GTE(this=named("end"), expression=at))
    lists = {"starts": listed("start", stands), "ends": listed("end", stands.copy())}
    return Sample(sample.values, {**lists, **sample.aggregates})


def _in_sums(sample: Sample, until: exp.Expression) -> Sample:
    """How many started and ended before an instant, and how long before it; of the few later ones, when."""
    values, aggregates = dict(sample.values), dict(sample.aggregates)
    for name, [n, days, others] in SUMS.items():
        is_before = both(named("forward"), exp.LT(this=named(name), expression=until.copy()))
        values[days] = case((is_before, exp.Sub(this=until.copy(), expression=named(name))))
        aggregates |= {n: call("count", named(days)), days: call("sum", named(days))}
        is_later = both(named("forward"), exp.GTE(this=named(name), expression=until.copy()))
        later = listed(name, both(is_later, exp.Not(this=call("isnan", named(name)))))
        # NumPy takes long over entries that are not there.
        aggregates[others] = call("coalesce", later, call("list_value"))
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
    measure: Area, found: Found, spans: Sequence[Period], *, first: float | None, seed: int, settled: float
) -> list[Figure]:
    """The figure of each window for one group; `first` is when there first was something to say of any.

    A window that ended by `settled` is told once for a statement: no clock moves it.
    """
    if isinstance(measure, Truncated):
        ends = windows(spans)[:, 1]
        return hidden.figures(measure, found, ends, first=first, seed=seed, settled=settled)
    keys = [(measure, since, until) for since, until in windows(spans).tolist()]
    wanted = [place for place, key in enumerate(keys) if key not in found.made]
    made = _figures(measure, found, [spans[place] for place in wanted], first=first, settled=settled)
    told = {keys[place]: figure for place, figure in zip(wanted, made, strict=True)}
    found.made.update({key: figure for key, figure in told.items() if key[2] <= settled})
    return [told[key] if key in told else found.made[key] for key in keys]


def _figures(
    measure: Area, found: Found, spans: Sequence[Period], *, first: float | None, settled: float
) -> list[Figure]:
    if isinstance(measure, PeriodSurvival):
        return cohorts.figures(measure, found, spans, settled=settled)
    if not spans:
        return []
    edges = windows(spans)
    spells = _by_day(found, edges.ravel(), first=first, settled=settled)
    over = spells.over(edges)
    match measure:
        case AverageOpen():
            estimates = _plain(over.average)
        case OpenAtEnd():
            estimates = _plain(over.open_at_end)
        case OpenAge():
            estimates = _median_ages(found, edges[:, 1], settled=settled)
    missing, negative = whole(found["missing"]), whole(found["negative"])
    if missing and not spells.n:
        # Where no one knows when anything began, nothing open is no count.
        estimates = [Estimate(value=None, low=None, high=None, n=0) for _ in edges]
    return [
        Figure(_counted(estimate, int(n), measure), int(n_open), missing, negative)
        for estimate, n, n_open in zip(estimates, over.touching, over.open_at_end, strict=True)
    ]


def open_at(found: Found, instants: Sequence[float], *, settled: float) -> list[int]:
    """How many were open at each instant."""
    spells = _by_day(found, np.asarray(instants), first=None, settled=settled)
    told: list[int] = spells.open_at(instants).tolist()
    return told


def _by_day(found: Found, edges: Floats, *, first: float | None, settled: float) -> exposure.Spells:
    """The spells of a group by days, counted once for a statement; exact where an edge cuts a day."""
    cut = edges[(edges != np.floor(edges)) & (edges < settled)]
    exact_from = math.floor(min([settled, *cut[cut != first].tolist()]))
    key = BY_DAY, exact_from
    if key not in found.made:
        spells = (
            _from_sums(found, settled)
            if SUMS["start"][0] in found
            else exposure.spells_by_day(*_spells(found), exact_from=exact_from)
        )
        found.keep(key, spells, size=spells.nbytes)
        return spells
    kept: exposure.Spells = found.made[key]
    return kept


def _from_sums(found: Found, until: float) -> exposure.Spells:
    opened, closed = (
        exposure.Sum(whole(found[n]), float(found[days] or 0.0), floats(found[others]))
        for n, days, others in SUMS.values()
    )
    first = float(floats(found["first"]).min(initial=until))
    return exposure.spells_from_sums(opened, closed, first=first, until=until)


def _median_ages(found: Found, ends: Floats, *, settled: float) -> list[Estimate]:
    """How old those were that were open at each end; where it still moves few are looked at."""
    over = ends[ends < settled] if ends.size > 1 else ends[:0]
    told: list[Estimate] = []
    if over.size:
        ages = open_ages.open_ages(*_spells(found), over)
        ranked = (partial(ages.at_ranks, number) for number in range(over.size))
        told = [intervals.quantile_of(ages.n(number), 0.5, at) for number, at in enumerate(ranked)]
    for end in ends[over.size :].tolist():
        ages_then = exposure.ages_at(*_standing_at(found, end, settled=settled), end)
        told.append(intervals.median(ages_then))
    return told


def _standing_at(found: Found, end: float, *, settled: float) -> Spells:
    stood = _stood(found, settled) if settled <= end else None
    return _spells(found) if stood is None else stood


def _stood(found: Found, settled: float) -> Spells | None:
    """The spells that were not over before an instant; None where all are few."""
    if STOOD not in found.made:
        starts, ends = _spells(found)
        if starts.size < MANY_SPELLS:
            return None
        stands = ~(ends < settled)
        stood = starts[stands], ends[stands]
        found.keep(STOOD, stood, size=sum(each.nbytes for each in stood))
        return stood
    kept: Spells = found.made[STOOD]
    return kept


def _spells(found: Found) -> Spells:
    return cohorts.spells_of(found) if "borne" in found else (floats(found["starts"]), floats(found["ends"]))


def _plain(values: NDArray[Any]) -> list[Estimate]:
    return [Estimate(value=float(value), low=None, high=None, n=0) for value in values]


def _counted(estimate: Estimate, touched: int, measure: Area) -> Estimate:
    if isinstance(measure, OpenAge):
        return estimate
    return Estimate(value=estimate.value, low=None, high=None, n=touched)


def first_start(measure: Area, found: Found) -> float | None:
    """When there first was something to say, among all groups."""
    # What is hidden is reckoned from what was found, so there is nothing before the first find.
    names = ("ends",) if isinstance(measure, Truncated) else ("starts", "borne", "first")
    if ("first", names[0]) not in found.made:
        lists = (floats(each) for name in names if name in found for each in found[name])
        earliest = [listed.min() for listed in lists if listed.size]
        known = [float(each) for each in earliest if each < math.inf]
        found.made["first", names[0]] = min(known, default=None)
    first: float | None = found.made["first", names[0]]
    return first
