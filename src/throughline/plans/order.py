"""The order in which a file names things is the order in which they are shown and exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.audit import actions as audit
from throughline.objectives.items import MODELS
from throughline.objectives.models import ItemKind
from throughline.plans.format.reading import Plan

# What is ordered within what: nothing, the cycle, the objective.
_SECTIONS = {
    ItemKind.GOAL: "goals",
    ItemKind.LONG_TERM: "long_term_objectives",
    ItemKind.OBJECTIVE: "objectives",
    ItemKind.INITIATIVE: "initiatives",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Keys of one kind in the order of the files; `within` is the key of their cycle or objective."""

    kind: str
    within: str
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """What is ordered, in words."""
        words = f"{self.kind.replace('_', ' ')}s"
        return f"{words} of {self.within}" if self.within else words


def rows(plan: Plan) -> Iterator[Row]:
    """Every list of the files that has an order."""
    for kind, section in _SECTIONS.items():
        found: dict[str, list[str]] = {}
        for block in plan[section]:
            found.setdefault(block["cycle"] if kind == ItemKind.OBJECTIVE else "", []).append(block.key)
        yield from (Row(str(kind), within, tuple(keys)) for within, keys in found.items())
    promised: dict[str, list[str]] = {}
    for block, objective in plan.key_results():
        promised.setdefault(objective, []).append(block.key)
    yield from (Row(str(ItemKind.KEY_RESULT), of, tuple(keys)) for of, keys in promised.items())


def merged(current: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The current keys with those that are wanted in the wanted order, in the places that they have.

    >>> merged(["a", "other", "b", "new"], ["a", "new", "b"])
    ['a', 'other', 'new', 'b']
    """
    known = set(current)
    named = iter([key for key in wanted if key in known])
    among = set(wanted)
    return [next(named) if key in among else key for key in current]


def current_order(row: Row) -> list[Any]:
    """The stored items of a row as they are ordered now."""
    found = MODELS[row.kind].objects.order_by("position", "key")
    if row.kind == ItemKind.KEY_RESULT:
        return list(found.filter(dropped_at=None, objective__key=row.within or None))
    if row.kind == ItemKind.OBJECTIVE:
        found = found.filter(cycle__key=row.within)
    return list(found.filter(archived_at=None))


def arrange(actor: str, row: Row, *, now: datetime) -> None:
    """Put the items of a row into its order, with one entry in the audit record where any moves."""
    stored = {item.key: item for item in current_order(row)}
    wanted = merged(list(stored), row.keys)
    if wanted == list(stored):
        return
    position = -1
    for place, key in zip(sorted(item.position for item in stored.values()), wanted, strict=True):
        position = max(place, position + 1)
        MODELS[row.kind].objects.filter(pk=stored[key].pk).update(position=position)
    detail = {"of": row.name, "old": list(stored), "new": wanted}
    audit.record(actor, "order changed", object_type="plan", detail=detail, now=now)
