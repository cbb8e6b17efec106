"""How ways to pool are called, and what a room scored: the panel for everybody, one's own for oneself."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.accounts.models import User
from throughline.forecasts.models import Room
from throughline.forecasts.score_sentences import NAMES
from throughline.forecasts.scores import asked
from throughline.forecasts.sharing import seat_in
from throughline.forecasts.track_records import told_by

register = template.Library()


@register.filter
def method(name: str) -> str:
    """The name of a way to pool, as people read it."""
    return NAMES.get(name, name)


@register.inclusion_tag("forecasts/room_scores.html", takes_context=True)
def scores_of(context: dict[str, Any], room: Room, person: User) -> dict[str, Any]:
    """What the panel scored round by round, and beside it what this person did; nobody else is read."""
    seat = seat_in(room, person)
    own = {each.round: each for each in told_by([person], room=room)} if seat else {}
    return {
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
        "room": room,
        "seat": seat,
        "leads": room.facilitator_id == person.pk,
        "rounds": [(each, own.get(each.round)) for each in asked(room)],
    }
