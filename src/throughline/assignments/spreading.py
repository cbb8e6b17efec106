"""Over what a plan spreads the weeks: objectives, kinds of long-term objectives, kinds of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from throughline.assignments.models import Work
from throughline.assignments.serving import objectives_of
from throughline.objectives.models import Cycle, Edge, ItemKind, LongTermObjective
from throughline.people.models import WorkKind

NOWHERE = "No objective"


@dataclass(frozen=True, slots=True)
class Part:
    """Weeks that go to one thing, with their share of all given weeks."""

    key: str
    title: str
    weeks: float
    share: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The same weeks counted in three ways, the most first."""

    objectives: tuple[Part, ...]
    aims: tuple[Part, ...]
    kinds: tuple[Part, ...]


def spread(cycle: Cycle, plan: Iterable[Mapping[str, Any]], works: Mapping[str, Work]) -> Spread:
    """Where the weeks of a plan go. What serves several kinds of long-term objectives is parted evenly."""
    given: dict[str, float] = {}
    for row in plan:
        if row["work"] in works:
            given[row["work"]] = given.get(row["work"], 0.0) + (works[row["work"]].weeks or 0.0)
    served = objectives_of(works.values())
    titles = dict(cycle.objectives.values_list("key", "title"))
    aims = _aims(cycle)
    by_objective: dict[str, float] = {}
    by_aim: dict[str, float] = {}
    by_kind: dict[str, float] = {}
    for key, weeks in given.items():
        objective = served.get(works[key].pk, "")
        _add(by_objective, {objective: 1.0}, weeks)
        _add(by_aim, aims.get(objective) or {"": 1.0}, weeks)
        _add(by_kind, works[key].kinds, weeks)
    labels = {str(value): str(label) for value, label in LongTermObjective.Kind.choices}
    return Spread(
        _parts(by_objective, titles | {"": NOWHERE}),
        _parts(by_aim, labels | {"": "No long-term objective"}),
        _parts(by_kind, dict(WorkKind.objects.values_list("key", "title"))),
    )


def _add(to: dict[str, float], shares: Mapping[str, float], weeks: float) -> None:
    for key, share in shares.items():
        to[key] = to.get(key, 0.0) + share * weeks


def _parts(found: Mapping[str, float], titles: Mapping[str, str]) -> tuple[Part, ...]:
    whole = fsum(found.values())
    parts = [
        Part(key, titles.get(key, key), weeks, weeks / whole if whole else 0.0)
        for key, weeks in found.items()
    ]
    return tuple(sorted(parts, key=lambda each: (-each.weeks, each.title)))


def _aims(cycle: Cycle) -> dict[str, dict[str, float]]:
    """By objective the kinds of long-term objectives that it serves, in shares."""
    objectives = dict(cycle.objectives.values_list("pk", "key"))
    lines = Edge.objects.filter(
        from_kind=ItemKind.OBJECTIVE, from_id__in=objectives, to_kind=ItemKind.LONG_TERM
    ).exclude(kind=Edge.Kind.BALANCES)
    joined = list(lines.values_list("from_id", "to_id"))
    kinds = dict(LongTermObjective.objects.filter(pk__in={to for _, to in joined}).values_list("pk", "kind"))
    found: dict[str, list[str]] = {}
    for objective, tenet in joined:
        if tenet in kinds:
            found.setdefault(objectives[objective], []).append(kinds[tenet])
    return {key: _even(each) for key, each in found.items()}


def _even(kinds: Sequence[str]) -> dict[str, float]:
    return {kind: kinds.count(kind) / len(kinds) for kind in kinds}
