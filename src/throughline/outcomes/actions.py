"""Writing what a person says of finished work. The audit says that work was graded, never how."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.outcomes.access import TOGETHER, Piece, own_of, people_waiting
from throughline.outcomes.models import LONGEST_NOTE, Outcome

LOWEST, HIGHEST = 1, 5
# What only whoever did the work can tell.
FELT = ("engagement", "growth")


def grade(
    person: User,
    piece: Piece,
    *,
    overall: int | None,
    impact: int | None = None,
    engagement: int | None = None,
    growth: int | None = None,
    note: str = "",
    now: datetime,
) -> Outcome:
    """Keep a person's grades of a piece of work, or change them as long as they do not count.

    Raises Refused with the field.
    """
    said = {"impact": impact, "engagement": engagement, "growth": growth, "overall": overall}
    _check(said, piece)
    words = " ".join(note.split())
    require_readable(words, place="note")
    if len(words) > LONGEST_NOTE:
        raise Refused(f"expected at most {LONGEST_NOTE} characters, found {len(words)}", place="note")
    with transaction.atomic():
        before = own_of(person, piece)
        if before is not None and before.counted_at is not None:
            message = "it counts already, together with what others said, and stands as it is"
            raise Refused(message, code="counted")
        new = {**said, "note": words, "at": now}
        made, _ = Outcome.objects.update_or_create(person=person, **piece.where, defaults=new)
        _told(person, "finished work graded", piece, now=now)
        _count(now)
        made.refresh_from_db()
    return made


def take_back(person: User, outcome: Outcome, *, now: datetime) -> None:
    """Take back what does not count yet. Saying it twice changes nothing."""
    with transaction.atomic():
        gone, _ = Outcome.objects.filter(pk=outcome.pk, person=person, counted_at=None).delete()
        if gone:
            work = outcome.initiative or outcome.key_result
            assert work is not None
            _told(person, "grade taken back", Piece(work, True), now=now)


def _check(said: dict[str, int | None], piece: Piece) -> None:
    if said["overall"] is None:
        raise Refused("say whether it was the right work", place="overall", code="missing")
    for name, value in said.items():
        if value is not None and not LOWEST <= value <= HIGHEST:
            raise Refused(f"expected a grade from {LOWEST} to {HIGHEST}, found {value}", place=name)
        if value is not None and name in FELT and not piece.is_own:
            message = "only those who did the work can tell: leave it out"
            raise Refused(message, place=name, code="not_own")


def _count(now: datetime) -> None:
    """Take into account what waits, once it is of so many people that it names none of them."""
    if people_waiting() >= TOGETHER:
        Outcome.objects.filter(counted_at=None).update(counted_at=now)


def _told(person: User, action: str, piece: Piece, *, now: datetime) -> None:
    audit.record(actor_name(person), action, object_type=piece.kind, object_id=piece.work.pk, now=now)
