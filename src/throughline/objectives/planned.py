"""The plan of a cycle read whole: objectives with their key results, guardrails, work, shared halves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from throughline.objectives.addresses import address_of
from throughline.objectives.effects import range_text, units_of
from throughline.objectives.models import (
    Assignment,
    Counterpart,
    Cycle,
    Edge,
    Effect,
    Goal,
    Initiative,
    ItemKind,
    KeyResult,
    LongTermObjective,
    Objective,
)
from throughline.objectives.queries import Stand, stands
from throughline.objectives.serving import Serving
from throughline.objectives.wording import names_of, sentence_of_sketch

_Halves = dict[tuple[str, int], list[Counterpart]]
_Above = dict[tuple[str, int], "Goal | LongTermObjective | Objective"]


@dataclass(slots=True)
class PlannedKeyResult:
    """A key result with its words; `stand` is there once it is in force."""

    key_result: KeyResult
    name: str
    sentence: str
    owner: str
    stand: Stand | None = None
    initiatives: list[Initiative] = field(default_factory=list)
    counterparts: list[Counterpart] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.key_result.pk

    @property
    def address(self) -> str:
        return address_of(ItemKind.KEY_RESULT, id=self.key_result.pk)

    @property
    def says_more(self) -> bool:
        """Whether the sentence says something that the name does not."""
        return self.sentence != self.name


@dataclass(slots=True)
class PlannedObjective:
    """An objective, what it serves, and what is promised for it."""

    objective: Objective
    serves: list[Serving] = field(default_factory=list)
    key_results: list[PlannedKeyResult] = field(default_factory=list)
    guardrails: list[PlannedKeyResult] = field(default_factory=list)
    # Key results of other objectives that count for this one too.
    contributing: list[PlannedKeyResult] = field(default_factory=list)
    counterparts: list[Counterpart] = field(default_factory=list)


@dataclass(slots=True)
class PlannedInitiative:
    """Work, who does it, what it should move and which objectives it names."""

    initiative: Initiative
    people: list[str] = field(default_factory=list)
    effects: list[tuple[Effect, str]] = field(default_factory=list)
    # The same in words, once `say_moves` has said it.
    moves: list[str] = field(default_factory=list)
    serves: list[Serving] = field(default_factory=list)
    counterparts: list[Counterpart] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """A cycle with everything that is planned in it."""

    cycle: Cycle
    objectives: list[PlannedObjective]
    initiatives: list[PlannedInitiative]
    goals: list[Goal]
    long_term: list[LongTermObjective]
    edges: list[Edge]
    # Every key result of the cycle once, also the guardrails among them.
    key_results: list[PlannedKeyResult]

    @property
    def counterparts(self) -> list[Counterpart]:
        """Every half that another team was asked for."""
        halves = [half for objective in self.objectives for half in objective.counterparts]
        halves += [half for each in self.key_results for half in each.counterparts]
        return [*halves, *(half for work in self.initiatives for half in work.counterparts)]


def plan_of(cycle: Cycle, *, now: datetime) -> Plan:
    """The plan of a cycle; the same number of questions however large it is."""
    objectives = list(cycle.objectives.filter(archived_at=None))
    key_results = list(
        KeyResult.objects.filter(objective__in=objectives, dropped_at=None)
        .select_related("objective__cycle")
        .order_by("position", "id")
    )
    initiatives = list(cycle.initiatives.filter(archived_at=None).select_related("story"))
    lines = _lines(objectives, key_results, initiatives)
    halves = _halves(objectives, key_results, initiatives)
    planned = _key_results(key_results, halves, now=now)
    above = _above(lines)
    tenets = [each for each in above.values() if isinstance(each, LongTermObjective)]
    upper = above | _above(_lines_of_tenets(tenets))
    said = {each.pk: each for each in planned}
    return Plan(
        cycle=cycle,
        objectives=[_objective(each, lines, above, said, halves) for each in objectives],
        initiatives=_initiatives(initiatives, lines, above, said, halves),
        goals=[each for each in upper.values() if isinstance(each, Goal)],
        long_term=tenets,
        edges=lines,
        key_results=planned,
    )


def say_moves(plan: Plan) -> None:
    """Say what the work should move in the units of its key results, which asks what each measures."""
    units = units_of({effect.key_result for each in plan.initiatives for effect, _ in each.effects})
    for each in plan.initiatives:
        each.moves = [
            f"{range_text(effect.low, effect.high, units[effect.key_result_id])} on {name}"
            for effect, name in each.effects
        ]


def _key_results(found: list[KeyResult], halves: _Halves, *, now: datetime) -> list[PlannedKeyResult]:
    running = {each.key_result.pk: each for each in _stands(found, now=now)}
    names = names_of(found)
    return [_said(each, names[each.pk], running.get(each.pk), halves) for each in found]


def _said(key_result: KeyResult, name: str, stand: Stand | None, halves: _Halves) -> PlannedKeyResult:
    mine = halves.get((ItemKind.KEY_RESULT, key_result.pk), [])
    if stand is not None:
        return PlannedKeyResult(
            key_result, stand.name, stand.sentence, stand.version.owner_name, stand, counterparts=mine
        )
    owner = (key_result.sketch or {}).get("owner", "")
    return PlannedKeyResult(key_result, name, sentence_of_sketch(key_result), owner, counterparts=mine)


def _stands(found: list[KeyResult], *, now: datetime) -> list[Stand]:
    running = [each.pk for each in found if each.sketch is None]
    return stands(KeyResult.objects.filter(pk__in=running), now=now) if running else []


def _lines(
    objectives: list[Objective], key_results: list[KeyResult], initiatives: list[Initiative]
) -> list[Edge]:
    within = Q(from_kind=ItemKind.OBJECTIVE, from_id__in=[each.pk for each in objectives])
    within |= Q(to_kind=ItemKind.OBJECTIVE, to_id__in=[each.pk for each in objectives])
    within |= Q(from_kind=ItemKind.KEY_RESULT, from_id__in=[each.pk for each in key_results])
    within |= Q(from_kind=ItemKind.INITIATIVE, from_id__in=[each.pk for each in initiatives])
    return list(Edge.objects.filter(within))


def _lines_of_tenets(tenets: list[LongTermObjective]) -> list[Edge]:
    """How the thread goes on above the quarter, up to the company's goals."""
    if not tenets:
        return []
    found = Edge.objects.filter(from_kind=ItemKind.LONG_TERM, from_id__in=[each.pk for each in tenets])
    return list(found.filter(to_kind=ItemKind.GOAL))


def _halves(
    objectives: list[Objective], key_results: list[KeyResult], initiatives: list[Initiative]
) -> _Halves:
    within = Q(of_kind=ItemKind.OBJECTIVE, of_id__in=[each.pk for each in objectives])
    within |= Q(of_kind=ItemKind.KEY_RESULT, of_id__in=[each.pk for each in key_results])
    within |= Q(of_kind=ItemKind.INITIATIVE, of_id__in=[each.pk for each in initiatives])
    found: _Halves = defaultdict(list)
    for half in Counterpart.objects.filter(within).select_related("team"):
        found[half.of_kind, half.of_id].append(half)
    return found


def _above(lines: list[Edge]) -> _Above:
    """What the lines lead to: goals, long-term objectives, and objectives, by kind and number."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        wanted[line.to_kind].add(line.to_id)
    kinds: tuple[tuple[str, Any], ...] = (
        (ItemKind.LONG_TERM, LongTermObjective),
        (ItemKind.GOAL, Goal),
        (ItemKind.OBJECTIVE, Objective),
    )
    return {
        (kind, each.pk): each
        for kind, model in kinds
        if wanted[kind]
        for each in model.objects.filter(pk__in=wanted[kind])
    }


def _objective(
    objective: Objective,
    lines: list[Edge],
    above: _Above,
    said: Mapping[int, PlannedKeyResult],
    halves: _Halves,
) -> PlannedObjective:
    leading = [
        (line.from_id, line.kind)
        for line in lines
        if (line.from_kind, line.to_kind, line.to_id)
        == (ItemKind.KEY_RESULT, ItemKind.OBJECTIVE, objective.pk)
    ]
    guards = [number for number, kind in leading if kind == Edge.Kind.BALANCES]
    also = [number for number, kind in leading if kind == Edge.Kind.CONTRIBUTES]
    mine = [each for each in said.values() if each.key_result.objective_id == objective.pk]
    return PlannedObjective(
        objective,
        serves=list(_serving((ItemKind.OBJECTIVE, objective.pk), lines, above)),
        key_results=[each for each in mine if each.pk not in guards],
        guardrails=[said[number] for number in guards if number in said],
        contributing=[said[number] for number in also if number in said],
        counterparts=halves.get((ItemKind.OBJECTIVE, objective.pk), []),
    )


def _serving(item: tuple[str, int], lines: list[Edge], above: _Above) -> Iterable[Serving]:
    for line in lines:
        upper = above.get((line.to_kind, line.to_id))
        if (line.from_kind, line.from_id) == item and upper is not None:
            yield Serving(upper.title, line.to_kind, line.kind, address_of(line.to_kind, key=upper.key))


def _initiatives(
    found: list[Initiative],
    lines: list[Edge],
    above: _Above,
    said: Mapping[int, PlannedKeyResult],
    halves: _Halves,
) -> list[PlannedInitiative]:
    planned = {each.pk: PlannedInitiative(each) for each in found}
    for assigned in Assignment.objects.filter(initiative__in=found):
        planned[assigned.initiative_id].people.append(assigned.name)
    for effect in Effect.objects.filter(initiative__in=found).select_related("key_result"):
        key_result = said.get(effect.key_result_id)
        name = key_result.name if key_result else effect.key_result.key
        planned[effect.initiative_id].effects.append((effect, name))
        if key_result:
            key_result.initiatives.append(planned[effect.initiative_id].initiative)
    for each in planned.values():
        each.serves = list(_serving((ItemKind.INITIATIVE, each.initiative.pk), lines, above))
        each.counterparts = halves.get((ItemKind.INITIATIVE, each.initiative.pk), [])
    return list(planned.values())
