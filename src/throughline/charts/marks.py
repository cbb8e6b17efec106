"""Days and ranges on a chart over time: a rule or a band, with the number of its line in the list below."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from throughline.charts.charts import Chart, Spec

DAY = timedelta(days=1)
# The age of a step of a survival curve, 0.08819444 days, is as long as a date and none.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A temporal axis is in UTC; the points of the others are named by their labels.
_RULE = {"type": "rule", "color": "token:ink-soft", "strokeDash": [2, 3], "strokeWidth": 1.5}
_NUMBER = {
    "type": "text",
    "color": "token:ink",
    "align": "left",
    "baseline": "top",
    "dx": 3,
    "fontSize": 12,
    "fontWeight": 600,
}
_BAND = {"color": "token:ink-soft", "opacity": 0.1}


@dataclass(frozen=True, slots=True)
class Mark:
    """A day, or a range up to a last day that counts whole, with what happened."""

    start: date
    end: date | None
    text: str
    number: int = 0

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end or self.start


def within(charts: Sequence[Chart], marks: Sequence[Mark], *, last: date | None) -> list[tuple[int, Mark]]:
    """Those of the marks that fall into the time of the charts, each with its place among them.

    `last` is the last day of charts whose points are readings; without one they are periods.
    """
    span = span_of(charts, last=last)
    if span is None:
        return []
    first, end = span
    return [(place, mark) for place, mark in enumerate(marks) if mark.start <= end and mark.last >= first]


def span_of(charts: Sequence[Chart], *, last: date | None) -> tuple[date, date] | None:
    """The first and the last day that the charts show together; None where they are not over time."""
    spans = [span for chart in charts if (span := _span(chart, last)) is not None]
    return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None


def drawn(chart: Chart, marks: Sequence[Mark], *, of_instants: bool = False) -> Chart:
    """The chart with the marks on it; one that is not over time as it is."""
    if not marks:
        return chart
    if _is_temporal(chart.spec):
        layers = _on_days(chart.spec, marks)
    elif points := _points(chart.spec):
        layers = _on_points(_axis(chart.spec), points, marks, of_instants=of_instants)
    else:
        return chart
    return replace(chart, spec={**chart.spec, "layer": [*layers, *chart.spec["layer"]]})


def _is_temporal(spec: Spec) -> bool:
    return bool(spec.get("encoding", {}).get("x", {}).get("type") == "temporal")


def _axis(spec: Spec) -> Spec:
    found: Spec = next(layer["encoding"]["x"] for layer in spec["layer"] if "x" in layer.get("encoding", {}))
    return found


def _points(spec: Spec) -> list[tuple[date, str]]:
    """Day and label of each point of a chart over periods or readings; none for any other chart."""
    values = spec.get("data", {}).get("values", [])
    dated = [each for each in values if _DAY.match(str(each.get("at", ""))) and "label" in each]
    return [(date.fromisoformat(each["at"][:10]), each["label"]) for each in dated]


def _days_of(spec: Spec) -> list[date]:
    """Every day that a temporal chart speaks of, so that no mark stretches its axis."""
    layers = [spec, *spec["layer"]]
    rows = [row for layer in layers for row in layer.get("data", {}).get("values", []) if "at" in row]
    return sorted(date.fromisoformat(row["at"][:10]) for row in rows)


def _span(chart: Chart, last: date | None) -> tuple[date, date] | None:
    if _is_temporal(chart.spec):
        found = _days_of(chart.spec)
        return (found[0], found[-1]) if found else None
    days = sorted(day for day, _ in _points(chart.spec))
    if not days:
        return None
    if last is not None:
        return days[0], max(days[-1], last)
    return days[0], _last_of(days)


def _last_of(days: list[date]) -> date:
    """The last day of the last of some periods that follow each other, by their first days."""
    length = days[-1] - days[-2] if len(days) > 1 else timedelta(days=366)
    months = round(length.days / 30.44)
    if months < 1:
        return days[-1] + length - DAY
    # Of a month, a quarter or a year, which differ in their days.
    after = days[-1].year * 12 + days[-1].month - 1 + months
    return date(after // 12, after % 12 + 1, 1) - DAY


def _on_days(spec: Spec, marks: Sequence[Mark]) -> list[Spec]:
    days = _days_of(spec)
    first, end = days[0], days[-1]
    rows = [
        {
            "at": f"{max(mark.start, first)}T00:00:00Z",
            "until": f"{min(mark.last, end) + DAY}T00:00:00Z",
            **_said(mark),
        }
        for mark in marks
        if mark.start <= end and mark.last >= first
    ]
    x, until = {"field": "at"}, {"field": "until"}
    bands = [row for row in rows if row["is_range"]]
    return [
        *_layer(bands, {"type": "rect", **_BAND}, {"x": x, "x2": until}),
        *_layer(rows, _RULE, {"x": x}),
        *_layer(_gathered(rows, "at"), _NUMBER, {"x": x, "y": {"value": 0}, "text": {"field": "number"}}),
    ]


def _on_points(
    x: Spec, points: list[tuple[date, str]], marks: Sequence[Mark], *, of_instants: bool
) -> list[Spec]:
    rows: list[dict[str, Any]] = []
    bands: list[Spec] = []
    for mark in marks:
        covered = _covered(points, mark, of_instants=of_instants)
        if not covered:
            continue
        rows.append({"label": covered[0], **_said(mark)})
        if len(covered) > 1:
            ends = [{"label": label, **_said(mark)} for label in (covered[0], covered[-1])]
            whole = {"x": x, "y": {"value": "height"}, "y2": {"value": 0}}
            bands += _layer(ends, {"type": "area", **_BAND}, whole)
    number = {"x": x, "y": {"value": 0}, "text": {"field": "number"}}
    return [
        *bands,
        *_layer(rows, _RULE, {"x": x}),
        *_layer(_gathered(rows, "label"), _NUMBER, number),
    ]


def _covered(points: list[tuple[date, str]], mark: Mark, *, of_instants: bool) -> list[str]:
    """The labels that a mark touches: the periods that it is in, or the readings that come next."""
    ordered = sorted(points)
    days = [day for day, _ in ordered]
    find = bisect_left if of_instants else (lambda days, day: bisect_right(days, day) - 1)
    first, last = find(days, mark.start), find(days, mark.last)
    if last < 0:
        return []
    first, last = max(first, 0), min(last, len(days) - 1)
    return [label for _, label in ordered[min(first, last) : last + 1]]


def _said(mark: Mark) -> dict[str, Any]:
    when = _day(mark.start) if mark.end is None else f"{_day(mark.start)} to {_day(mark.end)}"
    return {"number": str(mark.number), "is_range": mark.end is not None, "text": mark.text, "when": when}


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _gathered(rows: list[dict[str, Any]], place: str) -> list[dict[str, Any]]:
    """One row a place, with all numbers that stand there."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        before = found.get(row[place])
        number = f"{before['number']}, {row['number']}" if before else row["number"]
        found[row[place]] = {**row, "number": number}
    return list(found.values())


def _layer(rows: list[dict[str, Any]], mark: Spec, encoding: Spec) -> list[Spec]:
    if not rows:
        return []
    tooltip = [{"field": name, "title": title} for name, title in (("when", "When"), ("text", "What"))]
    is_told = mark["type"] != "area"
    told = {"tooltip": tooltip} if is_told else {}
    return [{"data": {"values": rows}, "mark": mark, "encoding": {**encoding, **told}}]
