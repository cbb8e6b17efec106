"""When the records behind a metric began and ended: what their future is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from throughline.accounts.access import EVERYTHING
from throughline.engine import futures
from throughline.engine.futures import Future, Statistic
from throughline.engine.language.checked import (
    AverageOpen,
    Calculation,
    Column,
    Count,
    OpenAtEnd,
    Survival,
    WithinSla,
)
from throughline.engine.language.checked import Statistic as Averaged
from throughline.engine.language.fields import Field
from throughline.engine.metrics import Metric
from throughline.measures.queries import moment_of, population_of, schema

# A slice by one of these chooses other records as time goes on.
MOVING = ("status", "mitigated", "triaged", "age", "vanished", "overdue")


@dataclass(frozen=True, slots=True)
class Course:
    """Which two dates bound a record's life for a metric, and what is made of the lives."""

    start: Field
    end: Field
    statistic: Statistic


def course_of(metric: Metric) -> Course | None:
    """How the metric follows from the lives of its records; None where it does not."""
    fields = schema()
    known, gone = fields.find("identified"), fields.find("mitigated")
    if known is None or gone is None or any(word in metric.where_text for word in MOVING):
        return None
    at = metric.at.name if metric.at else ""
    match metric.measure:
        case Count(None) if at == known.name:
            return Course(known, gone, futures.started_within)
        case Count(None) if at == gone.name:
            return Course(known, gone, futures.ended_within)
        case AverageOpen(start):
            return Course(start, gone, futures.average_open)
        case OpenAtEnd():
            return Course(known, gone, _open_at_end)
        case Survival(start, end, horizon) if at == start.name:
            statistic = futures.survival_median if horizon is None else futures.restricted_mean(horizon)
            return Course(start, end, statistic)
        case Averaged(name, Calculation("-", Column(end), Column(start))) if at == end.name:
            means = {"mean": futures.mean_time, "median": futures.median_time}
            return Course(start, end, means[name]) if name in means else None
        case WithinSla(float() | int() as days) if at == known.name:
            return Course(known, gone, futures.share_within(days))
    return None


def lives(
    metric: Metric, course: Course, *, now: datetime
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When each record of the slice began and ended, in days since 1970; NaN where it did not yet."""
    population = population_of(metric, scope=EVERYTHING, moment=moment_of(now=now))
    compiler = population.compiler
    columns = {"started": compiler.column(course.start), "ended": compiler.column(course.end)}
    found = population.arrays(population.select(columns, where=[compiler.has(course.start)]))
    started, ended = (_floats(found[name]) for name in ("started", "ended"))
    return started, ended


def _floats(found: NDArray[np.generic]) -> NDArray[np.float64]:
    masked = np.ma.asarray(found, dtype=np.float64)
    return np.asarray(masked.filled(np.nan), dtype=np.float64)


def _open_at_end(future: Future, since: float, until: float) -> float:
    return float(((future.started < until) & ~(future.ended < until)).sum())
