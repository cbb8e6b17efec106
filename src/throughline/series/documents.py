"""A series as JSON and as a table: the same for the command line and the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from throughline.series.comparing import beside, compared
from throughline.series.models import Reading, Series
from throughline.series.queries import newest, values
from throughline.ui import comparing

VALUE = ("at", "value", "note", "origin", "author", "recorded_at")
COLUMNS = (*VALUE, *comparing.COLUMNS)


def summary(series: Series) -> dict[str, Any]:
    """What a series is, with its newest value."""
    last = newest(series)
    return {
        "name": series.name,
        "title": series.title or series.name,
        "description": series.description,
        "unit": series.unit,
        "better": series.better,
        "cadence_days": series.cadence_days,
        "value": last.value if last else None,
        "at": last.at if last else None,
    }


def document(
    series: Series,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    known_at: datetime | None = None,
    now: datetime,
    compares: bool = True,
) -> dict[str, Any]:
    """The series with its values of a period, as known then; `value` and `at` are those of the newest.

    Each stands `beside` the one of the quarter before, and the newest beside how the last quarter ended.
    """
    known = values(series, known_at=known_at)
    found = [
        each for each in known if (since is None or each.at >= since) and (until is None or each.at < until)
    ]
    last = found[-1] if found else None
    befores = beside(series, found, known) if compares else [None] * len(found)
    newest_before = compared(series, found, now=now) if found and compares else None
    return {
        **summary(series),
        "value": last.value if last else None,
        "at": last.at if last else None,
        "n": len(found),
        "as_known_at": known_at,
        "before": newest_before.document if newest_before else None,
        "values": [value_beside(each, was) for each, was in zip(found, befores, strict=True)],
    }


def table(answer: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a document's values."""
    for each in answer["values"]:
        yield [*(each[name] for name in VALUE), *comparing.cells(each["before"])]


def value_beside(each: Reading, was: comparing.Was | None) -> dict[str, Any]:
    """One value beside the one at its place of the quarter before."""
    return {**value(each), "before": was.document if was else None}


def value(each: Reading) -> dict[str, Any]:
    """One value with where it came from."""
    return {name: getattr(each, name) for name in VALUE}
