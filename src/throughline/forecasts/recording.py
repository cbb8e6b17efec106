"""What is written down of each step: an audit entry, and a word to the browsers that follow the room."""

from __future__ import annotations

from datetime import datetime

from throughline.audit import actions as audit
from throughline.forecasts.models import Room
from throughline.live.actions import announce


def told(actor: str, action: str, room: Room, *, what: str, now: datetime, **detail: object) -> None:
    """Record a step inside its transaction and announce which part of the room is new, never what it is now.

    No detail holds what somebody answered: whoever reads the audit sits in no room.
    """
    audit.record(actor, action, object_type="room", object_id=room.pk, detail=detail, now=now)
    announce(f"room:{room.pk}", what, now=now)
