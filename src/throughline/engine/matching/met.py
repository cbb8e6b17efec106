"""The plans that a search met: the best of all, and the best with each pair.

A search goes by what the solver says of a plan. What is handed out is worked out from the plan itself, for
many at once, and where the two differ nothing is.
"""

from __future__ import annotations

import numpy as np

from throughline.engine.matching.model import PROVEN
from throughline.engine.matching.plans import Plan, hold, measured_each
from throughline.engine.matching.question import Flags, Question, Weights


class Undecided(Exception):
    """This way does not settle it."""


class Met:
    """Plans by the pairs that they hold; `worths` says what the best with each is worth, −∞ for none."""

    def __init__(self, question: Question, weights: Weights) -> None:
        self.question, self.weights = question, weights
        self.worths = np.full(question.may.shape, -np.inf)
        self.top = -np.inf
        self._best = -1
        self._which = np.full(question.may.shape, -1)
        self._given: list[Flags] = []
        self._said: list[float] = []
        self._plans: list[Plan] = []

    def again(self) -> Met:
        """The same, to be added to."""
        other = Met(self.question, self.weights)
        other.worths, other.top = self.worths.copy(), self.top
        other._best, other._which = self._best, self._which.copy()
        other._given, other._said, other._plans = list(self._given), list(self._said), list(self._plans)
        return other

    def add(self, given: Flags, worth: float) -> None:
        """Remember a plan for each pair for which it is the best so far."""
        better = given & (self.worths < worth)
        if worth > self.top:
            self.top, self._best = worth, len(self._given)
        self.worths[better] = worth
        self._which[better] = len(self._given)
        self._given.append(given)
        self._said.append(worth)

    def best(self) -> Plan | None:
        """The best plan of all that were met."""
        return self._plan(self._best)

    def with_pair(self, person: int, work: int) -> Plan | None:
        """The best plan of those with a pair."""
        return self._plan(int(self._which[person, work]))

    def _plan(self, place: int) -> Plan | None:
        """One plan, measured with all that were not yet; Undecided where one is not what was said."""
        if place < 0:
            return None
        if place >= len(self._plans):
            first = len(self._plans)
            given = np.array(self._given[first:])
            plans = measured_each(self.question, self.weights, given)
            off = np.abs([plan.objective for plan in plans] - np.array(self._said[first:]))
            if (off > PROVEN).any() or not hold(self.question, given).all():
                raise Undecided
            self._plans += plans
        return self._plans[place]
