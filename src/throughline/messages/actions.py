"""Choosing what one hears, and sending what somebody asks for now. Each is audited in its own transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.messages import clocks, mail, outbox
from throughline.messages.models import Channel, Message, Preference, Service, Weekday
from throughline.messages.stopping import KINDS
from throughline.outbound import secrets
from throughline.outbound.client import require_kept
from throughline.outbound.models import Secret

Kind = Message.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person chooses; `address` is a new one of a chat, empty where the known one stays."""

    kinds: frozenset[str]
    service: str = Service.EMAIL
    address: str = ""
    weekday: int = Weekday.MONDAY
    hour: int = 8
    zone: str = "UTC"


def choose(person: User, wish: Wish, *, now: datetime) -> Preference:
    """Keep what the person wants to hear. Raises Refused with the field."""
    _require_time(wish.weekday, wish.hour, wish.zone)
    if wish.service not in Service.values:
        raise Refused("Choose one of the ways.", place="service")
    with transaction.atomic():
        found = Preference.objects.filter(person=person).select_related("address").first()
        found = found or Preference(person=person, since=now)
        before = _described(found) if found.pk else {}
        before_time = (found.weekday, found.hour, found.zone)
        is_more = any(kind in wish.kinds and not getattr(found, kind) for kind in KINDS)
        for kind in KINDS:
            setattr(found, kind, kind in wish.kinds)
        found.weekday, found.hour, found.zone = wish.weekday, wish.hour, wish.zone
        if is_more or before_time != (wish.weekday, wish.hour, wish.zone):
            found.since = now
        old = _addressed(found, wish, now=now)
        found.save()
        if old is not None:
            old.delete()
        if before != (after := _described(found)) or wish.address:
            detail = {"before": before, "after": after}
            audit.record(
                actor_name(person),
                "messages chosen",
                object_type="person",
                object_id=person.pk,
                detail=detail,
                now=now,
            )
    return found


def _addressed(found: Preference, wish: Wish, *, now: datetime) -> Secret | None:
    """Set how it is carried; the sealed address that is of no use any more, to be removed after."""
    old = found.address
    if wish.service == Service.EMAIL:
        found.service, found.address = Service.EMAIL, None
        return old
    if wish.address:
        check_address(wish.address)
        found.address = secrets.keep("chat of a person", wish.address.strip(), now=now)
    elif found.address is None or found.service != wish.service:
        label = Service(wish.service).label
        raise Refused(f"Paste the address of an incoming webhook of {label}.", place="address")
    found.service = wish.service
    return old if old != found.address else None


def check_address(address: str) -> str:
    """The host of an address that may be sent to. Raises Refused beside the field."""
    try:
        return require_kept(address).host
    except Refused as refused:
        raise Refused(refused.message, place="address") from None


def _require_time(weekday: int, hour: int, zone: str) -> None:
    if weekday not in Weekday.values:
        raise Refused("Choose a day of the week.", place="weekday")
    if hour not in range(24):
        raise Refused("Choose an hour from 0 to 23.", place="hour")
    if zone not in clocks.zones():
        raise Refused("Choose a time zone of the list.", place="zone")


require_time = _require_time


def _described(found: Preference) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if getattr(found, kind)]
    at = f"{Weekday(found.weekday).label} {found.hour:02}:00 {found.zone}"
    return {"kinds": kinds, "service": str(found.service), "at": at}


def stop(wish: Preference, kind: str, *, now: datetime) -> None:
    """End one kind of message, as its own link asks; saying it twice changes nothing."""
    with transaction.atomic():
        if Preference.objects.filter(pk=wish.pk, **{kind: True}).update(**{kind: False}):
            audit.record(
                actor_name(wish.person),
                "messages stopped by link",
                object_type="person",
                object_id=wish.person_id,
                detail={"kind": kind},
                now=now,
            )


def send_week_now(person: User, *, now: datetime) -> None:
    """The week, sent at once to the person who asks for it, by the way that she chose. Raises Refused."""
    wish = Preference.objects.filter(person=person).first()
    by_mail = wish is None or wish.service == Service.EMAIL
    if by_mail and not mail.is_configured():
        raise Refused("No mail server is set here, so nothing can be sent to you by e-mail.", code="no_mail")
    # One a minute: whoever presses twice gets one.
    subject = f"digest:now:{person.pk}:{now:%Y-%m-%dT%H:%M}"
    outbox.put(Kind.DIGEST, subject, person=person, about={"on_request": True}, now=now)


def send_trial(actor: User, *, now: datetime, channel: Channel | None = None) -> None:
    """A trial to the administrator's own address, or to a channel. Raises Refused."""
    if channel is None and not mail.is_configured():
        raise Refused("No mail server is set: name one in THROUGHLINE_SMTP_HOST.", code="no_mail")
    subject, person = f"trial:{uuid.uuid4().hex}", actor if channel is None else None
    with transaction.atomic():
        outbox.put(Kind.TRIAL, subject, person=person, channel=channel, now=now)
        kind, id = ("channel", channel.pk) if channel else ("person", actor.pk)
        audit.record(actor_name(actor), "trial asked", object_type=kind, object_id=id, now=now)


def invite(actor: User, person: User, *, now: datetime) -> None:
    """Send a person a way in by e-mail; the link is made as it is sent, and kept nowhere. Raises Refused."""
    if not mail.is_configured():
        raise Refused("No mail server is set: hand the link over yourself.", code="no_mail")
    with transaction.atomic():
        about = {"actor": actor_name(actor)}
        subject = f"invitation:{person.pk}:{uuid.uuid4().hex}"
        outbox.put(Kind.INVITATION, subject, person=person, about=about, now=now)
        audit.record(
            actor_name(actor), "invitation asked", object_type="person", object_id=person.pk, now=now
        )


def send_again(actor: User, message: Message, *, now: datetime) -> None:
    """Try a message that ended once more, from the start. Raises Refused."""
    with transaction.atomic():
        ended = Message.objects.filter(pk=message.pk, state__in=(Message.State.SENT, Message.State.GIVEN_UP))
        # What a person has got already is not sent to her twice; another tool knows an id that it has seen.
        if message.subscription_id is None:
            ended = ended.filter(state=Message.State.GIVEN_UP)
        waiting = Message.State.WAITING
        if not ended.update(state=waiting, due=now, tries=0, claimed_at=None, ended_at=None, error=""):
            raise Refused("This message is on its way, or has arrived: there is nothing to send again.")
        outbox.ring(now=now)
        audit.record(
            actor_name(actor), "message sent again", object_type="message", object_id=message.pk, now=now
        )
