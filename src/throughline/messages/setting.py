"""Setting channels and webhooks up, changing and removing them. Each is audited in its own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import Team, User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.messages import events, signing
from throughline.messages.actions import check_address, require_time
from throughline.messages.changes import newest_change
from throughline.messages.models import Channel, Service, Subscription, Weekday
from throughline.outbound import secrets

LONGEST_NAME = 120
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWish:
    """What a channel is to be; `address` is empty where the known one stays."""

    name: str
    service: str = Service.SLACK
    address: str = ""
    team: Team | None = None
    digest: bool = True
    off_track: bool = True
    weekday: int = Weekday.MONDAY
    hour: int = 8
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWish:
    """What a webhook is to be; `address` is empty where the known one stays."""

    name: str
    address: str = ""
    events: tuple[str, ...] = ()
    team: Team | None = None


def add_channel(actor: User, wish: ChannelWish, *, now: datetime) -> Channel:
    """A channel that hears from now on. Raises Refused with the field."""
    if Channel.objects.count() >= MOST:
        raise Refused(f"There are {MOST} channels already: remove one first.")
    return change_channel(actor, Channel(made_by=actor_name(actor), since=now), wish, now=now)


def change_channel(actor: User, channel: Channel, wish: ChannelWish, *, now: datetime) -> Channel:
    """Change a channel, or keep a new one. Raises Refused with the field."""
    is_new = channel.pk is None
    require_time(wish.weekday, wish.hour, wish.zone)
    if wish.service not in (Service.SLACK, Service.TEAMS):
        raise Refused("Choose Slack or Microsoft Teams.", place="service")
    name = _name(wish.name)
    with transaction.atomic():
        if (channel.weekday, channel.hour, channel.zone) != (wish.weekday, wish.hour, wish.zone):
            channel.since = now
        channel.name, channel.service, channel.team = name, wish.service, wish.team
        channel.digest, channel.off_track = wish.digest, wish.off_track
        channel.weekday, channel.hour, channel.zone = wish.weekday, wish.hour, wish.zone
        _readdressed(channel, wish.address, "channel", now=now)
        detail = {"name": name, "host": channel.host, "team": str(wish.team or ""), "service": wish.service}
        _record(actor, f"channel {'added' if is_new else 'changed'}", "channel", channel.pk, detail, now=now)
    return channel


def remove_channel(actor: User, channel: Channel, *, now: datetime) -> None:
    """Remove a channel and its address."""
    with transaction.atomic():
        id, address = channel.pk, channel.address
        channel.delete()
        address.delete()
        _record(actor, "channel removed", "channel", id, {"name": channel.name}, now=now)


def add_webhook(actor: User, wish: WebhookWish, *, now: datetime) -> tuple[Subscription, str]:
    """A webhook that hears from now on, and its key, shown this once. Raises Refused with the field."""
    if Subscription.objects.count() >= MOST:
        raise Refused(f"There are {MOST} webhooks already: remove one first.")
    key = signing.new_key()
    with transaction.atomic():
        made = Subscription(made_by=actor_name(actor), made_at=now, cursor=newest_change())
        made.key = secrets.keep("key of a webhook", key, now=now)
        change_webhook(actor, made, wish, now=now)
    return made, key


def change_webhook(actor: User, found: Subscription, wish: WebhookWish, *, now: datetime) -> None:
    """Change a webhook, or keep a new one. Raises Refused with the field."""
    is_new = found.pk is None
    name = _name(wish.name)
    _require_events(wish)
    with transaction.atomic():
        if found.team != wish.team:
            # What happened before is not told of another team.
            found.cursor = newest_change()
        found.name, found.team = name, wish.team
        found.events = [event for event in events.EVENTS if event in wish.events]
        _readdressed(found, wish.address, "webhook", now=now)
        detail = {
            "name": name,
            "host": found.host,
            "events": found.events,
            "team": str(wish.team or ""),
        }
        _record(actor, f"webhook {'added' if is_new else 'changed'}", "webhook", found.pk, detail, now=now)


def remove_webhook(actor: User, found: Subscription, *, now: datetime) -> None:
    """Remove a webhook with its key and everything that waits for it."""
    with transaction.atomic():
        id, sealed = found.pk, (found.address, found.key)
        found.delete()
        for secret in sealed:
            secret.delete()
        _record(actor, "webhook removed", "webhook", id, {"name": found.name}, now=now)


def change_key(actor: User, found: Subscription, *, now: datetime) -> str:
    """A new key, shown this once; from now on everything is signed with it."""
    key = signing.new_key()
    with transaction.atomic():
        old, found.key = found.key, secrets.keep("key of a webhook", key, now=now)
        found.save(update_fields=["key"])
        old.delete()
        _record(actor, "webhook key changed", "webhook", found.pk, {"name": found.name}, now=now)
    return key


def switch(actor: User, found: Subscription, *, on: bool, now: datetime) -> None:
    """Switch a webhook off, or on again; what happened meanwhile is not told. Twice changes nothing."""
    with transaction.atomic():
        same = Subscription.objects.filter(pk=found.pk, disabled_at__isnull=not on)
        fields: dict[str, Any] = {"disabled_at": None, "disabled_why": "", "failing_since": None}
        fields |= {"cursor": newest_change()} if on else {"disabled_at": now, "disabled_why": "By hand."}
        if same.update(**fields):
            word = "on" if on else "off"
            _record(actor, f"webhook switched {word}", "webhook", found.pk, {"name": found.name}, now=now)
    found.refresh_from_db()


def try_webhook(actor: User, found: Subscription, *, now: datetime) -> None:
    """Send the webhook an event that says nothing. Raises Refused where it is switched off."""
    if found.disabled_at is not None:
        raise Refused("The webhook is switched off: switch it on first.")
    with transaction.atomic():
        events.tell(found, events.TRIAL, {"message": "This is a trial."}, now=now)
        _record(actor, "trial asked", "webhook", found.pk, {"name": found.name}, now=now)


def _readdressed(found: Channel | Subscription, address: str, what: str, *, now: datetime) -> None:
    """Save with a new address where one was typed, and let go of the old one."""
    is_new = found.pk is None
    old = None if is_new else found.address
    if address:
        found.host = check_address(address)
        found.address = secrets.keep(f"address of a {what}", address.strip(), now=now)
    elif is_new:
        raise Refused("Paste the address that it is sent to.", place="address")
    found.save()
    if old is not None and old != found.address:
        old.delete()


def _require_events(wish: WebhookWish) -> None:
    if unknown := sorted(set(wish.events) - set(events.EVENTS)):
        raise Refused(f"There is no event '{unknown[0]}'.", place="events")
    if not wish.events:
        raise Refused("Choose at least one event.", place="events")
    if wish.team is None and set(wish.events) & set(events.OF_A_TEAM):
        raise Refused("Say whose vulnerabilities are counted: choose a team.", place="team")


def _name(name: str) -> str:
    found = name.strip()
    require_readable(found, place="name")
    if not found or len(found) > LONGEST_NAME:
        raise Refused(f"Give it a name of 1 to {LONGEST_NAME} characters.", place="name")
    return found


def _record(
    actor: User, action: str, kind: str, id: object, detail: dict[str, Any], *, now: datetime
) -> None:
    audit.record(actor_name(actor), action, object_type=kind, object_id=id, detail=detail, now=now)
