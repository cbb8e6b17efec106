"""The suggestions of a person as stacked bars: what each of the three terms adds to the score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.assignments.suggesting import Suggestion
from throughline.assignments.wording import TERM_WORDS
from throughline.charts.charts import SCHEMA, Chart
from throughline.engine.matching import TERMS

ROW_HIGH = 40
COLOURS = tuple(f"token:series-{number}" for number in (1, 2, 3))
TITLE = "What makes up the score of each suggestion"
Spec = dict[str, Any]


def scores(suggestions: Sequence[Suggestion]) -> Chart | None:
    """The chart with its table; None where a score may not be seen, or there is nothing to draw."""
    if not suggestions or any(each.score is None for each in suggestions):
        return None
    names = [TERM_WORDS[each] for each in TERMS]
    spec = {
        "$schema": SCHEMA,
        "width": "container",
        "height": ROW_HIGH * len(suggestions),
        "data": {"values": list(_values(suggestions))},
        "mark": {"type": "bar", "height": {"band": 0.6}, "stroke": "token:surface", "strokeWidth": 1},
        "encoding": {
            "y": {
                "field": "title",
                "type": "nominal",
                "sort": [_label(each) for each in suggestions],
                "title": None,
                "axis": {"labelLimit": 140, "ticks": False, "domain": False},
            },
            "x": {
                "field": "adds",
                "type": "quantitative",
                "stack": "zero",
                "title": "score",
                "scale": {"domain": [0, 1]},
                "axis": {"tickCount": 5, "domain": False, "ticks": False, "gridOpacity": 0.6},
            },
            "color": {
                "field": "term",
                "type": "nominal",
                "scale": {"domain": names, "range": list(COLOURS)},
                "legend": {"title": None, "columns": {"expr": "width < 420 ? 1 : 3"}},
            },
            "order": {"field": "order"},
            "tooltip": [
                {"field": "title", "title": "Work"},
                {"field": "term", "title": "Term"},
                {"field": "value", "title": "Value", "format": ".2f"},
                {"field": "weight", "title": "Weight", "format": ".2f"},
                {"field": "adds", "title": "Adds", "format": ".2f"},
            ],
        },
    }
    return Chart(
        spec, _summary(suggestions), ("Work", *map(str.capitalize, names), "Score"), _rows(suggestions), TITLE
    )


def _label(each: Suggestion) -> str:
    return f"{each.number}. {each.title}"


def _values(suggestions: Sequence[Suggestion]) -> list[Spec]:
    return [
        {
            "title": _label(each),
            "term": TERM_WORDS[term.name],
            "order": place,
            "value": term.value,
            "weight": term.weight,
            "adds": term.adds,
        }
        for each in suggestions
        for place, term in enumerate(each.terms)
    ]


def _rows(suggestions: Sequence[Suggestion]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (_label(each), *(f"{term.adds:.2f}" for term in each.terms), f"{each.score:.2f}")
        for each in suggestions
    )


def _summary(suggestions: Sequence[Suggestion]) -> str:
    first = suggestions[0]
    parts = ", ".join(f"{TERM_WORDS[each.name]} {each.adds:.2f}" for each in first.terms)
    said = f"“{first.title}” has the highest score, {first.score:.2f} of 1: {parts}."
    if len(suggestions) > 1:
        last = suggestions[-1]
        said += f" “{last.title}” has {last.score:.2f}."
    return said
