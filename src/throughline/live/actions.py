"""Saying that something changed, inside the transaction of the action that changed it."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.live.models import Change

# Who was away for longer loads the page anew anyway.
KEPT = timedelta(days=1)
# How many changes are written between two sweeps.
SWEEP_EVERY = 200


def announce(topic: str, what: str, *, now: datetime) -> Change:
    """Tell who follows `topic` (`room:12`) that a part of it, such as `answers`, is new; never how it is."""
    change = Change.objects.create(topic=topic, what=what, at=now)
    if change.pk % SWEEP_EVERY == 0:
        Change.objects.filter(at__lt=now - KEPT).delete()
    return change
