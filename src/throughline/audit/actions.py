"""Writing the audit record: called by each action inside its own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.audit.chain import FIRST_HASH, chained_hash
from throughline.audit.models import Entry


def record(
    actor: str,
    action: str,
    *,
    now: datetime,
    object_type: str = "",
    object_id: object = "",
    detail: dict[str, Any] | None = None,
) -> Entry:
    """Append one entry, chained to the one before it."""
    # Reading the last seal and adding to it is one step, also where the caller opened no transaction.
    with transaction.atomic(savepoint=False):
        previous = Entry.objects.order_by("-id").values_list("hash", flat=True).first() or FIRST_HASH
        entry = Entry(
            at=now,
            actor=actor,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            detail=detail or {},
            previous_hash=previous,
        )
        entry.hash = chained_hash(entry)
        entry.save(force_insert=True)
    return entry
