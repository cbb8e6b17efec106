"""The chart of a room: every answer as a dot without a name, and what they pool to, round below round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.charts.charts import LINE, SCHEMA, Chart, Spec
from throughline.forecasts.queries import Shown
from throughline.forecasts.sentences import moved, panel_says, percent
from throughline.risk.amounts import spread as amounts

STEP = 64
OWN, OTHERS, POOLED = "yours", "others", "the panel"
SHAPES = {"domain": [OTHERS, OWN, POOLED], "range": ["circle", "diamond", "triangle-up"]}
COLOURS = {"domain": [OTHERS, OWN, POOLED], "range": [LINE, "token:series-3", "token:ink"]}
COLUMNS = ("Round", "Whose", "Chance", "Loss if it happens")


def chances(shown: Sequence[Shown]) -> Chart:
    """The chances that were given in each revealed round."""
    values = [value for each in shown for value in _values(each)]
    return Chart(
        _spec(values, len(shown)), _summary(shown), COLUMNS, tuple(_rows(shown)), "What was answered"
    )


def losses(shown: Shown) -> Chart | None:
    """The ranges of the loss in one round, from the smallest middle on; None where none was asked."""
    ranges = [each for each in shown.answers if each.loss_low is not None]
    if not ranges:
        return None
    ordered = sorted(ranges, key=lambda each: (each.loss_low or 0) * (each.loss_high or 0))
    values: list[dict[str, Any]] = [
        {
            "row": f"answer {number}",
            "low": each.loss_low,
            "high": each.loss_high,
            "whose": OWN if each == shown.own else OTHERS,
        }
        for number, each in enumerate(ordered, 1)
    ]
    pooled = shown.round.result.get("loss")
    if pooled:
        values.append({"row": POOLED, "low": pooled["low"], "high": pooled["high"], "whose": POOLED})
    rows = tuple((row["row"], row["whose"], amounts(row["low"], row["high"])) for row in values)
    columns = ("Row", "Whose", "90 % range")
    return Chart(_losses_spec(values), losses_said(shown), columns, rows, "Loss if it happens")


def losses_said(shown: Shown) -> str:
    """The pooled range of the loss in a sentence."""
    pooled = shown.round.result.get("loss")
    if not pooled:
        return ""
    return (
        f"If it happens, the panel expects a loss of {amounts(pooled['low'], pooled['high'])} (90 % range)."
    )


def _values(shown: Shown) -> list[dict[str, Any]]:
    label = f"Round {shown.round.number}"
    values = [
        {"row": label, "chance": 100 * each.probability, "whose": OWN if each == shown.own else OTHERS}
        for each in shown.answers
    ]
    return [*values, {"row": label, "chance": 100 * _headline(shown), "whose": POOLED}]


def _rows(shown: Sequence[Shown]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for each in shown:
        label = f"Round {each.round.number}"
        for answer in each.answers:
            loss = amounts(answer.loss_low, answer.loss_high or 0) if answer.loss_low is not None else "–"
            rows.append((label, OWN if answer == each.own else "", percent(answer.probability), loss))
        pooled = each.round.result.get("loss")
        loss = amounts(pooled["low"], pooled["high"]) if pooled else "–"
        rows.append((label, POOLED, percent(_headline(each)), loss))
    return rows


def _headline(shown: Shown) -> float:
    return float(shown.round.result["probability"]["headline"])


def _summary(shown: Sequence[Shown]) -> str:
    said = panel_says(shown[-1].round.result)
    if len(shown) == 1:
        return f"{said}."
    return f"{said}; {moved(shown[0].round.result, shown[1].round.result)}."


def _spec(values: list[dict[str, Any]], rows: int) -> Spec:
    y = {"field": "row", "type": "nominal", "title": None, "axis": {"ticks": False, "domain": False}}
    x = {
        "field": "chance",
        "type": "quantitative",
        "title": "chance, %",
        "scale": {"domainMin": 0, "domainMax": min(100, 1.15 * max(each["chance"] for each in values) or 1)},
    }
    whose: Spec = {"field": "whose", "type": "nominal", "title": None}
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 0.85},
        "encoding": {
            "y": y,
            "x": x,
            "shape": {**whose, "scale": SHAPES},
            "color": {**whose, "scale": COLOURS},
            "size": {"condition": {"test": f"datum.whose == '{POOLED}'", "value": 260}, "value": 110},
            "tooltip": [{"field": "whose"}, {"field": "chance", "title": "chance, %", "format": ".3~g"}],
        },
    }
    spread = {
        "mark": {"type": "rule", "color": "token:line-strong", "strokeWidth": 1.5},
        "encoding": {"y": y, "x": {**x, "aggregate": "min"}, "x2": {"field": "chance", "aggregate": "max"}},
    }
    size = {"width": "container", "height": STEP * rows}
    return {"$schema": SCHEMA, **size, "data": {"values": values}, "layer": [spread, points]}


def _losses_spec(values: list[dict[str, Any]]) -> Spec:
    y = {
        "field": "row",
        "type": "nominal",
        "sort": [each["row"] for each in values],
        "title": None,
        "axis": {"ticks": False, "domain": False},
    }
    x = {
        "field": "low",
        "type": "quantitative",
        "title": "loss if it happens",
        "scale": {"type": "log", "nice": True},
        "axis": {"format": "~s", "labelOverlap": "greedy", "tickCount": 5},
    }
    rule = {
        "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "round"},
        "encoding": {
            "y": y,
            "x": x,
            "x2": {"field": "high"},
            "color": {"field": "whose", "type": "nominal", "title": None, "scale": COLOURS},
            "tooltip": [{"field": name} for name in ("whose", "low", "high")],
        },
    }
    size = {"width": "container", "height": 24 * len(values)}
    return {"$schema": SCHEMA, **size, "data": {"values": values}, "layer": [rule]}
