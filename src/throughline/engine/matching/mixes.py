"""What no plan goes beyond at other mixes of the weights, by what is known at a few of them.

The prices of a solved relaxation bound every plan at every mix, not at their own alone, and so does any mean
of prices (weak duality; Geoffrion 1974). Between the corners of a small triangle their mean is nearly the
prices of the point itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine.matching.around import Around
from throughline.engine.matching.question import Numbers, Weights


@dataclass(frozen=True, slots=True)
class Prices:
    """The optimum of a relaxation at some weights: what each pair and each work adds beside what it takes.

    `moves` says how that changes with the weights, a row each, at the same prices; `rest` is worth the same
    at all of them.
    """

    weights: Numbers
    rest: float
    beside: Numbers
    moves: Numbers
    low: Numbers

    @classmethod
    def of(cls, around: Around) -> Prices:
        """Those of a relaxation before anything is searched."""
        question, model, columns = around.question, around.model, around.columns
        beside, low = around.beside()[: columns.z], model.low[: columns.z]
        # More of a match is worth its price under the least match too.
        lift = np.ones(len(question.people))
        lift[question.counted] += around.duals()[model.fairness]
        time = (question.share * lift[:, None])[question.may]
        moves = np.zeros((3, columns.z))
        moves[0, columns.y :] = question.business
        moves[1, : columns.y] = time * question.interest[question.may]
        moves[2, : columns.y] = time * question.growth[question.may]
        return cls(np.array(around.weights.each), around.bound - _most(beside, low), beside, moves, low)


def bound(parts: Sequence[tuple[float, Prices]], weights: Weights) -> float:
    """What no plan goes beyond at some weights, by the mean of prices; the parts add up to 1."""
    moved = [each.beside + (np.array(weights.each) - each.weights) @ each.moves for _, each in parts]
    shares = np.array([part for part, _ in parts])
    rest = sum(part * each.rest for part, each in parts)
    return rest + _most(shares @ np.array(moved), parts[0][1].low)


def _most(beside: Numbers, low: Numbers) -> float:
    """What columns between `low` and 1 add at most, each for itself."""
    return float(np.where(beside > 0, beside, beside * low).sum())


def corners(place: Sequence[int], side: int) -> dict[tuple[int, int, int], float]:
    """The corners of the small triangle around a point, with the parts in which the point is their mean.

    Points are whole numbers that add up to a multiple of `side`, and corners are those that it divides.

    >>> corners((3, 1, 0), 2)
    {(4, 0, 0): 0.5, (2, 2, 0): 0.5}
    >>> corners((1, 1, 2), 4)
    {(4, 0, 0): 0.25, (0, 4, 0): 0.25, (0, 0, 4): 0.5}
    >>> corners((3, 3, 2), 4)
    {(0, 4, 4): 0.25, (4, 0, 4): 0.25, (4, 4, 0): 0.5}
    """
    below, over = np.divmod(np.array(place), side)
    missing = int(over.sum()) // side
    if not missing:
        return {(int(place[0]), int(place[1]), int(place[2])): 1.0}
    one = np.eye(3, dtype=np.int64)
    ends = side * (below + one if missing == 1 else below + 1 - one)
    parts = over / side if missing == 1 else 1 - over / side
    found = zip(ends.tolist(), parts.tolist(), strict=True)
    return {(end[0], end[1], end[2]): part for end, part in found if part > 0}
