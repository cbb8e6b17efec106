"""The answer of `throughline next` as JSON has it; its schema is docs/next-answer.schema.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from throughline.assignments.costing import ask
from throughline.assignments.format.reading import Asked
from throughline.engine.matching import (
    TERMS,
    Matching,
    Suggestion,
    Triangle,
    calmed,
    prices,
    suggestions,
    swaps,
)

SWAPS = 3


def _untold(done: int, total: int) -> None:
    """Nobody waits who would be told how far it is."""


def document(
    asked: Asked, found: Matching, people: Sequence[str], *, told: Callable[[int, int], None] = _untold
) -> dict[str, Any]:
    """The plan of the team, and the suggestions of these people, all in the order of the file.

    `told` hears how many people are done, and of how many.
    """
    question = asked.question
    places = [question.person_at[key] for key in people]
    ask(found, places, told=told)
    answers = [_person(person, found) for person in places]
    # A search that was stopped early may have met a better plan meanwhile, so the plan is read last.
    plan, shares = found.plan, question.share
    who = [question.person_at[key] for key in asked.people]
    what = [question.work_at[key] for key in asked.works]
    return {
        "weights": dict(zip(TERMS, found.weights.each, strict=True)),
        "settings": asdict(question.settings),
        "objective": plan.objective,
        "terms": {
            name: getattr(plan, name)
            for name in ("business", "match", "facets", "fairness", "continuity", "penalty")
        },
        "short": plan.short,
        "plan": [
            {
                "person": question.people[person].key,
                "work": question.works[work].key,
                "share": float(shares[person, work]),
            }
            for person in who
            for work in what
            if plan.given[person, work]
        ],
        "people": answers,
        "unstaffed": [question.works[work].key for work in what if not plan.given[:, work].any()],
        "balance": [
            {
                "objective": each.rule.objective,
                "at_least": each.rule.at_least,
                "missed_weeks": each.missed,
                "price": each.price,
            }
            for each in prices(found)
        ],
        "warnings": list(asked.warnings),
    }


def _person(person: int, found: Matching) -> dict[str, Any]:
    question = found.question
    answer = suggestions(found, person)
    who = question.people[person]
    load = float(question.weeks[found.plan.given[person]].sum())
    return {
        "id": who.key,
        "name": who.name or who.key,
        "capacity": who.capacity,
        "load": load,
        "suggestions": [_suggestion(found, each) for each in answer],
        "swaps": [asdict(each) for each in swaps(found, person)[:SWAPS]],
    }


def _suggestion(found: Matching, each: Suggestion) -> dict[str, Any]:
    work = found.question.works[found.question.work_at[each.work]]
    return {
        "work": each.work,
        "title": work.title or work.key,
        "scores": dict(each.scores),
        "score": each.score,
        "planned": each.is_planned,
        "opportunity_cost": each.cost,
        "short": each.cost_short,
        "stays_first_while": {
            term: None if ends is None else list(ends)
            for term, ends in zip(TERMS, each.stays_first, strict=True)
        },
        "toss_up": each.is_toss_up,
        "because": each.because,
        "complements": list(each.complements),
        "unknown": list(each.unknown),
    }


def triangle_document(asked: Asked, found: Triangle) -> dict[str, Any]:
    """Each point of the triangle with the place of its plan, and each plan once.

    `shown` is the place of the plan that a picture shows there: another where that is a toss-up.
    """
    question = asked.question
    return {
        "points": [
            {
                **dict(zip(TERMS, each.weights.each, strict=True)),
                "plan": each.plan,
                "shown": shown,
                "objective": each.objective,
            }
            for each, shown in zip(found.points, calmed(question, found, stated=asked.weights), strict=True)
        ],
        "plans": [
            [
                {"person": question.people[person].key, "work": question.works[work].key}
                for person, work in zip(*np.nonzero(each.given), strict=True)
            ]
            for each in found.plans
        ],
    }


def shown_at(point: Mapping[str, Any]) -> int:
    """The place of the plan that is shown at a point; answers from before there were such have the best."""
    return int(point.get("shown", point["plan"]))
