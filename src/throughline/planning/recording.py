"""Texts as they are kept, and the audit entry of each step."""

from __future__ import annotations

from datetime import datetime

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle


def fit(text: str, *, place: str, most: int, missing: str = "") -> str:
    """A text as it is kept; `missing` says what to do where there is none. Raises Refused with the place."""
    said = text.replace("\r\n", "\n").strip()
    if missing and not said:
        raise Refused(missing, place=place, code="missing")
    require_readable(said, place=place)
    if len(said) > most:
        raise Refused(f"expected at most {most:,} characters, found {len(said):,}", place=place)
    return said


def told(actor: str, action: str, cycle: Cycle, *, now: datetime, **detail: object) -> None:
    """Record a step inside its transaction."""
    detail = {"key": cycle.key, **detail}
    audit.record(actor, action, object_type="cycle", object_id=cycle.pk, detail=detail, now=now)
