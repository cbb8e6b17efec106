"""Writing the plan around the key results: goals, objectives, initiatives, and the edges between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db import models, transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.keys import key_for
from throughline.objectives.models import (
    Cycle,
    Edge,
    Goal,
    Initiative,
    ItemKind,
    KeyResult,
    LongTermObjective,
    Objective,
)
from throughline.objectives.people import person_named

AnyItem: TypeAlias = Goal | LongTermObjective | Objective | Initiative
Joined: TypeAlias = AnyItem | KeyResult

# Whatever looks for a quarter beyond a cycle steps through it.
LONGEST_CYCLE = timedelta(days=3 * 366)
FIRST_YEAR, LAST_YEAR = 1970, 2200
_COMMON = ("title", "description", "owner_name", "position")
FIELDS: Mapping[str, tuple[str, ...]] = {
    ItemKind.GOAL: (*_COMMON, "source"),
    ItemKind.LONG_TERM: (*_COMMON, "kind"),
    ItemKind.OBJECTIVE: (*_COMMON, "cycle"),
    ItemKind.INITIATIVE: (
        *(*_COMMON, "cycle", "status", "narrative", "effort_low", "effort_high", "delay_cost"),
        *("delay_profile", "start", "due", "links"),
    ),
}
MODELS: Mapping[str, type[Any]] = {
    ItemKind.GOAL: Goal,
    ItemKind.LONG_TERM: LongTermObjective,
    ItemKind.OBJECTIVE: Objective,
    ItemKind.KEY_RESULT: KeyResult,
    ItemKind.INITIATIVE: Initiative,
}
# From what to what an edge may lead, with its kinds; a thread runs upwards.
JOINABLE: Mapping[tuple[str, str], tuple[str, ...]] = {
    (ItemKind.LONG_TERM, ItemKind.GOAL): ("contributes", "supports"),
    (ItemKind.LONG_TERM, ItemKind.LONG_TERM): ("balances",),
    (ItemKind.OBJECTIVE, ItemKind.GOAL): ("contributes", "supports"),
    (ItemKind.OBJECTIVE, ItemKind.LONG_TERM): ("contributes", "supports"),
    (ItemKind.OBJECTIVE, ItemKind.OBJECTIVE): ("supports", "balances"),
    (ItemKind.KEY_RESULT, ItemKind.OBJECTIVE): ("contributes", "supports", "balances"),
    (ItemKind.INITIATIVE, ItemKind.OBJECTIVE): ("contributes", "supports"),
    (ItemKind.INITIATIVE, ItemKind.GOAL): ("supports",),
}


@dataclass(frozen=True, slots=True)
class Name:
    """How an item is named in files, addresses and answers: `goal:trust`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


def kind_of(item: Joined) -> str:
    """The kind of an item.

    >>> kind_of(Goal(key="trust"))
    'goal'
    """
    return next(str(kind) for kind, model in MODELS.items() if type(item) is model)


def name_of(item: Joined) -> Name:
    """Its kind and key."""
    return Name(kind_of(item), item.key)


def find(kind: str, key: str) -> Any:
    """The item of that kind and key. Raises Refused where there is none."""
    found = MODELS[kind].objects.filter(key=key).first() if kind in MODELS else None
    if found is None:
        label = ItemKind(kind).label.lower() if kind in MODELS else f"kind of item '{kind}', nor"
        raise Refused(f"there is no {label} '{key}'", place=kind, code="unknown")
    return found


def add_cycle(actor: str, *, key: str = "", title: str, start: date, end: date, now: datetime) -> Cycle:
    """A cycle in draft. Raises Refused with the field."""
    _check_days(start, end)
    _fit("title", title, 120)
    _check_title(title)
    with transaction.atomic():
        cycle = Cycle.objects.create(
            key=key_for(Cycle, key, title=title), title=title, start=start, end=end, created_at=now
        )
        _audit(actor, "cycle added", "cycle", cycle.pk, {"key": cycle.key, "title": title}, now=now)
    return cycle


def change_cycle(actor: str, cycle: Cycle, *, title: str, start: date, end: date, now: datetime) -> bool:
    """Replace title and days; whether anything changed. Days stand once the cycle is set. Raises Refused."""
    _check_days(start, end)
    _fit("title", title, 120)
    new = {"title": title, "start": start, "end": end}
    old = {name: getattr(cycle, name) for name in new}
    if new == old:
        return False
    if not cycle.is_planned and (start, end) != (cycle.start, cycle.end):
        raise Refused(f"{cycle.title} is {cycle.state}: its days stand", place="start", code="not_planned")
    if title.strip().casefold() != cycle.title.strip().casefold():
        _check_title(title)
    with transaction.atomic():
        Cycle.objects.filter(pk=cycle.pk).update(**new)
        cycle.refresh_from_db()
        detail = {"old": _plain(old), "new": _plain(new)}
        _audit(actor, "cycle changed", "cycle", cycle.pk, detail, now=now)
    return True


def _check_title(title: str) -> None:
    wanted = title.strip().casefold()
    for key, taken in Cycle.objects.values_list("key", "title"):
        if taken.strip().casefold() == wanted:
            raise Refused(
                f"there is a cycle '{taken}' already ({key}): give this one another name", place="title"
            )


def _check_days(start: date, end: date) -> None:
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise Refused(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, found {start.year}", place="start")
    if end <= start:
        raise Refused(f"the last day {end} is not after the first, {start}: choose a later one", place="end")
    if end - start > LONGEST_CYCLE:
        raise Refused(
            f"a cycle lasts three years at most, and {end} is {(end - start).days:,} days after {start}",
            place="end",
        )


def add_item(actor: str, kind: str, /, *, key: str = "", now: datetime, **given: Any) -> Any:
    """A goal, a long-term objective, an objective or an initiative. Raises Refused with the field."""
    fields = _checked(kind, given)
    if not fields.get("title"):
        raise Refused("say it in one line: a title is missing", place="title")
    with transaction.atomic():
        item = MODELS[kind](key=key_for(MODELS[kind], key, title=fields["title"]), created_at=now, **fields)
        if "position" not in fields:
            item.position = MODELS[kind].objects.count() + 1
        _save(item)
        _audit(actor, f"{_label(kind)} added", _label(kind), item.pk, _plain(fields), now=now)
    return item


def change_item(actor: str, item: AnyItem, *, now: datetime, **given: Any) -> bool:
    """Replace the given fields; whether anything changed. Raises Refused with the field."""
    kind = kind_of(item)
    fields = _checked(kind, given)
    if fields.get("title") == "":
        raise Refused("say it in one line: a title is missing", place="title")
    old = {name: getattr(item, name) for name in fields}
    new = {name: value for name, value in fields.items() if value != old[name]}
    if not new:
        return False
    with transaction.atomic():
        for name, value in new.items():
            setattr(item, name, value)
        _save(item)
        detail = {"old": _plain({name: old[name] for name in new}), "new": _plain(new)}
        _audit(actor, f"{_label(kind)} changed", _label(kind), item.pk, detail, now=now)
    return True


def archive(actor: str, item: AnyItem, *, now: datetime) -> None:
    """Take an item out of the running plan; it stays in what was published and in old threads."""
    _set_archived(actor, item, now, "archived", now=now)


def restore(actor: str, item: AnyItem, *, now: datetime) -> None:
    """Take an archived item up again."""
    _set_archived(actor, item, None, "restored", now=now)


def join(actor: str, lower: Joined, upper: Joined, kind: str, *, now: datetime) -> Edge:
    """Draw an edge from an item to the one that it serves, or change its kind. Raises Refused."""
    ends = (kind_of(lower), kind_of(upper))
    if kind not in JOINABLE.get(ends, ()):
        raise Refused(_not_joinable(ends, kind), place="kind", code="not_joinable")
    if lower == upper:
        raise Refused("an item does not serve itself", place="to", code="not_joinable")
    joined = {"from_kind": ends[0], "from_id": lower.pk, "to_kind": ends[1], "to_id": upper.pk}
    with transaction.atomic():
        edge, made = Edge.objects.get_or_create(**joined, defaults={"kind": kind, "created_at": now})
        if made or edge.kind != kind:
            edge.kind = kind
            edge.save()
            _audit_edge(actor, "joined", lower, upper, kind, now=now)
    return edge


def part(actor: str, lower: Joined, upper: Joined, *, now: datetime) -> bool:
    """Take the edge between two items away; whether there was one."""
    ends = (kind_of(lower), kind_of(upper))
    with transaction.atomic():
        edge = Edge.objects.filter(
            from_kind=ends[0], from_id=lower.pk, to_kind=ends[1], to_id=upper.pk
        ).first()
        if edge is None:
            return False
        kind = edge.kind
        edge.delete()
        _audit_edge(actor, "parted", lower, upper, kind, now=now)
    return True


def _not_joinable(ends: tuple[str, str], kind: str) -> str:
    lower, upper = (ItemKind(each).label.lower() for each in ends)
    allowed = JOINABLE.get(ends)
    if allowed:
        return f"{lower} to {upper}: expected {' or '.join(allowed)}, found '{kind}'"
    return f"no edge leads from {lower} to {upper}"


def _set_archived(actor: str, item: AnyItem, at: datetime | None, done: str, *, now: datetime) -> None:
    with transaction.atomic():
        item.archived_at = at
        item.save(update_fields=["archived_at"])
        label = _label(kind_of(item))
        _audit(actor, f"{label} {done}", label, item.pk, {"title": item.title}, now=now)


def _checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this kind has, in their types. Raises Refused with the field."""
    if unknown := [name for name in given if name not in FIELDS[kind]]:
        raise Refused(f"{_label(kind)} has no {unknown[0]}", place=unknown[0])
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    for name, value in fields.items():
        _check_field(MODELS[kind], name, value)
    low, high = fields.get("effort_low"), fields.get("effort_high")
    if low is not None and high is not None and low > high:
        raise Refused(f"the range starts at {low:g} and ends at {high:g}: swap them", place="effort_low")
    return fields


def _check_field(model: type[models.Model], name: str, value: object) -> None:
    field = model._meta.get_field(name)
    if isinstance(value, str):
        _fit(name, value, getattr(field, "max_length", None))
        require_readable(value, place=name)
    choices = [each for each, _ in getattr(field, "choices", None) or ()]
    if choices and value not in choices:
        raise Refused(f"expected one of {', '.join(choices)}, found '{value}'", place=name)
    if isinstance(field, models.FloatField) and isinstance(value, float | int) and not 0 <= value <= 1e12:
        raise Refused(f"expected a number that is not negative, found {value:g}", place=name)


def _fit(name: str, text: str, limit: int | None) -> None:
    if limit is not None and len(text) > limit:
        raise Refused(f"expected at most {limit:,} characters, found {len(text):,}", place=name)


def _save(item: AnyItem) -> None:
    item.owner = person_named(item.owner_name)
    item.save()


def _label(kind: str) -> str:
    return ItemKind(kind).label.lower()


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in fields.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Cycle):
        return value.key
    return value if isinstance(value, str | int | float | list | None) else str(value)


def _audit_edge(actor: str, done: str, lower: Joined, upper: Joined, kind: str, *, now: datetime) -> None:
    detail = {"from": str(name_of(lower)), "to": str(name_of(upper)), "kind": kind}
    _audit(actor, done, _label(kind_of(lower)), lower.pk, detail, now=now)


def _audit(actor: str, action: str, of: str, id: int, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type=of, object_id=id, detail=detail, now=now)
