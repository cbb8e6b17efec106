"""A plan of who does what, and what it is worth: worked out from itself, never taken from a solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.question import Flags, Numbers, Question, Weights

SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what (a row a person, a column a piece of work), and the terms of what it is worth.

    `short` is how much better another plan could be at most; 0 where this is proven to be the best.
    """

    given: Flags
    business: float
    match: float
    facets: float
    fairness: float
    continuity: float
    # By objective: person-weeks missing, and what they cost.
    missed: Mapping[str, float]
    penalty: float
    short: float = 0.0

    @property
    def objective(self) -> float:
        """What is maximised, in person-quarters of fully matching work."""
        return self.business + self.match + self.facets + self.fairness + self.continuity - self.penalty


def measured(question: Question, weights: Weights, given: Flags, *, short: float = 0.0) -> Plan:
    """What a plan is worth. Business value counts once for each piece of work, however many do it."""
    [found] = measured_each(question, weights, given[None])
    return replace(found, short=short) if short else found


def measured_each(question: Question, weights: Weights, given: Flags) -> list[Plan]:
    """What each of some plans is worth."""
    settings, counted = question.settings, question.counted
    means = mean_matches(question, weights, given)
    business = weights.business * (given.any(axis=1) @ question.business)
    facets = settings.beta * covered(question, given)
    least = np.zeros(len(given))
    if counted.any():
        least = settings.phi * (means + question.account)[:, counted].min(axis=1)
    continuity = (given * question.continued).sum(axis=(1, 2))
    missed = [_missed(question, each) for each in gaps(question, given)]
    match = means.sum(axis=1)
    return [
        Plan(
            each,
            business=float(business[place]),
            match=float(match[place]),
            facets=float(facets[place]),
            fairness=float(least[place]),
            continuity=float(continuity[place]),
            missed=missed[place][0],
            penalty=missed[place][1],
        )
        for place, each in enumerate(given)
    ]


def _missed(question: Question, missing: Numbers) -> tuple[dict[str, float], float]:
    """By objective what is missing, and what all of it costs."""
    missed = {
        rule.objective: float(gap) for rule, gap in zip(question.balance, missing, strict=True) if gap > SMALL
    }
    prices = {rule.objective: rule.price for rule in question.balance}
    return missed, sum(prices[each] * gap for each, gap in missed.items()) / question.quarter


def mean_matches(question: Question, weights: Weights, given: Flags) -> Numbers:
    """The match of each person's quarter, in one plan or many; time that is given to nothing counts 0."""
    return np.asarray((question.matches(weights) * question.share * given).sum(axis=-1), np.float64)


def covered(question: Question, given: Flags) -> NDArray[np.int64]:
    """How many facets somebody on the work likes, in each plan."""
    return np.asarray((given[:, :, question.faceted] & question.liked).any(axis=1).sum(axis=1), np.int64)


def gaps(question: Question, given: Flags) -> Numbers:
    """The person-weeks that each balance rule lacks, of one plan or many."""
    weeks = given.sum(axis=-2) * question.weeks
    least = np.array([rule.at_least for rule in question.balance], np.float64)
    wanted = least * weeks.sum(axis=-1)[..., None]
    return np.asarray(np.maximum(0.0, wanted - weeks @ question.serves.T), np.float64)


def holds(question: Question, given: Flags) -> bool:
    """Whether a plan meets everything that must be."""
    return bool(hold(question, given[None])[0])


def hold(question: Question, given: Flags) -> Flags:
    """Whether each of some plans meets everything that must be."""
    counts = given.sum(axis=1)
    taught = (given & question.at_floor).any(axis=1) | ~(given & ~question.at_floor).any(axis=1)
    full = given @ question.weeks > question.capacity * (1 + SMALL)
    staffed = (counts == 0) | ((counts >= question.least) & (counts <= question.most))
    wrong = (given & ~question.may) | (question.forced & ~given)
    return np.asarray(~wrong.any(axis=(1, 2)) & (taught & staffed).all(axis=1) & ~full.any(axis=1), np.bool_)
