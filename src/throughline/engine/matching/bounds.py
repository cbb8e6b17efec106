"""Every opportunity cost at once, between two ends: none is less, and a plan is known that costs no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
from throughline.engine.matching.relaxed import CLOSE, Relaxed
from throughline.engine.matching.repairs import Many, repaired

# Ends this near are one number.
EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class Bounds:
    """What each pair costs at least and at most; a row a person.

    NaN where somebody cannot do it in any plan, and ∞ at most where no plan with it is known.
    """

    low: Numbers
    high: Numbers

    @property
    def exact(self) -> Flags:
        """Where both ends are the same."""
        return np.asarray(self.high - self.low <= EXACT, np.bool_)


def bounded(
    question: Question, weights: Weights, plan: Plan, others: Sequence[Flags], relaxed: Relaxed | None
) -> Bounds:
    """The ends of every cost beside a plan; `others` are plans that are known already."""
    low = np.zeros(question.may.shape)
    if relaxed is not None:
        low = np.maximum(0.0, plan.objective - relaxed.bound + lacking(relaxed))
    many = Many(question, weights)
    pairs = np.argwhere(question.may & ~plan.given)
    plans = np.concatenate([np.array([plan.given, *others]), repaired(many, plan.given, pairs)])
    worth = many.worth(plans)
    best = np.full(question.may.shape, -np.inf)
    # The last to be written is the best of those that hold a pair.
    for each in np.argsort(worth, kind="stable"):
        best[plans[each]] = worth[each]
    high = np.maximum(0.0, plan.objective - best)
    low[plan.given] = high[plan.given] = 0.0
    possible = question.may & np.isfinite(low)
    return Bounds(np.where(possible, np.minimum(low, high), np.nan), np.where(possible, high, np.nan))


def lacking(relaxed: Relaxed) -> Numbers:
    """By how much every plan with a pair stays below the bound, at least; a row a person.

    At the optimum's prices each person's best set with the work lacks so much; so do the best of as many
    others as the work needs; and the work itself, where it is not worth doing.
    """
    sets = _of_sets(relaxed)
    team = len(sets)
    least = np.array([each.least for each in relaxed.question.works])
    found = sets.copy()
    for work in np.flatnonzero(least > 1):
        for person in range(team):
            others = np.sort(np.delete(sets[:, work], person))[: least[work] - 1]
            found[person, work] += np.inf if others.size < least[work] - 1 else float(others.sum())
    return found + _of_works(relaxed)[None, :]


def _of_sets(relaxed: Relaxed) -> Numbers:
    """What the best set with a pair lacks, where a part of the last piece of work may be taken."""
    question, prices = relaxed.question, relaxed.prices(relaxed.duals[: relaxed.rows])
    found = np.full(question.may.shape, np.inf)
    for person in range(relaxed.people):
        works = relaxed.blocks[person].works
        if not works.size:
            continue
        share, price = question.share[person, works], prices[person, works]
        order = np.argsort(-price / np.maximum(share, CLOSE))
        # A row for each pair that is forced: it is left out of what the rest of the time is filled with.
        sizes = np.tile(np.maximum(share[order], CLOSE), (works.size, 1))
        alone = np.arange(works.size)[:, None] == order[None, :]
        values = np.where(alone, 0.0, np.maximum(price[order], 0.0))
        taken = np.where(values > 0, sizes, 0.0)
        before = np.cumsum(taken, axis=1) - taken
        parts = np.clip((1 - share[:, None] - before) / sizes, 0.0, 1.0)
        best = price + (values * parts).sum(axis=1)
        found[person, works] = np.maximum(0.0, relaxed.duals[relaxed.rows + person] - best)
    return found


def _of_works(relaxed: Relaxed) -> Numbers:
    """What is lost at the optimum's prices by doing a piece of work at all."""
    rows, columns, values = relaxed.entries
    count, first = len(relaxed.question.works), relaxed.model.columns.y
    inner = (columns >= first) & (columns < first + count)
    spent = np.zeros(count)
    np.add.at(spent, columns[inner] - first, relaxed.duals[rows[inner]] * values[inner])
    return np.maximum(0.0, spent - relaxed.model.gain[first : first + count])
