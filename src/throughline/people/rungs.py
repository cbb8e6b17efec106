"""Ladders in use: brought in whole from a file, exported as one, retired without a goal losing its rung."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.people.access import rungs_in_use
from throughline.people.ladder import OURS, Ladder, Step, ladder_text, ours, read_ladder
from throughline.people.models import Rung, WorkKind

MOST_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of bringing a ladder in, in rungs."""

    ladder: str
    new: int
    changed: int
    same: int
    retired: int

    def __str__(self) -> str:
        return (
            f"{self.ladder}: {self.new} new, {self.changed} changed, {self.same} as they were, "
            f"{self.retired} retired"
        )


def bring(actor: str, content: bytes, *, file: str, now: datetime) -> Brought:
    """Bring a ladder in from a file, instead of what it held before: all of it, or nothing.

    Rungs that it has no more are retired; goals keep them. Raises Problems with each place, or Refused.
    """
    if len(content) > MOST_BYTES:
        message = f"expected at most {MOST_BYTES:,} bytes, found {len(content):,}: make two ladders of it"
        raise Refused(message, place=file, code="size")
    with transaction.atomic():
        kinds = list(WorkKind.objects.values_list("key", flat=True))
        taken = dict(Rung.objects.values_list("key", "source"))
        brought = _replace(read_ladder(content, file=file, kinds=kinds, taken=taken), now)
        if brought.new or brought.changed or brought.retired:
            _told(actor, "ladder brought in", brought.ladder, now=now, **asdict(brought))
    return brought


def bring_ours(actor: str, *, now: datetime) -> Brought:
    """Bring the ladder in that comes with the product: the first time it is there already."""
    kinds = list(WorkKind.objects.values_list("key", flat=True))
    return bring(actor, ladder_text(ours(kinds)).encode(), file=OURS, now=now)


def retire(actor: str, name: str, *, now: datetime) -> int:
    """Retire a ladder; goals keep its rungs, and a file of the same name brings it back. How many rungs."""
    with transaction.atomic():
        gone = rungs_in_use().filter(source=name).update(retired_at=now)
        if gone:
            _told(actor, "ladder retired", name, now=now, rungs=gone)
    return gone


def names() -> list[str]:
    """The ladders in use."""
    return list(rungs_in_use().order_by("source").values_list("source", flat=True).distinct())


def ladder_named(name: str) -> Ladder:
    """A ladder in use as a file has it. Raises Refused with those that there are."""
    known = names()
    if name not in known:
        there = f"expected one of {', '.join(known)}" if known else "there is none in use"
        raise Refused(f"there is no ladder '{name[:80]}' in use: {there}", place="ladder", code="unknown")
    return Ladder(name, tuple(map(_step, rungs_in_use().filter(source=name))))


def _replace(ladder: Ladder, now: datetime) -> Brought:
    before = {each.key: each for each in Rung.objects.filter(source=ladder.name)}
    counts = {"new": 0, "changed": 0, "same": 0}
    for position, step in enumerate(ladder.steps, 1):
        old = before.pop(step.key, None)
        said = {**asdict(step), "kinds": list(step.kinds), "position": position, "retired_at": None}
        if old is None:
            Rung.objects.create(source=ladder.name, **said)
            counts["new"] += 1
        elif any(getattr(old, name) != value for name, value in said.items()):
            Rung.objects.filter(pk=old.pk).update(**said)
            counts["changed"] += 1
        else:
            counts["same"] += 1
    left = [each.pk for each in before.values() if each.retired_at is None]
    Rung.objects.filter(pk__in=left).update(retired_at=now)
    return Brought(ladder.name, retired=len(left), **counts)


def _step(rung: Rung) -> Step:
    return Step(rung.key, rung.track, rung.level, rung.title, rung.text, tuple(rung.kinds))


def _told(actor: str, action: str, name: str, *, now: datetime, **detail: object) -> None:
    audit.record(actor, action, object_type="ladder", object_id=name, detail=detail, now=now)
