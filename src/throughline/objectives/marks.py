"""What every figure rests on besides its definition: when this mark stands still, no figure can differ."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event, Service, SlaPolicy


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest event, the newest import, and a hash of what has no events: services and the SLA policy."""

    event: int
    imported: int
    catalogue: str


def mark() -> Mark:
    """How far the truth has come now."""
    event = Event.objects.order_by("-id").values_list("id", flat=True).first()
    imported = Import.objects.order_by("-id").values_list("id", flat=True).first()
    return Mark(event or 0, imported or 0, _catalogue())


def _catalogue() -> str:
    services = Service.objects.order_by("id").values_list("name", "team__name", "tier", "environment")
    policy = SlaPolicy.objects.order_by("severity", "tier").values_list("severity", "tier", "days")
    return sha256(repr((list(services), list(policy))).encode()).hexdigest()
