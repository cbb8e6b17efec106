"""A series on a tile: its newest value, the one before the quarter, and its course."""

from __future__ import annotations

import re
from datetime import UTC

from django.http import QueryDict

from throughline import charts
from throughline.annotations.subjects import of_series
from throughline.charts import Chart, Point
from throughline.dashboards.figures import Before, Figure, Gone
from throughline.dashboards.looking import Looking
from throughline.series.comparing import compared
from throughline.series.models import Reading, Series
from throughline.series.queries import values
from throughline.ui import words

MOST_POINTS = 60


def series(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """What a series says of late."""
    one = looking.words.series.get(found["name"])
    if one is None:
        raise Gone(
            f"There is no series '{found['name']}' any more. Point the tile at another one, or remove it."
        )
    mark = f"series:{one.name}:{one.title}:{one.unit}:{looking.series_marks.get(one.name)}"
    return looking.kept(mark, lambda: _said(one, looking))


def _said(one: Series, looking: Looking) -> Figure:
    known = values(one)
    last = known[-1] if known else None
    return Figure(
        title=one.title or one.name,
        sentence=_sentence(one, known),
        value=last.value if last else None,
        unit=one.unit,
        before=Before.of(compared(one, known, now=looking.now)) if known else None,
        note="" if last else "No value was entered yet.",
        chart=_chart(one, known[-MOST_POINTS:]) if len(known) > 1 else None,
        subjects=(of_series(one.name),),
        of_instants=True,
        as_of=last.recorded_at if last else None,
        rows=f"/series/{one.name}/",
        columns=("Day", "Value"),
        cells=tuple((words.day(each.at), words.figure(each.value, one.unit)) for each in known),
    )


def _sentence(one: Series, known: list[Reading]) -> str:
    if len(known) < 2:
        return f"Measured on {words.day(known[0].at)}." if known else ""
    first, last = known[-MOST_POINTS:][0], known[-1]
    return (
        f"From {words.figure(first.value, one.unit)} on {words.day(first.at)} "
        f"to {words.figure(last.value, one.unit)} on {words.day(last.at)}."
    )


def _chart(one: Series, known: list[Reading]) -> Chart:
    points = [
        Point(label=words.day(each.at), at=each.at.astimezone(UTC).isoformat(), value=each.value)
        for each in known
    ]
    return charts.line(points, title=one.title or one.name, unit=one.unit, zero=False)
