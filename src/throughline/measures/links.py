"""The records behind a figure, as a condition that the vulnerability explorer understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

from throughline.engine import metrics
from throughline.engine.checked import (
    AverageOpen,
    Calculation,
    Column,
    Grouping,
    Measure,
    OpenAge,
    OpenAtEnd,
    Scalar,
    Statistic,
    Survival,
)
from throughline.engine.fields import Kind
from throughline.engine.metrics import Metric
from throughline.measures.periods import labelled_period
from throughline.measures.ranges import Range, as_date

PAGE = "/vulnerabilities/"


def address_of_rows(
    metric: Metric, group: Mapping[str, str], *, within: Range, known: str, now: datetime
) -> str:
    """The explorer's address for the records that a figure rests on."""
    window = _window(metric, group, within)
    parts = [
        metric.where_text,
        *_group_terms(metric, group),
        *_measure_terms(metric.measure, window, now=now),
    ]
    said = {"where": " and ".join(_bracketed(part) for part in parts if part)}
    if metric.at is not None and (window.since or window.until):
        said |= {"at": metric.at.name, "from": as_date(window.since), "to": as_date(window.until)}
    said["known"] = known
    return f"{PAGE}?{urlencode({name: value for name, value in said.items() if value})}"


def _bracketed(part: str) -> str:
    return f"({part})" if " or " in part else part


def _window(metric: Metric, group: Mapping[str, str], within: Range) -> Range:
    """The range narrowed to the period of the group, where the group is a period of the date in question."""
    for grouping in metric.by:
        if grouping.unit and grouping.field in (None, metric.at) and group.get(grouping.label):
            period = labelled_period(grouping.unit, group[grouping.label])
            since = max(period.start, within.since) if within.since else period.start
            until = min(period.end, within.until) if within.until else period.end
            return Range("custom", since, until)
    return within


def _group_terms(metric: Metric, group: Mapping[str, str]) -> Iterator[str]:
    for grouping in metric.by:
        if grouping.label not in group:
            continue
        if grouping.unit is None:
            yield metrics.equals(grouping.label, group[grouping.label])
        elif grouping.field is not None and grouping.field is not metric.at:
            yield _in_period(grouping, group[grouping.label])


def _in_period(grouping: Grouping, label: str) -> str:
    assert grouping.field is not None
    assert grouping.unit is not None
    period = labelled_period(grouping.unit, label)
    name = grouping.field.name
    return f"{name} >= '{as_date(period.start)}' and {name} < '{as_date(period.end)}'"


def _measure_terms(measure: Measure, window: Range, *, now: datetime) -> Iterator[str]:
    """What a record needs in order to count: the dates of a duration, or a life that touches the window."""
    match measure:
        case Statistic(_, value):
            yield from (f"{name} is not null" for name in _columns(value))
        case Survival(start, end, _):
            yield f"{start.name} is not null"
            yield f"{end.name} is null or {end.name} >= {start.name}"
        case AverageOpen(start):
            yield from _alive(start.name, window.since, window.until or now)
        case OpenAtEnd() | OpenAge():
            end = min(window.until or now, now)
            yield from _alive("identified", end, end)


def _columns(value: Scalar) -> Iterator[str]:
    match value:
        case Column(field):
            yield field.name
        case Calculation(_, left, right):
            yield from _columns(left)
            yield from _columns(right)


def _alive(start: str, since: datetime | None, until: datetime) -> Iterator[str]:
    yield f"{start} < '{_instant(until)}'"
    if since:
        yield f"mitigated is null or mitigated > '{_instant(since)}'"


def _instant(instant: datetime) -> str:
    return as_date(instant)


def is_duration(metric: Metric) -> bool:
    """Whether the figure is a time, whose honest reading needs the open ones."""
    match metric.measure:
        case Survival():
            return True
        case Statistic(_, value):
            return value.kind is Kind.DURATION
    return False
