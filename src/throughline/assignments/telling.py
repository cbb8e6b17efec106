"""Why a piece of work is worth doing: its line of the thread as prose, and what is told of it to readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from throughline.assignments.models import Work
from throughline.engine.narratives import narrative
from throughline.narratives.queries import INITIATIVE, KEY_RESULT, Told, stories_of
from throughline.objectives.models import Cycle
from throughline.thread.queries import plan_of, thread_of


@dataclass(frozen=True, slots=True)
class Reason:
    """The line from the work up to the company's goals in prose, its place in the thread, and its stories."""

    line: str
    node: str
    told: Told


def reasons_of(works: Iterable[Work], cycle: Cycle, *, now: datetime) -> dict[str, Reason]:
    """Why each piece of work is worth doing, by its key."""
    found = list(works)
    if not found:
        return {}
    thread = thread_of(plan_of(cycle, now=now))
    stories = stories_of(
        [each.initiative_id for each in found if each.initiative_id is not None],
        [each.key_result_id for each in found if each.key_result_id is not None],
    )

    def of(work: Work) -> Reason:
        node = _node(work)
        line = narrative(thread, node) if node in thread.nodes else ""
        return Reason(line, node, stories[_story(work)])

    return {each.key: of(each) for each in found}


def _node(work: Work) -> str:
    """How the thread names it: a key result by its key."""
    return work.key if work.key_result is None else f"key_result:{work.key_result.key}"


def _story(work: Work) -> tuple[str, int]:
    if work.initiative_id is not None:
        return INITIATIVE, work.initiative_id
    assert work.key_result_id is not None
    return KEY_RESULT, work.key_result_id
