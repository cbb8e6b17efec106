"""The plan of a data folder as a document: what `plan export` writes, and what a file is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Value

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.objectives.items import MODELS
from throughline.objectives.models import (
    Counterpart,
    Cycle,
    Edge,
    Goal,
    Initiative,
    ItemKind,
    KeyResult,
    LongTermObjective,
    Objective,
)
from throughline.plans.format.amounts import plain_text
from throughline.plans.format.meaning import Known
from throughline.plans.format.things import EDGES
from throughline.plans.format.writing import plan_text
from throughline.plans.wording import cadences, promised, shortened
from throughline.series.models import Series

Values: TypeAlias = dict[str, Any]
Sections: TypeAlias = dict[str, list[Values]]
Upper: TypeAlias = Goal | LongTermObjective | Objective | Initiative | KeyResult


def export(cycle: str = "") -> str:
    """The plan as a file: all of it, or one cycle with what it serves. Raises Refused at `cycle`."""
    return plan_text(sections(cycle))


def known() -> Known:
    """The keys that a file may name."""
    keys = {str(kind): _keys(model) for kind, model in MODELS.items()}
    return Known(
        keys | {"cycle": _keys(Cycle), "series": frozenset(Series.objects.values_list("name", flat=True))}
    )


def _keys(model: type[Any]) -> frozenset[str]:
    return frozenset(model.objects.values_list("key", flat=True))


def sections(cycle: str = "") -> Sections:
    """The plan as plain values, each section in its order."""
    joins = Joins.stored()
    if not cycle:
        return _everything(joins)
    if not Cycle.objects.filter(key=cycle).exists():
        near = nearest(cycle, Cycle.objects.values_list("key", flat=True))
        raise Refused(f"there is no cycle '{cycle}'{near}", place="cycle", code="unknown")
    return _only(_everything(joins), cycle)


@dataclass(frozen=True, slots=True)
class Joins:
    """The edges and the halves of other teams, by what they belong to; read once for a whole plan."""

    edges: Mapping[tuple[str, int], list[tuple[str, str]]]
    halves: Mapping[tuple[str, int], list[Values]]

    @classmethod
    def stored(cls) -> Joins:
        names = {(kind, pk): f"{kind}:{key}" for kind, pk, key in _live()}
        edges: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        for edge in Edge.objects.all():
            upper = names.get((edge.to_kind, edge.to_id))
            if upper is not None:
                edges[edge.from_kind, edge.from_id].append((edge.kind, upper))
        halves: dict[tuple[str, int], list[Values]] = defaultdict(list)
        for half in Counterpart.objects.select_related("team").order_by("team__name", "title", "id"):
            halves[half.of_kind, half.of_id].append(counterpart_values(half))
        return cls(edges, halves)

    def edges_of(self, kind: str, item: Upper) -> Values:
        """The edges of an item by their kind, each sorted."""
        drawn = self.edges.get((kind, item.pk), [])
        return {name: sorted(upper for of, upper in drawn if of == name) for name in EDGES}

    def halves_of(self, kind: str, item: Upper) -> list[Values]:
        return self.halves.get((kind, item.pk), [])


def _live() -> Iterable[tuple[str, int, str]]:
    """Kind, number and key of what is pursued; what is archived or dropped is no part of a plan."""
    found = []
    for kind, model in MODELS.items():
        over = "dropped_at" if kind == ItemKind.KEY_RESULT else "archived_at"
        live = model.objects.filter(**{over: None}).order_by()
        found.append(live.values_list(Value(str(kind)), "pk", "key"))
    first, *rest = found
    return list(first.union(*rest, all=True))


def counterpart_values(half: Counterpart) -> Values:
    """What a half says. The other team's answer is its own act, and no part of a plan."""
    return {
        "team": half.team.name,
        "title": plain_text(half.title),
        "outcome": plain_text(half.outcome),
        "owner": plain_text(half.owner_name),
        "due": half.due.isoformat(),
        "required": half.required,
        "description": plain_text(half.description),
    }


def item_values(item: Goal | LongTermObjective | Objective | Initiative) -> Values:
    """The fields of an item that are its own."""
    found: Values = {
        "key": item.key,
        "title": plain_text(item.title),
        "owner": plain_text(item.owner_name),
        "description": plain_text(item.description),
    }
    match item:
        case Goal():
            found |= {"source": plain_text(item.source)}
        case LongTermObjective():
            found |= {"kind": item.kind}
        case Objective():
            found |= {"cycle": item.cycle.key}
        case Initiative():
            found |= _initiative_values(item)
    return found


def _initiative_values(item: Initiative) -> Values:
    return {
        "cycle": item.cycle.key if item.cycle else "",
        "status": item.status,
        "narrative": plain_text(item.narrative),
        "effort_low": item.effort_low,
        "effort_high": item.effort_high,
        "delay_cost": item.delay_cost,
        "delay_profile": item.delay_profile,
        "start": item.start.isoformat() if item.start else "",
        "due": item.due.isoformat() if item.due else "",
        "links": [str(link) for link in item.links],
        "people": [each.name for each in item.assignments.all()],
        "effects": sorted(
            (
                {
                    "key_result": each.key_result.key,
                    "low": each.low,
                    "high": each.high,
                    "confidence": each.confidence,
                }
                for each in item.effects.all()
                if each.key_result.dropped_at is None
            ),
            key=lambda each: str(each["key_result"]),
        ),
    }


def cycle_values(cycle: Cycle) -> Values:
    """The fields of a cycle, with the state that no file changes."""
    return {
        "key": cycle.key,
        "title": plain_text(cycle.title),
        "start": cycle.start.isoformat(),
        "end": cycle.end.isoformat(),
        "state": cycle.state,
    }


def series_values(series: Series) -> Values:
    """What is said of a series; its values are no part of a plan."""
    return {
        "name": series.name,
        "title": plain_text(series.title),
        "unit": series.unit,
        "better": series.better,
        "cadence_days": series.cadence_days,
        "description": plain_text(series.description),
    }


def _everything(joins: Joins) -> Sections:
    key_results = _key_results(joins)
    objectives = Objective.objects.filter(archived_at=None).select_related("cycle")
    return {
        "goals": [item_values(each) for each in _ordered(Goal)],
        "long_term_objectives": [
            _joined(each, ItemKind.LONG_TERM, joins) for each in _ordered(LongTermObjective)
        ],
        "series": [series_values(each) for each in Series.objects.order_by("name")],
        "cycles": [cycle_values(each) for each in Cycle.objects.order_by("start", "key")],
        "objectives": [
            _joined(each, ItemKind.OBJECTIVE, joins) | {"key_results": key_results.get(each.pk, [])}
            for each in objectives.order_by("cycle__start", "cycle__key", "position", "key")
        ],
        "key_results": key_results.get(None, []),
        "initiatives": [
            _joined(each, ItemKind.INITIATIVE, joins)
            for each in _ordered(Initiative)
            .select_related("cycle")
            .prefetch_related("assignments", "effects__key_result")
        ],
    }


def _ordered(model: type[Any]) -> Any:
    return model.objects.filter(archived_at=None).order_by("position", "key")


def _joined(item: Any, kind: str, joins: Joins) -> Values:
    return item_values(item) | joins.edges_of(kind, item) | {"counterparts": joins.halves_of(kind, item)}


def _key_results(joins: Joins) -> Mapping[int | None, list[Values]]:
    """Key results by their objective; those of an archived objective are found under its number only."""
    own = cadences()
    found: dict[int | None, list[Values]] = defaultdict(list)
    for each in (
        KeyResult.objects.filter(dropped_at=None)
        .select_related("objective__cycle")
        .prefetch_related("versions")
        .order_by("position", "key")
    ):
        cycle = each.objective.cycle if each.objective else None
        values = {"key": each.key, **shortened(promised(each, own), cycle)}
        values |= joins.edges_of(ItemKind.KEY_RESULT, each)
        values |= {"counterparts": joins.halves_of(ItemKind.KEY_RESULT, each)}
        found[each.objective_id].append(values)
    return found


def _only(whole: Sections, cycle: str) -> Sections:
    """One cycle with its objectives and initiatives, and the goals, tenets and series that they lead to."""
    objectives = [each for each in whole["objectives"] if each["cycle"] == cycle]
    initiatives = [each for each in whole["initiatives"] if each["cycle"] == cycle]
    promises = [each for objective in objectives for each in objective["key_results"]]
    named = _reached([*objectives, *initiatives], whole["long_term_objectives"])
    metrics = {each["metric"] for each in promises}
    return {
        "goals": [each for each in whole["goals"] if f"goal:{each['key']}" in named],
        "long_term_objectives": [
            each for each in whole["long_term_objectives"] if f"long_term_objective:{each['key']}" in named
        ],
        "series": [each for each in whole["series"] if each["name"] in metrics],
        "cycles": [each for each in whole["cycles"] if each["key"] == cycle],
        "objectives": objectives,
        "key_results": [],
        "initiatives": initiatives,
    }


def _reached(lower: list[Values], tenets: list[Values]) -> set[str]:
    named: set[str] = set()
    by_name = {f"long_term_objective:{each['key']}": each for each in tenets}
    ahead = lower
    while ahead:
        fresh = {upper for each in ahead for name in EDGES for upper in each.get(name, [])} - named
        named |= fresh
        ahead = [by_name[name] for name in fresh if name in by_name]
    return named
