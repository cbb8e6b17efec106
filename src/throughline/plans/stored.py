"""What a data folder holds of a plan, as a comparison needs it: also what is archived or belongs nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from throughline.objectives.models import (
    Cycle,
    Effect,
    Goal,
    Initiative,
    ItemKind,
    KeyResult,
    LongTermObjective,
    Objective,
)
from throughline.plans.queries import Joins, cycle_values, item_values, series_values
from throughline.series.models import Series

Values: TypeAlias = dict[str, Any]
_ITEMS: Mapping[str, Any] = {
    ItemKind.GOAL: Goal.objects.all(),
    ItemKind.LONG_TERM: LongTermObjective.objects.all(),
    ItemKind.OBJECTIVE: Objective.objects.select_related("cycle"),
    ItemKind.INITIATIVE: Initiative.objects.select_related("cycle").prefetch_related(
        "assignments", "effects__key_result"
    ),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """Items by kind and key, key results by key, and the halves of other teams by team and title."""

    items: dict[tuple[str, str], Values]
    archived: set[tuple[str, str]]
    key_results: dict[str, KeyResult]
    edges: dict[str, Values]
    halves: dict[tuple[str, str], dict[tuple[str, str], Values]]
    # The effects, by initiative and key result, that somebody said what became of.
    realised: set[tuple[str, str]]

    def edges_of(self, key_result: str) -> Values:
        return self.edges.get(key_result, {})

    def live(self, kind: str, cycles: set[str]) -> Iterator[tuple[str, str]]:
        """Key and title of what is pursued, and can be taken away: of these cycles where it has one."""
        if kind == ItemKind.KEY_RESULT:
            for each in self.key_results.values():
                if each.sketch is not None and each.objective and each.objective.cycle.key in cycles:
                    yield each.key, each.sketch.get("title") or each.sketch.get("metric") or ""
            return
        for (of, key), values in self.items.items():
            if of == kind and (of, key) not in self.archived and values.get("cycle", None) in {None, *cycles}:
                yield key, values["title"]


def stored_plan() -> Stored:
    """All of it, in a number of queries that does not grow."""
    joins = Joins.stored()
    items: dict[tuple[str, str], Values] = {}
    archived: set[tuple[str, str]] = set()
    halves: dict[tuple[str, str], dict[tuple[str, str], Values]] = {}
    for kind, found in _ITEMS.items():
        for item in found.all():
            items[str(kind), item.key] = item_values(item) | joins.edges_of(kind, item)
            halves[str(kind), item.key] = _by_name(joins.halves_of(kind, item))
            if item.archived_at is not None:
                archived.add((str(kind), item.key))
    items |= {("cycle", each.key): cycle_values(each) for each in Cycle.objects.all()}
    items |= {("series", each.name): series_values(each) for each in Series.objects.all()}
    promises = list(KeyResult.objects.select_related("objective__cycle").prefetch_related("versions"))
    kind = str(ItemKind.KEY_RESULT)
    halves |= {(kind, each.key): _by_name(joins.halves_of(kind, each)) for each in promises}
    return Stored(
        items=items,
        archived=archived,
        key_results={each.key: each for each in promises},
        edges={each.key: joins.edges_of(kind, each) for each in promises},
        halves=halves,
        realised=set(
            Effect.objects.exclude(realised_at=None).values_list("initiative__key", "key_result__key")
        ),
    )


def stored_goals() -> list[Values]:
    """All company goals, archived ones too: a file that names one takes it up again."""
    return [item_values(each) for each in Goal.objects.order_by("position", "key")]


def _by_name(halves: list[Values]) -> dict[tuple[str, str], Values]:
    return {half_name(each): each for each in halves}


def half_name(values: Mapping[str, Any]) -> tuple[str, str]:
    """By what a half is told apart: its team, however it is written, and its title."""
    return str(values["team"]).casefold(), str(values["title"])
