"""Writing on charts, taking that away and putting it back, each with its audit entry."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.annotations.models import Annotation
from throughline.annotations.subjects import subject_of
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused

LONGEST_TEXT = 300
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def annotate(
    person: User,
    *,
    text: str,
    start: date,
    end: date | None,
    subject: str,
    place: str = "",
    now: datetime,
) -> Annotation:
    """Write a day or a range on a chart, or, without a subject, on every one. Raises Refused.

    `place` is what the subject is called where it was written.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST_TEXT:
        raise Refused(f"say what happened in 1 to {LONGEST_TEXT} characters", place="text", code="text")
    if not all(FIRST_DAY <= each <= LAST_DAY for each in (start, end or start)):
        raise Refused(f"expected a day from {FIRST_DAY:%Y} to {LAST_DAY:%Y}", place="start", code="start")
    if end is not None and end < start:
        raise Refused("the last day is before the first", place="end", code="end")
    kept = subject_of(subject, place=place)
    actor = actor_name(person)
    with transaction.atomic():
        made = Annotation.objects.create(
            text=said,
            start=start,
            end=end if end != start else None,
            subject=kept,
            author=actor,
            by=person,
            at=now,
        )
        detail = {"text": said, "start": f"{start}", "end": f"{end or ''}", "subject": kept[:200]}
        _record(actor, "annotation written", made, now=now, detail=detail)
    return made


def remove(person: User, annotation: Annotation, *, now: datetime) -> None:
    """Take it away; a second time changes nothing."""
    actor = actor_name(person)
    with transaction.atomic():
        standing = Annotation.objects.filter(pk=annotation.pk, removed_at=None)
        if standing.update(removed_at=now, removed_by=actor):
            _record(actor, "annotation removed", annotation, now=now)


def restore(person: User, annotation: Annotation, *, now: datetime) -> None:
    """Put it back; a second time changes nothing."""
    with transaction.atomic():
        removed = Annotation.objects.filter(pk=annotation.pk, removed_at__isnull=False)
        if removed.update(removed_at=None, removed_by=""):
            _record(actor_name(person), "annotation put back", annotation, now=now)


def _record(
    actor: str, action: str, annotation: Annotation, *, now: datetime, detail: dict[str, str] | None = None
) -> None:
    audit.record(
        actor, action, object_type="annotation", object_id=annotation.pk, detail=dict(detail or {}), now=now
    )
