"""Who does what, drawn: the weeks of each person against what she has, and where the weeks go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from throughline.charts.charts import BAR_STEP, SCHEMA, SMALL_HEIGHT, Chart

Spec = dict[str, Any]
# What a line of a legend holds on a phone beside the longest names, in characters.
LEGEND_LINE = 22
TONES = tuple(f"token:series-{number}" for number in range(1, 7))
REST = "token:ink-faint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A person's weeks: what there is, and (work, what it is for, weeks) of each piece of it."""

    person: str
    capacity: float
    pieces: tuple[tuple[str, str, float], ...]

    @property
    def weeks(self) -> float:
        """What is planned."""
        return sum(weeks for _, _, weeks in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of all weeks; `at_least` is the share that is asked for, where one is."""

    title: str
    weeks: float
    share: float
    at_least: float | None = None


def loads(found: Sequence[Load], *, title: str, every: Sequence[str] = ()) -> Chart:
    """Stacked weeks by person, coloured by what they are for; a line stands where the weeks end.

    `every` is all that work can be for, so that each keeps its colour from one plan to the next.
    """
    people = [each.person for each in found]
    used = dict.fromkeys(aim for each in found for _, aim, _ in each.pieces)
    places = {aim: place for place, aim in enumerate(dict.fromkeys([*every, *used]))}
    aims = sorted(used, key=lambda each: places[each])
    values = [
        {"person": each.person, "work": work, "aim": _broken(aim), "weeks": weeks, "order": number}
        for each in found
        for number, (work, aim, weeks) in enumerate(sorted(each.pieces, key=lambda one: aims.index(one[1])))
    ]
    y = {"field": "person", "type": "nominal", "sort": people, "title": None, "axis": _names()}
    colours = [TONES[places[each]] if places[each] < len(TONES) else REST for each in aims]
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar", "height": {"band": 0.6}, "stroke": "token:surface", "strokeWidth": 2},
        "encoding": {
            "y": y,
            "x": {
                "field": "weeks",
                "type": "quantitative",
                "stack": "zero",
                "title": "weeks",
                "axis": _axis(),
            },
            "color": {
                "field": "aim",
                "type": "nominal",
                "scale": {"domain": [_broken(each) for each in aims], "range": colours},
                "legend": _legend() if len(aims) > 1 else None,
            },
            "order": {"field": "order"},
            "tooltip": [
                {"field": "person", "title": "Who"},
                {"field": "work", "title": "Work"},
                {"field": "weeks", "title": "Weeks", "format": ".3~g"},
            ],
        },
    }
    ends = {
        "data": {"values": [{"person": each.person, "capacity": each.capacity} for each in found]},
        "mark": {"type": "tick", "color": "token:ink", "thickness": 2, "size": BAR_STEP * 0.85},
        "encoding": {
            "y": y,
            "x": {"field": "capacity", "type": "quantitative"},
            "tooltip": [{"field": "capacity", "title": "Weeks there are", "format": ".3~g"}],
        },
    }
    spec = _framed(len(found), [bars, ends])
    return Chart(spec, _said(found), ("Who", "Work", "Weeks", "Of"), _rows(found), title)


def slices(found: Sequence[Slice], *, title: str, of: str) -> Chart:
    """Shares of all weeks, a bar each; a line stands at what is asked for."""
    y = {
        "field": "title",
        "type": "nominal",
        "sort": [each.title for each in found],
        "title": None,
        "axis": _names(),
    }
    values = [
        {"title": each.title, "share": each.share, "at_least": each.at_least, "weeks": each.weeks}
        for each in found
    ]
    top = max([0.01, *(max(each.share, each.at_least or 0.0) for each in found)])
    x = {
        "type": "quantitative",
        "title": None,
        "axis": {**_axis(), "format": ".0%"},
        "scale": {"domain": [0, top], "nice": True},
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": TONES[0], "cornerRadiusEnd": 2, "height": {"band": 0.6}},
            "encoding": {
                "y": y,
                "x": {**x, "field": "share"},
                "tooltip": [
                    {"field": "title", "title": of},
                    {"field": "share", "title": "Of all weeks", "format": ".0%"},
                    {"field": "weeks", "title": "Weeks", "format": ".3~g"},
                ],
            },
        }
    ]
    if any(each.at_least is not None for each in found):
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.at_least)"}],
                "mark": {"type": "tick", "color": "token:ink", "thickness": 2, "size": BAR_STEP * 0.85},
                "encoding": {"y": y, "x": {**x, "field": "at_least"}},
            }
        )
    spec = {**_framed(len(found), layers), "data": {"values": values}}
    most = found[0] if found else None
    summary = (
        f"The largest part of the weeks goes to {most.title}: {most.share:.0%}."
        if most
        else "No weeks are given yet."
    )
    rows = tuple(
        (
            each.title,
            f"{each.weeks:.1f}",
            f"{each.share:.0%}",
            "–" if each.at_least is None else f"{each.at_least:.0%}",
        )
        for each in found
    )
    return Chart(spec, summary, (of, "Weeks", "Share", "Asked for"), rows, title)


def _framed(rows: int, layers: list[Spec]) -> Spec:
    height = max(BAR_STEP * rows, SMALL_HEIGHT // 2)
    return {"$schema": SCHEMA, "width": "container", "height": height, "layer": layers}


def _names() -> Spec:
    return {"labelLimit": 150, "ticks": False, "domain": False}


def _legend() -> Spec:
    """A column whose names run over several lines, since a phone has no room for one of them whole."""
    return {"columns": 1, "labelLimit": 0, "labelExpr": "split(datum.label, '\\n')"}


def _broken(aim: str) -> str:
    return fill(aim, LEGEND_LINE, break_long_words=True)


def _axis() -> Spec:
    return {"tickCount": 5, "domain": False, "ticks": False, "gridOpacity": 0.6}


def _said(found: Sequence[Load]) -> str:
    planned, there = sum(each.weeks for each in found), sum(each.capacity for each in found)
    full = [each.person for each in found if each.capacity and each.weeks > each.capacity * (1 - 1e-9)]
    said = f"{planned:.1f} of {there:.1f} weeks are planned"
    if full:
        said += f"; no weeks are left of {', '.join(full)}"
    return f"{said}."


def _rows(found: Sequence[Load]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for each in found:
        for work, _, weeks in each.pieces:
            rows.append((each.person, work, f"{weeks:.1f}", f"{each.capacity:.1f}"))
        if not each.pieces:
            rows.append((each.person, "–", "0.0", f"{each.capacity:.1f}"))
    return tuple(rows)
