"""What other tools may hear of, and telling them in the transaction of what happened."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from throughline.engine.dates import iso
from throughline.messages import outbox
from throughline.messages.models import Message, Subscription
from throughline.site.plain import plain
from throughline.site.server import known_address

STATUS_CHANGED = "key_result.status_changed"
IDENTIFIED = "vulnerability.identified"
MITIGATED = "vulnerability.mitigated"
CYCLE_PUBLISHED = "cycle.published"
ROOM_REVEALED = "room.revealed"
IMPORT_FINISHED = "import.finished"
# What a subscription may ask for; `trial` is sent on request, to each.
EVENTS: Mapping[str, str] = {
    STATUS_CHANGED: "A key result stands differently, or is graded",
    CYCLE_PUBLISHED: "The plan of a cycle is proposed, set or closed",
    ROOM_REVEALED: "A forecast room shows its numbers",
    IMPORT_FINISHED: "A file was imported",
    IDENTIFIED: "Vulnerabilities of a team became known, counted",
    MITIGATED: "Vulnerabilities of a team were mitigated, counted",
}
OF_A_TEAM = (IDENTIFIED, MITIGATED)
TRIAL = "trial"


def happened(event: str, data: Callable[[str], Mapping[str, Any]], *, now: datetime) -> int:
    """Tell every subscription that asked for it; how many. Call it in the transaction of the action.

    `data` is handed the address of this site, and called only where somebody listens. It gives what a plain
    viewer of no team sees on the page.
    """
    listening = [each for each in Subscription.objects.filter(disabled_at=None) if event in each.events]
    if listening:
        document = data(origin())
        for each in listening:
            tell(each, event, document, now=now)
    return len(listening)


def tell(subscription: Subscription, event: str, data: Mapping[str, Any], *, now: datetime) -> None:
    """Put one event into the outbox of one subscription."""
    handle = outbox.new_handle()
    document = {"id": handle, "type": event, "timestamp": iso(now), "data": plain(data)}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    outbox.put(
        Message.Kind.EVENT,
        f"event:{uuid.uuid4().hex}",
        now=now,
        subscription=subscription,
        event=event,
        body=body,
        handle=handle,
    )


def origin() -> str:
    """The address of this site, without a slash at its end."""
    return known_address(settings.HOME)
