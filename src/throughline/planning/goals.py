"""What of a cycle serves a company goal, and how many person-weeks goals claim of the team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from throughline.objectives.models import Cycle, Edge, Goal, ItemKind, Objective
from throughline.planning.models import Claim
from throughline.portfolio.models import Candidate, Rules


@dataclass(frozen=True, slots=True)
class Linked:
    """A goal with what serves it in a cycle, and what it claims."""

    goal: Goal
    objectives: tuple[Objective, ...]
    candidates: tuple[Candidate, ...]
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Goals:
    """The goals beside a cycle; what serves none is flagged, not refused."""

    linked: tuple[Linked, ...]
    objectives_without: tuple[Objective, ...]
    candidates_without: tuple[Candidate, ...]

    @property
    def claims(self) -> list[Claim]:
        return [each.claim for each in self.linked if each.claim is not None]

    @property
    def claimed(self) -> float:
        return sum(each.weeks for each in self.claims)

    @property
    def flagged(self) -> int:
        return len(self.objectives_without) + len(self.candidates_without)


def claimed_weeks(cycle: Cycle) -> float:
    """The person-weeks that company goals take of the team in a cycle, before anything is chosen."""
    return float(Claim.objects.filter(cycle=cycle).aggregate(weeks=Sum("weeks"))["weeks"] or 0.0)


def capacity_of(cycle: Cycle) -> float | None:
    """The person-weeks of the team before any claim, as its newest rules say; None where none do."""
    newest = Rules.objects.filter(cycle=cycle).order_by("-at", "-id").first()
    return newest.capacity if newest else None


def goals_beside(cycle: Cycle, objectives: list[Objective] | None = None) -> Goals:
    """Every goal with what serves it; an objective serves one also through a long-term objective.

    `objectives` are those of the cycle, where they were read already.
    """
    goals = {each.pk: each for each in Goal.objects.filter(archived_at=None)}
    if objectives is None:
        objectives = list(cycle.objectives.filter(archived_at=None))
    candidates = list(Candidate.objects.filter(cycle=cycle, dropped_at=None).select_related("objective"))
    claims = {each.goal_id: each for each in Claim.objects.filter(cycle=cycle).select_related("goal")}
    goals |= {number: claim.goal for number, claim in claims.items() if number not in goals}
    above = _goals_above([each.pk for each in objectives])
    of_candidates = {each.pk: _of_candidate(each, above) for each in candidates}
    linked = [
        Linked(
            goal,
            tuple(each for each in objectives if number in above.get(each.pk, ())),
            tuple(each for each in candidates if number in of_candidates[each.pk]),
            claims.get(number),
        )
        for number, goal in goals.items()
    ]
    return Goals(
        tuple(linked),
        tuple(each for each in objectives if not above.get(each.pk)),
        tuple(each for each in candidates if not of_candidates[each.pk]),
    )


def document(cycle: Cycle, found: Goals) -> dict[str, Any]:
    """The goals beside a cycle as plain data."""
    capacity = capacity_of(cycle)
    return {
        "cycle": cycle.key,
        "capacity": capacity,
        "claimed": found.claimed,
        "left": None if capacity is None else capacity - found.claimed,
        "goals": [
            {
                "key": each.goal.key,
                "title": each.goal.title,
                "claims": each.claim.weeks if each.claim else 0,
                "note": each.claim.note if each.claim else "",
                "objectives": [one.key for one in each.objectives],
                "candidates": [one.pk for one in each.candidates],
            }
            for each in found.linked
        ],
        "without_goal": {
            "objectives": [one.key for one in found.objectives_without],
            "candidates": [one.pk for one in found.candidates_without],
        },
    }


def _of_candidate(candidate: Candidate, above: dict[int, set[int]]) -> set[int]:
    """The goal that it names, and those of the objective that it names."""
    own = {candidate.goal_id} if candidate.goal_id is not None else set()
    through = above.get(candidate.objective_id, set()) if candidate.objective_id is not None else set()
    return own | through


def _goals_above(objectives: list[int]) -> dict[int, set[int]]:
    """The goals that each objective leads up to, directly or through a tenet."""
    lines = Edge.objects.filter(from_kind=ItemKind.OBJECTIVE, from_id__in=objectives)
    lines = lines.exclude(kind=Edge.Kind.BALANCES).filter(to_kind__in=(ItemKind.GOAL, ItemKind.LONG_TERM))
    found = list(lines.values_list("from_id", "to_kind", "to_id"))
    tenets = {upper for _, kind, upper in found if kind == ItemKind.LONG_TERM}
    through: dict[int, set[int]] = {}
    higher = Edge.objects.filter(from_kind=ItemKind.LONG_TERM, from_id__in=tenets, to_kind=ItemKind.GOAL)
    for tenet, goal in higher.values_list("from_id", "to_id"):
        through.setdefault(tenet, set()).add(goal)
    above: dict[int, set[int]] = {}
    for number, kind, upper in found:
        reached = {upper} if kind == ItemKind.GOAL else through.get(upper, set())
        above.setdefault(number, set()).update(reached)
    return above
