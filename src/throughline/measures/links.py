"""The records behind a figure, as a condition that the vulnerability explorer understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote_plus

from throughline.engine import metrics, sla
from throughline.engine.language.checked import (
    AverageOpen,
    Calculation,
    CohortFound,
    Column,
    Condition,
    Count,
    Grouping,
    OpenAge,
    OpenAtEnd,
    PaidClasses,
    PeriodSurvival,
    Scalar,
    Share,
    Statistic,
    Survival,
    Truncated,
    WithinSla,
    can_be_unknown,
    spans,
)
from throughline.engine.language.parsing import parse_measure
from throughline.engine.language.syntax import Name
from throughline.engine.language.writing import written
from throughline.engine.metrics import Metric
from throughline.measures.asking import Question
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.ranges import Range, as_date
from throughline.vulnerabilities.models import SlaPolicy

PAGE = "/vulnerabilities/"


def address_of_rows(metric: Metric, group: Mapping[str, str], *, question: Question, now: datetime) -> str:
    """The explorer's address for the records that one figure of the question's answer rests on."""
    window = _window(metric, group, question.range)
    parts = [
        metric.where_text,
        *_group_terms(metric, group),
        *_measure_terms(metric, window, now=now, known_at=question.known_at),
    ]
    said = {"where": " and ".join(_bracketed(part) for part in parts if part)}
    if metric.at is not None and (window.since or window.until):
        said |= {"at": metric.at.name, "from": as_date(window.since), "to": as_date(window.until)}
    said["known"] = question.known
    return f"{PAGE}?{'&'.join([f'{name}={_quoted(value)}' for name, value in said.items() if value])}"


# A page has hundreds of addresses of a few dozen conditions and dates.
_quoted = lru_cache(5_000)(quote_plus)


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
            assert grouping.field is not None
            yield metrics.equals(grouping.label, group[grouping.label], grouping.field.kind)
        elif grouping.field is not None and grouping.field is not metric.at:
            yield _in_period(grouping, group[grouping.label])


def _in_period(grouping: Grouping, label: str) -> str:
    assert grouping.field is not None
    assert grouping.unit is not None
    period = labelled_period(grouping.unit, label)
    name = grouping.field.name
    return f"{name} >= '{as_date(period.start)}' and {name} < '{as_date(period.end)}'"


def _measure_terms(
    metric: Metric, window: Range, *, now: datetime, known_at: datetime | None
) -> Iterator[str]:
    """What a record needs in order to count: the dates of a duration, or a life that touches the window."""
    match metric.measure:
        case Statistic(_, value):
            yield from (f"{name} is not null" for name in _columns(value))
            yield from (f"{later.name} >= {earlier.name}" for earlier, later in spans(value))
        case Survival(start, end, _):
            yield f"{start.name} is not null"
            yield f"{end.name} is null or {end.name} >= {start.name}"
            if end.name == "triaged":
                yield "triaged is not null or state = 'potential'"
            if known_at is not None:
                yield f"{start.name} <= '{as_date(known_at)}'"
        case PeriodSurvival(start, end):
            yield f"{start.name} is not null and ({end.name} is null or {end.name} >= {start.name})"
            if end.name == "triaged":
                yield "triaged is not null or state = 'potential'"
            yield from _at_risk(start.name, end.name, window.since, window.until or known_at, now=now)
        case AverageOpen(start):
            yield _forward(start.name)
            yield from _alive(start.name, window.since, window.until or known_at, now=now)
        case OpenAtEnd() | OpenAge():
            yield _forward("identified")
            yield from _open_at(min(window.until or now, known_at or now), now=now)
        case Count(condition) if condition is not None:
            yield written(parse_measure(metric.measure_text).arguments[0])
            yield from _not_backwards(condition)
        case Share(condition) if can_be_unknown(condition):
            # Neither it nor its negation is true of a record that lacks what it asks for.
            asked = written(parse_measure(metric.measure_text).arguments[0])
            yield f"({asked}) or not ({asked})"
            yield from _not_backwards(condition)
        case PaidClasses():
            yield "award > 0 and cwe is not null"
        case Truncated(_, start, end, _, longest):
            name = written(Name(start.name))
            yield f"{end.name} >= {name}"
            if longest is not None:
                yield f"{end.name} - {name} <= {longest:g} days"
            yield from _until(end.name, min(window.until or now, known_at or now), now=now)
        case CohortFound(_, until) as measure:
            yield "identified >= introduced"
            if until is not None:
                yield f"identified - introduced <= {until:g} days"
            yield sla.past_limit(measure.full, at=known_at or now, date="introduced")
        case WithinSla(days):
            yield "mitigated is null or mitigated >= identified"
            yield _judged(days, at=known_at or now)


def _not_backwards(condition: Condition) -> Iterator[str]:
    for earlier, later in dict.fromkeys(spans(condition)):
        yield f"{later.name} is null or {earlier.name} is null or {later.name} >= {earlier.name}"


def _forward(start: str) -> str:
    return f"{start} is not null and (mitigated is null or mitigated >= {start})"


def _judged(days: float | None, *, at: datetime) -> str:
    """Those whose days are up, by the limit given or by the policy."""
    if days is not None:
        return sla.past_limit(days, at=at)
    return sla.past_due(SlaPolicy.objects.values_list("severity", "tier", "days"), at=at)


def _open_at(instant: datetime, *, now: datetime) -> Iterator[str]:
    if instant < now or instant == _day_end(now):
        at = as_date(instant)
        yield f"identified <= '{at}'"
        yield f"mitigated is null or mitigated > '{at}'"
        return
    yield f"identified < '{as_date(_day_end(now))}'"
    yield "mitigated is null"


def _until(date: str, instant: datetime, *, now: datetime) -> Iterator[str]:
    if instant < now:
        yield f"{date} <= '{as_date(instant)}'"


def _day_end(now: datetime) -> datetime:
    # The present as the day that ends, so that an address stays the same for a day.
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day if day == now else day + timedelta(days=1)


def _columns(value: Scalar) -> Iterator[str]:
    match value:
        case Column(field):
            yield field.name
        case Calculation(_, left, right):
            yield from _columns(left)
            yield from _columns(right)


def _at_risk(
    start: str, end: str, since: datetime | None, until: datetime | None, *, now: datetime
) -> Iterator[str]:
    """As `_alive`, with what ended on the first instant, and without what was accepted before."""
    yield f"{start} < '{as_date(until if until and until < now else _day_end(now))}'"
    if since:
        day = as_date(since)
        yield f"{end} is null or {end} >= '{day}'"
        if end == "mitigated":
            yield f"mitigated is not null or status != 'accepted' or accepted is null or accepted >= '{day}'"


def _alive(start: str, since: datetime | None, until: datetime | None, *, now: datetime) -> Iterator[str]:
    yield f"{start} < '{as_date(until if until and until < now else _day_end(now))}'"
    if since:
        day = as_date(since)
        yield f"mitigated is null or mitigated > '{day}' or {start} >= '{day}'"
