"""Periods as numbers, so that engines group by an integer and gaps between two periods can be counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from throughline.engine.calendar import Period, period_of
from throughline.engine.refusals import Refused

_MONDAY = datetime(1969, 12, 29, tzinfo=UTC)
_A_YEAR = {"year": 1, "quarter": 4, "month": 12}
# Every group has the same periods, and each row of an answer asks for its own several times.
_MOST_KEPT = 10_000


@lru_cache(_MOST_KEPT)
def numbered_period(unit: str, number: int) -> Period:
    """The period of a number: years count as themselves, quarters and months from year 0, weeks from 1970.

    >>> numbered_period("quarter", 2024 * 4 + 2).label
    '2024-Q3'
    >>> numbered_period("week", 0).label
    '1970-W01'
    """
    if unit == "week":
        return period_of("week", _MONDAY + timedelta(weeks=number))
    year, part = divmod(number, _A_YEAR[unit])
    month = part * 12 // _A_YEAR[unit] + 1
    return period_of(unit, datetime(year, month, 1, tzinfo=UTC))  # type: ignore[arg-type]


def period_number(unit: str, instant: datetime) -> int:
    """The number of the period that contains the instant: the inverse of `numbered_period`.

    >>> period_number("quarter", datetime(2024, 8, 31, tzinfo=UTC)) == 2024 * 4 + 2
    True
    """
    if unit == "week":
        return (instant - _MONDAY) // timedelta(weeks=1)
    parts = _A_YEAR[unit]
    return instant.year * parts + (instant.month - 1) * parts // 12


@lru_cache(_MOST_KEPT)
def labelled_period(unit: str, label: str) -> Period:
    """The period that a label of this unit names. Raises Refused for a label that names none.

    >>> labelled_period("quarter", "2024-Q3").start.isoformat()
    '2024-07-01T00:00:00+00:00'
    """
    try:
        found = period_of(unit, _start(unit, label))  # type: ignore[arg-type]
    except ValueError:
        found = None
    if found is None or found.label != label:
        example = {"week": "2024-W05", "month": "2024-01", "quarter": "2024-Q1", "year": "2024"}[unit]
        raise Refused(f"there is no {unit} '{label}': write it as {example}", place=unit, code="period")
    return found


def _start(unit: str, label: str) -> datetime:
    year, _, part = label.partition("-")
    if unit == "week":
        return datetime.fromisocalendar(int(year), int(part.removeprefix("W")), 1).replace(tzinfo=UTC)
    if unit == "quarter":
        return datetime(int(year), int(part.removeprefix("Q")) * 3 - 2, 1, tzinfo=UTC)
    return datetime(int(year), int(part) if unit == "month" else 1, 1, tzinfo=UTC)
