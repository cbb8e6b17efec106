"""Reading the audit record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date

from throughline.audit.chain import FIRST_HASH, chained_hash
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused

COLUMNS = ["id", "at", "actor", "action", "object_type", "object_id", "detail"]


def first_broken_entry() -> int | None:
    """The id of the first entry whose hash does not follow from its content and its predecessor."""
    previous = FIRST_HASH
    for entry in Entry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous_hash != previous or entry.hash != chained_hash(entry):
            return int(entry.pk)
        previous = entry.hash
    return None


def newest_entry() -> int:
    """The number of the last thing that anybody did; 0 where nothing was done yet."""
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def found(asked: Mapping[str, str]) -> QuerySet[Entry]:
    """Entries, newest first, by `q` (who, what or which), `from` and `to` (days, the last included)."""
    entries = Entry.objects.order_by("-id")
    if text := asked.get("q", "").strip():
        entries = entries.filter(
            Q(actor__icontains=text) | Q(action__icontains=text) | Q(object_type=text) | Q(object_id=text)
        )
    if since := _day(asked.get("from", ""), "from"):
        entries = entries.filter(at__gte=since)
    if until := _day(asked.get("to", ""), "to"):
        entries = entries.filter(at__lt=until + timedelta(days=1))
    return entries


def described(entries: QuerySet[Entry]) -> Iterator[dict[str, Any]]:
    """Entries as data, without holding them all in memory."""
    yield from entries.values(*COLUMNS).iterator(chunk_size=2000)


def _day(text: str, field: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise Refused(f"'{text}' is no date (expected 2026-01-31).", place=field)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
