"""The thread as a page: drawn from goal to person, with what is broken and the story of any line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import at_least, signed_in
from throughline.accounts.models import Role
from throughline.cycles.access import cycle_for, visible_cycles
from throughline.engine.narratives import narrative
from throughline.engine.thread import Broken, Node, Thread, balance, broken_threads, line_of
from throughline.objectives.cards import TONES
from throughline.objectives.models import Cycle
from throughline.site.exports import csv_response
from throughline.thread.documents import COLUMNS, document, rows
from throughline.thread.drawing import Box, Curve, drawn
from throughline.thread.queries import Part, Plan, current_cycle, plan_of, thread_of
from throughline.ui.words import look_of

COLUMN_TITLES = {
    "goal": "Company goals",
    "long_term_objective": "Long-term objectives",
    "objective": "Objectives",
    "key_result": "Key results",
    "initiative": "Initiatives",
    "person": "People",
}
KIND_TITLES = {
    "goal": "Goal",
    "long_term_objective": "Long-term objective",
    "objective": "Objective",
    "key_result": "Key result",
    "initiative": "Initiative",
    "person": "Person",
}
RISK_TITLES = {"actual_risk": "Actual risk", "perceived_risk": "Perceived risk", "delivery": "Delivery"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A node as it is drawn and listed."""

    node: Node
    part: Part
    box: Box
    address: str
    broken: tuple[str, ...]
    is_faded: bool
    is_chosen: bool

    @property
    def kind_title(self) -> str:
        return KIND_TITLES[self.node.kind]

    @property
    def foot(self) -> str:
        """One or two words below the title: how it stands, or what it is for."""
        if self.part.stand:
            return look_of(self.part.stand.status.word).word
        return RISK_TITLES[self.node.risk].lower() if self.node.risk else ""

    @property
    def tone(self) -> str:
        return TONES.get(self.part.stand.status.word, "") if self.part.stand else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the outline; a node that stands there a second time does not unfold again."""

    shown: Shown
    depth: int
    again: bool


@require_safe
def thread(request: HttpRequest) -> HttpResponse:
    """The drawing, the outline, what is broken, and the line that was asked for."""
    signed_in(request.user)
    cycle, plan, found = _asked(request)
    chosen = request.GET.get("line", "")
    chosen = chosen if chosen in found.nodes else ""
    return render(request, "thread/thread.html", _context(request, cycle, plan, found, chosen))


@require_safe
def thread_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    signed_in(request.user)
    _, _, found = _asked(request)
    return JsonResponse(document(found))


@require_safe
def thread_csv(request: HttpRequest) -> HttpResponseBase:
    """One row a node."""
    signed_in(request.user)
    _, plan, found = _asked(request)
    return csv_response("thread", COLUMNS, rows(plan, found))


def _asked(request: HttpRequest) -> tuple[Cycle | None, Plan, Thread]:
    now = datetime.now(UTC)
    key = request.GET.get("cycle", "")
    cycle = cycle_for(request.user, key) if key else current_cycle(now)
    plan = plan_of(cycle, now=now)
    return cycle, plan, thread_of(plan)


def _context(
    request: HttpRequest, cycle: Cycle | None, plan: Plan, found: Thread, chosen: str
) -> dict[str, Any]:
    picture, broken = drawn(found), broken_threads(found)
    shown = _shown(request, plan, found, picture.boxes, broken, chosen)
    line = line_of(found, chosen) if chosen else frozenset()
    return {
        "cycle": cycle,
        "cycles": visible_cycles(request.user),
        "picture": picture,
        "heads": [(COLUMN_TITLES[kind], x, width) for kind, x, width in picture.heads],
        "curves": [(curve, bool(chosen) and not _is_on(curve, line)) for curve in picture.curves],
        "shown": shown.values(),
        "outline": list(_outline(found, shown)),
        "broken": [(shown[each.node], each.reason) for each in broken],
        "balance": [(RISK_TITLES[each.risk], each) for each in balance(found)],
        "chosen": shown.get(chosen),
        "story": narrative(found, chosen) if chosen else "",
        "query": f"cycle={cycle.key}" if cycle else "",
        "may_change": at_least(request.user, Role.MANAGER),
    }


def _is_on(curve: Curve, line: frozenset[str]) -> bool:
    return curve.edge.lower in line and curve.edge.upper in line


def _shown(
    request: HttpRequest,
    plan: Plan,
    found: Thread,
    boxes: tuple[Box, ...],
    broken: list[Broken],
    chosen: str,
) -> dict[str, Shown]:
    line = line_of(found, chosen) if chosen else frozenset(found.nodes)
    return {
        box.id: Shown(
            node=found.nodes[box.id],
            part=plan.parts[box.id],
            box=box,
            address=_address(request, "" if box.id == chosen else box.id),
            broken=tuple(each.reason for each in broken if each.node == box.id),
            is_faded=box.id not in line,
            is_chosen=box.id == chosen,
        )
        for box in boxes
    }


def _address(request: HttpRequest, line: str) -> str:
    query = request.GET.copy()
    query.pop("line", None)
    if line:
        query["line"] = line
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _outline(found: Thread, shown: dict[str, Shown]) -> list[Listed]:
    """Every node below what it serves, goals first; what reaches nothing stands on its own."""
    listed: list[Listed] = []
    seen: set[str] = set()

    def unfold(id: str, depth: int) -> None:
        again = id in seen
        below = [edge.lower for edge in found.below.get(id, ()) if edge.kind != "balances"]
        listed.append(Listed(shown[id], depth, again and bool(below)))
        seen.add(id)
        if not again:
            for lower in below:
                unfold(lower, depth + 1)

    for id in shown:
        if not any(edge.kind != "balances" for edge in found.above.get(id, ())):
            unfold(id, 0)
    # Two objectives that support each other have no top, and are listed all the same.
    for id in shown:
        if id not in seen:
            unfold(id, 0)
    return listed
