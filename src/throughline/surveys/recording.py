"""What is written down of each step, and how a text is kept."""

from __future__ import annotations

from datetime import datetime

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.surveys.models import Survey, Wave


def told(actor: str, action: str, survey: Survey, *, now: datetime, **detail: object) -> None:
    """Record a step inside its transaction; never one answer, since an entry tells the second."""
    audit.record(actor, action, object_type="survey", object_id=survey.pk, detail=detail, now=now)


def held(wave: Wave) -> Wave:
    """The wave as it is stored, its row locked: of two who answer at once one comes after the other."""
    return Wave.objects.select_for_update().select_related("survey__series").get(pk=wave.pk)


def said(text: str, *, place: str, most: int, missing: str = "") -> str:
    """A text as it is kept; `missing` is what to say where there is none. Raises Refused with the place."""
    found = text.strip()
    if missing and not found:
        raise Refused(missing, place=place, code="missing")
    if len(found) > most:
        raise Refused(f"expected at most {most:,} characters, found {len(found):,}", place=place)
    require_readable(found, place=place)
    return found
