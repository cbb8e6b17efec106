"""The outbox as a list: who was to hear what, and how it went. Of no message is the text kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from throughline.engine.refusals import Refused
from throughline.messages.models import Channel, Message, Subscription

COLUMNS = ("id", "kind", "receiver", "event", "state", "tries", "error", "created", "due", "ended")
LATELY = timedelta(days=7)
State = Message.State


def messages(state: str = "") -> QuerySet[Message]:
    """Messages of a state, or all, the newest first. Raises Refused for a state that there is not."""
    found = Message.objects.select_related("person", "channel", "subscription")
    if not state:
        return found
    if state not in State.values:
        known = ", ".join(State.values)
        raise Refused(f"there is no state '{state[:40]}': expected one of {known}", place="state")
    return found.filter(state=state)


def counts(*, now: datetime) -> dict[str, int]:
    """How many there are in each state, of those that ended in the last seven days."""
    lately = Message.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - LATELY))
    found = dict(lately.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def receiver(message: Message) -> str:
    """Who was to hear it."""
    named = message.person or message.channel or message.subscription
    return str(named)


def row(message: Message) -> list[Any]:
    """A message as a row of `COLUMNS`."""
    about = [message.pk, message.kind, receiver(message), message.event, message.state, message.tries]
    return [*about, message.error, message.created_at, message.due, message.ended_at]


def document(message: Message) -> dict[str, Any]:
    """A message as data."""
    return dict(zip(COLUMNS, row(message), strict=True))


def channels() -> QuerySet[Channel]:
    """Every channel with its team."""
    return Channel.objects.select_related("team")


def has_heard(subscription: Subscription) -> bool:
    """Whether anything ever arrived at a webhook."""
    return Message.objects.filter(subscription=subscription, state=State.SENT).exists()


def subscriptions() -> QuerySet[Subscription]:
    """Every webhook with its team, and when something arrived last."""
    arrived = Max("deliveries__ended_at", filter=Q(deliveries__state=State.SENT))
    return Subscription.objects.select_related("team").annotate(arrived_at=arrived)


def deliveries(subscription: Subscription) -> QuerySet[Message]:
    """What was sent to a webhook, the newest first."""
    return Message.objects.filter(subscription=subscription).select_related("subscription")
