"""When things became known: the dates that "as known at" can be asked for, and how fresh the data is."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Max
from django.db.models.functions import TruncDate

from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event

MOST_DATES = 400


def knowledge_dates() -> list[str]:
    """The days on which an import became known, oldest first; the latest ones where there are very many."""
    days = (
        Import.objects.order_by()
        .annotate(day=TruncDate("known_at", tzinfo=UTC))
        .values_list("day", flat=True)
        .distinct()
        .order_by("-day")[:MOST_DATES]
    )
    return [day.isoformat() for day in reversed(days)]


def newest_knowledge(*, now: datetime) -> datetime | None:
    """When the newest data was known: an import, or something that a person decided."""
    imported = Import.objects.filter(known_at__lte=now).aggregate(at=Max("known_at"))["at"]
    decided = Event.objects.filter(imported=None, known_at__lte=now).aggregate(at=Max("known_at"))["at"]
    return max((instant for instant in (imported, decided) if instant is not None), default=None)
