"""The chart of a series: its course, with the last quarter beside the running one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from throughline.charts import Chart, Point, Spans, line
from throughline.engine.calendar import quarter_of
from throughline.series.comparing import beside
from throughline.series.models import Reading, Series
from throughline.ui import words
from throughline.ui.comparing import Was

SPANS = Spans("the series", "last quarter")


def course(
    found: Series, shown: Sequence[Reading], *, known: Sequence[Reading], now: datetime, compares: bool
) -> Chart:
    """The values that are shown; with `compares` the last quarter is a dashed line beside the running one."""
    then = of_this_quarter(found, known, now=now) if compares else {}
    points = [
        Point(
            label=words.day(each.at),
            at=each.at.astimezone(UTC).isoformat(),
            value=each.value,
            then=then[each.at].value if each.at in then else None,
            then_label=then[each.at].when.removeprefix("on ") if each.at in then else "",
        )
        for each in shown
    ]
    return line(points, title=found.title or found.name, unit=found.unit, zero=False, spans=SPANS)


def of_this_quarter(found: Series, known: Sequence[Reading], *, now: datetime) -> dict[datetime, Was]:
    """The values of the running quarter that have one at their place of the last."""
    running = [each for each in known if each.at >= quarter_of(now).start]
    befores = beside(found, running, known)
    return {each.at: was for each, was in zip(running, befores, strict=True) if was}
