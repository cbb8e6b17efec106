"""The candidates of an estimate over time, by their weight, within the interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.charts.charts import LINE, SCHEMA, Chart
from throughline.engine.introduction.candidates import listed
from throughline.introductions.answers import MOST_CANDIDATES
from throughline.introductions.models import Estimate

HEIGHT = 120
MOST = 60


def candidates_chart(estimate: Estimate) -> Chart:
    """A stem a candidate, as high as its weight; the interval as a band, the estimate as a dashed rule."""
    values = [
        {"at": each["date"], "weight": each["weight"], "commit": each["commit"][:12]}
        for each in _shown(estimate)
    ]
    dates = {"grid": False, "labelOverlap": True, "format": "%-d %b %Y"}
    x = {"field": "at", "type": "temporal", "title": None, "axis": dates}
    weights: dict[str, Any] = {"tickCount": 3, "tickMinStep": 1, "format": "d"}
    if all(each["weight"] <= 1 for each in values):
        # A scale of whole numbers has none between these two, and would write one of them twice.
        weights["values"] = [0, 1]
    y = {"field": "weight", "type": "quantitative", "title": "weight", "axis": weights}
    tooltip = [{"field": "commit"}, {"field": "at", "type": "temporal"}, {"field": "weight"}]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "rule", "color": LINE, "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "y2": {"datum": 0}},
        },
        {
            "mark": {"type": "point", "filled": True, "color": LINE, "size": 60},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    ]
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [*_around(estimate, x), *layers],
    }
    return Chart(spec, summary(estimate), _COLUMNS, tuple(_rows(estimate)), "Candidates")


_COLUMNS = ("Commit", "Date", "Weight")


def _around(estimate: Estimate, x: dict[str, Any]) -> list[dict[str, Any]]:
    middle = {"data": {"values": [{"at": _at(estimate.introduced)}]}, "encoding": {"x": x}}
    rule = {
        **middle,
        "mark": {"type": "rule", "color": "token:ink", "strokeDash": [5, 4], "strokeWidth": 1.5},
    }
    if estimate.oldest is None or estimate.newest is None or estimate.oldest == estimate.newest:
        return [rule]
    span = {"values": [{"at": _at(estimate.oldest), "to": _at(estimate.newest)}]}
    band = {
        "data": span,
        "mark": {"type": "rect", "color": "token:ink-soft", "opacity": 0.1},
        "encoding": {"x": x, "x2": {"field": "to"}},
    }
    return [band, rule]


def _at(instant: Any) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _rows(estimate: Estimate) -> list[tuple[str, ...]]:
    return [(each["commit"][:12], each["date"][:10], f"{each['weight']:g}") for each in _shown(estimate)]


def _shown(estimate: Estimate) -> Sequence[dict[str, Any]]:
    return listed(estimate.candidates, MOST, weight=lambda each: float(each["weight"]))


def summary(estimate: Estimate) -> str:
    """What the chart shows, in words."""
    n = len(estimate.candidates)
    if n == 1:
        return f"One commit, {estimate.candidates[0]['commit'][:12]}, of {estimate.introduced:%Y-%m-%d}."
    days = sorted(each["date"][:10] for each in estimate.candidates)
    most = max(each["weight"] for each in estimate.candidates)
    heaviest = [each for each in estimate.candidates if each["weight"] == most]
    said = f"; the heaviest is {heaviest[0]['commit'][:12]} of {heaviest[0]['date'][:10]}"
    many = f"At least {n:,}" if n >= MOST_CANDIDATES else f"{n:,}"
    return (
        f"{many} commits from {days[0]} to {days[-1]}{said if len(heaviest) == 1 else ''}; the estimate is "
        f"{estimate.introduced:%Y-%m-%d}."
    )
