"""A candidate for programs, as the command answers it."""

from __future__ import annotations

from typing import Any

from throughline.portfolio.models import Candidate
from throughline.portfolio.stored import key_of


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
            {"key_result": one.key_result.key, "low": one.low, "high": one.high}
            for one in each.impacts.select_related("key_result")
        ],
        "initiative": each.initiative.key if each.initiative else None,
        "dropped_at": each.dropped_at.isoformat() if each.dropped_at else None,
        "dropped_reason": each.dropped_reason,
    }


def _range(each: Candidate, name: str) -> dict[str, float] | None:
    low = getattr(each, f"{name}_low")
    return None if low is None else {"low": low, "high": getattr(each, f"{name}_high")}
