"""The plan at every mix of the three weights: 231 points of a triangle, in steps of a twentieth."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.engine import past_choices
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Question, Weights
from throughline.engine.matching.solving import at_once, best, by_quarters, relaxed_of

STEPS = past_choices.STEPS
# A picture of plans bears a hundredth; to prove all 231 takes minutes where many plans are close.
WITHIN = 0.01
_KEPT = 0.1


@dataclass(frozen=True, slots=True)
class Corner:
    """A point of the triangle: its weights, the place of its plan, and what that is worth there."""

    weights: Weights
    plan: int
    objective: float
    short: float


@dataclass(frozen=True, slots=True)
class Triangle:
    """Each point with its best plan; `plans` holds each plan once, in the order in which it is met."""

    points: tuple[Corner, ...]
    plans: tuple[Plan, ...]


def grid(steps: int = STEPS) -> list[Weights]:
    """The points of the triangle, those on which past choices are explained.

    >>> len(grid())
    231
    """
    return [Weights(*each) for each in past_choices.triangle(steps).tolist()]


def triangle(question: Question, *, steps: int = STEPS, within: float = WITHIN) -> Triangle | None:
    """The best plan at each point; None where nothing meets what must be.

    Small teams are solved at each point for itself. For others a plan stands when no better one can be above
    it by more than `within` of its value, and `short` says how far one may be; 0 asks for proof.
    """
    found: list[Plan] = []
    sets: list[tuple[int, Flags]] = []
    points: list[Corner] = []
    places: dict[bytes, int] = {}
    for weights in grid(steps):
        plan, sets = _at(question, weights, sets, found, within)
        if plan is None:
            return None
        place = places.setdefault(plan.given.tobytes(), len(found))
        if place == len(found):
            found.append(plan)
        points.append(Corner(weights, place, plan.objective, plan.short))
    return Triangle(tuple(points), tuple(found))


def _at(
    question: Question,
    weights: Weights,
    sets: list[tuple[int, Flags]],
    found: list[Plan],
    within: float,
) -> tuple[Plan | None, list[tuple[int, Flags]]]:
    """The plan at a point, begun with the sets of the point before and the plans of all; and its own sets."""
    known = [each.given for each in found]
    easy = at_once(question, weights, known, within=within)
    if easy is not None:
        return easy, sets
    relaxed = relaxed_of(question, weights, sets=sets)
    if relaxed is None:
        return best(question, weights), []
    plan = by_quarters(relaxed, known, within=within * abs(relaxed.bound))
    return plan or best(question, weights), relaxed.likely(_KEPT)
