"""The single steps of applying a plan; each is one of the actions that the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from throughline.accounts.actions import add_team
from throughline.accounts.models import Team
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items, sketches
from throughline.objectives.actions import add_key_result, change_key_result
from throughline.objectives.models import (
    Counterpart,
    Cycle,
    Effect,
    Initiative,
    ItemKind,
    KeyResult,
    Objective,
)
from throughline.objectives.versions import MEASURE_FIELDS
from throughline.plans.differences import ADD, ORDER, REMOVE, RESTORE, Change
from throughline.plans.format.reading import Block
from throughline.plans.format.things import EDGES, TERMS
from throughline.series import actions as series
from throughline.series.queries import series_named

_LATER = (*EDGES, "effects", "people")
_DAYS = ("start", "due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who applies, when, and with which reason."""

    actor: str
    reason: str
    text: str
    may_add_teams: bool
    now: datetime


def make(hand: Hand, change: Change) -> None:
    """The item itself, with the fields that are its own."""
    if change.action == REMOVE or change.kind in ("counterpart", ORDER):
        return
    match change.kind:
        case "series":
            _series(hand, change)
        case "cycle":
            _cycle(hand, change)
        case ItemKind.KEY_RESULT:
            _key_result(hand, change)
        case _:
            _item(hand, change)


def finish(hand: Hand, change: Change) -> None:
    """What joins items: edges, people, expected effects."""
    if change.action == REMOVE or change.kind in ("counterpart", ORDER):
        return
    new = change.new
    if any(name in new for name in EDGES):
        _edges(hand, change)
    if change.kind == ItemKind.INITIATIVE:
        work = items.find(change.kind, change.key)
        if "people" in new:
            efforts.assign(hand.actor, work, new["people"], now=hand.now)
        if "effects" in new:
            _effects(hand, work, new["effects"])


def halves(hand: Hand, change: Change) -> None:
    """Ask another team, ask it anew, or ask it no longer."""
    if change.kind != "counterpart":
        return
    item = items.find(*change.of)
    stored = Counterpart.objects.filter(
        of_kind=change.of[0], of_id=item.pk, team__name__iexact=change.team, title=change.key
    ).first()
    if change.action == REMOVE:
        if stored is not None:
            efforts.withdraw(hand.actor, stored, now=hand.now)
        return
    assert change.block is not None
    asked = {name: change.block[name] for name in ("outcome", "owner", "description", "required")}
    asked["due"] = date.fromisoformat(change.block["due"])
    if stored is not None:
        efforts.ask_anew(hand.actor, stored, now=hand.now, **asked)
    else:
        team = _team(hand, change.team)
        efforts.ask(hand.actor, item, team=team, title=change.key, now=hand.now, **asked)


def remove(hand: Hand, change: Change) -> None:
    """Archive an item, or discard a sketch."""
    if change.action != REMOVE or change.kind == "counterpart":
        return
    found = items.find(change.kind, change.key)
    if change.kind == ItemKind.KEY_RESULT:
        sketches.discard(hand.actor, found, now=hand.now)
    else:
        items.archive(hand.actor, found, now=hand.now)


def _series(hand: Hand, change: Change) -> None:
    if change.action == ADD:
        series.define(hand.actor, change.key, now=hand.now, **change.new)
        return
    stored = series_named(change.key)
    assert stored is not None
    series.redefine(hand.actor, stored, now=hand.now, **change.new)


def _cycle(hand: Hand, change: Change) -> None:
    assert change.block is not None
    values = change.block.values
    said: dict[str, Any] = {
        "title": values["title"],
        **{name: date.fromisoformat(values[name]) for name in ("start", "end")},
    }
    if change.action == ADD:
        items.add_cycle(hand.actor, key=change.key, now=hand.now, **said)
    else:
        items.change_cycle(hand.actor, Cycle.objects.get(key=change.key), now=hand.now, **said)


def _item(hand: Hand, change: Change) -> None:
    given = _given(change)
    if change.action == ADD:
        if change.kind == ItemKind.OBJECTIVE:
            _require_open(given["cycle"])
        items.add_item(hand.actor, change.kind, key=change.key, now=hand.now, **given)
        return
    item = items.find(change.kind, change.key)
    if isinstance(item, Objective) and "cycle" in given:
        _require_planned(item.cycle)
        _require_planned(given["cycle"])
    if change.action == RESTORE:
        items.restore(hand.actor, item, now=hand.now)
    if given:
        items.change_item(hand.actor, item, now=hand.now, **given)


def _given(change: Change) -> dict[str, Any]:
    """The fields as the actions take them."""
    new = {name: value for name, value in change.new.items() if name not in _LATER}
    if "owner" in new:
        new["owner_name"] = new.pop("owner")
    if "cycle" in new:
        new["cycle"] = _cycle_named(new["cycle"]) if new["cycle"] else None
    for name in _DAYS:
        if name in new:
            new[name] = date.fromisoformat(new[name]) if new[name] else None
    return new


def _cycle_named(key: str) -> Cycle:
    found = Cycle.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no cycle '{key}'", place="cycle", code="unknown")
    return found


def _require_open(cycle: Cycle) -> None:
    if cycle.state == Cycle.State.CLOSED:
        raise Refused(f"{cycle.title} is closed: nothing is added to it", place="cycle", code="closed")


def _require_planned(cycle: Cycle) -> None:
    if not cycle.is_planned:
        raise Refused(
            f"{cycle.title} is {cycle.state}: an objective stays in its cycle",
            place="cycle",
            code="not_planned",
        )


def _key_result(hand: Hand, change: Change) -> None:
    assert change.terms is not None
    given = {name: change.terms[name] for name in TERMS}
    objective = Objective.objects.filter(key=change.terms["objective"]).select_related("cycle").first()
    if objective is None and change.terms["objective"]:
        # It was refused itself, with its reason.
        return
    if change.action == ADD:
        _add(hand, change.key, objective, given)
        return
    stored = items.find(change.kind, change.key)
    if stored.sketch is None:
        if change.needs_reason:
            _new_version(hand, change, stored)
        return
    if objective is not None and stored.objective_id != objective.pk:
        sketches.move_sketch(hand.actor, stored, objective, now=hand.now)
    sketches.change_sketch(hand.actor, stored, now=hand.now, **given)


def _add(hand: Hand, key: str, objective: Objective | None, given: Mapping[str, Any]) -> None:
    if objective is not None and objective.cycle.is_planned:
        sketches.add_sketch(hand.actor, objective, key=key, now=hand.now, **given)
        return
    if objective is not None:
        _require_open(objective.cycle)
    serves = {"objective": objective.key if objective else ""}
    add_key_result(hand.actor, key=key, now=hand.now, **given, **serves)


def _new_version(hand: Hand, change: Change, stored: KeyResult) -> None:
    assert change.terms is not None
    assert change.block is not None
    given = {name: value for name, value in change.new.items() if name not in EDGES}
    # A number in the file is given for the measure in the file, also where it is the number of before.
    if any(name in given for name in MEASURE_FIELDS):
        given["baseline"] = change.terms["baseline"]
    reason, text = why_of(change.block, hand.reason, hand.text)
    change_key_result(stored, hand.actor, reason=reason, text=text, now=hand.now, **given)


def why_of(block: Block, reason: str, text: str) -> tuple[str, str]:
    """The class of the reason and its words: the file's own, where it gives them."""
    why = block["change"]
    return (why["reason"], why["text"] or text) if why else (reason, text)


def _edges(hand: Hand, change: Change) -> None:
    assert change.block is not None
    lower = items.find(change.kind, change.key)
    wanted = {upper: kind for kind in EDGES for upper in change.block.values.get(kind) or []}
    stood = {upper for field in change.fields if field.name in EDGES for upper in field.old or []}
    for upper in sorted(stood - set(wanted)):
        items.part(hand.actor, lower, items.find(*upper.split(":", 1)), now=hand.now)
    for upper, kind in wanted.items():
        items.join(hand.actor, lower, items.find(*upper.split(":", 1)), kind, now=hand.now)


def _effects(hand: Hand, work: Initiative, wanted: list[dict[str, Any]]) -> None:
    named = {each["key_result"]: each for each in wanted}
    for effect in Effect.objects.filter(initiative=work).select_related("key_result"):
        if effect.key_result.key not in named:
            efforts.expect_nothing(hand.actor, work, effect.key_result, now=hand.now)
    for key, each in named.items():
        stated = {name: each[name] for name in ("low", "high", "confidence")}
        key_result = items.find(ItemKind.KEY_RESULT, key)
        efforts.expect(hand.actor, work, key_result, now=hand.now, **stated)


def _team(hand: Hand, name: str) -> Team:
    found = Team.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    if not hand.may_add_teams:
        raise Refused(f"there is no team '{name}': an administrator adds it", place="team", code="unknown")
    return add_team(hand.actor, name, now=hand.now)
