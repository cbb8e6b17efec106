"""The whole course of a figure since the start: what keeping inside a bound is judged by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from throughline.engine.refusals import Refused
from throughline.engine.statuses import GRACE
from throughline.engine.windows import parse_window
from throughline.objectives.models import Version
from throughline.objectives.subjects import Subject, figure_of_subject
from throughline.series.models import Series
from throughline.series.queries import values

# A figure a day; of a long time, this many at equal distances.
MOST_POINTS = 100
DAY = timedelta(days=1)
# From when a value holds, as text, and the value.
Course: TypeAlias = list[tuple[str, float | None]]


def course_of(version: Version, subject: Subject, *, as_of: datetime | None, now: datetime) -> Course:
    """The values since the start, each from when it holds, as far as the data reaches.

    The readings of a series are its course. A metric is worked out at the end of each day with what is
    known now, and its value speaks for that day.
    """
    end = min(now, version.due)
    if subject.series is not None:
        return _readings(version, subject.series, end=end, now=now)
    if as_of is None:
        return []
    found: Course = []
    since, step = version.start, max(DAY, (version.due - version.start) / MOST_POINTS)
    while since < min(end, as_of):
        until = min(since + step, end, as_of)
        found.append((since.isoformat(), _value(version, subject, until, now=now)))
        since = until
    return found


def _readings(version: Version, series: Series, *, end: datetime, now: datetime) -> Course:
    # What was read just before the start still holds at the start.
    since = version.start - timedelta(days=version.cadence_days) - GRACE
    return [
        (each.at.isoformat(), each.value) for each in values(series, since=since, until=end, known_at=now)
    ]


def _value(version: Version, subject: Subject, at: datetime, *, now: datetime) -> float | None:
    span = parse_window(version.window).span(version.start, version.due, now=at)
    try:
        return figure_of_subject(subject, span, now=now).value
    except Refused:
        return None
