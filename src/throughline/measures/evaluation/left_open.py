"""How many were open at the ends of periods, from counts by day where all of them would be long lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from sqlglot import exp

from throughline.engine.language.checked import Calculation, Column, Scalar, Statistic
from throughline.engine.language.fields import CORE, Kind
from throughline.engine.metrics import Metric
from throughline.measures.engines.duckdb import both, call, named, not_null, surely
from throughline.measures.evaluation.population import Population, asks_ahead
from throughline.measures.evaluation.samples import Sample, rows

# The day by which an answer is grouped, as the columns of groups are called.
DAY = "g0"


def is_told(metric: Metric, population: Population) -> bool:
    """Whether the figures of an answer say themselves how many were repaired in each period of all."""
    if len(metric.by) != 1 or population.moment.is_bounded or not isinstance(metric.measure, Statistic):
        return False
    [by] = metric.by
    took = Calculation("-", Column(CORE["mitigated"]), started(metric), Kind.DURATION)
    return by.unit is not None and by.field is metric.at and metric.measure.value == took


def started(metric: Metric) -> Scalar:
    """From when on a record is open whose time to repair is asked for."""
    assert isinstance(metric.measure, Statistic)
    found = _earlier(metric.measure.value)
    assert found is not None
    return found


def _earlier(value: Scalar) -> Scalar | None:
    match value:
        case Calculation("-", Column(later), Column() as earlier) if later.name == "mitigated":
            return earlier
        case Calculation(_, left, right):
            return _earlier(left) or _earlier(right)
    return None


def begin(population: Population, started: Scalar, *, is_told: bool) -> None:
    """Ask ahead what `open_at` will ask."""
    population.begin(*_by_day(population, started, at_midnight=is_told))


def open_at(
    population: Population,
    started: Scalar,
    instants: Sequence[float],
    *,
    over: Sequence[tuple[int, bool]] | None = None,
) -> list[int] | None:
    """How many of all were open at each instant, between a date and the repair.

    None of few records, whose spells are listed at once, and where an instant cuts a day: of its day alone
    nobody knows who was open then. Where it is known how many were `over` before each instant, those at the
    very instant are still counted, where it says so.
    """
    if not asks_ahead(population.snapshot):
        return None
    queries = _by_day(population, started, at_midnight=over is not None)
    begun, ended = (population.found(query) for query in queries)
    latest = max((each for each in begun["latest"] if each is not None), default=-math.inf)
    at = np.asarray(instants, dtype=np.float64)
    # Whoever is over is so as of now, so that an instant behind that is behind all of these.
    is_behind = (at >= population.as_of) & (at >= latest)
    if not (is_behind | (at == np.floor(at))).all():
        return None
    if over is None:
        ended_by = _until(ended[DAY], ended["n"], at, is_behind)
    else:
        n = dict(zip(ended[DAY], ended["n"], strict=True))
        also = (n.get(int(each), 0) if ends else 0 for each, (_, ends) in zip(instants, over, strict=True))
        ended_by = np.array([before + more for (before, _), more in zip(over, also, strict=True)])
    found: list[int] = (_until(begun[DAY], begun["n"], at, is_behind) - ended_by).tolist()
    return found


def _until(days: Sequence[int], n: Sequence[int], at: np.ndarray, is_behind: np.ndarray) -> np.ndarray:
    """How many are on or before each instant: counted are those since the midnight before, without it."""
    order = np.argsort(days)
    upto = np.append(0, np.cumsum(np.asarray(n, dtype=np.int64)[order]))
    passed = np.searchsorted(np.asarray(days, dtype=np.float64)[order], at, side="right")
    return upto[np.where(is_behind, upto.size - 1, passed)]


def _by_day(population: Population, started: Scalar, *, at_midnight: bool) -> tuple[exp.Select, exp.Select]:
    """Who began, and who of them was repaired, or was so at midnight, by the midnight on or before which."""
    start, repaired = population.compiler.value(started), population.compiler.has(CORE["mitigated"])
    end = named("mitigated")
    # Dates that run backwards are no spell.
    backwards = both(repaired, exp.LT(this=end, expression=start))
    known = both(not_null(start), exp.Not(this=surely(backwards)))
    latest = {"n": rows(), "latest": call("max", named("at"))}
    begun = population.grouped({DAY: _midnight(start)}, Sample({"at": start}, latest), where=[known])
    over = both(repaired.copy(), exp.GTE(this=end.copy(), expression=start.copy()))
    if at_midnight:
        # Mostly few to group.
        over = both(over, exp.EQ(this=end.copy(), expression=call("floor", end.copy())))
    ended = population.grouped({DAY: _midnight(end)}, Sample({}, {"n": rows()}), where=[over])
    return begun, ended


def _midnight(instant: exp.Expression) -> exp.Expression:
    return exp.cast(call("ceil", instant.copy()), "INTEGER")
