"""The chart of a key result: its dated values against the straight line from baseline to target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from throughline.charts.charts import HEIGHT, LINE, SCHEMA, Chart
from throughline.ui import words

BEFORE = "the quarter before"
# Unlike the straight line of the pace, which is dashed, and the middle of the fan, which is dotted.
DASHES = [8, 3, 2, 3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is promised until `due`, in `unit`: a way from `baseline` to `target`, or bounds.

    `phases` are targets on the way. What is `stepped` keeps its value until the next one.
    """

    title: str
    unit: str
    baseline: float | None = None
    target: float | None = None
    phases: tuple[tuple[datetime, float], ...] = ()
    low: float | None = None
    high: float | None = None
    stepped: bool = False
    fan: tuple[Spread, ...] = ()
    start: datetime
    due: datetime

    @property
    def way(self) -> list[tuple[datetime, float]]:
        """The straight lines that the pace is judged by; empty where there is no way to go."""
        if self.baseline is None or self.target is None:
            return []
        return [(self.start, self.baseline), *self.phases, (self.due, self.target)]

    @property
    def lines(self) -> list[tuple[str, float]]:
        """What is to be reached or stayed inside of, each with its words."""
        said = (("target", self.target), ("at least", self.low), ("at most", self.high))
        return [
            (f"{word} {words.figure(value, self.unit)}", value) for word, value in said if value is not None
        ]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the value is likely to be: eight in ten of the ways in `low` to `high`, half in the inner two."""

    at: datetime
    low: float
    half_low: float
    middle: float
    half_high: float
    high: float


@dataclass(frozen=True, slots=True)
class Dated:
    """A measured value with its interval."""

    at: datetime
    value: float | None
    low: float | None = None
    high: float | None = None
    # The day that it is of, where it is drawn on another.
    then: datetime | None = None


def key_result(
    course: Course, measured: Sequence[Any], *, now: datetime, before: Sequence[Dated] = ()
) -> Chart:
    """Values with their band, the target as a line, the expected straight line, and today.

    `measured` has at, value, low, high (a Measurement or `Dated`), in time order. `before` are the values
    of the quarter before on the days of this one, a line of their own.
    """
    dated = [Dated(each.at, each.value, each.low, each.high) for each in measured]
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "data": {"values": [_value(point, course.unit) for point in dated]},
        "encoding": {
            "x": {
                "type": "temporal",
                "scale": {"type": "utc"},
                "title": None,
                "axis": {"format": "%-d %b", "grid": False, "labelOverlap": True, "labelSeparation": 8},
            },
            "y": {
                "type": "quantitative",
                "title": {"days": "days", "share": "%"}.get(course.unit),
                "scale": {"zero": False, "nice": True},
                "axis": {"tickCount": 5, "domain": False, "ticks": False},
            },
        },
        "layer": [
            *_expected(course),
            *_lines(course),
            *_today(course, now),
            *_fan(course),
            *_band(dated),
            *_before(before, course),
            _course_line(course),
            _dots(),
        ],
    }
    said = f"{summary(course, dated)}{_before_said(before, course.unit)}"
    rows = (*_rows(course, dated), *_rows_before(before, course.unit))
    return Chart(spec, said, ("Date", "Value", "Interval"), rows, course.title)


def summary(course: Course, dated: Sequence[Dated]) -> str:
    """The promise and where it stands, in one sentence."""
    promise = _promise(course)
    known = [point for point in dated if point.value is not None]
    if not known:
        return f"{course.title}: {promise}; nothing is measured yet."
    last = known[-1]
    said = f"{course.title}: {promise}; {words.figure(last.value, course.unit)} on {words.day(last.at)}"
    if not course.fan:
        return f"{said}."
    end = course.fan[-1]
    likely = words.figure(end.middle, course.unit)
    return f"{said}, and likely {likely} at the end ({words.interval(end.low, end.high, course.unit)})."


def _promise(course: Course) -> str:
    if course.way:
        return (
            f"from {words.figure(course.baseline, course.unit)} on {words.day(course.start)} to "
            f"{words.figure(course.target, course.unit)} on {words.day(course.due)}"
        )
    said = " and ".join(text for text, _ in course.lines)
    return f"{said or 'measured'} from {words.day(course.start)} to {words.day(course.due)}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _value(point: Dated, unit: str) -> dict[str, Any]:
    return {
        "at": _instant(point.at),
        "value": words.scaled(point.value, unit),
        "low": words.scaled(point.low, unit),
        "high": words.scaled(point.high, unit),
        "day": words.day(point.then or point.at),
        "said": words.figure(point.value, unit),
        "range": words.interval(point.low, point.high, unit) or words.NOTHING,
    }


def _expected(course: Course) -> list[dict[str, Any]]:
    if not course.way:
        return []
    ends = [{"at": _instant(at), "value": words.scaled(value, course.unit)} for at, value in course.way]
    line = {
        "data": {"values": ends},
        "mark": {"type": "line", "color": "token:line-strong", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "encoding": {"x": {"field": "at"}, "y": {"field": "value"}},
    }
    return [line]


def _lines(course: Course) -> list[dict[str, Any]]:
    values = [
        {"value": words.scaled(value, course.unit), "at": _instant(course.start), "said": said}
        for said, value in course.lines
    ]
    if not values:
        return []
    data = {"values": values}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "color": "token:good", "strokeWidth": 1.5},
            "encoding": {"y": {"field": "value"}},
        },
        {
            "data": data,
            "mark": {
                "type": "text",
                "color": "token:good-ink",
                "align": "left",
                "dy": -7,
                "dx": 2,
                "fontSize": 12,
            },
            "encoding": {"x": {"field": "at"}, "y": {"field": "value"}, "text": {"field": "said"}},
        },
    ]


def _today(course: Course, now: datetime) -> list[dict[str, Any]]:
    if not course.start <= now <= course.due:
        return []
    rule = {
        "data": {"values": [{"at": _instant(now)}]},
        "mark": {"type": "rule", "color": "token:line-strong", "strokeWidth": 1},
        "encoding": {"x": {"field": "at"}},
    }
    return [rule]


def _fan(course: Course) -> list[dict[str, Any]]:
    """The ways on from here: eight in ten in the outer band, half in the inner one, and their middle."""
    if not course.fan:
        return []
    names = ("low", "half_low", "middle", "half_high", "high")
    values = [
        {"at": _instant(each.at)} | {name: words.scaled(getattr(each, name), course.unit) for name in names}
        for each in course.fan
    ]
    bands = [
        {
            "mark": {"type": "area", "color": LINE, "opacity": opacity},
            "encoding": {"x": {"field": "at"}, "y": {"field": low}, "y2": {"field": high}},
        }
        for low, high, opacity in (("low", "high", 0.1), ("half_low", "half_high", 0.16))
    ]
    middle = {
        "mark": {"type": "line", "color": LINE, "strokeWidth": 1.5, "strokeDash": [2, 3]},
        "encoding": {"x": {"field": "at"}, "y": {"field": "middle"}},
    }
    return [{"data": {"values": values}, "layer": [*bands, middle]}]


def _band(dated: Sequence[Dated]) -> list[dict[str, Any]]:
    if all(point.low is None or point.high is None for point in dated):
        return []
    band = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": LINE, "opacity": 0.14},
        "encoding": {"x": {"field": "at"}, "y": {"field": "low"}, "y2": {"field": "high"}},
    }
    return [band]


def _before(before: Sequence[Dated], course: Course) -> list[dict[str, Any]]:
    """The quarter before, told from this one by dashes and width as well as by colour."""
    if not before:
        return []
    names = ["this quarter", BEFORE]
    legend = {"orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 400}
    looks = {"color": [LINE, "token:ink-soft"], "strokeDash": [[1, 0], DASHES]}
    told = {
        channel: {"datum": BEFORE, "scale": {"domain": names, "range": found}, "legend": legend}
        for channel, found in looks.items()
    }
    line = {
        "data": {"values": [_value(each, course.unit) for each in before]},
        "mark": {"type": "line", "strokeWidth": 1.5},
        "encoding": {"x": {"field": "at"}, "y": {"field": "value"}, **told},
    }
    return [line]


def _before_said(before: Sequence[Dated], unit: str) -> str:
    if not before:
        return ""
    ends = " to ".join(words.figure(each.value, unit) for each in (before[0], before[-1]))
    return f" The dash-dotted line is {BEFORE}, day by day: from {ends}."


def _rows_before(before: Sequence[Dated], unit: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            f"{words.day(each.then or each.at)}, {BEFORE}",
            words.figure(each.value, unit),
            words.interval(each.low, each.high, unit) or words.NOTHING,
        )
        for each in before
    )


def _course_line(course: Course) -> dict[str, Any]:
    mark = {"type": "line", "color": LINE, "strokeWidth": 2, "invalid": "break-paths-show-domains"}
    if course.stepped:
        mark["interpolate"] = "step-after"
    return {"mark": mark, "encoding": {"x": {"field": "at"}, "y": {"field": "value"}}}


def _dots() -> dict[str, Any]:
    names = (("day", "Date"), ("said", "Value"), ("range", "Interval"))
    return {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": {"type": "point", "filled": True, "color": LINE, "size": 40},
        "encoding": {
            "x": {"field": "at"},
            "y": {"field": "value"},
            "tooltip": [{"field": name, "title": title} for name, title in names],
        },
    }


def _rows(course: Course, dated: Sequence[Dated]) -> tuple[tuple[str, ...], ...]:
    unit = course.unit
    measured = tuple(
        (
            words.day(point.at),
            words.figure(point.value, unit),
            words.interval(point.low, point.high, unit) or words.NOTHING,
        )
        for point in dated
    )
    likely = tuple(
        (
            f"{words.day(each.at)}, likely",
            words.figure(each.middle, unit),
            words.interval(each.low, each.high, unit) or words.NOTHING,
        )
        for each in course.fan[1:]
    )
    return measured + likely
