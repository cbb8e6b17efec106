"""Dates as people and tools write them, read into instants in UTC."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from throughline.engine.refusals import Refused

Order = Literal["dmy", "mdy"]

EARLIEST, LATEST = 1900, 2200
# No date is longer; a pattern that may try many ways never sees more.
LONGEST = 60
SHAPES = "2024-01-31, 2024-01-31T14:00:00Z, 31 Jan 2024, 31/Jan/24, 31.01.2024 or 1/31/2024"
# What tools write where they know no date; 0001-01-01 is the zero time of Go and .NET.
NOTHING = frozenset(
    ["", "-", "--", "n/a", "na", "nan", "nat", "nil", "none", "null", "never", "unknown", "0000-00-00"]
)
_ZERO = "0001-01-01"
# The zero of Unix, in whatever zone: no date either, though it reads as one.
_EPOCH = ("1970-01-01", "1969-12-31")
# No scanner looked at anything before, whatever its clock says.
FIRST_SCAN = "1990-01-01"

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ ,T]+(.+))?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T]+(.+))?")
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})(?:[ ,T]+(.+))?")
# 31/Jan/24 2:30 PM is how Jira exports unless it is told otherwise.
_NAMED_SHORT = re.compile(r"(\d{1,2})([/-])([A-Za-z]{3,9})\.?\2(\d{4}|\d\d)(?:[ ,T]+(.+))?")
_AMERICAN = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:[ ,T]+(.+))?")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(AM|PM)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?", re.I
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class NotADate(ValueError):
    """The text is no date that we read; the message says what was expected."""


def is_nothing(text: str) -> bool:
    """Whether a cell of a date column says that there is no date.

    >>> is_nothing("N/A"), is_nothing("0001-01-01T00:00:00Z"), is_nothing("2024-01-01")
    (True, True, False)
    """
    return text.casefold() in NOTHING or text.startswith(_ZERO)


def is_epoch(instant: str) -> bool:
    """Whether an instant (ISO text in UTC) is the zero of Unix: what tools write where they know no date.

    >>> is_epoch("1970-01-01T00:00:00Z"), is_epoch("1970-01-02T00:00:00Z")
    (True, False)
    """
    return instant.startswith(_EPOCH)


def parse_date(text: str, *, zone: tzinfo = UTC, order: Order | None = None) -> datetime:
    """The instant that a text names, in UTC; a date alone is its midnight in `zone`.

    `order` decides 03/04/2024. Raises NotADate, with what was expected.

    >>> parse_date("2024-01-31").isoformat()
    '2024-01-31T00:00:00+00:00'
    >>> parse_date("31 Jan 2024 2:30 PM +0200").isoformat()
    '2024-01-31T12:30:00+00:00'
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise _not_a_date()
    found = _parse(text, order)
    try:
        instant = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise NotADate("the date is out of range") from None
    if not EARLIEST <= instant.year <= LATEST:
        raise NotADate(f"the year is not between {EARLIEST} and {LATEST}")
    return instant


def iso(instant: datetime) -> str:
    """An instant as history keeps it: UTC, Z, microseconds only where there are some.

    >>> iso(datetime(2024, 1, 1, tzinfo=UTC))
    '2024-01-01T00:00:00Z'
    """
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def day_orders(texts: Iterable[str]) -> set[Order]:
    """The orders in which every numeric date of a column can be read: both, one, or none (it is mixed).

    >>> day_orders(["03/04/2024", "31/01/2024"])
    {'dmy'}
    """
    orders: set[Order] = {"dmy", "mdy"}
    for text in texts:
        match = _slashed(text)
        if match and int(match[1]) > 12:
            orders.discard("mdy")
        if match and int(match[3]) > 12:
            orders.discard("dmy")
    return orders


def _slashed(text: str) -> re.Match[str] | None:
    text = text.strip()
    return _SLASHED.fullmatch(text) if len(text) <= LONGEST else None


def is_ambiguous(text: str) -> bool:
    """Whether a date can be read day first and month first, to two different days."""
    match = _slashed(text)
    return bool(
        match and match[2] != "." and match[1] != match[3] and max(int(match[1]), int(match[3])) <= 12
    )


def zone_named(name: str) -> tzinfo:
    """The zone of a name (Europe/Berlin, UTC) or an offset (+02:00). Raises Refused."""
    try:
        return _offset(name) if name[:1] in ("+", "-") else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"'{name}' is no time zone: give a name such as Europe/Berlin, or an offset such as +02:00"
        raise Refused(message, place="--zone", code="zone") from None


def _parse(text: str, order: Order | None) -> datetime:
    if match := _ISO.fullmatch(text):
        return _iso(match)
    if text.isdecimal() and text.isascii():
        return _digits(text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _at(match[1], match[2], match[3], clock=match[4])
    if match := _SLASHED.fullmatch(text):
        return _numeric(match, order)
    if match := _NAMED.fullmatch(text):
        return _at(match[3], _month(match[2]), match[1], clock=match[4])
    if match := _NAMED_SHORT.fullmatch(text):
        return _at(_whole_year(match[4]), _month(match[3]), match[1], clock=match[5])
    if match := _AMERICAN.fullmatch(text):
        return _at(match[3], _month(match[1]), match[2], clock=match[4])
    return _mail(text)


def _iso(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    return _made([year, month, day, hour, minute, second], micro, zone)


def _digits(text: str) -> datetime:
    if len(text) == 8:
        return _at(text[:4], text[4:6], text[6:])
    if len(text) in (10, 13):
        scale = 1 if len(text) == 10 else 1000
        return (
            datetime(1970, 1, 1, tzinfo=UTC)
            + timedelta(seconds=int(text) // scale)
            + timedelta(milliseconds=int(text) % scale if scale == 1000 else 0)
        )
    raise NotADate(f"expected a date such as {SHAPES}")


def _numeric(match: re.Match[str], order: Order | None) -> datetime:
    first, mark, second, year, clock = match.groups()
    # With dots it is written day first wherever it is written so.
    if order is None:
        order = "dmy" if mark == "." or int(first) > 12 else "mdy" if int(second) > 12 else None
    if order is None and first != second:
        raise NotADate("it can be read day first or month first")
    day, month = (second, first) if order == "mdy" else (first, second)
    return _at(year, month, day, clock=clock)


def _at(year: str, month: str, day: str, *, clock: str | None = None) -> datetime:
    if not clock:
        return _made([year, month, day, None, None, None], 0, None)
    match = _CLOCK.fullmatch(clock.strip())
    if not match:
        raise NotADate(f"'{clock}' is no time of day: expected 14:00, 14:00:30 or 2:00 PM")
    hour, minute, second, fraction, half, zone = match.groups()
    if half:
        hour = str(int(hour) % 12 + (12 if half.upper() == "PM" else 0))
    return _made([year, month, day, hour, minute, second], int((fraction or "").ljust(6, "0")[:6]), zone)


def _made(parts: list[str | None], micro: int, zone: str | None) -> datetime:
    numbers = [int(part or 0) for part in parts]
    try:
        year, month, day, hour, minute, second = numbers
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(zone))
    except ValueError:
        raise NotADate(_impossible(numbers, zone)) from None


def _impossible(numbers: list[int], zone: str | None) -> str:
    """What there is not: the year, month, day, time or offset of a date that cannot be."""
    year, month, day, hour, minute, second = numbers
    if not year:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        return f"there is no such day: {_MONTHS[month - 1].capitalize()} {year} has {days} days"
    if hour > 23 or minute > 59 or second > 59:
        return f"there is no such time: {hour:02}:{minute:02}:{second:02}"
    return f"there is no such offset: {zone}"


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    return UTC if text.upper() in ("Z", "UTC", "GMT") else _offset(text)


def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _whole_year(text: str) -> str:
    # POSIX reads two digits so: 69 to 99 belong to the last century.
    return text if len(text) == 4 else f"{'19' if int(text) >= 69 else '20'}{text}"


def _month(word: str) -> str:
    if word[:3].lower() not in _MONTHS:
        raise NotADate(f"'{word}' is no month")
    return str(_MONTHS.index(word[:3].lower()) + 1)


def _mail(text: str) -> datetime:
    try:
        # "Tue, 30 Jan 2024 10:00:00 +0000", as mail and HTTP write it.
        return parsedate_to_datetime(text) if text[:3].isalpha() and len(text) < 60 else _refuse()
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise error if isinstance(error, NotADate) else _not_a_date() from None


def _refuse() -> datetime:
    raise _not_a_date()


def _not_a_date() -> NotADate:
    return NotADate(f"expected a date such as {SHAPES}")
