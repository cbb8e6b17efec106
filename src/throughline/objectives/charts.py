"""The chart of a key result, from what was measured under the definition in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from throughline.charts import Chart, Course, key_result
from throughline.engine.projections import adds_up
from throughline.objectives.models import Measurement
from throughline.objectives.queries import Stand

# A due instant is the end of a day; the chart names the day that ends there.
INSTANT = timedelta(microseconds=1)


def progress(stand: Stand, measured: Sequence[Measurement], *, now: datetime) -> Chart:
    """Values with their intervals, the target, and the straight line that the pace is judged by."""
    version = stand.version
    baseline, target = version.way
    course = Course(
        title=stand.title,
        unit=version.unit,
        # What adds up starts from nothing, whatever the period before came to.
        baseline=0.0 if _adds_up(stand) else baseline,
        target=target,
        start=version.start,
        due=version.due - INSTANT,
    )
    same = [each for each in measured if _measures_the_same(each, stand)]
    return key_result(course, same, now=now)


def _adds_up(stand: Stand) -> bool:
    found = stand.measurement
    return found is not None and adds_up(str(found.definition.get("measure", "")), stand.version.window)


def _measures_the_same(each: Measurement, stand: Stand) -> bool:
    # Points of another measure or slice are another curve: joined, they would show a change that never was.
    fields = ("metric", "where", "at", "window")
    return all(getattr(each.version, name) == getattr(stand.version, name) for name in fields)
