"""How sure the choice is: ranges drawn again and again, and the portfolio chosen anew each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from throughline.engine.cores import solve_nearly
from throughline.engine.portfolio import Question, best
from throughline.engine.priorities import Candidate, Shrunk

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of the draws with its standard error."""

    probability: float
    error: float


@dataclass(frozen=True, slots=True)
class Chances:
    """By candidate: the chance to be in the best portfolio, and among the first k by value a person-week.

    `fits` is the chance that the chosen work takes no more than the capacity; `unmet` the share of the draws
    in which no choice meets the rules.
    """

    in_best: dict[str, Chance]
    top: dict[str, Chance]
    fits: Chance
    unmet: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """Values and efforts, a row for each draw, a column for each candidate by key."""

    keys: tuple[str, ...]
    values: Numbers
    efforts: Numbers


def draw(
    candidates: Sequence[Candidate], draws: int, chance: np.random.Generator, shrunk: Shrunk | None = None
) -> Drawn:
    """Draw every range, all independent of each other; the order of the candidates makes no difference.

    `shrunk` is in the order of the candidates. With it each draw is drawn towards the common mean as well:
    the mean becomes the shrunk value, and the variance its part that is left, trust × error².
    """
    order = sorted(range(len(candidates)), key=lambda place: candidates[place].key)
    values, efforts = np.zeros((draws, len(order))), np.zeros((draws, len(order)))
    for column, place in enumerate(order):
        each = candidates[place]
        found = each.drawn(chance.standard_normal((len(each.effects), draws)))
        if shrunk is not None:
            trust = math.sqrt(shrunk.trust[place])
            found = shrunk.values[place] + trust * (found - each.value.expected)
        values[:, column] = found
        efforts[:, column] = each.effort.at(chance.standard_normal(draws))
    return Drawn(tuple(candidates[place].key for place in order), values, efforts)


def chances(
    question: Question,
    drawn: Drawn,
    *,
    chosen: Sequence[str],
    k: int,
    done: Callable[[int], None] = lambda number: None,
) -> Chances:
    """Choose again in every draw, up to one part in a hundred; exactly of up to fourteen candidates.

    The keys of the draws are those of the question's items; `done` hears how many are done, and may raise.
    """
    taken, unmet = np.zeros(len(drawn.keys)), 0
    for number, (values, efforts) in enumerate(zip(drawn.values, drawn.efforts, strict=True)):
        done(number)
        portfolio = best(_as_drawn(question, values, efforts), solve_nearly)
        unmet += portfolio is None
        taken += np.isin(drawn.keys, portfolio.chosen if portfolio else ())
    count = len(drawn.values)
    first = np.argsort(np.argsort(-drawn.values / drawn.efforts, axis=1, kind="stable"), axis=1) < k
    fits = drawn.efforts[:, np.isin(drawn.keys, chosen)].sum(axis=1) <= question.capacity
    return Chances(
        {key: _chance(each, count) for key, each in zip(drawn.keys, taken / count, strict=True)},
        {key: _chance(each, count) for key, each in zip(drawn.keys, first.mean(axis=0), strict=True)},
        _chance(float(fits.mean()), count),
        unmet / count,
    )


def _as_drawn(question: Question, values: Numbers, efforts: Numbers) -> Question:
    items = zip(question.items, values, efforts, strict=True)
    return replace(
        question,
        items=tuple(replace(each, value=float(value), effort=float(effort)) for each, value, effort in items),
    )


def _chance(share: float, count: int) -> Chance:
    return Chance(float(share), math.sqrt(share * (1 - share) / count))
