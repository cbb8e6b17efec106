"""Writing what is told of a piece of work: the record, its audit entry, and a word to who looks on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.live.actions import announce
from throughline.narratives.library import narrative_of
from throughline.narratives.models import LONGEST, Story
from throughline.objectives.models import Initiative, KeyResult
from throughline.risk.amounts import LARGEST

TEXTS = tuple(LONGEST)
FIELDS = (*TEXTS, "revenue")
# The part of a cycle that is new.
PART = "stories"


def tell(actor: str, work: Initiative | KeyResult, *, now: datetime, **given: Any) -> Story | None:
    """Replace the given fields of a work's story; the story, or None where nothing is told any more.

    `given` may hold board, customer, engineer, narrative (a key of the library), fails, revenue (an amount
    in the organisation's currency, or None) and revenue_from. Raises Refused with the field.
    """
    of = {"initiative": work} if isinstance(work, Initiative) else {"key_result": work}
    with transaction.atomic():
        stored = Story.objects.select_for_update().filter(**of).first()
        old = said_of(stored)
        new = {**old, **_checked(given)}
        _check_revenue(new)
        if new == old:
            return stored
        changed = [name for name in FIELDS if new[name] != old[name]]
        detail = {"old": {name: old[name] for name in changed}, "new": {name: new[name] for name in changed}}
        if _is_empty(new):
            assert stored is not None
            stored.delete()
            made = None
        else:
            written = {**new, "author": actor, "at": now}
            made, _ = Story.objects.update_or_create(**of, defaults=written)
        done = "changed" if stored and made else "told" if made else "taken back"
        _tell_all(actor, f"story {done}", work, detail, now=now)
    return made


def said_of(story: Story | None) -> dict[str, Any]:
    """What a record says, field by field; what is not there says nothing."""
    if story is None:
        return {**dict.fromkeys(TEXTS, ""), "revenue": None}
    return {name: getattr(story, name) for name in FIELDS}


def _is_empty(said: Mapping[str, Any]) -> bool:
    return said["revenue"] is None and not any(said[name] for name in TEXTS)


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: _text(name, value) for name, value in given.items() if name in TEXTS}
    if fields.get("narrative"):
        narrative_of(fields["narrative"])
    if "revenue" in given:
        fields["revenue"] = _amount(given["revenue"])
    if unknown := [name for name in given if name not in FIELDS]:
        raise Refused(f"a story has no {unknown[0]}; it has {', '.join(FIELDS)}", place=unknown[0])
    return fields


def _text(name: str, value: object) -> str:
    """A sentence on one line; the signs of failing one a line."""
    text = "" if value is None else str(value)
    require_readable(text, place=name)
    lines = [" ".join(line.split()) for line in text.splitlines()] if name == "fails" else [*text.split()]
    text = ("\n" if name == "fails" else " ").join(line for line in lines if line)
    limit = LONGEST[name]
    if len(text) > limit:
        raise Refused(f"expected at most {limit:,} characters, found {len(text):,}", place=name)
    return text


def _amount(value: float | None) -> float | None:
    if value is None:
        return None
    if not math.isfinite(value) or not 0 < value <= LARGEST:
        raise Refused(f"expected an amount above 0, found {value:g}", place="revenue", code="bad_amount")
    return float(value)


def _check_revenue(said: Mapping[str, Any]) -> None:
    if said["revenue"] is not None and not said["revenue_from"]:
        raise Refused(
            "say which deals, contracts or customers that is, so that somebody can ask them",
            place="revenue_from",
            code="missing",
        )


def _tell_all(
    actor: str, action: str, work: Initiative | KeyResult, detail: dict[str, Any], *, now: datetime
) -> None:
    kind = "initiative" if isinstance(work, Initiative) else "key result"
    audit.record(actor, action, object_type=kind, object_id=work.pk, detail=detail, now=now)
    if (cycle := cycle_of(work)) is not None:
        announce(f"cycle:{cycle}", PART, now=now)


def cycle_of(work: Initiative | KeyResult) -> int | None:
    """The number of the cycle that the work belongs to, where it belongs to one."""
    if isinstance(work, Initiative):
        return work.cycle_id
    return work.objective.cycle_id if work.objective is not None else None
