"""A portfolio drawn: candidates by effort and impact, and the best value by capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from throughline.charts.charts import HEIGHT, LINE, SCHEMA, Chart

# Told apart by colour and by shape; what has no cost of delay is a small ring.
DELAYS = ("dear to delay", "middling", "cheap to delay", "not said")
COLOURS = ("token:bad", "token:series-3", "token:series-2", "token:ink-soft")
SHAPES = ("triangle-up", "diamond", "circle", "square")
Spec = dict[str, Any]


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
    encoding = {
        "x": {"field": "effort", "type": "quantitative", "title": "person-weeks", "axis": _axis()},
        "y": {"field": "impact", "type": "quantitative", "title": "points if it works", "axis": _axis()},
    }
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": 340,
        "data": {"values": [_spot(each) for each in spots]},
        "encoding": encoding,
        "layer": [_marks(), _numbers()],
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


def _marks() -> Spec:
    names = list(DELAYS)
    legend = {"title": "Cost of delay", "columns": {"expr": "width < 420 ? 2 : 4"}, "symbolSize": 110}
    return {
        "mark": {"type": "point", "strokeWidth": 2},
        "encoding": {
            "size": {
                "field": "confidence",
                "type": "quantitative",
                "scale": {"domain": [0, 1], "range": [40, 420]},
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


def _numbers() -> Spec:
    return {
        "mark": {"type": "text", "align": "left", "dx": 12, "dy": -8, "fontSize": 11, "fontWeight": 600},
        "encoding": {"text": {"field": "rank"}, "color": {"value": "token:ink"}},
    }
