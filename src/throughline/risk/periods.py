"""The period that a scenario is asked for: a month, a quarter or a year from any day on."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def last_day(start: date, period: str) -> date:
    """The last day of the period that starts on `start`; it counts whole.

    >>> last_day(date(2027, 1, 1), "quarter"), last_day(date(2027, 1, 31), "month")
    (datetime.date(2027, 3, 31), datetime.date(2027, 2, 28))
    """
    months = start.year * 12 + start.month - 1 + MONTHS[period]
    year, month = months // 12, months % 12 + 1
    days = monthrange(year, month)[1]
    # Where the month has no such day, its own last one ends the period.
    return date(year, month, days) if start.day > days else date(year, month, start.day) - timedelta(days=1)


def name_of(start: date, period: str) -> str:
    """The period as people name it, where it is one of the calendar; else its days.

    >>> name_of(date(2027, 1, 1), "quarter"), name_of(date(2027, 1, 1), "year")
    ('2027-Q1', '2027')
    >>> name_of(date(2027, 2, 15), "month")
    '15 Feb 2027 to 14 Mar 2027'
    """
    end = last_day(start, period)
    if start.day == 1 and (start.month - 1) % MONTHS[period] == 0:
        names = {"month": f"{start:%Y-%m}", "quarter": f"{start.year}-Q{(start.month - 1) // 3 + 1}"}
        return names.get(period, f"{start:%Y}")
    return f"{start.day} {start:%b %Y} to {end.day} {end:%b %Y}"
