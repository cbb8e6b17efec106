"""The thread of a cycle on a tile: from each goal down to people, and where it is broken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.http import QueryDict

from throughline.audit.queries import newest_entry
from throughline.cycles.access import visible_cycles
from throughline.dashboards.figures import Figure, Gone, Line
from throughline.dashboards.looking import Looking
from throughline.engine.thread import Broken, Kind, Node, Thread, broken_threads, downwards
from throughline.objectives.models import Cycle
from throughline.thread.documents import COLUMNS, rows
from throughline.thread.queries import Plan, current_cycle, plan_of, thread_of

MOST_BROKEN = 6
MOST_GOALS = 6
COUNTED: Mapping[Kind, tuple[str, str]] = {
    "goal": ("goal", "goals"),
    "long_term_objective": ("long-term objective", "long-term objectives"),
    "objective": ("objective", "objectives"),
    "key_result": ("key result", "key results"),
    "initiative": ("initiative", "initiatives"),
    "person": ("person", "people"),
}
CARRYING: tuple[Kind, ...] = ("objective", "key_result", "initiative", "person")


def thread(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """How many parts of a cycle's plan hang in the air, which they are, and what each goal is carried by."""
    key = str(query.get("cycle", ""))
    # Kept while nobody does anything: the plan takes a dozen questions, and a page answers in twenty.
    mark = f"thread:{key}:{looking.viewer.role}:{newest_entry()}"
    figure = looking.kept(mark, lambda: _woven(_cycle(looking, key), looking))
    return replace(figure, as_of=looking.now)


def _woven(cycle: Cycle, looking: Looking) -> Figure:
    plan = plan_of(cycle, now=looking.now)
    woven = thread_of(plan)
    broken = broken_threads(woven)
    parts = list(dict.fromkeys(each.node for each in broken))
    return Figure(
        title=f"The thread of {cycle.title}",
        sentence=_sentence(parts, woven),
        value=float(len(parts)),
        said=f"{len(parts)} broken" if parts else "whole",
        range_said=f"of {len(woven.nodes)} parts of the plan",
        unit="count",
        n=len(woven.nodes),
        note=_more(len(parts)),
        lines=(*_broken(plan, woven, broken), *_goals(plan, woven)),
        rows=f"/thread/?cycle={cycle.key}",
        columns=tuple(name.capitalize() for name in COLUMNS),
        cells=tuple(rows(plan, woven)),
    )


def _cycle(looking: Looking, key: str) -> Cycle:
    asked = visible_cycles(looking.viewer).filter(key=key).first() if key else current_cycle(looking.now)
    if asked is None:
        raise Gone(
            f"There is no cycle '{key[:80]}' any more. Point the tile at another one, or remove it."
            if key
            else "There is no cycle yet: make one, and its thread is shown here."
        )
    return asked


def _sentence(broken: list[str], woven: Thread) -> str:
    if not broken:
        return "Every part leads up to a goal and down to somebody who does it."
    kinds = Counter(woven.nodes[id].kind for id in broken)
    said = [_counted(kind, n) for kind, n in kinds.items()]
    hang = "hangs" if len(broken) == 1 else "hang"
    return f"{', '.join(said[:-1])}{' and ' if len(said) > 1 else ''}{said[-1]} {hang} in the air."


def _counted(kind: Kind, n: int) -> str:
    one, many = COUNTED[kind]
    return f"{n} {one if n == 1 else many}"


def _more(n: int) -> str:
    return f"{n - MOST_BROKEN} more broken parts stand on the page." if n > MOST_BROKEN else ""


def _broken(plan: Plan, woven: Thread, broken: list[Broken]) -> list[Line]:
    """A line for each part that is broken, with all the reasons."""
    reasons: dict[str, list[str]] = {}
    for each in broken:
        reasons.setdefault(each.node, []).append(each.reason)
    return [
        Line(
            woven.nodes[id].title,
            COUNTED[woven.nodes[id].kind][0],
            "",
            "broken",
            address=plan.parts[id].address,
            note=" ".join(why),
        )
        for id, why in list(reasons.items())[:MOST_BROKEN]
    ]


def _goals(plan: Plan, woven: Thread) -> list[Line]:
    """A line for each goal, with what carries it down to the people."""
    return [
        Line(
            node.title,
            # The value stays on one line, which leaves a narrow tile no room for the name.
            "",
            _carried(woven, node),
            "",
            address=plan.parts[node.id].address,
            note=plan.parts[node.id].owner,
        )
        for node in list(woven.of_kind("goal"))[:MOST_GOALS]
    ]


def _carried(woven: Thread, goal: Node) -> str:
    below = Counter(woven.nodes[id].kind for id in downwards(woven, goal.id))
    return ", ".join(_counted(kind, below[kind]) for kind in CARRYING)
