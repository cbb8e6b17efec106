"""Letting the one who leads a room see one's own score in it: hers to give, and to take back at any time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.forecasts.models import Panelist, Room
from throughline.forecasts.track_records import Told, told_by


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody who agreed, with what she said in this room that counts; by name, never by score."""

    name: str
    told: tuple[Told, ...]


def led_by(user: User | AnonymousUser, id: int) -> Room:
    """The room, if the person is its facilitator herself; else the 404 that managers get as well."""
    found = Room.objects.filter(pk=id, facilitator=signed_in(user)).select_related("scenario").first()
    if found is None:
        raise Http404
    return found


def seat_for(user: User | AnonymousUser, id: int) -> Panelist:
    """The person's own seat in a room, or the 404 that everybody else gets."""
    found = Panelist.objects.filter(room_id=id, person=signed_in(user)).select_related("room").first()
    if found is None:
        raise Http404
    return found


def seat_in(room: Room, person: User) -> Panelist | None:
    """The person's own seat in a room, where she has one."""
    return room.panelists.filter(person=person).first()


def seats_of(person: User) -> list[Panelist]:
    """The person's own seats in rooms that somebody else leads, the newest first."""
    found = Panelist.objects.filter(person=person, room__cancelled_at=None).exclude(room__facilitator=person)
    return list(found.select_related("room__facilitator").order_by("-joined_at", "-id"))


def share(person: User, seat: Panelist, *, shares: bool, now: datetime) -> None:
    """Let the facilitator see the person's score of this room, or no longer."""
    with transaction.atomic():
        if (
            not Panelist.objects.filter(pk=seat.pk, person=person)
            .exclude(shares_score=shares)
            .update(shares_score=shares)
        ):
            return
        action = "own score shared with the facilitator" if shares else "own score no longer shared"
        audit.record(actor_name(person), action, object_type="room", object_id=seat.room_id, now=now)


def shared_in(room: Room) -> list[Shared]:
    """Those who agreed, by name; whoever did not is not even read."""
    seats = room.panelists.filter(shares_score=True).select_related("person")
    names = {each.person_id: each.person.name for each in seats}
    told: dict[int, list[Told]] = defaultdict(list)
    for each in told_by(names, room=room):
        told[each.person_id].append(each)
    return [
        Shared(name, tuple(told[person]))
        for person, name in sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))
    ]
