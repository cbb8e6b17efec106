"""Whether counts come in batches, and the wider intervals that they then have."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from throughline.engine import counts
from throughline.engine.counts import Dispersion
from throughline.engine.language.checked import Count
from throughline.engine.metrics import MOST_GROUPINGS, Metric
from throughline.engine.refusals import Refused
from throughline.measures.asking import Question
from throughline.measures.evaluation.answers import Result, Row, Warning
from throughline.measures.evaluation.periods import labelled_period, period_number
from throughline.ui.words import interval, plain_number

PER: dict[str, str] = {"week": "week to week", "month": "month to month", "quarter": "quarter to quarter"}
# Where an answer is not cut by time, its counts are looked at by this.
USUAL = "month"


def is_count(result: Result) -> bool:
    """Whether an answer is one of counts of events, told without reading its definition again."""
    return str(result.definition["measure"]).startswith("count(")


def widened(
    result: Result,
    metric: Metric,
    question: Question,
    *,
    now: datetime,
    ask: Callable[[str], Result],
    made: dict[Hashable, Any],
) -> Result:
    """The answer with the quasi-Poisson interval of each count and a warning, where counts vary so much.

    `ask` answers the same question by one more dimension; `made` is kept with the answer's rows.
    """
    if not isinstance(metric.measure, Count) or metric.at is None:
        return result
    timed = next((each for each in metric.by if each.unit and each.field is metric.at), None)
    unit = (timed and timed.unit) or USUAL
    if timed is None and len(metric.by) == MOST_GROUPINGS:
        return result
    rows = result.rows if timed else ask(USUAL).rows
    end = _end(question, now=now)
    # The clock moves only which period is the last whole one.
    key = ("wider", unit, question.range.since, period_number(unit, end))
    of, of_rows, found, wider = made.get(key, (None, None, None, ()))
    if of is not result.rows or of_rows is not rows:
        found = _dispersion(rows, timed.label if timed else USUAL, unit, question, end=end)
        wider = _wider(result.rows, found) if found is not None and found.is_over else result.rows
        made[key] = result.rows, rows, found, wider
    if found is None or not found.is_over:
        return result
    told = [*result.warnings, _told(found, unit)]
    return replace(result, rows=wider, warnings=told, dispersion=found.index)


def _end(question: Question, *, now: datetime) -> datetime:
    return min(each for each in (question.range.until, question.known_at, now) if each is not None)


def _dispersion(
    rows: Sequence[Row], name: str, unit: str, question: Question, *, end: datetime
) -> Dispersion | None:
    """The index over the whole periods of each group."""
    since = question.range.since
    groups: dict[tuple[str, ...], tuple[list[float], list[float]]] = {}
    # Every group has the same periods.
    days = {label: _days(unit, label, since=since, end=end) for label in {row.group[name] for row in rows}}
    for row in rows:
        whole = days[row.group[name]]
        if whole is None:
            continue
        key = tuple([text for label, text in row.group.items() if label != name])
        found, lengths = groups.setdefault(key, ([], []))
        found.append(row.value or 0.0)
        lengths.append(whole)
    return counts.dispersion([each[0] for each in groups.values()], [each[1] for each in groups.values()])


def _days(unit: str, label: str, *, since: datetime | None, end: datetime) -> float | None:
    """The length of a period; None where it is none, or not all of it is asked about."""
    try:
        period = labelled_period(unit, label)
    except Refused:
        return None
    is_cut = period.end > end or (since is not None and period.start < since)
    return None if is_cut else period.days


def _wider(rows: Sequence[Row], found: Dispersion) -> list[Row]:
    low, high = counts.wider_bounds([row.value or 0.0 for row in rows], index=found.index)
    bounds = zip(rows, low.tolist(), high.tolist(), strict=True)
    return [row if row.value is None else row.varying(lower, upper) for row, lower, upper in bounds]


def _told(found: Dispersion, unit: str) -> Warning:
    index, span = plain_number(found.index), interval(found.low, found.high)
    message = (
        f"These counts vary {index} times as much from {PER.get(unit, 'year to year')} as events that come "
        f"singly at one rate (index of dispersion {index}, {span}; {found.periods} periods), so that the "
        "Poisson interval is too narrow: a wider one stands beside it."
    )
    return Warning("overdispersed", message)
