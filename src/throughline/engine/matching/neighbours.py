"""A better plan near one that is known: some people choose anew, everybody else keeps what they have.

For teams of which no search of whole plans comes to an end (large neighbourhood search, Shaw 1998). Those who
choose anew are drawn from around work on which the plan and the relaxation differ, along what people share.
The same question is answered the same each time.
"""

from __future__ import annotations

import numpy as np

from throughline.engine.matching.branches import Branches
from throughline.engine.matching.model import PROVEN
from throughline.engine.matching.plans import Plan, measured
from throughline.engine.matching.question import Flags
from throughline.engine.matching.relaxed import Relaxed

# So many choose anew at first; more where nothing better is near, fewer where so many nodes settle nothing.
_FIRST, _MORE, _LEAST, _MOST_NODES = 12, 4, 8, 60
# Around a pair that has to be.
_AROUND = 20
# So many sets are a choice, of those that lack no more at the optimum's prices.
_CHOICES, _LACKS = 60, 0.05
# Where a plan and the relaxation agree, this is how likely it is that one begins there all the same.
_ANYWHERE = 0.05
# A part of a pair that is smaller is none.
_PART = 0.01


class Neighbours:
    """The plans near others, by the sets of a solved relaxation."""

    def __init__(self, relaxed: Relaxed) -> None:
        self.relaxed, self.question = relaxed, relaxed.question
        self.people = len(self.question.people)
        self.parts = relaxed.parts(relaxed.run())
        self.prices = relaxed.prices(relaxed.duals[: relaxed.rows])
        self.sets: dict[int, Flags] = {}
        self.count = min(_FIRST, self.people)
        self.draw = np.random.default_rng(0)

    def bettered(self, plan: Plan, *, rounds: int, within: float = 0.0) -> Plan:
        """The best plan that so many rounds lead to, or the first that is within so little of the bound."""
        for _ in range(rounds):
            if self.relaxed.bound - plan.objective <= max(PROVEN, within):
                break
            differs = np.abs(self.parts - plan.given).sum(axis=0) + _ANYWHERE
            begin = int(self.draw.choice(differs.size, p=differs / differs.sum()))
            plan = self._best(plan.given, self._around([begin], plan.given, []), plan) or plan
        return plan

    def mended(self, given: Flags) -> Plan | None:
        """The best plan near one that lacks a pair which has to be; None where none is near."""
        self.count = min(_AROUND, self.people)
        who, works = np.nonzero(self.relaxed.must & ~given)
        shared = [*works.tolist(), *np.flatnonzero(given[who].any(axis=0)).tolist()]
        return self._best(given, self._around(shared, given, who.tolist()), None)

    def _around(self, works: list[int], given: Flags, first: list[int]) -> Flags:
        """Who chooses anew: those on the work, on other work of theirs, and so on; then anybody."""
        chosen = np.zeros(self.people, np.bool_)
        chosen[first] = True
        waiting, seen = list(works), set()
        while waiting and chosen.sum() < self.count:
            work = waiting.pop(0)
            if work in seen:
                continue
            seen.add(work)
            near = given[:, work] | (self.parts[:, work] > _PART)
            for person in self.draw.permutation(np.flatnonzero(near & ~chosen)):
                if chosen.sum() < self.count:
                    chosen[person] = True
                    theirs = given[person] | (self.parts[person] > _PART)
                    waiting += self.draw.permutation(np.flatnonzero(theirs)).tolist()
        others = self.draw.permutation(np.flatnonzero(~chosen))
        chosen[others[: max(0, self.count - int(chosen.sum()))]] = True
        return chosen

    def _best(self, given: Flags, anew: Flags, plan: Plan | None) -> Plan | None:
        """The best plan in which these people choose anew, where it is better than one."""
        sets = [self._choices(person, given[person], bool(anew[person])) for person in range(self.people)]
        above = -np.inf if plan is None else plan.objective
        found, bound = Branches(self.relaxed, sets).search(above, most=_MOST_NODES)
        better = None if found is None else measured(self.question, self.relaxed.weights, found)
        if bound > max(above, better.objective if better else above) + PROVEN:
            self.count = max(_LEAST, self.count - _MORE)
        elif better is None:
            self.count = min(self.people, self.count + _MORE)
        return better

    def _choices(self, person: int, own: Flags, anew: bool) -> Flags:
        """The sets among which somebody chooses."""
        if not anew:
            return own[None]
        listed = self._listed(person)
        if (self.relaxed.must[person] & ~own).any() or (listed == own).all(axis=1).any():
            return listed
        return np.concatenate([listed, own[None]])

    def _listed(self, person: int) -> Flags:
        """The sets of somebody that are worth most, listed when they are first asked for."""
        if person not in self.sets:
            least = float(self.relaxed.duals[self.relaxed.rows + person]) - _LACKS
            self.sets[person] = self.relaxed.best_sets(person, self.prices, least, most=_CHOICES)
        return self.sets[person]
