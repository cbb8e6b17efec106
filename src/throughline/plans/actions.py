"""Applying a plan: all of it in one transaction, by the same actions that the pages use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.plans.differences import REMOVE, Change, differences
from throughline.plans.format.problems import Place, Problem, Problems, refuse_all
from throughline.plans.format.reading import Plan
from throughline.plans.order import arrange, rows
from throughline.plans.steps import Hand, finish, halves, make, remove, why_of
from throughline.plans.stored import stored_plan

MOST_NAMED = 200
# What is made before what names it, then what joins them, then the halves of other teams, then what goes.
_PHASES: tuple[Callable[[Hand, Change], None], ...] = (make, finish, halves, remove)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a plan is applied: the reason of changes that give none, and whether what is missing goes."""

    reason: str = ""
    text: str = ""
    prune: bool = False
    dry_run: bool = False
    # Whether a team that nobody knows yet is made; on the pages that is an administrator's.
    may_add_teams: bool = True


@dataclass(frozen=True, slots=True)
class Applied:
    """What was changed, or would be, and what a person should know besides."""

    changes: list[Change]
    notes: list[str]


def apply(plan: Plan, actor: str, *, wish: Wish, now: datetime) -> Applied:
    """Bring the plan to what the files say, or change nothing at all. Raises Problems."""
    with transaction.atomic():
        changes = differences(plan, prune=wish.prune)
        refuse_all(_without_reason(changes, wish))
        hand = Hand(
            actor=actor, reason=wish.reason, text=wish.text, may_add_teams=wish.may_add_teams, now=now
        )
        refuse_all(_done(changes, hand))
        if changes:
            for row in rows(plan):
                arrange(actor, row, now=now)
            detail = {"changes": len(changes), "items": [_said(each) for each in changes[:MOST_NAMED]]}
            audit.record(actor, "plan applied", object_type="plan", detail=detail, now=now)
        applied = Applied(changes, notes(plan, prune=wish.prune))
        if wish.dry_run:
            transaction.set_rollback(True)
    return applied


def notes(plan: Plan, *, prune: bool) -> list[str]:
    """What the files say and no apply does: the state of a cycle, and taking away what is in force."""
    states = dict(Cycle.objects.values_list("key", "state"))
    said = [
        f"cycle {block.key} is {states.get(block.key, 'draft')} here and {block['state']} in the file: "
        f"`throughline cycle show {block.key}` says what is still wanted"
        for block in plan["cycles"]
        if "state" in block.places and block["state"] != states.get(block.key, "draft")
    ]
    if not prune:
        return said
    written = {block.key for block, _ in plan.key_results()}
    cycles = {each.key for each in plan["cycles"]} | {each["cycle"] for each in plan["objectives"]}
    stays = [
        f"key_result:{each.key} is in force and in none of the files: it stays"
        for each in stored_plan().key_results.values()
        if each.sketch is None and each.dropped_at is None and each.key not in written
        if each.objective is not None and each.objective.cycle.key in cycles
    ]
    return [*said, *stays]


def _without_reason(changes: Iterable[Change], wish: Wish) -> Iterable[Problem]:
    for each in changes:
        if not each.needs_reason or each.block is None:
            continue
        reason, text = why_of(each.block, wish.reason, wish.text)
        if reason and text.strip():
            continue
        fields = ", ".join(field.name for field in each.fields)
        wanted, option = ("in your own words why", "--text") if reason else ("why", "--reason and --text")
        yield Problem(
            each.block.at("key"),
            f"key result '{each.key}' is in force, and its {fields} would change: say {wanted}, in the file "
            f"as change: {{reason: target moved, text: …}} or with {option}",
            "reason",
        )


def _done(changes: list[Change], hand: Hand) -> list[Problem]:
    """Do every change, and go on after a refusal, so that all of them are said at once."""
    problems: list[Problem] = []
    failed: set[int] = set()
    for phase in _PHASES:
        for index, change in enumerate(changes):
            if index in failed:
                continue
            try:
                with transaction.atomic():
                    phase(hand, change)
            except Problems:
                raise
            except Refused as refused:
                failed.add(index)
                problems.append(_placed(change, refused))
        if problems:
            # What comes next would only stumble over what is not there.
            break
    return problems


_FIELDS = {"owner_name": "owner", "people": "people"}


def _placed(change: Change, refused: Refused) -> Problem:
    name = _FIELDS.get(refused.place or "", refused.place or "")
    place = change.block.at(name) if change.block else Place("the plan", 1, 1)
    said = f"{name}: " if name else ""
    return Problem(place, f"{said}{refused.message} ({change.name})", refused.code)


def _said(change: Change) -> str:
    done = {"add": "added", "change": "changed", "restore": "restored", REMOVE: "removed"}
    return f"{change.name} {done[change.action]}"
