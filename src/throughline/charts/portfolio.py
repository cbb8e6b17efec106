"""A portfolio drawn: candidates by effort and impact, and the best value by capacity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from throughline.charts.charts import HEIGHT, LINE, SCHEMA, Chart
from throughline.charts.placing import Mark, place

# Told apart by colour and by shape; what has no cost of delay is a small ring.
DELAYS = ("dear to delay", "middling", "cheap to delay", "not said")
COLOURS = ("token:bad", "token:series-3", "token:series-2", "token:ink-soft")
SHAPES = ("triangle-up", "diamond", "circle", "square")
Spec = dict[str, Any]
# Numbers are placed for the narrowest and for the usual frame; wider ones only draw them apart.
NARROW, WIDE, HIGH = 230, 480, 340
SMALLEST, LARGEST = 40, 420
# How much room a digit takes, in pixels, and a line of them.
DIGIT, LINE_HIGH = 7.0, 12.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What the axes show, from its low to its high end."""

    efforts: tuple[float, float]
    impacts: tuple[float, float]

    def across(self, effort: float) -> float:
        """Which part of the width lies before an effort."""
        return (effort - self.efforts[0]) / (self.efforts[1] - self.efforts[0])

    def up(self, impact: float) -> float:
        return (impact - self.impacts[0]) / (self.impacts[1] - self.impacts[0])

    def effort_at(self, part: float) -> float:
        return self.efforts[0] + part * (self.efforts[1] - self.efforts[0])

    def impact_at(self, part: float) -> float:
        return self.impacts[0] + part * (self.impacts[1] - self.impacts[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A candidate as it is drawn; `delay` is one of DELAYS, `said` are its figures in words."""

    rank: int
    title: str
    effort: float
    impact: float
    confidence: float
    delay: str
    is_chosen: bool
    said: tuple[str, ...] = ()


def scatter(spots: Sequence[Spot], *, title: str, summary: str, columns: tuple[str, ...]) -> Chart:
    """Impact by effort: size is confidence, colour and shape the cost of delay, filled what is chosen."""
    frame = _frame(spots)
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": HIGH,
        "data": {"values": _placed(spots, frame)},
        "transform": [
            {"calculate": f"width < {WIDE} ? datum.{name}_narrow : datum.{name}_wide", "as": f"label_{name}"}
            for name in ("x", "y")
        ],
        "layer": [_lines(frame), _marks(frame), _numbers(frame)],
    }
    return Chart(spec, summary, columns, tuple((each.title, *each.said) for each in spots), title)


def frontier(
    steps: Sequence[tuple[float, float]], *, at: tuple[float, float] | None, title: str, summary: str
) -> Chart:
    """The best value by capacity, a staircase; `at` is what is chosen now."""
    encoding = {
        "x": {"field": "weeks", "type": "quantitative", "title": "person-weeks", "axis": _axis()},
        "y": {"field": "value", "type": "quantitative", "title": "points", "axis": _axis()},
    }
    values = [{"weeks": weeks, "value": value} for weeks, value in steps]
    tooltip = [
        {"field": "weeks", "title": "Person-weeks", "format": ".3~g"},
        {"field": "value", "title": "Points", "format": ".3~g"},
    ]
    layers: list[Spec] = [
        {"mark": {"type": "line", "interpolate": "step-after", "color": LINE, "strokeWidth": 2}},
        {
            "mark": {"type": "point", "filled": True, "color": LINE, "size": 30},
            "encoding": {"tooltip": tooltip},
        },
    ]
    if at is not None:
        layers.append(
            {
                "data": {"values": [{"weeks": at[0], "value": at[1]}]},
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "filled": True,
                    "size": 130,
                    "color": "token:ink",
                },
                "encoding": {"tooltip": tooltip},
            }
        )
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "encoding": encoding,
        "layer": layers,
    }
    rows = tuple((f"{weeks:.3g}", f"{value:.3g}") for weeks, value in steps)
    return Chart(spec, summary, ("Person-weeks", "Points"), rows, title)


def _axis() -> Spec:
    return {"tickCount": 6, "domain": False, "ticks": False, "gridOpacity": 0.6}


def _spot(each: Spot) -> Spec:
    return {
        "rank": str(each.rank),
        "title": each.title,
        "effort": each.effort,
        "impact": each.impact,
        "confidence": each.confidence,
        "delay": each.delay,
        "choice": "in" if each.is_chosen else "out",
    }


def _frame(spots: Sequence[Spot]) -> Frame:
    """What both axes show: all points, 0, and a margin for labels."""
    efforts, impacts = ([0.0, *(getattr(each, name) for each in spots)] for name in ("effort", "impact"))
    return Frame(_ends(efforts, is_from=0.0), _ends(impacts))


def _ends(values: Sequence[float], is_from: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) or 1.0
    return (low if low == is_from else low - margin, high + margin)


def _placed(spots: Sequence[Spot], frame: Frame) -> list[Spec]:
    """The values of the points, with where the number of each goes on a phone and beside an aside."""
    found = [_spot(each) for each in spots]
    for name, width in (("narrow", NARROW), ("wide", WIDE)):
        marks = [
            Mark(
                width * frame.across(each.effort),
                HIGH * (1 - frame.up(each.impact)),
                math.sqrt(_size(each.confidence) / math.pi) + 1,
                DIGIT * len(str(each.rank)) + 2,
                LINE_HIGH,
            )
            for each in spots
        ]
        for value, box in zip(found, place(marks, width=width, height=HIGH), strict=True):
            value[f"x_{name}"] = frame.effort_at(box.x / width)
            value[f"y_{name}"] = frame.impact_at(1 - box.y / HIGH)
    return found


def _size(confidence: float) -> float:
    """The area of a mark, in square pixels."""
    return SMALLEST + (LARGEST - SMALLEST) * confidence


def _x(frame: Frame, field: str = "effort") -> Spec:
    scale = {"domain": list(frame.efforts), "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "title": "person-weeks", "axis": _axis(), "scale": scale}


def _y(frame: Frame, field: str = "impact") -> Spec:
    scale = {"domain": list(frame.impacts), "nice": False, "zero": False}
    title = "points if it works"
    return {"field": field, "type": "quantitative", "title": title, "axis": _axis(), "scale": scale}


def _lines(frame: Frame) -> Spec:
    """From each point to its number, so that one that had to give way is still known."""
    return {
        "mark": {"type": "rule", "color": "token:ink-faint", "strokeWidth": 1, "opacity": 0.6},
        "encoding": {
            "x": _x(frame),
            "y": _y(frame),
            "x2": {"field": "label_x"},
            "y2": {"field": "label_y"},
        },
    }


def _marks(frame: Frame) -> Spec:
    names = list(DELAYS)
    legend = {"title": "Cost of delay", "columns": {"expr": "width < 420 ? 2 : 4"}, "symbolSize": 110}
    return {
        "mark": {"type": "point", "strokeWidth": 2},
        "encoding": {
            "x": _x(frame),
            "y": _y(frame),
            "size": {
                "field": "confidence",
                "type": "quantitative",
                "scale": {"domain": [0, 1], "range": [SMALLEST, LARGEST]},
                "legend": None,
            },
            "color": {
                "field": "delay",
                "type": "nominal",
                "scale": {"domain": names, "range": list(COLOURS)},
                "legend": legend,
            },
            "shape": {
                "field": "delay",
                "type": "nominal",
                "scale": {"domain": names, "range": list(SHAPES)},
                "legend": legend,
            },
            "fill": {
                "field": "delay",
                "type": "nominal",
                "scale": {"domain": names, "range": list(COLOURS)},
                "legend": None,
            },
            "fillOpacity": {
                "condition": {"test": "datum.choice === 'in'", "value": 0.75},
                "value": 0,
            },
            "tooltip": [
                {"field": "title", "title": "Candidate"},
                {"field": "impact", "title": "Points if it works", "format": ".3~g"},
                {"field": "effort", "title": "Person-weeks", "format": ".3~g"},
                {"field": "confidence", "title": "Confidence", "format": ".0%"},
                {"field": "delay", "title": "Cost of delay"},
                {"field": "choice", "title": "Best choice"},
            ],
        },
    }


def _numbers(frame: Frame) -> Spec:
    """A ring of the page's colour lies round each number, so that it is read above a line."""
    halo = {
        "type": "text",
        "fontSize": 11,
        "fontWeight": 600,
        "stroke": "token:surface",
        "strokeWidth": 3,
        "strokeJoin": "round",
        "baseline": "middle",
    }
    encoding = {"x": _x(frame, "label_x"), "y": _y(frame, "label_y"), "text": {"field": "rank"}}
    plain = {name: each for name, each in halo.items() if not name.startswith("stroke")}
    return {
        "layer": [
            {"mark": halo, "encoding": {**encoding, "color": {"value": "token:surface"}}},
            {"mark": plain, "encoding": {**encoding, "color": {"value": "token:ink"}}},
        ]
    }
