"""Values that a machine sends and that cannot be, held against those before them. Pure.

What a person enters is hers to answer for; a job that was turned to another branch, or to milliseconds, says
nothing of it, and the figure would stand in a report before anybody looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from throughline.series.files import Row

# A step this large is another unit (seconds for minutes is 60, milliseconds for seconds 1,000), or no value.
LARGEST_STEP = 20.0
# Fewer values say nothing of what is usual.
FEWEST = 5
REMEMBERED = 60
# Of these nothing is below nothing; other units may be anything, such as a temperature or a margin.
NEVER_NEGATIVE = ("count", "days", "hours", "minutes", "seconds", "weeks", "months", "milliseconds", "ms")


@dataclass(frozen=True, slots=True)
class Jump:
    """A value that its series cannot have had, and why."""

    row: Row
    reason: str


def jumps(known: Sequence[float], rows: Sequence[Row], *, unit: str) -> Iterator[Jump]:
    """Those of the rows, in order of time, that are no values of a series with these before them.

    A share is between 0 and 1 wherever it is read, so none of it is too far. What is doubted is not what the
    next one is held against.

    >>> from datetime import UTC, datetime
    >>> row = Row(datetime(2026, 11, 20, tzinfo=UTC), 780_000.0)
    >>> [each.reason for each in jumps([12, 13, 12, 14, 13], [row], unit="minutes")]
    ['780,000 is 55,714 times the largest of the last 5, which was 14']
    """
    before = list(known[-REMEMBERED:])
    for row in rows:
        if reason := _reason(before, row.value, unit=unit):
            yield Jump(row, reason)
        else:
            before = [*before[-REMEMBERED + 1 :], row.value]


def _reason(before: Sequence[float], value: float, *, unit: str) -> str:
    if value < 0 and unit in NEVER_NEGATIVE:
        return f"{value:,g} is less than nothing"
    if unit == "share" or len(before) < FEWEST:
        return ""
    largest = max(abs(each) for each in before)
    if not largest or abs(value) <= LARGEST_STEP * largest:
        return ""
    times = f"{abs(value) / largest:,.0f} times the largest of the last {len(before)}"
    return f"{_told(value)} is {times}, which was {_told(largest)}"


def _told(value: float) -> str:
    return f"{value:,.10g}" if abs(value) < 0.01 else f"{round(value, 2):,.10g}"
