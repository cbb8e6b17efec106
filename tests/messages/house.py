"""What tests of messages say: who hears what, and a key result that goes off track."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.organisation import NOW

KINDS = ("digest", "reminder", "room", "off_track")


def hears(person, *kinds: str, now: datetime = NOW - timedelta(days=30), **given):
    """Let a person hear some kinds, since a month."""
    from throughline.messages.actions import Wish, choose

    return choose(person, Wish(kinds=frozenset(kinds), **given), now=now)


def a_key_result(owner: str = "Mia", *, title: str = "Fewer tickets", start: str = "2026-10-01", value=88.0):
    """Of a series from 90 to 20; halfway through the quarter it has hardly moved."""
    from throughline.objectives.actions import add_key_result
    from throughline.series.actions import push

    push("test", "tickets", 90, at="2026-10-01", unit="tickets", better="lower", now=NOW)
    push("test", "tickets", value, at=NOW - timedelta(days=1), now=NOW)
    promise = {"metric": "tickets", "baseline": "90", "target": "20", "title": title, "owner": owner}
    return add_key_result("test", now=NOW, **promise, start=start, due="2026-12-31")


def corrected(key_result, value: float, *, now: datetime):
    """Another value, measured."""
    from throughline.objectives.actions import measure
    from throughline.series.actions import push

    push("test", "tickets", value, at=now - timedelta(hours=1), now=now)
    measure(key_result, now)


def waiting(**of):
    """Messages that were put into the outbox."""
    from throughline.messages.models import Message

    return list(Message.objects.filter(**of).order_by("id"))
