"""What is to be said now: by the clock of each reader, and since something changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from throughline.accounts.access import at_least
from throughline.accounts.models import Role
from throughline.forecasts.models import Round
from throughline.forecasts.queries import waiting_for
from throughline.messages import clocks, outbox
from throughline.messages.changes import tell_changes
from throughline.messages.models import Channel, Hours, Message, Preference
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import Stand, stands
from throughline.reviews.queries import asked_of

Kind = Message.Kind
# As long as an ended message is kept: what was asked before that may be asked again.
REMEMBERED = timedelta(days=60)
WEEK = timedelta(days=7)


def plan(now: datetime) -> None:
    """Put into the outbox whatever has become due; asking again puts nothing in twice."""
    people = Preference.objects.filter(person__is_active=True).select_related("person").order_by("pk")
    wishes = [each for each in people if at_least(each.person, Role.VIEWER)]
    channels = list(Channel.objects.select_related("team"))
    _weeks(wishes, channels, now=now)
    _rooms([each for each in wishes if each.room], now=now)
    _reminders([each for each in wishes if each.reminder], now=now)
    tell_changes([each for each in wishes if each.off_track], [c for c in channels if c.off_track], now=now)


def planned(now: datetime) -> list[Message]:
    """What would be sent now: worked out in a transaction that is undone."""
    with transaction.atomic():
        plan(now)
        found = list(outbox.due(now))
        transaction.set_rollback(True)
    return found


def _weeks(wishes: Iterable[Preference], channels: Iterable[Channel], *, now: datetime) -> None:
    for each in wishes:
        if each.digest and (day := _week_due(each, now)):
            outbox.put(Kind.DIGEST, f"digest:person:{each.person_id}:{day}", person=each.person, now=now)
    for channel in channels:
        if channel.digest and (day := _week_due(channel, now)):
            outbox.put(Kind.DIGEST, f"digest:channel:{channel.pk}:{day}", channel=channel, now=now)


def _week_due(hours: Hours, now: datetime) -> str:
    """The day, there, of the week's telling that is due; empty where none is, or it is too late for it."""
    at = clocks.last_weekly(now, weekday=hours.weekday, hour=hours.hour, zone=hours.zone)
    return clocks.day_there(at, hours.zone) if hours.since < at and now - at < clocks.LATE else ""


def _rooms(wishes: Iterable[Preference], *, now: datetime) -> None:
    for each in wishes:
        waits, _ = waiting_for(each.person, now=now)
        rounds = Round.objects.filter(room__in=waits, revealed_at=None, opened_at__gt=each.since)
        for id, room in rounds.values_list("pk", "room_id"):
            subject = f"room:person:{each.person_id}:round:{id}"
            outbox.put(Kind.ROOM, subject, person=each.person, about={"room": room}, now=now)


def _reminders(wishes: list[Preference], *, now: datetime) -> None:
    """Once a day at most, and of one check-in once a week, until it is made."""
    due = [each for each in wishes if _reminder_due(each, now)]
    found = stands(KeyResult.objects.filter(closed_at=None), now=now) if due else []
    for each in due:
        asked = _asked(each, found, now=now)
        if new := asked - _told(each, now=now):
            day = clocks.day_there(now, each.zone)
            outbox.put(
                Kind.REMINDER,
                f"reminder:person:{each.person_id}:{day}",
                person=each.person,
                about={"asked": sorted(new)},
                now=now,
            )


def _reminder_due(wish: Preference, now: datetime) -> bool:
    at = clocks.last_daily(now, hour=wish.hour, zone=wish.zone)
    is_late = now - at >= clocks.LATE / 2
    return at_least(wish.person, Role.MEMBER) and wish.since < at and not is_late


def _asked(wish: Preference, found: list[Stand], *, now: datetime) -> set[str]:
    """Each check-in that is due, by key result, day, and how many weeks it has waited."""
    return {
        f"{each.stand.key_result.pk}:{each.due:%Y-%m-%d}:{(now - each.due) // WEEK}"
        for each in asked_of(wish.person, found, now=now)
        if each.is_due(now)
    }


def _told(wish: Preference, *, now: datetime) -> set[str]:
    earlier = Message.objects.filter(person=wish.person, kind=Kind.REMINDER, created_at__gt=now - REMEMBERED)
    return {one for about in earlier.values_list("about", flat=True) for one in about.get("asked", ())}
