"""The thread of a cycle, read from the plan in a handful of queries whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify

from throughline.engine.catalogue import READY_MADE
from throughline.engine.thread import EDGE_KINDS, RISK_KINDS, Edge, EdgeKind, Node, Thread, woven
from throughline.narratives.queries import told
from throughline.objectives.effects import range_text, units_of
from throughline.objectives.models import Cycle, Goal, Initiative, KeyResult, LongTermObjective
from throughline.objectives.models import Edge as StoredEdge
from throughline.objectives.queries import Stand, stands

KEPT = "keep"
_RISKS = {str(kind): kind for kind in RISK_KINDS}
_EDGES = {str(kind): kind for kind in EDGE_KINDS}


@dataclass(frozen=True, slots=True)
class Part:
    """What a page says beside a node: its address, its owner, and how it stands where it can be measured."""

    address: str
    owner: str = ""
    stand: Stand | None = None


@dataclass(slots=True)
class Plan:
    """The parts of one cycle as nodes and edges; ids of records lead to ids of nodes."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    ids: dict[tuple[str, int], str] = field(default_factory=dict)

    def add(self, node: Node, part: Part, *, pk: int) -> None:
        self.nodes.append(node)
        self.parts[node.id] = part
        self.ids[node.kind, pk] = node.id

    def join(self, lower: str | None, upper: str | None, kind: EdgeKind, effect: str = "") -> None:
        if lower and upper:
            self.edges.append(Edge(lower, upper, kind, effect))


def current_cycle(now: datetime) -> Cycle | None:
    """The cycle of today, before one of the same days that is still planned; else the newest there is."""
    today = now.date()
    covering = Cycle.objects.filter(start__lte=today, end__gte=today)
    running = min(covering, key=lambda each: each.is_planned, default=None)
    return running or Cycle.objects.order_by("-start").first()


def plan_of(cycle: Cycle | None, *, now: datetime) -> Plan:
    """Everything of the cycle, with the goals and long-term objectives that outlive it."""
    plan = Plan()
    _lasting(plan)
    if cycle is not None:
        _objectives(plan, cycle)
        _key_results(plan, cycle, now=now)
        _initiatives(plan, cycle)
    _edges(plan)
    return plan


def thread_of(plan: Plan) -> Thread:
    """The plan as a graph."""
    return woven(plan.nodes, plan.edges)


def _lasting(plan: Plan) -> None:
    for goal in Goal.objects.filter(archived_at=None):
        node = Node(id=f"goal:{goal.key}", kind="goal", title=goal.title)
        plan.add(node, Part("/goals/", goal.owner_name), pk=goal.pk)
    for tenet in LongTermObjective.objects.filter(archived_at=None):
        node = Node(
            id=f"long_term_objective:{tenet.key}",
            kind="long_term_objective",
            title=tenet.title,
            risk=_RISKS[tenet.kind],
        )
        plan.add(node, Part("/goals/", tenet.owner_name), pk=tenet.pk)


def _objectives(plan: Plan, cycle: Cycle) -> None:
    for each in cycle.objectives.filter(archived_at=None):
        node = Node(id=f"objective:{each.key}", kind="objective", title=each.title)
        plan.add(node, Part(f"/cycles/{cycle.key}/", each.owner_name), pk=each.pk)


def _key_results(plan: Plan, cycle: Cycle, *, now: datetime) -> None:
    found = KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None)
    standing = {stand.key_result.pk: stand for stand in stands(found, now=now)}
    for each in found.select_related("objective").order_by("objective__position", "position", "id"):
        stand = standing.get(each.pk)
        node = _promised(each, stand) if stand else _sketched(each)
        owner = stand.version.owner_name if stand else str(each.sketch.get("owner", ""))
        address = f"/key-results/{each.pk}/" if stand else f"/cycles/{cycle.key}/"
        plan.add(node, Part(address, owner, stand), pk=each.pk)
        assert each.objective is not None
        plan.join(node.id, plan.ids.get(("objective", each.objective.pk)), "contributes")


def _promised(each: KeyResult, stand: Stand) -> Node:
    version = stand.version
    return Node(
        id=f"key_result:{each.key}",
        kind="key_result",
        title=stand.name,
        weight=version.weight,
        keeps=version.kind == KEPT,
        is_done=each.closed_at is not None,
    )


def _sketched(each: KeyResult) -> Node:
    said = each.sketch
    named = READY_MADE.get(str(said.get("metric", "")))
    title = (
        said.get("title") or (named.title if named else said.get("metric")) or "A key result without a title"
    )
    return Node(
        id=f"key_result:{each.key}",
        kind="key_result",
        title=str(title),
        weight=float(said.get("weight", 1.0)),
        keeps=said.get("kind") == KEPT,
    )


def _initiatives(plan: Plan, cycle: Cycle) -> None:
    found = Initiative.objects.filter(archived_at=None).exclude(status=Initiative.Status.DROPPED)
    results = [pk for kind, pk in plan.ids if kind == "key_result"]
    of_cycle = found.filter(cycle=cycle) | found.filter(cycle=None, effects__key_result__in=results)
    works = list(
        of_cycle.select_related("story").distinct().prefetch_related("effects__key_result", "assignments")
    )
    units = units_of({effect.key_result for each in works for effect in each.effects.all()})
    for each in works:
        weeks = None
        if each.effort_low is not None and each.effort_high is not None:
            weeks = (each.effort_low, each.effort_high)
        node = Node(
            id=f"initiative:{each.key}",
            kind="initiative",
            title=each.title,
            narrative=_told(each),
            weeks=weeks,
            is_done=each.status == Initiative.Status.DONE,
        )
        plan.add(node, Part(f"/initiatives/{each.key}/", each.owner_name), pk=each.pk)
        for id, effect in _effects(plan, each, units):
            plan.join(node.id, id, "contributes", effect)
        _people(plan, node, each)


def _told(work: Initiative) -> str:
    """Its story in one's own words, else the first of the sentences that are written for readers."""
    story = getattr(work, "story", None)
    return told(story, own_words=work.narrative).story


def _effects(
    plan: Plan, initiative: Initiative, units: Mapping[int, str]
) -> Iterator[tuple[str | None, str]]:
    for effect in initiative.effects.all():
        id = plan.ids.get(("key_result", effect.key_result_id))
        yield id, range_text(effect.low, effect.high, units[effect.key_result_id])


def _people(plan: Plan, node: Node, initiative: Initiative) -> None:
    for each in initiative.assignments.all():
        id = f"person:{slugify(each.name) or each.pk}"
        if id not in plan.parts:
            plan.add(Node(id=id, kind="person", title=each.name), Part(""), pk=each.pk)
        plan.join(id, node.id, "contributes")


def _edges(plan: Plan) -> None:
    for each in StoredEdge.objects.all():
        lower = plan.ids.get((each.from_kind, each.from_id))
        upper = plan.ids.get((each.to_kind, each.to_id))
        # A guardrail at home in the objective that it guards balances it, and does not count there.
        plan.edges = [edge for edge in plan.edges if (edge.lower, edge.upper) != (lower, upper)]
        plan.join(lower, upper, _EDGES[each.kind])
