"""Loss exceedance curves: how likely it is that a year costs more than an amount, both on log scales."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.charts.charts import LINE, SCHEMA, Chart

HEIGHT = 340
# Rarer than once in a thousand years no panel can tell, and the curve goes on in its table.
RAREST = 0.001
CHANCES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
FEW_POWERS = 6
# Of a bar with its name above it.
NAMED_STEP = 44
MONEY = "replace(replace(format(datum.value, '~s'), 'G', ' bn'), 'M', ' M')"
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """How a curve is drawn: a colour, and a pattern that tells it apart without."""

    colour: str
    dash: tuple[int, ...] = (1, 0)
    width: float = 2


LOOKS = {
    "inherent": Look("token:series-6", (6, 3)),
    "residual": Look(LINE, width=3.25),
    "target": Look("token:series-2", (2, 3), 2.5),
    "appetite": Look("token:bad", (9, 3, 2, 3)),
    "baseline": Look("token:series-4", (4, 3), 1.75),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a curve, and both of its figures in words."""

    loss: float
    probability: float
    said: str
    chance: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve; `kind` says how it looks."""

    kind: str
    name: str
    places: tuple[Place, ...]


def exceedance(
    curves: Sequence[Curve],
    *,
    title: str,
    summary: str,
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    asked: Iterable[Place] = (),
    stated: Iterable[Place] = (),
    height: int = HEIGHT,
) -> Chart:
    """All curves on one pair of scales; `asked` are pointed at, `stated` are the appetite's points."""
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "encoding": {"x": _x(curves), "y": _y()},
        "layer": [
            *_ground(curves),
            {
                "data": {"values": [each for curve in curves for each in _values(curve)]},
                "mark": {"type": "line", "clip": True},
                "encoding": _looks(curves),
            },
            *_stated(list(stated)),
            *_asked(list(asked)),
            _hover(curves),
        ],
    }
    return Chart(spec, summary, columns, rows, title)


def tornado(
    bars: Sequence[tuple[str, float, float, str]], *, middle: float, title: str, summary: str, noun: str
) -> Chart:
    """How far each thing alone moves a figure, the widest first: (name, low, high, both in words)."""
    values = [{"name": name, "low": low, "high": high, "said": said} for name, low, high, said in bars]
    y = {"field": "name", "type": "nominal", "sort": [name for name, *_ in bars], "axis": None}
    axis = {"labelExpr": MONEY, "tickCount": 5, "domain": False, "ticks": False}
    x = {"field": "low", "type": "quantitative", "scale": {"zero": False}, "axis": axis, "title": noun}
    tooltip = [{"field": "name", "title": "What"}, {"field": "said", "title": noun.capitalize()}]
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": max(NAMED_STEP * len(bars), 80),
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "bar", "color": LINE, "cornerRadius": 2, "height": 14, "yOffset": 10},
                "encoding": {"x": x, "x2": {"field": "high"}, "tooltip": tooltip},
            },
            # The name stands above its bar, since beside it there is no room on a phone.
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "yOffset": -10,
                    "fontSize": 12,
                    "limit": {"expr": "width"},
                },
                "encoding": {
                    "x": {"value": 0},
                    "text": {"field": "name"},
                    "color": {"value": "token:ink-soft"},
                },
            },
            {
                "data": {"values": [{"middle": middle}]},
                "mark": {"type": "rule", "color": "token:ink-soft", "strokeDash": [4, 3]},
                "encoding": {"x": {"field": "middle", "type": "quantitative"}, "y": None},
            },
        ],
    }
    rows = tuple((name, said) for name, _, _, said in bars)
    return Chart(spec, summary, ("What", noun.capitalize()), rows, title)


def _x(curves: Sequence[Curve]) -> Spec:
    shown = [place.loss for curve in curves for place in curve.places if place.probability >= RAREST]
    scale: Spec = {"type": "log", "nice": False}
    if shown:
        scale["domain"] = [min(shown), max(shown)]
    axis = {
        "values": _amounts(min(shown), max(shown)) if shown else [],
        "labelExpr": MONEY,
        "labelOverlap": "greedy",
        "labelSeparation": 10,
        "gridOpacity": 0.6,
    }
    return {
        "field": "loss",
        "type": "quantitative",
        "scale": scale,
        "axis": axis,
        "title": "a year costs more than",
    }


def _amounts(low: float, high: float) -> list[float]:
    """The powers of ten between two amounts; where they are few, 2 and 5 of each as well."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(powers) <= FEW_POWERS else (1,)
    found = [step * 10.0**power for power in powers for step in steps]
    return [each for each in found if low <= each <= high]


def _y() -> Spec:
    axis = {
        "values": list(CHANCES),
        "labelExpr": "format(datum.value * 100, '~g') + ' %'",
        "domain": False,
        "ticks": False,
        "gridOpacity": 0.6,
    }
    scale = {"type": "log", "domain": [RAREST, 1], "nice": False}
    return {"field": "probability", "type": "quantitative", "scale": scale, "axis": axis, "title": "chance"}


def _values(curve: Curve) -> list[Spec]:
    return [
        {
            "curve": curve.name,
            "loss": place.loss,
            "probability": place.probability,
            "said": place.said,
            "chance": place.chance,
        }
        for place in curve.places
        # A chance of none has no place on a log scale.
        if place.probability > 0 and place.loss > 0
    ]


def _looks(curves: Sequence[Curve]) -> Spec:
    names, looks = [curve.name for curve in curves], [LOOKS[curve.kind] for curve in curves]
    legend = {
        "symbolType": "stroke",
        "symbolSize": 500,
        "symbolStrokeWidth": 2.5,
        # Of the box it stands in: the width of the plot itself moves while the legend is laid out.
        "columns": {"expr": "containerSize()[0] < 480 ? 1 : 3"},
    }
    scales = {
        "color": [each.colour for each in looks],
        "strokeDash": [list(each.dash) for each in looks],
        "strokeWidth": [each.width for each in looks],
    }
    return {
        channel: {
            "field": "curve",
            "type": "nominal",
            "sort": names,
            "scale": {"domain": names, "range": found},
            "legend": legend if channel != "strokeWidth" else None,
        }
        for channel, found in scales.items()
    }


def _ground(curves: Sequence[Curve]) -> list[Spec]:
    """What lies under the curve as things stand is tinted, so that the eye finds it first."""
    now = [curve for curve in curves if curve.kind == "residual"]
    return [
        {
            "data": {"values": _values(curve)},
            "mark": {"type": "area", "color": LINE, "opacity": 0.09, "clip": True},
            "encoding": {"y2": {"datum": RAREST}},
        }
        for curve in now
    ]


def _stated(places: list[Place]) -> list[Spec]:
    if not places:
        return []
    return [
        {
            "data": {"values": [_place(each) for each in places]},
            "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 90, "color": "token:bad"},
            "encoding": {"tooltip": _tooltip("Borne")},
        }
    ]


def _asked(places: list[Place]) -> list[Spec]:
    layers: list[Spec] = []
    for each in places:
        data = {"values": [_place(each)]}
        layers += [
            {
                "data": data,
                "mark": {"type": "rule", "color": "token:ink-soft", "strokeDash": [3, 3]},
                "encoding": {"y": {"value": 0}, "y2": {"value": "height"}},
            },
            {
                "data": data,
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 110,
                    "color": "token:ink",
                    "stroke": "token:surface",
                    "strokeWidth": 2,
                },
                "encoding": {"tooltip": _tooltip("Chance")},
            },
            {
                "data": data,
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 9,
                    "dy": -9,
                    "fontWeight": 600,
                    "fontSize": 12,
                },
                "encoding": {"text": {"field": "chance"}, "color": {"value": "token:ink"}},
            },
        ]
    return layers


def _hover(curves: Sequence[Curve]) -> Spec:
    values = [each for curve in curves for each in _values(curve)]
    return {
        "data": {"values": values},
        "mark": {"type": "point", "opacity": 0, "size": 120, "clip": True},
        "encoding": {"tooltip": [{"field": "curve", "title": "Curve"}, *_tooltip("Chance")]},
    }


def _place(place: Place) -> Spec:
    return {"loss": place.loss, "probability": place.probability, "said": place.said, "chance": place.chance}


def _tooltip(chance: str) -> list[Spec]:
    return [{"field": "said", "title": "More than"}, {"field": "chance", "title": chance}]
