"""A candidate, and the rules of a cycle, for programs, as the commands answer them."""

from __future__ import annotations

from typing import Any

from throughline.objectives.models import Cycle
from throughline.portfolio.models import Candidate, Rules
from throughline.portfolio.stored import Stored, key_of, rules_of
from throughline.portfolio.working import Found


def candidate_document(each: Candidate) -> dict[str, Any]:
    """Everything that a candidate says; changes are in the unit of the key result, shares as fractions."""
    return {
        "id": each.pk,
        "key": key_of(each),
        "cycle": each.cycle.key,
        "title": each.title,
        "narrative": each.narrative,
        "objective": each.objective.key if each.objective else None,
        "goal": each.goal.key if each.goal else None,
        **{name: _range(each, name) for name in ("effort", "duration", "delay", "reach")},
        "delay_profile": each.delay_profile,
        "deadline": f"{each.deadline}" if each.deadline else None,
        "delay_fades": each.delay_fades,
        "confidence": each.confidence,
        "kinds": each.kinds,
        "must": each.must,
        "impacts": [
            {"key_result": one.key_result.key, "low": one.low, "high": one.high} for one in each.impacts.all()
        ],
        "initiative": each.initiative.key if each.initiative else None,
        "dropped_at": each.dropped_at.isoformat() if each.dropped_at else None,
        "dropped_reason": each.dropped_reason,
    }


def answer_document(asked: Stored, found: Found) -> dict[str, Any]:
    """What is chosen, with what each candidate lacks; not `current` while it is worked out anew."""
    missing = [
        {"id": each.candidate.pk, "title": each.candidate.title, "out": each.is_out, "why": list(each.why)}
        for each in asked.missing
    ]
    said = {"cycle": asked.cycle.key, "current": found.is_current}
    return {**said, "answer": found.document, "missing": missing}


def rules_document(cycle: Cycle) -> dict[str, Any]:
    """Under what is chosen in a cycle; `at` is None, and the capacity, where nobody stated it yet."""
    rules = rules_of(cycle)
    stated = rules or Rules(cycle=cycle)
    objectives = cycle.objectives.filter(archived_at=None).values_list("key", flat=True)
    return {
        "cycle": cycle.key,
        "capacity": stated.capacity,
        "person_weeks": stated.person_weeks,
        "weights": {key: stated.weights.get(key, 1.0) for key in objectives},
        "balance": stated.balance,
        "relations": _relations(cycle, stated),
        "author": stated.author,
        "at": stated.at.isoformat() if rules else None,
    }


def _relations(cycle: Cycle, rules: Rules) -> list[dict[str, str]]:
    keys = {each.pk: key_of(each) for each in cycle.candidates.all()} if rules.relations else {}
    return [
        {"kind": each["kind"], "candidate": keys[each["candidate"]], "other": keys[each["other"]]}
        for each in rules.relations
        if each["candidate"] in keys and each["other"] in keys
    ]


def _range(each: Candidate, name: str) -> dict[str, float] | None:
    low = getattr(each, f"{name}_low")
    return None if low is None else {"low": low, "high": getattr(each, f"{name}_high")}
