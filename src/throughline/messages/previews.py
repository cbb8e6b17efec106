"""How a message would read today, before there is one."""

from __future__ import annotations

from datetime import datetime

from throughline.accounts.models import User
from throughline.forecasts.queries import waiting_for
from throughline.messages.letters import Letter
from throughline.messages.models import Message
from throughline.messages.outbox import NotNeeded
from throughline.messages.writing import letter_to
from throughline.objectives.access import visible
from throughline.objectives.queries import stands

Kind = Message.Kind


def preview(person: User, kind: str, *, now: datetime) -> Letter:
    """What a message of a kind would say to the person now. Raises NotNeeded where there would be none."""
    message = Message(kind=kind, person=person)
    if kind == Kind.ROOM:
        message.about = {"room": _room(person, now=now)}
    elif kind == Kind.OFF_TRACK:
        message.about = {"key_result": _off_track(person, now=now)}
    return letter_to(person, message, now=now)


def _room(person: User, *, now: datetime) -> int:
    waits, _ = waiting_for(person, now=now)
    if not waits:
        raise NotNeeded("No room waits for your number today.")
    return waits[0].pk


def _off_track(person: User, *, now: datetime) -> int:
    found = stands(visible(person).filter(closed_at=None, dropped_at=None), now=now)
    bad = [each.key_result.pk for each in found if each.status.word == "off_track"]
    if not bad:
        raise NotNeeded("No key result is off track today.")
    return bad[0]
