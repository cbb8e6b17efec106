"""The seal of the audit record: each entry carries a hash over itself and the one before it."""

from __future__ import annotations

import hashlib
import json

from throughline.audit.models import Entry

FIRST_HASH = "0" * 64


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
