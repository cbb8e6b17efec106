"""How many were open at the ends of periods, from counts by day where all of them would be long lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from sqlglot import exp

from throughline.engine.language.checked import Scalar
from throughline.engine.language.fields import CORE
from throughline.measures.engines.duckdb import both, call, named, not_null
from throughline.measures.evaluation.population import Population, asks_ahead
from throughline.measures.evaluation.samples import Sample, rows

# The day by which an answer is grouped, as the columns of groups are called.
DAY = "g0"


def begin(population: Population, started: Scalar) -> None:
    """Ask ahead what `open_at` will ask."""
    population.begin(*_by_day(population, started))


def open_at(population: Population, started: Scalar, instants: Sequence[float]) -> list[int] | None:
    """How many of all were open at each instant, between a date and the repair.

    None of few records, whose spells are listed at once, and where an instant cuts a day: of its day alone
    nobody knows who was open then.
    """
    if not asks_ahead(population.snapshot):
        return None
    begun, ended = (population.found(query) for query in _by_day(population, started))
    latest = max((each for each in begun["latest"] if each is not None), default=-math.inf)
    at = np.asarray(instants, dtype=np.float64)
    # Whoever is over is so as of now, so that an instant behind that is behind all of these.
    is_behind = (at >= population.as_of) & (at >= latest)
    if not (is_behind | (at == np.floor(at))).all():
        return None
    counts = [_until(each[DAY], each["n"], at, is_behind) for each in (begun, ended)]
    found: list[int] = (counts[0] - counts[1]).tolist()
    return found


def _until(days: Sequence[int], n: Sequence[int], at: np.ndarray, is_behind: np.ndarray) -> np.ndarray:
    """How many are on or before each instant: counted are those since the midnight before, without it."""
    order = np.argsort(days)
    upto = np.append(0, np.cumsum(np.asarray(n, dtype=np.int64)[order]))
    passed = np.searchsorted(np.asarray(days, dtype=np.float64)[order], at, side="right")
    return upto[np.where(is_behind, upto.size - 1, passed)]


def _by_day(population: Population, started: Scalar) -> tuple[exp.Select, exp.Select]:
    """Who began, and who of them was repaired, by the midnight on or before which it was so."""
    start, repaired = population.compiler.value(started), population.compiler.has(CORE["mitigated"])
    end = named("mitigated")
    # Dates that run backwards are no spell.
    backwards = both(repaired, exp.LT(this=end, expression=start))
    known = both(not_null(start), exp.Not(this=call("coalesce", backwards, exp.false())))
    latest = {"n": rows(), "latest": call("max", named("at"))}
    begun = population.grouped({DAY: _midnight(start)}, Sample({"at": start}, latest), where=[known])
    over = both(repaired.copy(), exp.GTE(this=end.copy(), expression=start.copy()))
    ended = population.grouped({DAY: _midnight(end)}, Sample({}, {"n": rows()}), where=[over])
    return begun, ended


def _midnight(instant: exp.Expression) -> exp.Expression:
    return exp.cast(call("ceil", instant.copy()), "INTEGER")
