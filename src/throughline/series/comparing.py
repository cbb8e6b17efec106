"""The values of a series beside those of the quarter before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from throughline.engine.calendar import DAY, quarter_of
from throughline.engine.intervals import bare
from throughline.series.models import Reading, Series
from throughline.ui import words
from throughline.ui.comparing import Was, was


def compared(found: Series, known: Sequence[Reading], *, now: datetime) -> Was | None:
    """What it was when the last quarter ended; None where there is no value of before, or none of since."""
    start = quarter_of(now).start
    then = [each for each in known if each.at < start]
    if not then or known[-1].at < start:
        return None
    return _was(found, known[-1], then[-1], when="at the end of last quarter")


def beside(found: Series, shown: Sequence[Reading], known: Sequence[Reading]) -> list[Was | None]:
    """Each value beside the one at its place of the quarter before; None where nothing is near that day."""
    return [_of_quarter_before(found, each, known) for each in shown]


def _of_quarter_before(found: Series, reading: Reading, known: Sequence[Reading]) -> Was | None:
    quarter = quarter_of(reading.at)
    start = quarter_of(quarter.start - DAY).start
    place = reading.at - (quarter.start - start)
    # In order of time, and long enough that looking through all of them for each would be felt.
    first, end, spot = (bisect_left(known, at, key=_at) for at in (start, quarter.start, place))
    around = known[max(first, spot - 1) : min(end, spot + 1)]
    if not around:
        return None
    nearest = min(around, key=lambda each: abs(each.at - place))
    if abs(nearest.at - place) > timedelta(days=found.cadence_days):
        return None
    return _was(found, reading, nearest, when=f"on {words.day(nearest.at)}")


def _was(found: Series, now: Reading, then: Reading, *, when: str) -> Was | None:
    # A value says what it was on its day, and is no estimate.
    return was(bare(now.value, 1), bare(then.value, 1), when=when, unit=found.unit, better=found.better)


def _at(reading: Reading) -> datetime:
    return reading.at
