"""Which objective a piece of work serves, for the balance of a plan."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.assignments.models import Work
from throughline.objectives.models import Edge, Effect, ItemKind, Objective


def objectives_of(works: Iterable[Work]) -> dict[int, str]:
    """The key of the objective of each piece of work, by its id: one each, so that its weeks count once.

    An initiative serves the objective that it names, else that of the first key result it is to move.
    """
    found = list(works)
    owned = {
        each.pk: each.key_result.objective.key
        for each in found
        if each.key_result is not None and each.key_result.objective is not None
    }
    initiatives = {each.initiative_id: each.pk for each in found if each.initiative_id is not None}
    effects = Effect.objects.filter(initiative__in=initiatives).order_by("-id")
    moved = effects.exclude(key_result__objective=None)
    served = dict(moved.values_list("initiative_id", "key_result__objective__key")) | _named(initiatives)
    return owned | {initiatives[pk]: key for pk, key in served.items()}


def _named(initiatives: Iterable[int]) -> dict[int, str]:
    lines = Edge.objects.filter(
        from_kind=ItemKind.INITIATIVE, from_id__in=list(initiatives), to_kind=ItemKind.OBJECTIVE
    ).exclude(kind=Edge.Kind.BALANCES)
    first = {each.from_id: each.to_id for each in lines.order_by("-id")}
    keys = dict(Objective.objects.filter(pk__in=first.values()).values_list("pk", "key"))
    return {initiative: keys[objective] for initiative, objective in first.items() if objective in keys}
