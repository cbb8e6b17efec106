"""Key results as the document says them: the same terms always in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.engine.windows import parse_window
from throughline.objectives.models import Cycle, KeyResult, Objective, Version
from throughline.objectives.sketches import sketched, terms_of_sketch
from throughline.objectives.terms import Terms, fitting_window, terms_from, written
from throughline.objectives.versions import terms_of
from throughline.plans.format.amounts import amount_text, number_text, plain_text
from throughline.plans.format.things import TERMS
from throughline.series.models import Series

_AMOUNTS = ("baseline", "target", "bound_low", "bound_high")
_USUAL_CADENCE = 7


def cadences() -> Mapping[str, int]:
    """Every how many days each named metric has a value of its own accord."""
    named = {name: definition.cadence_days for name, definition in READY_MADE.items()}
    return dict(Series.objects.values_list("name", "cadence_days")) | named


def promised(key_result: KeyResult, own: Mapping[str, int]) -> dict[str, Any]:
    """The terms of a stored key result, whether it is in force or a sketch."""
    if key_result.sketch is not None:
        return said(terms_of_sketch(key_result), own)
    return said(terms_of(newest(key_result)), own)


def newest(key_result: KeyResult) -> Version:
    """The version in force, from what was read ahead where it was."""
    return max(key_result.versions.all(), key=lambda version: version.number)


def wanted(
    values: Mapping[str, Any], objective: str, cycle: Cycle | None, own: Mapping[str, int]
) -> dict[str, Any]:
    """The terms that a file asks for, with the days of its cycle. Raises Undecidable with the field."""
    given = {name: values[name] for name in TERMS}
    given |= {"steps": [each.values for each in given["steps"]]}
    given |= {"phases": [each.values for each in given["phases"]]}
    if cycle is None:
        return said(terms_from(given), own)
    return said(sketched(Objective(key=objective, cycle=cycle), given), own)


def said(terms: Terms, own: Mapping[str, int]) -> dict[str, Any]:
    """All fields of the terms, each in the one spelling that is compared and written."""
    plain = written(terms)
    texts = {name: plain_text(value) for name, value in plain.items() if isinstance(value, str)}
    amounts = {name: amount_text(plain[name]) for name in _AMOUNTS}
    cadence = terms.cadence_days
    return {
        **plain,
        **texts,
        **amounts,
        "window": _window(terms.window),
        "cadence_days": 0 if cadence == own.get(terms.metric, _USUAL_CADENCE) else cadence,
        "phases": [{**each, "target": amount_text(each["target"])} for each in plain["phases"]],
        "steps": [dict(each) for each in plain["steps"]],
    }


def shortened(terms: Mapping[str, Any], cycle: Cycle | None) -> dict[str, Any]:
    """The terms as a file says them: without the days of the cycle and the window that fits the metric."""
    usual: dict[str, Any] = {"window": _window(fitting_window(terms["metric"]))}
    if cycle is not None:
        usual |= {"start": cycle.start.isoformat(), "due": cycle.end.isoformat()}
    return {name: "" if usual.get(name) == terms[name] else terms[name] for name in TERMS}


def in_unit(terms: Mapping[str, Any], key_result: KeyResult) -> dict[str, Any]:
    """The terms with shares as a version in force keeps them: 85% is 0.85."""
    if newest(key_result).unit != "share":
        return dict(terms)
    plain = ("baseline", "bound_low", "bound_high")
    return {name: _share(value) if name in plain else value for name, value in terms.items()}


def _share(text: str) -> str:
    try:
        return number_text(float(text.removesuffix("%")) / 100) if text.endswith("%") else text
    except ValueError:
        return text


def _window(text: str) -> str:
    try:
        return str(parse_window(text))
    except Refused:
        return plain_text(text)
