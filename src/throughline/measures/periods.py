"""Periods as numbers, so that engines group by an integer and gaps between two periods can be counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from throughline.engine.calendar import Period, period_of

_MONDAY = datetime(1969, 12, 29, tzinfo=UTC)
_A_YEAR = {"year": 1, "quarter": 4, "month": 12}


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
