"""What decides a key result of each kind: the fields that it has, and those that it cannot have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.objectives.models import Version
from throughline.objectives.terms import MEASURED, Terms, Undecidable

Kind = Version.Kind
_OF_A_METRIC = ("metric", "where", "at", "window")
# The fields that decide a kind; those of another kind are refused, so that nothing is promised twice.
FIELDS: Mapping[str, tuple[str, ...]] = {
    Kind.MOVE: (*_OF_A_METRIC, "baseline", "target", "phases"),
    Kind.KEEP: (*_OF_A_METRIC, "bound_low", "bound_high", "allowed_outside"),
    Kind.MILESTONE: ("steps",),
    Kind.BINARY: (),
    Kind.BASELINE: _OF_A_METRIC,
    Kind.FORECAST: (*_OF_A_METRIC, "baseline", "target", "phases", "scale"),
}
DECIDING = tuple(dict.fromkeys(name for names in FIELDS.values() for name in names))
# Kinds with a baseline and a target.
MOVING = (Kind.MOVE, Kind.FORECAST)
# Kinds that people enter: there is no data whose age would say anything.
BY_HAND = (Kind.MILESTONE, Kind.BINARY)
# Kinds that are 0 or 1.
EVENTS = (Kind.BINARY, Kind.BASELINE)
INSTEAD = {
    Kind.MOVE: "a baseline and a target",
    Kind.KEEP: "its bounds",
    Kind.MILESTONE: "its steps",
    Kind.BINARY: "its acceptance test",
    Kind.BASELINE: "its metric having data",
    Kind.FORECAST: "a baseline and a target on its scale",
}
_SAID = {"bound_low": "lower bound", "bound_high": "upper bound", "allowed_outside": "days allowed outside"}


def has(kind: str, field: str) -> bool:
    """Whether the field decides key results of this kind.

    >>> has("keep", "bound_low"), has("keep", "target")
    (True, False)
    """
    return field in FIELDS[kind]


def is_measured(kind: str) -> bool:
    """Whether a metric stands behind it."""
    return has(kind, "metric")


def dropped(terms: Terms, kind: str) -> dict[str, Any]:
    """The values that a change to this kind sets back: what decided the old one says nothing any more."""
    if kind not in FIELDS or kind == terms.kind:
        return {}
    usual = Terms(start=terms.start, due=terms.due, owner=terms.owner)
    return {name: getattr(usual, name) for name in DECIDING if not has(kind, name)}


def check_fields(terms: Terms) -> None:
    """Refuse a field that another kind is decided by. Raises Undecidable."""
    for name in DECIDING:
        if has(terms.kind, name) or not _is_given(terms, name):
            continue
        raise Undecidable(
            f"a key result of the kind '{terms.kind}' is decided by {INSTEAD[Kind(terms.kind)]}: "
            f"leave the {_SAID.get(name, name)} out, or choose another kind",
            field=name,
            code="field_of_another_kind",
        )


def _is_given(terms: Terms, name: str) -> bool:
    usual = {"window": "period", "baseline": MEASURED}
    value = getattr(terms, name)
    if name == "baseline":
        return bool(value) and value.lower() != MEASURED
    return bool(value) and value != usual.get(name)
