"""The outbox: putting a message in once, taking it out in one process only, trying again, giving up."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job, JobState
from throughline.messages.models import Channel, Message, Subscription

log = logging.getLogger(__name__)
SENDING = "send messages"
# After the first, second … failure; what fails once more is given up, after nearly three days.
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440))
# Longer than any sending may take: whoever claimed it and says nothing has died.
DEAD_AFTER = timedelta(minutes=5)
State = Message.State


class NotNeeded(Exception):
    """There is nothing left to say; the text says why."""


class Hopeless(Refused):
    """Trying again would change nothing."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending came to."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    unneeded: int = 0


def put(
    kind: str,
    subject: str,
    *,
    now: datetime,
    person: User | None = None,
    channel: Channel | None = None,
    subscription: Subscription | None = None,
    about: dict[str, Any] | None = None,
    event: str = "",
    body: str = "",
    handle: str = "",
) -> bool:
    """Put a message in, unless the same was said before; whether it is new. It goes out after the commit."""
    with transaction.atomic():
        _, made = Message.objects.get_or_create(
            subject=subject,
            defaults={
                "handle": handle or new_handle(),
                "kind": kind,
                "person": person,
                "channel": channel,
                "subscription": subscription,
                "about": about or {},
                "event": event,
                "body": body,
                "due": now,
                "created_at": now,
            },
        )
        if made:
            ring(now=now)
    return made


def ring(*, now: datetime) -> None:
    """Have the worker send soon; where it is asked to already, once is enough."""
    if not Job.objects.filter(kind=SENDING, state=JobState.WAITING).exists():
        enqueue(SENDING, {}, asked_by=None, now=now)


def new_handle() -> str:
    """A name that no other message has."""
    return f"msg_{secrets.token_hex(12)}"


def hold(error: str, *, now: datetime) -> int:
    """Send nothing of what waits until somebody says so in the page of the outbox; how much it is."""
    waits = Message.objects.filter(state__in=(State.WAITING, State.SENDING))
    return waits.update(state=State.GIVEN_UP, ended_at=now, claimed_at=None, error=error[:400])


def due(now: datetime) -> list[Message]:
    """What is to be sent now, the oldest first."""
    receivers = ("person", "channel__team", "channel__address", "subscription__address", "subscription__key")
    return list(_free(now).select_related(*receivers).order_by("due", "id")[:200])


def send_due(deliver: Callable[[Message], None], *, now: datetime, most: int = 100) -> Sent:
    """Send what is due, each claimed in the database first, so that of two servers one sends it."""
    count = dict.fromkeys(("sent", "failed", "given_up", "unneeded"), 0)
    for message in due(now)[:most]:
        if claim(message, now=now):
            count[_sent(message, deliver, now=now)] += 1
    return Sent(**count)


def claim(message: Message, *, now: datetime) -> bool:
    """Take a message for sending; False where another process was faster."""
    # The condition on what was read makes one of two racing processes lose.
    unchanged = Message.objects.filter(pk=message.pk, state=message.state, claimed_at=message.claimed_at)
    if not unchanged.update(state=State.SENDING, claimed_at=now, tries=message.tries + 1):
        return False
    message.refresh_from_db()
    return True


def _free(now: datetime) -> Any:
    dead = Q(state=State.SENDING, claimed_at__lt=now - DEAD_AFTER)
    return Message.objects.filter(Q(state=State.WAITING, due__lte=now) | dead)


def _sent(message: Message, deliver: Callable[[Message], None], *, now: datetime) -> str:
    """Try once and write down how it went; never raises for what went wrong on the way."""
    try:
        deliver(message)
    except NotNeeded as nothing:
        return _ended(message, State.UNNEEDED, now=now, error=str(nothing))
    except Hopeless as refused:
        return _ended(message, State.GIVEN_UP, now=now, error=str(refused))
    except Refused as refused:
        return _failed(message, str(refused), now=now)
    except Exception:
        log.exception("message %s (%s) broke", message.pk, message.kind)
        return _failed(message, "Something broke on our side; the server's log says more.", now=now)
    return _ended(message, State.SENT, now=now)


def _failed(message: Message, error: str, *, now: datetime) -> str:
    if message.tries > len(AGAIN_AFTER):
        return _ended(message, State.GIVEN_UP, now=now, error=error)
    later = now + AGAIN_AFTER[message.tries - 1]
    _write(message, state=State.WAITING, due=later, claimed_at=None, error=error[:400])
    return "failed"


def _ended(message: Message, state: State, *, now: datetime, error: str = "") -> str:
    _write(message, state=state, ended_at=now, error=error[:400])
    return state.value


def _write(message: Message, **fields: Any) -> None:
    Message.objects.filter(pk=message.pk).update(**fields)
    message.refresh_from_db()
