"""Why a piece of work is worth doing: its line of the thread as prose, and what is told of it to readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.accounts.models import User
from throughline.assignments.asking import Asked
from throughline.assignments.models import Plan, Work
from throughline.assignments.saying import listed
from throughline.assignments.wording import YOU
from throughline.engine.narratives import narrative
from throughline.narratives.queries import INITIATIVE, KEY_RESULT, Told, stories_of
from throughline.objectives.models import Cycle
from throughline.people.access import may_lead
from throughline.thread.queries import plan_of, thread_of


@dataclass(frozen=True, slots=True)
class Reason:
    """The line from the work up to the company's goals in prose, its place in the thread, and its stories."""

    line: str
    node: str
    told: Told


def reasons_of(
    works: Iterable[Work], cycle: Cycle, *, planned: Mapping[str, str], now: datetime
) -> dict[str, Reason]:
    """Why each piece of work is worth doing, by its key; `planned` says whom the plans give it to."""
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
        line = narrative(thread, node, planned=planned.get(work.key, "")) if node in thread.nodes else ""
        return Reason(line, node, stories[_story(work)])

    return {each.key: of(each) for each in found}


def planned_of(
    asked: Asked, document: Mapping[str, Any] | None, viewer: User, published: Plan | None
) -> dict[str, str]:
    """Whom the plans give each piece of work to, in words, as far as the viewer may read it.

    Who plans reads all of today's answer, anybody else of it what it gives her; what was published is read by
    all who are given work.
    """
    rows, own = (document or {}).get("plan", ()), str(viewer.pk)
    if not may_lead(viewer):
        rows = [each for each in rows if each["person"] == own]
    names = {key: YOU if key == own else person.name for key, person in asked.people.items()}
    today = _by_work((each["work"], names[each["person"]]) for each in rows if each["person"] in names)
    # What was published for her and is not in today's answer would speak against the page around it.
    frozen = [each for each in (published.document if published else ()) if each["person"] != viewer.pk]
    before = _by_work((each["work"], each["name"]) for each in frozen)
    return {work: f"the published plan gives it to {listed(who)}" for work, who in before.items()} | {
        work: f"the plan gives it to {listed(who)}" for work, who in today.items()
    }


def _by_work(given: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for work, name in given:
        found.setdefault(work, []).append(name)
    return found


def _node(work: Work) -> str:
    """How the thread names it: a key result by its key."""
    return work.key if work.key_result is None else f"key_result:{work.key_result.key}"


def _story(work: Work) -> tuple[str, int]:
    if work.initiative_id is not None:
        return INITIATIVE, work.initiative_id
    assert work.key_result_id is not None
    return KEY_RESULT, work.key_result_id
