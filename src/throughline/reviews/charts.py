"""Charts of predictability: said against happened, and the score by quarter."""

from __future__ import annotations

from typing import Any

from throughline.charts.charts import LINE, SCHEMA, Chart, Point, line
from throughline.reviews.queries import Predictability
from throughline.ui import words

SIZE = 260


def calibration(found: Predictability) -> Chart:
    """How often what was said did happen; on the diagonal the team is well calibrated."""
    bins = [each for each in found.bins if each.said is not None]
    values = [
        {
            "said": 100 * (each.said or 0.0),
            "happened": _percent(each.happened.value),
            "low": _percent(each.happened.low),
            "high": _percent(each.happened.high),
            "n": each.happened.n,
        }
        for each in bins
    ]
    rows = tuple(
        (
            f"{each.low:.0%} to {each.high:.0%}",
            words.figure(each.said, "share"),
            words.figure(each.happened.value, "share"),
            words.interval(each.happened.low, each.happened.high, "share") or words.NOTHING,
            str(each.happened.n),
        )
        for each in bins
    )
    columns = ("Said", "On average", "Happened", "Interval", "Key results")
    return Chart(_calibration_spec(values), _calibration_summary(found), columns, rows, "Said and happened")


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _calibration_summary(found: Predictability) -> str:
    overall = found.overall
    if overall is None:
        return "No key result with a check-in has ended yet."
    said = words.figure(overall.said, "share")
    happened = words.figure(overall.hit_rate.value, "share")
    n = overall.hit_rate.n
    return f"First check-ins said {said} on average, and {happened} of {n} key results were hit."


def _calibration_spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    scale = {"domain": [0, 100]}
    x = {"field": "said", "type": "quantitative", "title": "said, %", "scale": scale, "axis": {"grid": False}}
    y = {"field": "happened", "type": "quantitative", "title": "happened, %", "scale": scale}
    diagonal = {
        "data": {"values": [{"said": 0, "happened": 0}, {"said": 100, "happened": 100}]},
        "mark": {"type": "line", "color": "token:line-strong", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "encoding": {"x": x, "y": y},
    }
    whiskers = {
        "mark": {"type": "rule", "color": "token:ink", "strokeWidth": 1.2},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "color": LINE, "size": 70},
        "encoding": {"x": x, "y": y, "tooltip": [{"field": name} for name in ("said", "happened", "n")]},
    }
    data = {"values": values}
    size = {"width": "container", "height": SIZE}
    return {"$schema": SCHEMA, **size, "data": data, "layer": [diagonal, whiskers, dots]}


def by_quarter(found: Predictability) -> Chart:
    """The Brier score of first check-ins by quarter: 0 is perfect, 0.25 what a coin would score."""
    points = [
        Point(
            label=each.quarter,
            value=each.headline.value,
            at=_start(each.quarter),
            low=each.headline.low,
            high=each.headline.high,
            n=each.headline.n,
        )
        for each in found.quarters
    ]
    return line(points, title="Brier score of first check-ins", unit="number")


def _start(quarter: str) -> str:
    year, number = quarter.split("-Q")
    return f"{year}-{3 * int(number) - 2:02}-01"
