"""Reading the audit record."""

from __future__ import annotations

from throughline.audit.actions import FIRST_HASH, chained_hash
from throughline.audit.models import Entry


def first_broken_entry() -> int | None:
    """The id of the first entry whose hash does not follow from its content and its predecessor."""
    previous = FIRST_HASH
    for entry in Entry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous_hash != previous or entry.hash != chained_hash(entry):
            return int(entry.pk)
        previous = entry.hash
    return None
