"""Where what other teams want meets what we want: bridges, and halves that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Q

from throughline.engine.refusals import Refused
from throughline.objectives.models import Counterpart, Cycle, ItemKind, KeyResult, Objective
from throughline.planning.models import OtherObjective

COLUMNS = ("team", "title", "text", "source", "bridges")


@dataclass(frozen=True, slots=True)
class Team:
    """A team by its name, with what it wants to reach."""

    name: str
    objectives: list[OtherObjective] = field(default_factory=list)


def others_in(cycle: Cycle) -> list[Team]:
    """What other teams want to reach in a cycle, by team."""
    found = OtherObjective.objects.filter(cycle=cycle, withdrawn_at=None).prefetch_related("bridges")
    ordered = sorted(found, key=lambda each: (each.team_name.casefold(), each.pk))
    grouped = groupby(ordered, key=lambda each: each.team_name.casefold())
    return [Team(every[0].team_name, every) for _, group in grouped if (every := list(group))]


def bridged_to(objective: Objective) -> list[OtherObjective]:
    """What other teams want that meets an objective of ours."""
    return list(objective.bridged.filter(withdrawn_at=None))


def halves_in(cycle: Cycle) -> list[Counterpart]:
    """Every half that another team was asked for in a cycle."""
    key_results = KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None)
    within = Q(of_kind=ItemKind.OBJECTIVE, of_id__in=cycle.objectives.filter(archived_at=None).values("pk"))
    within |= Q(of_kind=ItemKind.KEY_RESULT, of_id__in=key_results.values("pk"))
    within |= Q(
        of_kind=ItemKind.INITIATIVE, of_id__in=cycle.initiatives.filter(archived_at=None).values("pk")
    )
    return list(Counterpart.objects.filter(within).select_related("team"))


def rows_of(cycle: Cycle) -> Iterator[tuple[str, ...]]:
    """What other teams want as rows of a table."""
    for team in others_in(cycle):
        for each in team.objectives:
            bridges = " ".join(objective.key for objective in each.bridges.all())
            yield each.team_name, each.title, each.text, each.source, bridges


def other_document(each: OtherObjective) -> dict[str, Any]:
    """What another team wants as plain data."""
    return {
        "id": each.pk,
        "team": each.team_name,
        "title": each.title,
        "text": each.text,
        "source": each.source,
        "bridges": [objective.key for objective in each.bridges.all()],
    }


def ours_named(cycle: Cycle, keys: Iterable[str]) -> list[Objective]:
    """The objectives of a cycle of these keys. Raises Refused with one that is none of them."""
    wanted = list(dict.fromkeys(keys))
    found = {each.key: each for each in cycle.objectives.filter(archived_at=None, key__in=wanted)}
    if strange := [each for each in wanted if each not in found]:
        raise Refused(f"{cycle.title} has no objective '{strange[0][:60]}'", place="bridges", code="unknown")
    return [found[each] for each in wanted]
