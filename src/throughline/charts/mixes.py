"""What each group adds to a change: a bar to the left or to the right, in two parts where there are two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from throughline.charts.charts import BAR_STEP, LINE, SCHEMA, SMALL_HEIGHT, Chart, Spec
from throughline.ui import words
from throughline.ui.comparing import moved_by

MOST = 12
RATE, MIX = "the group itself", "the mix"


class Term(Protocol):
    """What a bar needs of a group."""

    @property
    def name(self) -> str: ...
    @property
    def rate(self) -> float: ...
    @property
    def mix(self) -> float: ...
    @property
    def total(self) -> float: ...


def contributions(terms: Sequence[Term], *, unit: str, adds_up: bool) -> Chart:
    """The largest terms as bars, those behind them together; a sum has no mix."""
    shown, rest = list(terms[:MOST]), terms[MOST:]
    bars = [(term.name, term.rate, term.mix) for term in shown]
    if rest:
        both = (sum(term.rate for term in rest), sum(term.mix for term in rest))
        bars.append((f"{len(rest)} others", *both))
    parts = (RATE,) if adds_up else (RATE, MIX)
    values = [
        {
            "group": name,
            "part": part,
            "value": words.scaled(value, unit),
            "said": moved_by(value, unit),
        }
        for name, *pair in bars
        for part, value in zip(parts, pair, strict=False)
    ]
    rows = tuple(
        (name, *(moved_by(each, unit) for each in (rate, mix)[: len(parts)]), moved_by(rate + mix, unit))
        for name, rate, mix in bars
    )
    columns = ("Group", *(part.capitalize() for part in parts), "In all")
    most = ", ".join(f"{term.name} {moved_by(term.total, unit)}" for term in shown[:3])
    spec = _spec(values, [name for name, *_ in bars], parts, unit)
    return Chart(spec, f"What adds most to the change: {most}.", columns, rows, "What each adds")


def _spec(values: list[Spec], names: list[str], parts: tuple[str, ...], unit: str) -> Spec:
    axis = {"format": "+,~f", "tickCount": 5, "domain": False, "ticks": False}
    scale = {"domain": list(parts), "range": [LINE, "token:series-2"][: len(parts)]}
    legend = {"orient": "top", "title": None} if len(parts) > 1 else None
    y = {"field": "group", "type": "nominal", "sort": names, "title": None}
    encoding = {
        "y": {**y, "axis": {"labelLimit": 150, "ticks": False}},
        "x": {"field": "value", "type": "quantitative", "title": _title(unit), "axis": axis},
        "color": {"field": "part", "type": "nominal", "scale": scale, "legend": legend},
        "tooltip": [
            {"field": name, "title": title}
            for name, title in (("group", "Group"), ("part", "By"), ("said", "Adds"))
        ],
    }
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": max(BAR_STEP * len(names), SMALL_HEIGHT // 2),
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.6}},
                "encoding": encoding,
            },
            {
                "data": {"values": [{"zero": 0}]},
                "mark": {"type": "rule", "color": "token:ink-soft"},
                "encoding": {"x": {"field": "zero", "type": "quantitative"}},
            },
        ],
    }


def _title(unit: str) -> str:
    return {"days": "days added", "share": "points added"}.get(unit, "added")
