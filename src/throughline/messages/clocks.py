"""When the clock of a place says that it is time."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

# A server that was down for a day does not tell on Tuesday evening what was for Monday morning.
LATE = timedelta(hours=24)


def last_weekly(now: datetime, *, weekday: int, hour: int, zone: str) -> datetime:
    """The newest instant not after `now` at which it was this weekday and hour there.

    >>> monday = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
    >>> last_weekly(monday, weekday=0, hour=8, zone="Europe/Berlin").isoformat()
    '2026-11-30T07:00:00+00:00'
    >>> last_weekly(monday, weekday=0, hour=8, zone="UTC").isoformat()
    '2026-11-23T08:00:00+00:00'
    """
    there = now.astimezone(ZoneInfo(zone))
    back = (there.weekday() - weekday) % 7
    found = _at(there, hour, back)
    return found if found <= now else _at(there, hour, back + 7)


def last_daily(now: datetime, *, hour: int, zone: str) -> datetime:
    """The newest instant not after `now` at which it was this hour there.

    >>> last_daily(datetime(2026, 11, 30, 7, 30, tzinfo=UTC), hour=8, zone="UTC").isoformat()
    '2026-11-29T08:00:00+00:00'
    """
    there = now.astimezone(ZoneInfo(zone))
    found = _at(there, hour, 0)
    return found if found <= now else _at(there, hour, 1)


def _at(there: datetime, hour: int, days_back: int) -> datetime:
    """The wall clock of another day: the offset is that of the day itself."""
    day = (there - timedelta(days=days_back)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return day.replace(fold=0).astimezone(UTC)


def day_there(at: datetime, zone: str) -> str:
    """The date of an instant in a place."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


@functools.cache
def zones() -> tuple[str, ...]:
    """The places whose clock is known, UTC first; looking for them reads a folder of hundreds of files."""
    named = (name for name in available_timezones() if "/" in name and not name.startswith("Etc"))
    return ("UTC", *sorted(named))
