"""What stands on a chart, for programs: as a list, and beside the rows of a table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from throughline.annotations.queries import Happening, on
from throughline.annotations.subjects import of_metric
from throughline.engine.calendar import Unit, period_of
from throughline.measures.queries import find


def on_metric(metric: str) -> list[Happening]:
    """What people wrote on the chart of a metric, whatever its slice. Raises Refused for no metric."""
    return on([of_metric(find(metric).name or metric)])


def told(happenings: Iterable[Happening]) -> list[dict[str, Any]]:
    """Each with its days, its text, and who wrote it; what the plan itself says was written by nobody."""
    return [
        {
            "start": each.start.isoformat(),
            "end": each.end.isoformat() if each.end else None,
            "text": each.text,
            "author": each.annotation.author if each.annotation else None,
        }
        for each in happenings
    ]


def in_periods(happenings: Sequence[Happening], unit: Unit, labels: Iterable[str]) -> list[str]:
    """What happened in each of some periods, by their labels; several parts are joined by semicolons."""
    spans = [
        (_label(unit, each.start), _label(unit, each.end or each.start), each.text) for each in happenings
    ]
    # Labels of one unit sort as their periods do.
    return ["; ".join(text for first, last, text in spans if first <= label <= last) for label in labels]


def at_readings(happenings: Sequence[Happening], days: Sequence[date]) -> list[str]:
    """What happened up to each reading and after the one before it, for days in any order."""
    ordered = sorted(set(days))
    beside: dict[date, list[str]] = {day: [] for day in ordered}
    for each in happenings:
        place = bisect_left(ordered, each.start)
        if place < len(ordered):
            beside[ordered[place]].append(each.text)
    first = dict.fromkeys(ordered, True)
    return ["; ".join(beside[day]) if first.pop(day, False) else "" for day in days]


def _label(unit: Unit, day: date) -> str:
    return period_of(unit, datetime(day.year, day.month, day.day, tzinfo=UTC)).label
