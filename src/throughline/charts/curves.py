"""How often what was said with a chance did happen: the calibration curve of a team or of one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from throughline.charts.charts import LINE, SCHEMA, Chart
from throughline.ui import words

SIZE = 260


class Share(Protocol):
    """What a curve needs of a share: its value, its interval and its n."""

    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def n(self) -> int: ...


class Bin(Protocol):
    """What was said between two chances, and how often it happened."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def said(self) -> float | None: ...
    @property
    def happened(self) -> Share: ...


def said_and_happened(
    bins: Sequence[Bin], *, summary: str, counted: str, least: float = 0.0, came: str = "happened"
) -> Chart:
    """Said against happened with the interval of each bin; on the diagonal whoever spoke is well calibrated.

    `counted` names what n is of, `least` is the smallest chance that can be said, `came` says what is counted
    as having come true.
    """
    shown = [each for each in bins if each.said is not None]
    values = [
        {
            "said": 100 * (each.said or 0.0),
            "happened": words.scaled(each.happened.value, "share"),
            "low": words.scaled(each.happened.low, "share"),
            "high": words.scaled(each.happened.high, "share"),
            "n": each.happened.n,
        }
        for each in shown
    ]
    rows = tuple(
        (
            f"{each.low:.0%} to {each.high:.0%}",
            words.figure(each.said, "share"),
            words.figure(each.happened.value, "share"),
            words.interval(each.happened.low, each.happened.high, "share") or words.NOTHING,
            str(each.happened.n),
        )
        for each in shown
    )
    columns = ("Said", "On average", came.capitalize(), "Interval", counted)
    return Chart(_spec(values, 100 * least, came), summary, columns, rows, f"Said and {came}")


def _spec(values: list[dict[str, Any]], least: float, came: str) -> dict[str, Any]:
    across, up = {"domain": [least, 100]}, {"domain": [0, 100]}
    x = {
        "field": "said",
        "type": "quantitative",
        "title": "said, %",
        "scale": across,
        "axis": {"grid": False},
    }
    y = {"field": "happened", "type": "quantitative", "title": f"{came}, %", "scale": up}
    diagonal = {
        "data": {"values": [{"said": least, "happened": least}, {"said": 100, "happened": 100}]},
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
