"""A cycle written out as plain data: what a snapshot freezes, and what the published page is drawn from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from throughline.narratives.queries import told
from throughline.objectives.models import Counterpart, Cycle
from throughline.objectives.planned import (
    Plan,
    PlannedInitiative,
    PlannedKeyResult,
    PlannedObjective,
    plan_of,
)
from throughline.objectives.serving import Serving
from throughline.objectives.terms import written
from throughline.objectives.versions import terms_of

Content = dict[str, Any]


def content_of(cycle: Cycle, *, now: datetime, sentences: Mapping[int, str] | None = None) -> Content:
    """The cycle as it stands; `sentences` says a key result by its number where more is known of it."""
    return content_of_plan(plan_of(cycle, now=now), sentences=sentences or {})


def content_of_plan(plan: Plan, *, sentences: Mapping[int, str]) -> Content:
    """The same of a plan that was read already."""
    cycle = plan.cycle
    said = {each.pk: _key_result(each, sentences) for each in plan.key_results}
    return {
        "cycle": {
            "key": cycle.key,
            "title": cycle.title,
            "start": cycle.start.isoformat(),
            "end": cycle.end.isoformat(),
        },
        "goals": [
            {"key": each.key, "title": each.title, "description": each.description, "source": each.source}
            for each in plan.goals
        ],
        "long_term_objectives": [
            {"key": each.key, "title": each.title, "kind": each.kind, "description": each.description}
            for each in plan.long_term
        ],
        "objectives": [_objective(each, said) for each in plan.objectives],
        "initiatives": [_initiative(each) for each in plan.initiatives],
    }


def sealed(content: Content) -> str:
    """The SHA-256 of the content, written one way whatever the order of its keys.

    >>> sealed({"a": 1, "b": 2}) == sealed({"b": 2, "a": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _objective(planned: PlannedObjective, said: Mapping[int, Content]) -> Content:
    objective = planned.objective
    return {
        "id": objective.pk,
        "key": objective.key,
        "title": objective.title,
        "description": objective.description,
        "owner": objective.owner_name,
        "serves": [_serving(each) for each in planned.serves],
        "key_results": [said[each.pk] for each in planned.key_results],
        "also_counts": [_named(each) for each in planned.contributing],
        "guardrails": [_named(each) for each in planned.guardrails],
        "counterparts": [_half(each) for each in planned.counterparts],
    }


def _key_result(planned: PlannedKeyResult, sentences: Mapping[int, str]) -> Content:
    key_result = planned.key_result
    stand = planned.stand
    terms = written(terms_of(stand.version)) if stand else dict(key_result.sketch or {})
    terms.pop("objective", None)
    return {
        "id": planned.pk,
        "key": key_result.key,
        "name": planned.name,
        "sentence": sentences.get(planned.pk) or planned.sentence,
        "owner": planned.owner,
        "in_force": stand is not None,
        "terms": terms,
        "initiatives": [{"key": each.key, "title": each.title} for each in planned.initiatives],
        "counterparts": [_half(each) for each in planned.counterparts],
    }


def _initiative(planned: PlannedInitiative) -> Content:
    initiative = planned.initiative
    story = told(getattr(initiative, "story", None))
    return {
        "key": initiative.key,
        "title": initiative.title,
        "description": initiative.description,
        "narrative": initiative.narrative,
        # Snapshots from before stories had readers lack it.
        "board": story.board,
        "owner": initiative.owner_name,
        "people": planned.people,
        "effort": [initiative.effort_low, initiative.effort_high],
        "serves": [_serving(each) for each in planned.serves],
        "effects": [
            {"key_result": effect.key_result_id, "name": name, "low": effect.low, "high": effect.high}
            | {"confidence": effect.confidence}
            for effect, name in planned.effects
        ],
        "counterparts": [_half(each) for each in planned.counterparts],
    }


def _serving(serving: Serving) -> Content:
    return asdict(serving)


def _named(planned: PlannedKeyResult) -> Content:
    return {"id": planned.pk, "name": planned.name, "sentence": planned.sentence}


def _half(half: Counterpart) -> Content:
    return {
        "id": half.pk,
        "team": half.team.name,
        "title": half.title,
        "description": half.description,
        "outcome": half.outcome,
        "owner": half.owner_name,
        "due": half.due.isoformat(),
        "required": half.required,
        "state": half.state,
        "answer": half.answer,
    }
