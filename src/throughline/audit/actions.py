"""Writing the audit record: called by each action inside its own transaction."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from throughline.audit.models import Entry

FIRST_HASH = "0" * 64


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


def chained_hash(entry: Entry) -> str:
    """SHA-256 over the previous hash and everything this entry says."""
    said = [
        entry.previous_hash,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
