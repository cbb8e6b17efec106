"""The chart of a survey: its score wave by wave, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.charts.charts import LINE, SCHEMA, Chart, Spec
from throughline.engine.surveys import MOST_AGREED
from throughline.surveys.models import Survey
from throughline.surveys.queries import Result, value_of
from throughline.surveys.sentences import change_said, figure, named, score_said
from throughline.ui import words

HEIGHT = 220
COLUMNS = ("Wave", "Score", "Interval", "Answers")


def by_wave(survey: Survey, found: Sequence[Result]) -> Chart | None:
    """Each wave that says anything, with its 95 % interval; None where none does."""
    shown = [each for each in found if each.score is not None]
    if not shown:
        return None
    last = shown[-1]
    summary = f"{named(survey)} of wave {last.wave.number}: {score_said(last)}. {change_said(last)}".strip()
    rows = tuple(_row(each) for each in shown)
    return Chart(_spec(survey, [_value(each) for each in shown]), summary, COLUMNS, rows, named(survey))


def _label(result: Result) -> str:
    return f"Wave {result.wave.number}, {words.day(result.wave.opened_at)}"


def _row(result: Result) -> tuple[str, ...]:
    score = result.score
    assert score is not None
    interval = f"{figure(score, score.low)} to {figure(score, score.high)}"
    return (_label(result), figure(score, value_of(score)), interval, str(result.n))


def _value(result: Result) -> dict[str, Any]:
    score = result.score
    assert score is not None
    label, said, interval, n = _row(result)
    edges = {"low": score.low, "high": score.high, "value": value_of(score)}
    return {"label": label, **edges, "said": said, "range": interval, "n": n}


def _spec(survey: Survey, values: list[dict[str, Any]]) -> Spec:
    is_promoter_score = survey.kind == Survey.Kind.NPS
    domain = [-100, 100] if is_promoter_score else [1, MOST_AGREED]
    x = {
        "field": "label",
        "type": "ordinal",
        "sort": [each["label"] for each in values],
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "grid": False},
    }
    axis = {"tickCount": 5, "domain": False, "ticks": False}
    y = {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": domain}, "axis": axis}
    told = (("label", "Wave"), ("said", "Score"), ("range", "Interval"), ("n", "Answers"))
    tooltip = [{"field": name, "title": title} for name, title in told]
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": "token:ink", "strokeWidth": 1.5},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "color": LINE, "strokeWidth": 1.5, "opacity": 0.5},
            "encoding": {"x": x, "y": y},
        },
        {
            "mark": {"type": "point", "filled": True, "color": LINE, "size": 90},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    ]
    if is_promoter_score:
        layers.insert(0, _zero())
    size = {"width": "container", "height": HEIGHT}
    return {"$schema": SCHEMA, **size, "data": {"values": values}, "layer": layers}


def _zero() -> Spec:
    return {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": "token:line-strong", "strokeDash": [4, 4]},
        "encoding": {"y": {"field": "zero", "type": "quantitative"}},
    }
