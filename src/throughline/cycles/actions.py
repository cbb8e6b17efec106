"""Moving a cycle from state to state, and talking about it. Each step is audited in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.cycles.content import content_of, sealed
from throughline.cycles.gate import Gate, gate_of
from throughline.cycles.models import Comment, Snapshot
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.messages import events
from throughline.objectives.actions import Prepared, prepared, put_into_force
from throughline.objectives.models import Cycle, KeyResult, Version
from throughline.reports.actions import freeze, gathered
from throughline.site.numbers import whole_number

LONGEST_COMMENT = 5000
State = Cycle.State


class Blocked(Refused):
    """The gate is shut; `gate` says why."""

    def __init__(self, gate: Gate, *, doing: str) -> None:
        self.gate = gate
        first = gate.blocking(doing)[0]
        more = len(gate.blocking(doing)) - 1
        rest = f", and {more} more" if more else ""
        super().__init__(f"{first.of}: {first.finding.message}{rest}", code="gate")


def propose(actor: str, cycle: Cycle, *, now: datetime) -> Snapshot:
    """Publish the plan for comments. Proposing again publishes what changed since.

    Raises Blocked where the gate asks for something that keeps a plan from being understood.
    """
    _require_state(cycle, State.DRAFT, State.PROPOSED, doing="proposed")
    gate = gate_of(cycle, now=now)
    if gate.blocking("proposing"):
        raise Blocked(gate, doing="proposing")
    content = content_of(cycle, now=now, sentences=gate.sentences)
    with transaction.atomic():
        # Asked of what is stored: two people who propose at once publish it once.
        stored = Cycle.objects.select_for_update().get(pk=cycle.pk)
        last = stored.snapshots.order_by("id").last()
        if stored.state == State.PROPOSED and last is not None and last.sha256 == sealed(content):
            raise Refused("nothing changed since it was proposed", code="no_change")
        _move(cycle, (State.DRAFT, State.PROPOSED), State.PROPOSED, {"proposed_at": now})
        taken = _snapshot(actor, cycle, content, now=now)
        _audit(actor, "cycle proposed", cycle, {"sha256": taken.sha256}, now=now)
    return taken


def discard(actor: str, cycle: Cycle, *, now: datetime) -> None:
    """Take away a draft that was never proposed and holds nothing. Raises Refused.

    The audit record keeps its name and days; a plan that was written is work, and is not thrown away at once.
    """
    with transaction.atomic():
        stored = Cycle.objects.select_for_update().get(pk=cycle.pk)
        if stored.state != State.DRAFT or stored.snapshots.exists():
            raise Refused(f"{stored.title} was published: it stays, so that people find it", code="published")
        counts = ((stored.objectives.count(), "objective"), (stored.initiatives.count(), "initiative"))
        held = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
        if held:
            message = (
                f"{stored.title} holds {' and '.join(held)}, archived ones counted: only an empty draft goes"
            )
            raise Refused(message, code="not_empty")
        detail = {
            "key": stored.key,
            "title": stored.title,
            "start": f"{stored.start}",
            "end": f"{stored.end}",
        }
        _audit(actor, "cycle discarded", stored, detail, now=now)
        stored.delete()


def set_cycle(actor: str, cycle: Cycle, *, now: datetime) -> Snapshot:
    """Put every key result into force and freeze the plan: all of them, or none.

    Raises Blocked with the gate, and Refused where somebody changed the plan meanwhile.
    """
    _require_state(cycle, State.PROPOSED, doing="set")
    gate = gate_of(cycle, now=now)
    if gate.blocking("setting"):
        raise Blocked(gate, doing="setting")
    ready = _prepared(cycle, actor, now=now)
    with transaction.atomic():
        _move(cycle, (State.PROPOSED,), State.SET, {"set_at": now})
        if {each.key_result.pk for each in ready} != set(_sketches(cycle).values_list("pk", flat=True)):
            raise Refused("somebody changed the plan just now: read it again, then set it", code="changed")
        for each in ready:
            put_into_force(each, actor, now=now)
        taken = _snapshot(actor, cycle, content_of(cycle, now=now), now=now)
        detail = {"sha256": taken.sha256, "key_results": len(ready)}
        _audit(actor, "cycle set", cycle, detail, now=now)
    return taken


def reopen(actor: str, cycle: Cycle, *, reason: str, now: datetime) -> None:
    """Take a proposed cycle back to draft; what was proposed stays published. Raises Refused."""
    _require_state(cycle, State.PROPOSED, doing="reopened")
    if not reason.strip():
        raise Refused("say why it is taken back, in one line", place="reason")
    if len(reason) > 500:
        raise Refused("expected at most 500 characters", place="reason")
    with transaction.atomic():
        _move(cycle, (State.PROPOSED,), State.DRAFT, {"proposed_at": None})
        _audit(actor, "cycle reopened", cycle, {"reason": reason.strip()}, now=now)


def close_cycle(actor: str, cycle: Cycle, *, now: datetime) -> Snapshot:
    """End a cycle whose key results are all graded, dropped or past their day, and freeze its report.

    Raises Refused.
    """
    _require_state(cycle, State.SET, doing="closed")
    if running := _running(cycle, now=now):
        named = f"{running} key result{'' if running == 1 else 's'}"
        raise Refused(f"{named} of {cycle.title} still run: it closes when they are over", code="running")
    content, report = content_of(cycle, now=now), gathered(cycle, now=now)
    with transaction.atomic():
        _move(cycle, (State.SET,), State.CLOSED, {"closed_at": now})
        taken = _snapshot(actor, cycle, content, now=now)
        _audit(actor, "cycle closed", cycle, {"sha256": taken.sha256}, now=now)
        freeze(actor, cycle, report, now=now)
    return taken


def comment(person: User, cycle: Cycle, *, of: str, text: str, now: datetime) -> Comment:
    """Say something about a cycle or, with `of`, about a part of it such as `key_result:12`."""
    if not text.strip():
        raise Refused("write what you think first", place="text")
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"expected at most {LONGEST_COMMENT:,} characters", place="text")
    require_readable(text, place="text")
    if of and not _is_part(cycle, of):
        raise Refused(f"there is no {of} in {cycle.title}", place="of")
    with transaction.atomic():
        made = Comment.objects.create(
            cycle=cycle, of=of, author=person, author_name=person.name, text=text.strip(), at=now
        )
        detail = {"of": of, "comment": made.pk}
        _audit(actor_name(person), "comment made", cycle, detail, now=now)
    return made


def resolve(person: User, found: Comment, *, now: datetime) -> None:
    """Say that a comment is dealt with; saying it twice changes nothing."""
    with transaction.atomic():
        done = Comment.objects.filter(pk=found.pk, resolved_at=None).update(
            resolved_at=now, resolved_by=person.name
        )
        if done:
            detail = {"of": found.of, "comment": found.pk}
            _audit(actor_name(person), "comment resolved", found.cycle, detail, now=now)


def _prepared(cycle: Cycle, actor: str, *, now: datetime) -> list[Prepared]:
    """Every sketch worked out before anything is locked."""
    return [prepared(each, actor, now=now) for each in _sketches(cycle)]


def _sketches(cycle: Cycle) -> Any:
    return KeyResult.objects.filter(
        objective__cycle=cycle, objective__archived_at=None, sketch__isnull=False, dropped_at=None
    ).select_related("objective__cycle")


def _running(cycle: Cycle, *, now: datetime) -> int:
    found = KeyResult.objects.filter(objective__cycle=cycle, closed_at=None, dropped_at=None)
    versions = Version.objects.filter(key_result__in=found).order_by("number")
    due = {version.key_result_id: version.due for version in versions}
    return sum(at > now for at in due.values())


def _is_part(cycle: Cycle, of: str) -> bool:
    if of == "report":
        return True
    kind, _, text = of.partition(":")
    number = whole_number(text)
    if number is None:
        return False
    if kind == "objective":
        return cycle.objectives.filter(pk=number).exists()
    return kind == "key_result" and KeyResult.objects.filter(pk=number, objective__cycle=cycle).exists()


def _require_state(cycle: Cycle, *allowed: str, doing: str) -> None:
    if cycle.state not in allowed:
        raise Refused(f"{cycle.title} is {cycle.state}: it cannot be {doing} now", code="state")


def _move(cycle: Cycle, before: tuple[str, ...], after: str, at: Mapping[str, datetime | None]) -> None:
    """The new state, unless somebody else moved it meanwhile."""
    if not Cycle.objects.filter(pk=cycle.pk, state__in=before).update(state=after, **at):
        raise Refused("somebody moved this cycle on just now: read it again", code="state")
    cycle.refresh_from_db()


def _snapshot(actor: str, cycle: Cycle, content: dict[str, Any], *, now: datetime) -> Snapshot:
    events.happened(events.CYCLE_PUBLISHED, lambda origin: _published(cycle, origin), now=now)
    return Snapshot.objects.create(
        cycle=cycle, state=cycle.state, at=now, author=actor, content=content, sha256=sealed(content)
    )


def _published(cycle: Cycle, origin: str) -> dict[str, Any]:
    """What other tools hear of it."""
    about = {"key": cycle.key, "title": cycle.title, "state": cycle.state}
    days = {"start": cycle.start, "end": cycle.end}
    return {"cycle": about | days | {"address": f"{origin}/cycles/{cycle.key}/published/"}}


def _audit(actor: str, action: str, cycle: Cycle, detail: dict[str, Any], *, now: datetime) -> None:
    detail = {"key": cycle.key, **detail}
    audit.record(actor, action, object_type="cycle", object_id=cycle.pk, detail=detail, now=now)
