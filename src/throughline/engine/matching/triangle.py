"""The plan at every mix of the three weights: 231 points of a triangle, in steps of a twentieth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine import past_choices
from throughline.engine.matching.advice import TOSS_UP
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
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


def calmed(
    question: Question, found: Triangle, *, stated: Weights | None = None, within: float = TOSS_UP
) -> tuple[int, ...]:
    """The plan to show at each point, by its place: few plans, each within `within` of the best there.

    The plan of the point nearest to the stated weights comes first, and then whichever stands for most of the
    points that are left (Chvátal 1979: a greedy cover). An earlier plan is shown wherever it is near enough.
    """
    worth = worths(question, found.plans, [each.weights for each in found.points])
    is_near = worth >= worth.max(axis=0) - within
    shown = np.full(len(found.points), -1)
    plan = 0 if stated is None else found.points[_nearest(found, stated)].plan
    if stated is None or not is_near[plan].any():
        plan = int(is_near.sum(axis=1).argmax())
    while True:
        shown[is_near[plan] & (shown < 0)] = plan
        left = (is_near & (shown < 0)).sum(axis=1)
        if not left.any():
            return tuple(shown.tolist())
        plan = int(left.argmax())


def worths(question: Question, plans: Sequence[Plan], mixes: Sequence[Weights]) -> Numbers:
    """What each plan (a row) is worth at each mix of the weights (a column)."""
    business, interest, growth = np.array([each.each for each in mixes]).T
    counted, account = question.counted, question.account
    rows = []
    for each in plans:
        time = question.share * each.given
        liked, grown = ((time * terms).sum(axis=1) for terms in (question.interest, question.growth))
        means = np.outer(liked, interest) + np.outer(grown, growth)
        least = (means + account[:, None])[counted].min(axis=0) if counted.any() else 0.0
        done = question.business[each.given.any(axis=0)].sum()
        fixed = each.facets + each.continuity - each.penalty
        rows.append(business * done + means.sum(axis=0) + question.settings.phi * least + fixed)
    return np.array(rows, np.float64)


def _nearest(found: Triangle, weights: Weights) -> int:
    """The place of the point nearest to some weights."""
    gaps = np.array([each.weights.each for each in found.points]) - np.array(weights.each)
    return int((gaps**2).sum(axis=1).argmin())


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
