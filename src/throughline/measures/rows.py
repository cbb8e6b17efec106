"""The records behind a number, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine.calendar import to_days
from throughline.engine.definitions import Definition
from throughline.engine.language.checked import (
    AverageOpen,
    Count,
    Grouping,
    OpenAge,
    OpenAtEnd,
    Statistic,
    Survival,
    WithinSla,
)
from throughline.engine.language.fields import SEVERITIES, Kind
from throughline.engine.metrics import Metric, check_where, grouping
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import both, either, is_null, named, not_null, number, text
from throughline.measures.evaluation.areas import start_of
from throughline.measures.evaluation.figures import UNKNOWN, label
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.evaluation.population import Moment, Population, of_metric
from throughline.measures.evaluation.samples import Sample
from throughline.measures.evaluation.samples import rows as counted
from throughline.measures.queries import Instant, metric_of, moment_of, population_of, schema_of
from throughline.measures.readside.columns import columns

FACETS = ("severity", "service", "team", "source", "state", "status", "kind", "cwe")


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of record ids, and how many there are in all."""

    ids: list[int]
    total: int


def rows_behind(
    definition: Definition | str,
    *,
    scope: Scope,
    now: datetime,
    group: Mapping[str, str] | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    known_at: Instant | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> Behind:
    """The records that a figure rests on, those with the largest value first (else the latest reported).

    `group` is the group of one row of `evaluate`, as it was given. Raises Refused as `evaluate` does.
    """
    snapshot = columns().snapshot()
    metric = metric_of(definition, snapshot=snapshot)
    moment = moment_of(now=now, since=since, until=until, known_at=known_at)
    chosen = [
        (grouping(name, metric.at, schema_of(snapshot)), value) for name, value in (group or {}).items()
    ]
    moment = _within_window(moment, chosen)
    population = population_of(metric, scope=scope, moment=moment, snapshot=snapshot)
    conditions = [*of_metric(metric, population), *_entering(metric, population)]
    conditions += [_in_group(population, each, value) for each, value in chosen if each.field is not None]
    return _page(metric, population, conditions, limit=limit, offset=offset)


def facets(
    where: str = "",
    *,
    scope: Scope,
    now: datetime,
    known_at: Instant | None = None,
    dimensions: Sequence[str] = FACETS,
) -> dict[str, list[tuple[str, int]]]:
    """How many records have each value of each dimension, by dimension, the most frequent first.

    Nothing is assumed about the state: `where` alone says which records. Levels stay in their order.
    """
    snapshot = columns().snapshot()
    found = schema_of(snapshot)
    population = Population(
        snapshot=snapshot,
        scope=scope,
        moment=moment_of(now=now, known_at=known_at),
        condition=check_where(where, found),
    )
    return {name: _counts(population, grouping(name, None, found)) for name in dimensions}


def _counts(population: Population, by: Grouping) -> list[tuple[str, int]]:
    query = population.grouped({"value": population.compiler.group(by)}, Sample({}, {"n": counted()}))
    rows = population.rows(query)
    if by.field is not None and by.field.kind is Kind.SEVERITY:
        rows.sort(key=lambda row: -1 if row[0] is None else row[0], reverse=True)
    else:
        rows.sort(key=lambda row: (-row[1], label(by, row[0])))
    return [(label(by, value), count) for value, count in rows]


def _page(
    metric: Metric,
    population: Population,
    conditions: list[exp.Expression],
    *,
    limit: int | None,
    offset: int,
) -> Behind:
    total = population.rows(population.select({"n": counted()}, where=conditions))[0][0]
    query = population.select({"vid": named("vid"), "rank": _rank(metric, population)}, where=conditions)
    query = query.order_by("rank DESC NULLS LAST", "vid")
    query = query.offset(offset) if offset else query
    query = query.limit(limit) if limit is not None else query
    return Behind([row[0] for row in population.rows(query)], total)


def _rank(metric: Metric, population: Population) -> exp.Expression:
    if isinstance(metric.measure, Statistic):
        return population.compiler.value(metric.measure.value)
    return named("identified")


def _entering(metric: Metric, population: Population) -> list[exp.Expression]:
    """What the measure itself asks of a record that it counts."""
    compiler, moment = population.compiler, population.moment
    match metric.measure:
        case Count(condition) if condition is not None:
            return [compiler.condition(condition)]
        case Statistic(_, value):
            return [not_null(compiler.value(value))]
        case Survival(start):
            return [not_null(compiler.column(start))]
        case WithinSla(days) if days is not None:
            due = exp.Add(this=named("identified"), expression=number(days))
            return [exp.LTE(this=due, expression=number(moment.known_at))]
        case OpenAtEnd() | OpenAge():
            return _open_between(metric, _end(moment), _end(moment))
        case AverageOpen():
            return _open_between(metric, moment.since, _end(moment))
    return []


def _end(moment: Moment) -> float:
    return moment.now if moment.until is None else min(moment.until, moment.now)


def _open_between(metric: Metric, since: float | None, until: float) -> list[exp.Expression]:
    assert isinstance(metric.measure, AverageOpen | OpenAge | OpenAtEnd)
    start, end = named(start_of(metric.measure).column), named("mitigated")
    forward = either(is_null(end), exp.GTE(this=end, expression=start))
    begun = exp.LT if isinstance(metric.measure, AverageOpen) else exp.LTE
    conditions = [forward, begun(this=start, expression=number(until))]
    if since is not None:
        conditions.append(either(is_null(end), exp.GT(this=end, expression=number(since))))
    return conditions


def _within_window(moment: Moment, chosen: Sequence[tuple[Grouping, str]]) -> Moment:
    """The moment cut to the window that a group of an area names."""
    for each, value in chosen:
        if each.field is None and each.unit:
            period = labelled_period(each.unit, value)
            start, end = to_days(period.start), to_days(period.end)
            since = start if moment.since is None else max(start, moment.since)
            return replace(moment, since=since, until=end if moment.until is None else min(end, moment.until))
    return moment


def _in_group(population: Population, by: Grouping, value: str) -> exp.Expression:
    assert by.field is not None
    column = population.compiler.column(by.field)
    if value == UNKNOWN:
        return is_null(column)
    if by.unit:
        period = labelled_period(by.unit, value)
        after = exp.GTE(this=column, expression=number(to_days(period.start)))
        return both(after, exp.LT(this=column.copy(), expression=number(to_days(period.end))))
    return exp.EQ(this=column, expression=_constant(by, value))


def _constant(by: Grouping, value: str) -> exp.Expression:
    assert by.field is not None
    match by.field.kind:
        case Kind.SEVERITY if value in SEVERITIES:
            return exp.Literal.number(SEVERITIES.index(value))
        case Kind.BOOLEAN if value in ("true", "false"):
            return exp.true() if value == "true" else exp.false()
        case Kind.NUMBER:
            return number(_number(by, value))
        case Kind.TEXT:
            return text(value)
    raise Refused(f"there is no {by.label} '{value}'", place="group", code="group")


def _number(by: Grouping, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Refused(
            f"expected a number for {by.label}, found '{value}'", place="group", code="group"
        ) from None
