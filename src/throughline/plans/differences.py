"""What a file would change in the plan of a data folder, item by item and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, KeyResult
from throughline.plans.format.problems import Problem, Problems
from throughline.plans.format.reading import Block, Plan
from throughline.plans.format.shape import Thing
from throughline.plans.format.things import EDGES, SECTIONS, TERMS
from throughline.plans.order import current_order, merged, rows
from throughline.plans.stored import Stored, Values, half_name, stored_plan
from throughline.plans.wording import cadences, in_unit, promised, shortened, wanted

ADD, CHANGE, RESTORE, REMOVE = "add", "change", "restore", "remove"
# The kind of a change that only puts things into another order.
ORDER = "order"
# What a comparison leaves aside: what names the thing, what is nested in it, what no file changes.
_ASIDE = ("key", "name", "state", "key_results", "counterparts", "change")
_UNORDERED = (*EDGES, "effects")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as it is and as the file wants it."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that the file adds, changes, takes up again or takes away."""

    action: str
    kind: str
    key: str
    title: str = ""
    fields: tuple[FieldChange, ...] = ()
    # Of a key result in force: its terms change, so a new version needs a reason.
    needs_reason: bool = False
    terms: Mapping[str, Any] | None = None
    block: Block | None = None
    # Of a half of another team: the item that it belongs to, and the team.
    of: tuple[str, str] = ("", "")
    team: str = ""

    @property
    def name(self) -> str:
        """What is meant, such as goal:trust."""
        if self.kind == ORDER:
            return f"order of {self.key}"
        if self.kind == "counterpart":
            return f"{self.of[0]}:{self.of[1]} counterpart {self.team}: {self.key}"
        return f"{self.kind}:{self.key}"

    @property
    def new(self) -> dict[str, Any]:
        """The new value of each field that changes."""
        return {field.name: field.new for field in self.fields}


def differences(plan: Plan, *, prune: bool = False) -> list[Change]:
    """What applying the plan would change, in the order in which it is done. Raises Problems."""
    found = _Finder(plan, stored_plan())
    changes = [*found.items(), *found.key_results(), *found.initiatives(), *found.halves(prune=prune)]
    if found.problems:
        raise Problems(found.problems)
    return [*changes, *found.orders(), *(found.pruned() if prune else ())]


class _Finder:
    def __init__(self, plan: Plan, stored: Stored) -> None:
        self.plan = plan
        self.stored = stored
        self.problems: list[Problem] = []
        self.own = {**cadences(), **{each.key: int(each["cadence_days"]) for each in plan["series"]}}

    def items(self) -> Iterator[Change]:
        for section in ("series", "goals", "long_term_objectives", "cycles", "objectives"):
            for block in self.plan[section]:
                yield from self._item(block)

    def initiatives(self) -> Iterator[Change]:
        for block in self.plan["initiatives"]:
            yield from self._item(block)

    def _item(self, block: Block) -> Iterator[Change]:
        kind = block.thing.name
        old = self.stored.items.get((kind, block.key))
        new = plain(block)
        fields = compared(block.thing, self._removable(block, old), new)
        action = ADD if old is None else RESTORE if (kind, block.key) in self.stored.archived else CHANGE
        if fields or action != CHANGE:
            title = str(new.get("title", ""))
            yield Change(action=action, kind=kind, key=block.key, title=title, fields=fields, block=block)

    def _removable(self, block: Block, old: Values | None) -> Values | None:
        """The stored values without what no file takes away: an effect that was realised is a record."""
        if old is None or "effects" not in old:
            return old
        written = {each["key_result"] for each in block["effects"]}
        kept = [
            each
            for each in old["effects"]
            if each["key_result"] in written or (block.key, each["key_result"]) not in self.stored.realised
        ]
        return {**old, "effects": kept}

    def key_results(self) -> Iterator[Change]:
        for block, objective in self.plan.key_results():
            stored = self.stored.key_results.get(block.key)
            if stored is not None and stored.dropped_at is not None:
                message = f"key result '{block.key}' was dropped: give the new one another key"
                self.problems.append(Problem(block.at("key"), message, "dropped"))
                continue
            try:
                yield from self._key_result(block, objective, stored)
            except Refused as refused:
                place = block.at(refused.place or "")
                self.problems.append(Problem(place, f"{refused.place}: {refused.message}", refused.code))

    def _key_result(self, block: Block, objective: str, stored: KeyResult | None) -> Iterator[Change]:
        cycle = self._cycle(objective)
        new = wanted(block.values, objective, cycle, self.own)
        old = promised(stored, self.own) if stored else None
        in_force = stored is not None and stored.sketch is None
        if stored is not None and in_force:
            new = in_unit(new, stored)
        fields = _first_terms(block.thing, new, cycle) if old is None else _terms_changed(old, new)
        edges = compared(block.thing, self.stored.edges_of(block.key), plain(block), only=EDGES)
        if fields or edges or old is None:
            yield Change(
                action=ADD if old is None else CHANGE,
                kind="key_result",
                key=block.key,
                title=new["title"] or new["metric"],
                fields=(*fields, *edges),
                needs_reason=in_force and bool(fields),
                terms=new,
                block=block,
            )

    def _cycle(self, objective: str) -> Cycle | None:
        """The cycle of an objective as the file has it, else as it is stored."""
        if not objective:
            return None
        block = next((each for each in self.plan["objectives"] if each.key == objective), None)
        key = block["cycle"] if block else self.stored.items["objective", objective]["cycle"]
        days = next((each.values for each in self.plan["cycles"] if each.key == key), None)
        return cycle_of(days or self.stored.items["cycle", key])

    def halves(self, *, prune: bool) -> Iterator[Change]:
        owners = [*self.plan["objectives"], *self.plan["initiatives"]]
        for owner in (*owners, *(block for block, _ in self.plan.key_results())):
            kind = owner.thing.name
            known = self.stored.halves.get((kind, owner.key), {})
            for block in owner["counterparts"]:
                yield from self._half(block, (kind, owner.key), known.get(half_name(block.values)))
            written = {half_name(block.values) for block in owner["counterparts"]}
            for name, half in known.items() if prune else ():
                if name not in written:
                    title, team = half["title"], half["team"]
                    of = (kind, owner.key)
                    yield Change(action=REMOVE, kind="counterpart", key=title, title=title, of=of, team=team)

    def _half(self, block: Block, of: tuple[str, str], old: Values | None) -> Iterator[Change]:
        fields = compared(block.thing, old, plain(block))
        if fields or old is None:
            yield Change(
                action=ADD if old is None else CHANGE,
                kind="counterpart",
                key=block["title"],
                title=block["title"],
                fields=fields,
                block=block,
                of=of,
                team=block["team"],
            )

    def orders(self) -> Iterator[Change]:
        """What the files name in another order; what they add in the middle moves there, too."""
        places = {(row.kind, key): row.within for row in rows(self.plan) for key in row.keys}
        for row in rows(self.plan):
            stored = [
                item.key
                for item in current_order(row)
                if places.get((row.kind, item.key), row.within) == row.within
            ]
            current = [*stored, *(key for key in row.keys if key not in stored)]
            wanted = merged(current, row.keys)
            if wanted != current:
                order = FieldChange("order", current, wanted)
                yield Change(action=CHANGE, kind=ORDER, key=row.name, fields=(order,))

    def pruned(self) -> Iterator[Change]:
        """What the files leave out, of the sections and the cycles that they write."""
        cycles = {each.key for each in self.plan["cycles"]}
        cycles |= {each["cycle"] for each in self.plan["objectives"]}
        written = {(thing.name, each.key) for thing, each in self._written()}
        for kind, section in (
            ("initiative", "initiatives"),
            ("key_result", "objectives"),
            ("objective", "objectives"),
            ("long_term_objective", "long_term_objectives"),
            ("goal", "goals"),
        ):
            if section in self.plan.given:
                yield from (
                    Change(action=REMOVE, kind=kind, key=key, title=title)
                    for key, title in self.stored.live(kind, cycles)
                    if (kind, key) not in written
                )

    def _written(self) -> Iterator[tuple[Thing, Block]]:
        for section, thing in SECTIONS.items():
            yield from ((thing, block) for block in self.plan[section])
        yield from ((block.thing, block) for block, _ in self.plan.key_results())


def _terms_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldChange]:
    names = [name for name in (*TERMS, "objective") if old[name] != new[name]]
    return [FieldChange(name, old[name], new[name]) for name in names]


def _first_terms(thing: Thing, new: Mapping[str, Any], cycle: Cycle | None) -> list[FieldChange]:
    """What a new key result says beyond what goes without saying."""
    short = {**shortened(new, cycle), "objective": new["objective"]}
    usual = {field.name: field.default for field in thing.fields}
    return [FieldChange(name, None, value) for name, value in short.items() if value != usual.get(name, "")]


def compared(
    thing: Thing, old: Mapping[str, Any] | None, new: Mapping[str, Any], *, only: tuple[str, ...] = ()
) -> tuple[FieldChange, ...]:
    """The fields that differ; of a new thing those that say more than their default."""
    found = []
    for field in thing.fields:
        if field.name in _ASIDE or (only and field.name not in only):
            continue
        before = field.default if old is None else old.get(field.name, field.default)
        after = new.get(field.name, field.default)
        if _canonical(field.name, before) != _canonical(field.name, after):
            found.append(FieldChange(field.name, None if old is None else before, after))
    return tuple(found)


def _canonical(name: str, value: Any) -> Any:
    return sorted(value, key=str) if name in _UNORDERED else value


def plain(block: Block) -> dict[str, Any]:
    """A thing as it was read, in plain values."""
    return {name: _plain(value) for name, value in block.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Block):
        return plain(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


def cycle_of(values: Mapping[str, Any]) -> Cycle:
    """A cycle with those days, not stored."""
    start, end = (date.fromisoformat(values[name]) for name in ("start", "end"))
    return Cycle(key=values["key"], title=values["title"], start=start, end=end)
