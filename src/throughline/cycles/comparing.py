"""What differs between two states of a plan, part by part and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Content = Mapping[str, Any]
NAMES = {
    "title": "Title",
    "description": "Why",
    "owner": "Owner",
    "serves": "Serves",
    "guardrails": "Guardrails",
    "also_counts": "Also counts",
    "counterparts": "Asked of others",
    "why": "Why this",
    "why_target": "Why this target",
    "how_measured": "How it is measured",
    "where": "Slice",
    "at": "Date",
    "allowed_outside": "Days allowed outside",
    "bound_low": "Lower bound",
    "bound_high": "Upper bound",
    "cadence_days": "Cadence",
    "effort": "Effort",
    "effects": "Expected effects",
    "people": "People",
    "narrative": "Narrative",
    "board": "To the board",
}
# The sentence follows from the fields, and being in force from the state.
LEFT_OUT = frozenset({"id", "key", "key_results", "sentence", "name", "in_force", "initiatives", "terms"})
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as people read it."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the plan that was added, taken out, or changed."""

    kind: str
    name: str
    done: Literal["added", "taken out", "changed"]
    changes: tuple[Change, ...] = ()


def differences(before: Content, after: Content) -> list[Difference]:
    """What differs, in the order of the later plan; what was taken out comes last."""
    found: list[Difference] = []
    for kind, parts in (("Objective", _objectives), ("Key result", _key_results), ("Work", _work)):
        found += _between(kind, parts(before), parts(after))
    return found


def _objectives(content: Content) -> dict[str, Content]:
    return {each["key"]: each for each in content["objectives"]}


def _key_results(content: Content) -> dict[str, Content]:
    return {
        each["key"]: {**each, **each["terms"], "title": each["name"]}
        for objective in content["objectives"]
        for each in objective["key_results"]
    }


def _work(content: Content) -> dict[str, Content]:
    return {each["key"]: each for each in content["initiatives"]}


def _between(kind: str, before: Mapping[str, Content], after: Mapping[str, Content]) -> Iterator[Difference]:
    for key, part in after.items():
        if key not in before:
            yield Difference(kind, part["title"], "added")
        elif changes := tuple(_changes(before[key], part)):
            yield Difference(kind, part["title"], "changed", changes)
    for key, part in before.items():
        if key not in after:
            yield Difference(kind, part["title"], "taken out")


def _changes(before: Content, after: Content) -> Iterator[Change]:
    for name in after:
        if name in LEFT_OUT:
            continue
        old, new = _said(before.get(name)), _said(after[name])
        if old != new:
            yield Change(NAMES.get(name, name.replace("_", " ").capitalize()), old, new)


def _said(value: Any) -> str:
    """A value as people read it.

    >>> _said([{"title": "Trust", "edge": "supports"}]), _said(None), _said(2.0)
    ('Trust (supports)', 'nothing', '2')
    """
    match value:
        case None | "" | []:
            return NOTHING
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(_said(each) for each in value)
        case {"title": title, "edge": edge}:
            return f"{title} ({edge})"
        case {"team": team, "title": title, "state": state}:
            return f"{team}: {title} ({state})"
        case {"name": name, "low": low, "high": high, "confidence": confidence}:
            return f"{name}: {low:g} to {high:g}, {confidence:.0%}"
        case {"weight": weight, "title": title}:
            return f"{weight:g}: {title}"
        case {"due": due, "target": target}:
            return f"{target} by {due}"
        case {"name": name}:
            return str(name)
    return str(value)
