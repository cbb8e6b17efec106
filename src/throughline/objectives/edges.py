"""Which items an item may serve, which it serves, and drawing exactly those edges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from throughline.objectives.items import AnyItem, Joined, join, kind_of, part
from throughline.objectives.models import Cycle, Edge, Goal, ItemKind, KeyResult, LongTermObjective, Objective


def upwards(kind: str, cycle: Cycle | None) -> list[AnyItem]:
    """What an item of that kind may contribute to or support, the nearest first; archived ones left out."""
    goals = list(Goal.objects.filter(archived_at=None))
    long_term = list(LongTermObjective.objects.filter(archived_at=None))
    match kind:
        case ItemKind.LONG_TERM:
            return [*goals]
        case ItemKind.OBJECTIVE:
            return [*long_term, *goals]
        case ItemKind.INITIATIVE:
            return [*Objective.objects.filter(archived_at=None, cycle=cycle)]
    return []


def edges_from(item: Joined) -> dict[tuple[str, int], str]:
    """The kind of each edge that leaves the item, by what it leads to."""
    found = Edge.objects.filter(from_kind=kind_of(item), from_id=item.pk)
    return {(edge.to_kind, edge.to_id): edge.kind for edge in found}


def balancing(objective: Objective) -> list[int]:
    """The key results that are guardrails of an objective, by their number."""
    found = Edge.objects.filter(
        from_kind=ItemKind.KEY_RESULT,
        to_kind=ItemKind.OBJECTIVE,
        to_id=objective.pk,
        kind=Edge.Kind.BALANCES,
    )
    return list(found.values_list("from_id", flat=True))


def serve(actor: str, item: AnyItem, wanted: Mapping[AnyItem, str], *, now: datetime) -> None:
    """Draw an edge to each item with its kind; an empty kind takes the edge away. Raises Refused."""
    drawn = edges_from(item)
    with transaction.atomic():
        for upper, kind in wanted.items():
            stands = drawn.get((kind_of(upper), upper.pk), "")
            if kind and kind != stands:
                join(actor, item, upper, kind, now=now)
            elif stands and not kind:
                part(actor, item, upper, now=now)


def guard(actor: str, objective: Objective, wanted: list[KeyResult], *, now: datetime) -> None:
    """Let exactly these key results of other objectives be its guardrails. Raises Refused."""
    drawn = balancing(objective)
    with transaction.atomic():
        for key_result in wanted:
            if key_result.pk not in drawn:
                join(actor, key_result, objective, Edge.Kind.BALANCES, now=now)
        for gone in KeyResult.objects.filter(pk__in=set(drawn) - {each.pk for each in wanted}):
            part(actor, gone, objective, now=now)
