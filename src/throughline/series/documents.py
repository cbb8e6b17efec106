"""A series as JSON and as a table: the same for the command line and the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from throughline.series.models import Reading, Series
from throughline.series.queries import newest, values

COLUMNS = ("at", "value", "note", "origin", "author", "recorded_at")


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
) -> dict[str, Any]:
    """The series with its values of a period, as known then; `value` and `at` are those of the newest."""
    found = values(series, since=since, until=until, known_at=known_at)
    last = found[-1] if found else None
    return {
        **summary(series),
        "value": last.value if last else None,
        "at": last.at if last else None,
        "n": len(found),
        "as_known_at": known_at,
        "values": [value(each) for each in found],
    }


def table(answer: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a document's values."""
    for each in answer["values"]:
        yield [each[name] for name in COLUMNS]


def value(each: Reading) -> dict[str, Any]:
    """One value with where it came from."""
    return {name: getattr(each, name) for name in COLUMNS}
