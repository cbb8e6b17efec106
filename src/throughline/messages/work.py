"""Sending in the background, and keeping the outbox short."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.jobs.registry import Context, job
from throughline.messages.delivering import send_all
from throughline.messages.models import Message
from throughline.messages.outbox import SENDING
from throughline.messages.planning import REMEMBERED


@job(SENDING, every=timedelta(minutes=2))
def send_messages(context: Context) -> dict[str, Any]:
    """Send what is due; what fails is tried again by itself."""
    return asdict(send_all(now=datetime.now(UTC)))


@job("forget messages", every=timedelta(days=1))
def forget_messages(context: Context) -> dict[str, Any]:
    """Remove what ended long ago."""
    return {"forgotten": forget(now=datetime.now(UTC))}


def forget(*, now: datetime) -> int:
    """Remove messages that ended long ago; how many."""
    return Message.objects.filter(ended_at__lt=now - REMEMBERED).delete()[0]
