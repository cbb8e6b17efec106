"""The plan at every mix of the three weights: 231 points of a triangle, in steps of a twentieth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine import past_choices
from throughline.engine.matching.advice import TOSS_UP
from throughline.engine.matching.around import Around
from throughline.engine.matching.met import Undecided
from throughline.engine.matching.mixes import Prices, bound, corners
from throughline.engine.matching.model import PROVEN
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
from throughline.engine.matching.solving import FEW, around_of, best, by_quarters, relaxed_of

STEPS = past_choices.STEPS
# A picture of plans bears a hundredth; to prove all 231 takes minutes where many plans are close.
WITHIN = 0.01
_KEPT = 0.1
# The sides of small triangles of points, the widest first.
_SIDES = (4, 2, 1)
# After so many points that pairs do not settle, the others are not tried.
_MOST_HARD = 3


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

    Of small teams it is proven. For others a plan stands when no better one can be above it by more than
    `within` of its value, and `short` says how far one may be; 0 asks for proof.
    """
    seen = _Seen(question, steps, within if int(question.may.sum()) > FEW else 0.0)
    for side in (each for each in _SIDES if not steps % each):
        for place in seen.open():
            if not seen.is_possible:
                return None
            seen.narrow(place, side)
    sets: list[tuple[int, Flags]] = []
    for place in seen.open():
        plan, sets = _at(question, seen.mixes[place], sets, seen.plans, within)
        if plan is None:
            return None
        seen.add(plan, place)
    return seen.answer()


class _Seen:
    """The points, what each is known to be worth at most, and the plans that were met at any of them."""

    def __init__(self, question: Question, steps: int, within: float) -> None:
        self.question, self.within, self.mixes = question, within, grid(steps)
        self.points = [tuple(round(steps * part) for part in mix.each) for mix in self.mixes]
        self.places = {point: place for place, point in enumerate(self.points)}
        self.most = np.full(len(self.mixes), np.inf)
        self.plans: list[Plan] = []
        self.worths = np.zeros((0, len(self.mixes)))
        self.prices: dict[int, Prices | None] = {}
        self.done: set[int] = set()
        self.like: Around | None = None
        self.is_possible = True

    def open(self) -> Iterator[int]:
        """The points of which more is to be known, each looked at when its turn has come."""
        return (place for place in range(len(self.mixes)) if self._is_open(place))

    def _is_open(self, place: int) -> bool:
        if place in self.done:
            return False
        most, worth = float(self.most[place]), float(self.worths[:, place].max(initial=-np.inf))
        return most == np.inf or most - worth > max(PROVEN, self.within * abs(most))

    def narrow(self, place: int, side: int) -> None:
        """Lower the bound of a point by the prices of the corners around it."""
        ends = corners(self.points[place], side)
        parts = [(part, self._priced(self.places[end])) for end, part in ends.items()]
        known = [(part, prices) for part, prices in parts if prices is not None]
        if len(known) == len(parts):
            self.most[place] = min(self.most[place], bound(known, self.mixes[place]))

    def _priced(self, place: int) -> Prices | None:
        """The prices of a point, whose plan is found with them; None where pairs do not settle it."""
        is_hard = sum(each is None for each in self.prices.values()) >= _MOST_HARD
        if place not in self.prices and not is_hard:
            self.prices[place] = self._solved(place)
        return self.prices.get(place)

    def _solved(self, place: int) -> Prices | None:
        around = around_of(self.question, self.mixes[place], like=self.like)
        if around is None:
            return None
        self.like = around
        self.is_possible = around.is_possible
        if not around.is_possible:
            return None
        prices = Prices.of(around)
        self.most[place] = min(self.most[place], around.bound)
        if not self._is_open(place):
            return prices
        if self.plans:
            known = self.plans[int(self.worths[:, place].argmax())]
            around.met.add(known.given, float(self.worths[:, place].max()))
        try:
            plan = around.best(within=self.within)
        except Undecided:
            return None
        self.is_possible = plan is not None
        if plan is not None:
            self.add(plan, place)
        return prices

    def add(self, plan: Plan, place: int) -> None:
        """A plan that was found at a point is one of all, and the last word on its own."""
        self.most[place] = min(self.most[place], plan.objective + plan.short)
        self.done.add(place)
        if not any((each.given == plan.given).all() for each in self.plans):
            self.plans.append(plan)
            self.worths = np.concatenate([self.worths, worths(self.question, [plan], self.mixes)])

    def answer(self) -> Triangle:
        """The best known plan at each point, and how much better another may be."""
        chosen, worth = self.worths.argmax(axis=0).tolist(), self.worths.max(axis=0)
        order = list(dict.fromkeys(chosen))
        short = np.where(self.most - worth <= PROVEN, 0.0, self.most - worth)
        points = [
            Corner(mix, order.index(chosen[place]), float(worth[place]), float(short[place]))
            for place, mix in enumerate(self.mixes)
        ]
        return Triangle(tuple(points), tuple(self.plans[each] for each in order))


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
    """The plan at a point over quarters, begun with the sets of the point before; and its own sets."""
    known = [each.given for each in found]
    relaxed = relaxed_of(question, weights, sets=sets)
    if relaxed is None:
        return best(question, weights), []
    plan = by_quarters(relaxed, known, within=within * abs(relaxed.bound))
    return plan or best(question, weights), relaxed.likely(_KEPT)
