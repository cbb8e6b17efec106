"""Lines with their band, bars with their interval, survival curves, small multiples.

Specifications are Vega-Lite 6. Colours are written "token:series-1": the page's theme paints them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from throughline.charts import summaries
from throughline.ui import words

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
LINE = "token:series-1"
HEIGHT = 260
SMALL_HEIGHT = 120
# Around a chart, in pixels; half a label of a month fits into the wider one.
PADDING, LABEL_ROOM = 5, 24
MANY_PERIODS = 12
BAR_STEP = 26
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One figure of a chart. `at` is the ISO date of a period's start; `label` names it in the table."""

    label: str
    value: float | None
    at: str = ""
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_open: int = 0
    series: str = ""
    # The figure at the same place of the span before, and what that place is called.
    then: float | None = None
    then_label: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """What the legend calls the span of a chart and the one before, whose line is thin and dashed."""

    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`spec` for the browser, `summary` for everybody, `columns` and `rows` as the table twin."""

    spec: Spec
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    title: str = ""

    @property
    def is_short(self) -> bool:
        """Whether it needs less room than is kept free for a chart until it is drawn."""
        return int(self.spec["height"]) <= SMALL_HEIGHT


def line(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    zero: bool = True,
    spans: Spans | None = None,
    apart: str = "",
) -> Chart:
    """The course of a figure over periods, with the band of its interval where it has one.

    `apart` says why its periods cannot be held against each other.
    With `spans` the figures of the span before are a line of their own, and stand in table and summary.
    """
    x = _periods_axis(points)
    ghost = spans if any(point.then is not None for point in points) else None
    # A band without any bounds makes Vega complain of an infinite extent.
    band = [_band(x)] if _has_interval(points) else []
    layers = [*band, *(_ghost(x, ghost) if ghost else []), _line(x), _dots(x, unit)]
    values = _values(points, unit)
    spec = _framed(values, {"layer": layers}, unit=unit, zero=zero)
    summary = summaries.course(points, title=title, unit=unit, apart=apart)
    columns, rows = _table(points, values, "Period")
    if ghost:
        summary = f"{summary} {summaries.before(points, span=ghost.then, unit=unit)}"
        columns, rows = _with_before(columns, rows, points, span=ghost.then, unit=unit)
    return Chart(spec, summary, columns, rows, title)


def bars(points: Sequence[Point], *, title: str, unit: str, dimension: str) -> Chart:
    """One bar a value of a dimension, with its interval as a line."""
    y = {
        "field": "label",
        "type": "nominal",
        "sort": list(dict.fromkeys(point.label for point in points)),
        "title": None,
        "axis": {"labelLimit": 150, "ticks": False},
    }
    x = {"field": "value", "type": "quantitative", "title": _axis_title(unit), "axis": _number_axis(unit)}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": LINE, "cornerRadiusEnd": 2, "height": {"band": 0.6}},
            "encoding": {"y": y, "x": x, "tooltip": _tooltip()},
        }
    ]
    if _has_interval(points):
        layers.append(_whiskers(y, x))
    values = _values(points, unit)
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": max(BAR_STEP * len(points), SMALL_HEIGHT // 2),
        "data": {"values": values},
        "layer": layers,
    }
    summary = summaries.comparison(points, title=title, unit=unit, dimension=dimension)
    return Chart(spec, summary, *_table(points, values, dimension.capitalize()), title)


def _whiskers(y: Spec, x: Spec) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "rule", "color": "token:ink", "strokeWidth": 1.5},
        "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
    }


def multiples(
    points: Sequence[Point], *, title: str, unit: str, spans: Spans | None = None, apart: str = ""
) -> list[Chart]:
    """A small line for each series, all on one scale so that they can be compared."""
    edges = (edge for point in points for edge in (point.value, point.high, point.then if spans else None))
    top = max((edge for edge in edges if edge is not None), default=1)
    charts = []
    for series in dict.fromkeys(point.series for point in points):
        own = [point for point in points if point.series == series]
        chart = line(own, title=series or title, unit=unit, spans=spans, apart=apart)
        scale = {"domain": [0, _in_unit(top, unit) or 1], "nice": True}
        y = {**chart.spec["encoding"]["y"], "scale": scale}
        spec = {**chart.spec, "height": SMALL_HEIGHT, "encoding": {"y": y}}
        charts.append(Chart(spec, chart.summary, chart.columns, chart.rows, series))
    return charts


def survival(points: Sequence[Point], *, title: str, limit: float | None = None) -> Chart:
    """Share still open by age in days: a staircase with its band. `at` of a point holds its day."""
    x = {"field": "day", "type": "quantitative", "title": "days since report", "scale": {"nice": False}}
    y = {
        "field": "value",
        "type": "quantitative",
        "title": "still open",
        "axis": {"format": ".0%"},
        "scale": {"domain": [0, 1]},
    }
    values = [
        {**row, "day": float(point.at)} for row, point in zip(_values(points, "number"), points, strict=True)
    ]
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "interpolate": "step-after", "color": LINE, "opacity": 0.14},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {"mark": {"type": "line", "interpolate": "step-after", "color": LINE}, "encoding": {"x": x, "y": y}},
    ]
    if limit is not None:
        layers.append(
            {
                "data": {"values": [{"day": limit}]},
                "mark": {"type": "rule", "color": "token:ink-soft", "strokeDash": [4, 4]},
                "encoding": {"x": {"field": "day", "type": "quantitative"}},
            }
        )
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": layers,
    }
    rows = tuple(
        (point.label, words.figure(point.value, "share"), words.interval(point.low, point.high, "share"))
        for point in points
    )
    return Chart(
        spec, summaries.staircase(points, title=title), ("Day", "Still open", "Interval"), rows, title
    )


def survivals(
    now: Sequence[Point], then: Sequence[Point], *, title: str, spans: Spans, limit: float | None = None
) -> Chart:
    """Two staircases: the span, with its band, beside the one before, thin and dashed; both named above."""
    chart = survival(now, title=title, limit=limit)
    if not then:
        return chart
    before = survival(then, title=title)
    stairs = {"mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 1.5}}
    x, y = (chart.spec["layer"][1]["encoding"][name] for name in ("x", "y"))
    old = {"data": before.spec["data"], **stairs, "encoding": {"x": x, "y": y, **_names(spans)}}
    summary = f"{chart.summary} {summaries.staircase(then, title=f'The dashed line is {spans.then}')}"
    rows = (
        *((spans.now, *row) for row in chart.rows),
        *((spans.then, *row) for row in before.rows),
    )
    spec = {**chart.spec, "layer": [*chart.spec["layer"], old]}
    return Chart(spec, summary, ("Period", *chart.columns), rows, title)


def _framed(values: list[Spec], body: Spec, *, unit: str, zero: bool) -> Spec:
    y = {"scale": {"zero": zero, "nice": True}, "axis": _number_axis(unit), "title": _axis_title(unit)}
    # Of many periods the last stands so near the edge that its label would be cut.
    right = LABEL_ROOM if len({value["label"] for value in values}) > MANY_PERIODS else PADDING
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "padding": {"left": PADDING, "top": PADDING, "bottom": PADDING, "right": right},
        "data": {"values": values},
        "encoding": {"y": y},
        **body,
    }


def _has_interval(points: Sequence[Point]) -> bool:
    return any(point.low is not None and point.high is not None for point in points)


def _periods_axis(points: Sequence[Point]) -> Spec:
    # Periods come without a gap, so their labels can stand for the calendar: "2026-Q4" beats "October".
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8, "grid": False}
    # Said in full: a layer that leaves a period out would move it to the end.
    labels = list(dict.fromkeys(point.label for point in points))
    return {"field": "label", "type": "ordinal", "sort": labels, "title": None, "axis": axis}


def _band(x: Spec) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": LINE, "opacity": 0.14},
        "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }


def _ghost(x: Spec, spans: Spans) -> list[Spec]:
    """The span before, told from the other by dashes and width as well as by colour."""
    told = _names(spans)
    y = {"field": "then", "type": "quantitative"}
    tooltip = [{"field": "then_label", "title": spans.then}, {"field": "then_said", "title": "Value"}]
    dots = {"type": "point", "filled": False, "size": 22, "strokeWidth": 1.25, "color": "token:ink-soft"}
    return [
        {
            "mark": {"type": "line", "strokeWidth": 1.5, "invalid": "break-paths-show-domains"},
            "encoding": {"x": x, "y": y, **told},
        },
        {
            "transform": [{"filter": "isValid(datum.then)"}],
            "mark": dots,
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    ]


def _names(spans: Spans) -> Spec:
    """How the line of the span before is told from the other, and the legend that names both."""
    names = [spans.now, spans.then]
    legend = {
        "orient": "top",
        "title": None,
        "symbolType": "stroke",
        "symbolSize": 400,
        "labelLimit": 260,
        # Of the box it stands in, since two names side by side need more than a small one has.
        "columns": {"expr": "containerSize()[0] < 420 ? 1 : 2"},
    }
    looks = {"color": [LINE, "token:ink-soft"], "strokeDash": [[1, 0], [5, 4]]}
    return {
        channel: {"datum": spans.then, "scale": {"domain": names, "range": found}, "legend": legend}
        for channel, found in looks.items()
    }


def _line(x: Spec) -> Spec:
    # A period without a figure is a gap, never a straight line across it.
    mark = {"type": "line", "color": LINE, "strokeWidth": 2, "invalid": "break-paths-show-domains"}
    return {"mark": mark, "encoding": {"x": x, "y": {"field": "value", "type": "quantitative"}}}


def _dots(x: Spec, unit: str) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": {"type": "point", "filled": True, "color": LINE, "size": 36},
        "encoding": {"x": x, "y": {"field": "value", "type": "quantitative"}, "tooltip": _tooltip()},
    }


def _tooltip() -> list[Spec]:
    return [
        {"field": name, "title": title}
        for name, title in (("label", "Group"), ("said", "Value"), ("range", "Interval"), ("n", "n"))
    ]


def _values(points: Iterable[Point], unit: str) -> list[Spec]:
    return [
        {
            "label": point.label,
            "at": point.at,
            "value": _in_unit(point.value, unit),
            "low": _in_unit(point.low, unit),
            "high": _in_unit(point.high, unit),
            "n": words.plain_number(point.n),
            "said": words.figure(point.value, unit),
            "range": words.interval(point.low, point.high, unit) or words.NOTHING,
            **_then(point, unit),
        }
        for point in points
    ]


def _then(point: Point, unit: str) -> Spec:
    if point.then is None:
        return {}
    said = words.figure(point.then, unit)
    return {"then": _in_unit(point.then, unit), "then_label": point.then_label, "then_said": said}


def _in_unit(value: float | None, unit: str) -> float | None:
    return words.scaled(value, unit)


def _number_axis(unit: str) -> Spec:
    return {"format": ",~f" if unit != "share" else "d", "tickCount": 5, "domain": False, "ticks": False}


def _axis_title(unit: str) -> str | None:
    return {"days": "days", "share": "%"}.get(unit)


def _table(
    points: Sequence[Point], values: Sequence[Spec], first: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The table of what `_values` put in words already."""
    columns = (first, "Value", "Interval", "n", "Open")
    rows = tuple(
        (each["label"], each["said"], each["range"], each["n"], words.plain_number(point.n_open))
        for point, each in zip(points, values, strict=True)
    )
    return columns, rows


def _with_before(
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    points: Sequence[Point],
    *,
    span: str,
    unit: str,
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    told = (
        f"{words.figure(point.then, unit)} ({point.then_label})" if point.then is not None else words.NOTHING
        for point in points
    )
    wider = tuple((*row, cell) for row, cell in zip(rows, told, strict=True))
    return (*columns, f"{span[:1].upper()}{span[1:]}"), wider
