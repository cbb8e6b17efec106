"""Which ticket a record has, where a person asked for one here: an event, and no import takes it away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.engine.vulnerabilities import diff
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.models import Vulnerability

FIELD = "ticket_url"
ACTION = "ticket linked"


def link_ticket(actor: str, id: int, url: str, *, now: datetime) -> bool:
    """Write the address of its ticket on a record; whether that was news."""
    with transaction.atomic():
        # Locked, as imports lock what they change.
        record = Vulnerability.objects.select_for_update().get(pk=id)
        old = bulk.values_by_id([id])[id][0]
        changes = diff({FIELD: old.get(FIELD)}, {FIELD: url})
        if changes:
            bulk.insert_events([(id, Happening(now, ACTION, changes))], author=Author(actor, now))
        pinned = [*(each for each in record.pinned if each != FIELD), FIELD]
        Vulnerability.objects.filter(pk=id).update(ticket_url=url, pinned=pinned)
    return bool(changes)
