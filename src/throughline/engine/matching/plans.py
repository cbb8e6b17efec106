"""A plan of who does what, and what it is worth: worked out from itself, never taken from a solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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
    done = given.any(axis=0)
    means = mean_matches(question, weights, given)
    missed = {
        rule.objective: gap
        for rule, gap in zip(question.balance, gaps(question, given), strict=True)
        if gap > SMALL
    }
    prices = {rule.objective: rule.price for rule in question.balance}
    least = float((means + question.account)[question.counted].min()) if question.counted.any() else 0.0
    return Plan(
        given,
        business=weights.business * float(question.business[done].sum()),
        match=float(means.sum()),
        facets=question.settings.beta * covered(question, given),
        fairness=question.settings.phi * least,
        continuity=float(question.continued[given].sum()),
        missed=missed,
        penalty=sum(prices[each] * gap for each, gap in missed.items()) / question.quarter,
        short=short,
    )


def mean_matches(question: Question, weights: Weights, given: Flags) -> Numbers:
    """The match of each person's quarter; time that is not given to anything counts 0."""
    return np.asarray((question.matches(weights) * question.share * given).sum(axis=1), np.float64)


def covered(question: Question, given: Flags) -> int:
    """How many facets somebody on the work likes."""
    return int((given[:, question.faceted] & question.liked).any(axis=0).sum())


def gaps(question: Question, given: Flags) -> list[float]:
    """The person-weeks that each balance rule lacks."""
    weeks = given.sum(axis=0) * question.weeks
    return [
        max(0.0, rule.at_least * float(weeks.sum()) - float(weeks[serves].sum()))
        for rule, serves in zip(question.balance, question.serves, strict=True)
    ]


def holds(question: Question, given: Flags) -> bool:
    """Whether a plan meets everything that must be."""
    counts = given.sum(axis=0)
    taught = (given & question.at_floor).any(axis=0) | ~(given & ~question.at_floor).any(axis=0)
    full = given.astype(np.float64) @ question.weeks > question.capacity * (1 + SMALL)
    return bool(
        not (given & ~question.may).any()
        and not (question.forced & ~given).any()
        and taught.all()
        and not full.any()
        and ((counts == 0) | ((counts >= question.least) & (counts <= question.most))).all()
    )
