"""Calendar periods in UTC, half-open, and instants as days since 1970-01-01 for the arrays of the engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from throughline.engine.refusals import Refused

Unit = Literal["week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# Files write "never" as 9999-12-31, and the period of that date has to end somewhere.
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A named span of time: `start` belongs to it, `end` does not."""

    label: str
    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        """Its length in days."""
        return (self.end - self.start) / DAY


@dataclass(frozen=True, slots=True)
class Week:
    """Where we are in a period: week `number` of `total`; 0 before it starts."""

    number: int
    total: int

    def __str__(self) -> str:
        return f"week {self.number} of {self.total}"


def to_days(instant: datetime) -> float:
    """Days since 1970-01-01 UTC. ValueError without a time zone.

    >>> to_days(datetime(1970, 1, 2, 12, tzinfo=UTC))
    1.5
    """
    return (_utc(instant) - EPOCH) / DAY


def from_days(days: float) -> datetime:
    """The instant `days` after 1970-01-01 UTC, to the nearest microsecond.

    >>> from_days(1.5).isoformat()
    '1970-01-02T12:00:00+00:00'
    """
    return EPOCH + timedelta(days=days)


def period_of(unit: Unit, instant: datetime) -> Period:
    """The period of `unit` that contains the instant; weeks are ISO 8601 weeks.

    >>> period_of("week", datetime(2024, 12, 31, tzinfo=UTC)).label
    '2025-W01'
    >>> period_of("quarter", datetime(2024, 2, 29, tzinfo=UTC)).label
    '2024-Q1'
    """
    day = _utc(instant)
    if unit == "week":
        return _week(day)
    months = _MONTHS.get(unit)
    if months is None:
        raise Refused(
            f"There is no period '{unit}': choose one of {', '.join(UNITS)}.", code="unknown_period"
        )
    return _months(unit, day.year, (day.month - 1) // months * months, months)


def periods(unit: Unit, since: datetime, until: datetime) -> tuple[Period, ...]:
    """The periods that touch [since, until), in order; none where `until` is not after `since`.

    >>> span = datetime(2024, 11, 5, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    >>> [period.label for period in periods("month", *span)]
    ['2024-11', '2024-12']
    """
    if until <= since:
        return ()
    found = [period_of(unit, since)]
    while found[-1].end < until:
        found.append(period_of(unit, found[-1].end))
    return tuple(found)


def quarter_of(instant: datetime) -> Period:
    """The calendar quarter that contains the instant."""
    return period_of("quarter", instant)


def week_of(period: Period, now: datetime) -> Week:
    """Which week of the period it is, counted from its start; a quarter has 13.

    >>> str(week_of(quarter_of(datetime(2024, 1, 1, tzinfo=UTC)), datetime(2024, 1, 8, tzinfo=UTC)))
    'week 2 of 13'
    """
    # Quarters have 90 to 92 days, and people count thirteen weeks in each.
    total = max(1, round(period.days / 7))
    elapsed = math.floor((_utc(now) - period.start) / (7 * DAY)) + 1
    return Week(number=min(max(elapsed, 0), total), total=total)


def windows(spans: Sequence[Period]) -> NDArray[np.float64]:
    """The periods as an array of shape (k, 2) of days since 1970, as `exposure.average_open` takes them."""
    edges = [(to_days(span.start), to_days(span.end)) for span in spans]
    return np.array(edges, dtype=np.float64).reshape(-1, 2)


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone is not an instant")
    return instant.astimezone(UTC)


def _week(day: datetime) -> Period:
    year, week, _ = day.isocalendar()
    monday = datetime.fromisocalendar(year, week, 1).replace(tzinfo=UTC)
    return Period(f"{year:04}-W{week:02}", monday, monday + 7 * DAY if monday < LAST - 7 * DAY else LAST)


def _months(unit: Unit, year: int, first: int, length: int) -> Period:
    start = datetime(year, first + 1, 1, tzinfo=UTC)
    last = year * 12 + first + length
    end = datetime(last // 12, last % 12 + 1, 1, tzinfo=UTC) if last // 12 <= LAST.year else LAST
    names = {"month": f"{year:04}-{first + 1:02}", "quarter": f"{year:04}-Q{first // 3 + 1}"}
    return Period(names.get(unit, f"{year:04}"), start, end)
