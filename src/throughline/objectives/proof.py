"""Proofs about the plan that the database cannot make: edges name items by kind and number."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from throughline.objectives.items import MODELS
from throughline.objectives.models import Counterpart, Edge, KeyResult


def differences() -> Iterator[str]:
    """What leads nowhere, and key results that are neither a sketch nor in force, or both."""
    known = {kind: set(model.objects.values_list("pk", flat=True)) for kind, model in MODELS.items()}
    for edge in Edge.objects.all():
        for kind, pk in ((edge.from_kind, edge.from_id), (edge.to_kind, edge.to_id)):
            if pk not in known[kind]:
                yield f"edge {edge.pk} leads to {kind} {pk}, which is not there"
    for half in Counterpart.objects.all():
        if half.of_id not in known[half.of_kind]:
            yield f"counterpart {half.pk} belongs to {half.of_kind} {half.of_id}, which is not there"
    for found in KeyResult.objects.annotate(wordings=Count("versions")).order_by("id"):
        if (found.sketch is None) != (found.wordings > 0):
            kept = "a sketch" if found.sketch is not None else "no sketch"
            yield f"key result {found.pk} has {kept} and {found.wordings} versions"
