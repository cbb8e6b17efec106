"""The chart of a key result, from what was measured under the definition in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from throughline.charts import Chart, Course, key_result
from throughline.charts.key_results import Dated, Spread
from throughline.engine.catalogue import READY_MADE
from throughline.engine.projections import adds_up
from throughline.objectives import grading, kinds
from throughline.objectives.comparing import same_measure
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Measurement
from throughline.objectives.queries import Stand
from throughline.objectives.subjects import is_name
from throughline.series.queries import series_named, values

# A due instant is the end of a day; the chart names the day that ends there.
INSTANT = timedelta(microseconds=1)


def progress(
    stand: Stand, measured: Sequence[Measurement], *, now: datetime, before: Sequence[Dated] = ()
) -> Chart:
    """Values with their intervals, what is to be reached, and the straight lines that judge the pace.

    `before` are the values of the quarter before, on the days of this one.
    """
    return key_result(_course(stand), _points(stand, measured, now=now), now=now, before=before)


def _course(stand: Stand) -> Course:
    version = stand.version
    baseline, target = version.baseline, version.target
    if version.kind in kinds.BY_HAND:
        # There is no line towards an event: half of the time gone says nothing.
        baseline, target = (0.0 if version.kind == Kind.MILESTONE else None), 1.0
    return Course(
        title=stand.title,
        unit=version.unit,
        # What adds up starts from nothing, whatever the period before came to.
        baseline=0.0 if _adds_up(stand) else baseline,
        target=target,
        phases=tuple((each.due - INSTANT, each.target) for each in grading.on_the_way(version)),
        low=version.bound_low,
        high=version.bound_high,
        stepped=version.kind in kinds.BY_HAND,
        fan=tuple(Spread(datetime.fromisoformat(at), *rest) for at, *rest in stand.outlook.get("fan", ())),
        start=version.start,
        due=version.due - INSTANT,
    )


def _points(stand: Stand, measured: Sequence[Measurement], *, now: datetime) -> Sequence[Any]:
    """The values to draw: readings of a series, the course that was kept, else what was measured."""
    version, found = stand.version, stand.measurement
    may_be_one = is_name(version.metric) and version.metric not in READY_MADE
    series = series_named(version.metric) if kinds.is_measured(version.kind) and may_be_one else None
    if series is not None:
        since = version.start - (version.due - version.start)
        return [Dated(each.at, each.value) for each in values(series, since=since, until=version.due)]
    if version.kind == Kind.KEEP and found is not None and found.facts.get("course"):
        return [Dated(datetime.fromisoformat(at), value) for at, value in found.facts["course"]]
    return [each for each in measured if same_measure(each, stand)]


def _adds_up(stand: Stand) -> bool:
    found = stand.measurement
    is_moving = stand.version.kind == Kind.MOVE
    return (
        is_moving
        and found is not None
        and adds_up(str(found.definition.get("measure", "")), stand.version.window)
    )
