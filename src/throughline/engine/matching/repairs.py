"""Good plans with one pair more, for every pair at once: forced into a plan, and what is then free refilled.

Nothing here is proven; each plan holds what must be and is measured, so none says more than there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.plans import SMALL
from throughline.engine.matching.question import Flags, Numbers, Question, Weights

Places = NDArray[np.int64]
# For a person and a piece of work, the sets of what they do that could make room for it.
Rooms: TypeAlias = dict[tuple[int, int], list[tuple[int, ...]]]
# Ways to force one pair that are refilled, and rounds of one person taking one work for another.
_WAYS, _PARTNERS, _ROUNDS = 3, 3, 4
# So many plans times pairs are held at once.
_AT_ONCE = 2_000_000


class Many:
    """Many plans of one question at once: what they are worth, and how they are mended and bettered."""

    def __init__(self, question: Question, weights: Weights) -> None:
        self.question, self.weights = question, weights
        self.match = question.matches(weights) * question.share
        self.gain = self.match + question.continued
        self.business = weights.business * question.business
        self.least = np.array([each.least for each in question.works], np.int64)
        self.most = np.array([each.most for each in question.works], np.int64)
        self.likes = question.likes.astype(np.float64)
        self.has = question.parts.T > 0

    def worth(self, plans: Flags) -> Numbers:
        """The objective of each plan; −∞ where it does not hold what must be."""
        question, settings = self.question, self.question.settings
        counts = plans.sum(axis=1)
        done = counts > 0
        total = done @ self.business + (plans * self.gain).sum(axis=(1, 2))
        total += settings.beta * (self._liked(plans) & self.has).sum(axis=(1, 2))
        if question.counted.any():
            means = (plans * self.match).sum(axis=2) + question.account
            total += settings.phi * means[:, question.counted].min(axis=1)
        weeks = counts * question.weeks
        for rule, serves in zip(question.balance, question.serves, strict=True):
            missed = np.maximum(0.0, rule.at_least * weeks.sum(axis=1) - weeks[:, serves].sum(axis=1))
            total -= rule.price * missed / question.quarter
        return np.where(self._holds(plans, counts), total, -np.inf)

    def _liked(self, plans: Flags) -> Flags:
        """Whether somebody on a piece of work likes a kind: plans × works × kinds."""
        return np.asarray(plans.transpose(0, 2, 1).astype(np.float64) @ self.likes > 0, np.bool_)

    def _holds(self, plans: Flags, counts: Places) -> Flags:
        question = self.question
        at_floor = np.asarray((plans & question.at_floor).any(axis=1), np.bool_)
        below = np.asarray((plans & ~question.at_floor).any(axis=1), np.bool_)
        taught = ~(below & ~at_floor).any(axis=1)
        weeks = np.asarray(plans @ question.weeks, np.float64)
        room = (weeks <= question.capacity * (1 + SMALL)).all(axis=1)
        staffed = ((counts == 0) | ((counts >= self.least) & (counts <= self.most))).all(axis=1)
        must = plans[:, question.forced].all(axis=1) & ~plans[:, ~question.may].any(axis=1)
        return np.asarray(taught & room & staffed & must, np.bool_)

    def closed(self, plans: Flags) -> Flags:
        """Without the work that has too few people or too many."""
        counts = plans.sum(axis=1)
        right = (counts >= self.least) & (counts <= self.most)
        return np.asarray(plans & right[:, None, :], np.bool_)

    def wanted(self, plans: Flags) -> Numbers:
        """What each pair would add to each plan, were there time for it; −∞ where it may not be."""
        question, counts = self.question, plans.sum(axis=1)
        new = (self.has & ~self._liked(plans)).transpose(0, 2, 1).astype(np.float64)
        gained = self.gain + question.settings.beta * (self.likes @ new)
        gained += np.where(counts + 1 == self.least, self.business, 0.0)[:, None, :]
        staffed = (counts < self.most) & (counts + 1 >= self.least)
        return np.where(question.may & ~plans & staffed[:, None, :], gained, -np.inf)

    def adding(self, plans: Flags) -> Numbers:
        """What each pair would add to each plan, fairness with it; −∞ where it does not fit."""
        room = 1 - (plans * self.question.share).sum(axis=2)
        fits = self.question.share <= room[:, :, None] + SMALL
        return np.where(fits, self.wanted(plans) + self._fairer(plans), -np.inf)

    def _fairer(self, plans: Flags) -> Numbers:
        """What each pair would add by lifting the least match of all people."""
        question = self.question
        means = np.where(question.counted, (plans * self.match).sum(axis=2) + question.account, np.inf)
        lowest, last = np.sort(means, axis=1)[:, :2], means.argmin(axis=1)
        others = np.repeat(lowest[:, :1], means.shape[1], axis=1)
        others[np.arange(len(means)), last] = lowest[:, 1] if means.shape[1] > 1 else np.inf
        lifted = np.minimum(others[:, :, None], means[:, :, None] + self.match)
        gained = (
            np.where(np.isfinite(lifted), lifted, 0.0)
            - np.where(np.isfinite(lowest), lowest, 0.0)[:, :1, None]
        )
        return np.asarray(question.settings.phi * gained, np.float64)

    def refilled(self, plans: Flags) -> Flags:
        """With whatever betters a plan and fits, the best first."""
        plans, active = plans.copy(), np.arange(len(plans))
        while active.size:
            adds = self.adding(plans[active]).reshape(active.size, -1)
            best = adds.argmax(axis=1)
            better = adds[np.arange(active.size), best] > SMALL
            active, best = active[better], best[better]
            plans.reshape(len(plans), -1)[active, best] = True
        return plans

    def traded(self, plans: Flags, keep: Flags) -> Flags:
        """With one person taking one work for another where that betters a plan most; `keep` stays."""
        adds, counts = self.wanted(plans), plans.sum(axis=1)
        stays = counts - 1 >= self.least
        leaves = stays | (counts == 1)
        lost = self.gain + np.where(stays, 0.0, self.business)[:, None, :]
        of, person, work = np.nonzero(plans & ~keep & ~self.question.forced & leaves[:, None, :])
        room = 1 - (plans * self.question.share).sum(axis=2)
        free = room[of, person] + self.question.share[person, work]
        found = adds[of, person] - lost[of, person, work][:, None]
        found[self.question.share[person] > free[:, None] + SMALL] = -np.inf
        if not of.size:
            return plans
        taken = found.argmax(axis=1)
        value = found[np.arange(of.size), taken]
        order = np.argsort(value, kind="stable")
        # The last to be written is the best of each plan.
        chosen = np.full(len(plans), -1)
        chosen[of[order]] = order
        chosen = chosen[chosen >= 0]
        chosen = chosen[value[chosen] > SMALL]
        new = plans.copy()
        new[of[chosen], person[chosen], work[chosen]] = False
        new[of[chosen], person[chosen], taken[chosen]] = True
        return new


def repaired(many: Many, plan: Flags, pairs: Places) -> Flags:
    """Good plans, one for each pair where one is found, each with its pair."""
    at_once = max(1, _AT_ONCE // (plan.size * _WAYS))
    parts = [_repaired(many, plan, pairs[at : at + at_once]) for at in range(0, len(pairs), at_once)]
    return np.concatenate([np.zeros((0, *plan.shape), np.bool_), *parts])


def _repaired(many: Many, plan: Flags, pairs: Places) -> Flags:
    rooms = _rooms(many.question, plan)
    ways = [
        (number, each)
        for number, (person, work) in enumerate(pairs.tolist())
        for each in _ways(many, plan, rooms, person, work)
    ]
    if not ways:
        return np.zeros((0, *plan.shape), np.bool_)
    which, plans = np.array([number for number, _ in ways]), np.array([each for _, each in ways])
    kept = _first(which, many.worth(many.closed(plans)), _WAYS)
    which, plans = which[kept], plans[kept]
    filled = many.refilled(many.closed(many.refilled(plans)))
    kept = _first(which, np.where(_with(filled, pairs[which]), many.worth(filled), -np.inf), 1)
    which, plans = which[kept], filled[kept]
    keep = np.zeros(plans.shape, np.bool_)
    keep[np.arange(which.size), pairs[which, 0], pairs[which, 1]] = True
    worth = many.worth(plans)
    for _ in range(_ROUNDS):
        new = many.refilled(many.traded(plans, keep))
        gained = many.worth(new)
        better = gained > worth + SMALL
        if not better.any():
            break
        plans[better], worth[better] = new[better], gained[better]
    return plans


def _with(plans: Flags, pairs: Places) -> Flags:
    return np.asarray(plans[np.arange(len(plans)), pairs[:, 0], pairs[:, 1]], np.bool_)


def _first(which: Places, worth: Numbers, count: int) -> Places:
    """The places of the best few of each."""
    order = np.lexsort((-worth, which))
    _, start = np.unique(which[order], return_index=True)
    rank = np.arange(which.size) - np.repeat(start, np.diff([*start, which.size]))
    return np.asarray(order[rank < count], np.int64)


def _ways(many: Many, plan: Flags, rooms: Rooms, person: int, work: int) -> Iterator[Flags]:
    """Plans in which somebody does a piece of work, with what no longer fits left out."""
    question, on_it = many.question, np.flatnonzero(plan[:, work])
    leave = [int(each) for each in on_it if not question.forced[each, work]]
    outs: list[int | None] = [*leave] if on_it.size >= many.most[work] else [None, *leave]
    lacks = int(many.least[work]) - 1 - on_it.size
    for drop in rooms.get((person, work), []):
        for out in outs if lacks <= 0 else [None]:
            new = plan.copy()
            new[person, list(drop)] = False
            new[person, work] = True
            if out is not None:
                new[out, work] = False
            if lacks <= 0:
                yield new
            else:
                yield from _staffed(many, new, rooms, person, work, lacks)


def _staffed(many: Many, plan: Flags, rooms: Rooms, person: int, work: int, lacks: int) -> Iterator[Flags]:
    """The plan with as many more on a piece of work as it needs, by those who lose least."""
    gain, joins = many.gain, []
    for other in range(len(plan)):
        if other != person and (other, work) in rooms:
            cost, drop = min((float(gain[other, list(each)].sum()), each) for each in rooms[other, work])
            joins.append((cost - float(gain[other, work]), other, drop))
    for those in combinations(sorted(joins)[: _PARTNERS + lacks - 1], lacks):
        new = plan.copy()
        for _, other, drop in those:
            new[other, list(drop)] = False
            new[other, work] = True
        yield new


def _rooms(question: Question, plan: Flags) -> Rooms:
    """For each pair the least sets of what the person does, without which there is room for it."""
    found: Rooms = {}
    for person, work in np.argwhere(question.may & ~plan).tolist():
        share = question.share[person]
        own = np.flatnonzero(plan[person] & ~question.forced[person]).tolist()
        over = float(share[plan[person]].sum()) + float(share[work]) - 1 - SMALL
        if sets := _least(own, share.tolist(), over):
            found[person, work] = sets
    return found


def _least(own: list[int], share: list[float], over: float) -> list[tuple[int, ...]]:
    """The sets of pieces of work that take so much time, none of which holds another."""
    if over <= 0:
        return [()]
    found: list[tuple[int, ...]] = []
    for count in range(1, len(own) + 1):
        for each in combinations(own, count):
            if sum(share[place] for place in each) >= over and not any(
                set(one) <= set(each) for one in found
            ):
                found.append(each)
    return found
