"""Which weights explain what people chose in the past: revealed preference on the triangle of weights.

Somebody could choose among some pieces of work and took one. With scores (business, interest, growth) and
weights w, the choice is explained by w where the chosen work is worth at least as much as each other:

    w·chosen ≥ w·other  for all others          w ≥ 0, Σw = 1

Each comparison cuts the triangle along a straight line, so the weights that explain one choice are a convex
piece of it, maybe empty. Those that explain most choices are an intersection of pieces, or several of these.
They are looked for on a grid, 231 points at steps of 1/20, which is the picture that the match draws too: a
piece narrower than a step can fall between the points, and more steps find it. Equals count as explained,
since somebody who does not mind may take either. A choice that every weight explains says nothing; one that
none explains was made for another reason (no time, a promise, a friend), and both are named.
The centre is the mean of the points that explain most; where these are no convex piece and it lies outside of
them, it is the one of them nearest to that mean. It is a middle, not an estimate: read the region.
Units: scores in 0..1, weights as shares of 1. Sources: Ahuja & Orlin 2001, "Inverse optimization", Operations
Research 49; Afriat 1967, International Economic Review 8 (preferences read from choices).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Scores = tuple[float, float, float]

STEPS = 20
# Scores are decimals: two sums that are equal on paper differ by this much at most.
_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """The (business, interest, growth) of the work that was taken, and of each that could have been."""

    chosen: Scores
    others: tuple[Scores, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Weights (business, interest, growth) and the share of the choices that they explain."""

    weights: Scores
    share: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Every point of the grid, the best share and where it is reached, and the middle of these.

    `silent` and `unexplained` are the places of choices that every point explains, and none.
    """

    points: tuple[Point, ...]
    most: float
    best: tuple[Scores, ...]
    centre: Scores
    silent: tuple[int, ...]
    unexplained: tuple[int, ...]


def triangle(steps: int = STEPS) -> Floats:
    """The weights (business, interest, growth) of a grid with `steps` steps a side, one a row.

    >>> triangle(1).tolist()
    [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    >>> len(triangle())
    231
    """
    places = [(b, i, steps - b - i) for b in range(steps + 1) for i in range(steps + 1 - b)]
    return np.array(places, np.float64) / steps


def explained_by(choices: Sequence[Choice], weights: Floats) -> NDArray[np.bool_]:
    """Whether each weights, shape (m, 3), explain each choice: shape (m, choices).

    >>> explained_by([Choice((1, 0, 0), ((0, 1, 0),))], triangle(1)).ravel().tolist()
    [True, False, True]
    """
    found = np.ones((len(weights), len(choices)), np.bool_)
    for place, choice in enumerate(choices):
        gains = np.array(choice.chosen) - np.array(choice.others, np.float64).reshape(-1, 3)
        found[:, place] = (weights @ gains.T >= -_EQUAL).all(axis=1)
    return found


def explain(choices: Sequence[Choice], *, steps: int = STEPS) -> Explained:
    """What share of the choices each weights on the grid explain. ValueError of no choice.

    >>> found = explain([Choice((0.9, 0.1, 0.5), ((0.2, 0.8, 0.5),))])
    >>> found.most, len(found.best), [round(each, 2) for each in found.centre]
    (1.0, 121, [0.5, 0.16, 0.34])
    """
    if not choices:
        raise ValueError("expected at least one choice")
    grid = triangle(steps)
    explained = explained_by(choices, grid)
    counts = explained.sum(axis=1)
    best = grid[counts == counts.max()]
    return Explained(
        points=tuple(
            Point(_scores(each), float(count) / len(choices))
            for each, count in zip(grid, counts, strict=True)
        ),
        most=float(counts.max()) / len(choices),
        best=tuple(_scores(each) for each in best),
        centre=_centre(choices, best, int(counts.max())),
        silent=_places(np.all(explained, axis=0)),
        unexplained=_places(~np.any(explained, axis=0)),
    )


def _centre(choices: Sequence[Choice], best: Floats, most: int) -> Scores:
    middle = best.mean(axis=0)
    if explained_by(choices, middle[None]).sum() == most:
        return _scores(middle)
    return _scores(best[np.argmin(((best - middle) ** 2).sum(axis=1))])


def _scores(weights: Floats) -> Scores:
    business, interest, growth = weights.tolist()
    return business, interest, growth


def _places(marked: ArrayLike) -> tuple[int, ...]:
    return tuple(np.flatnonzero(marked).tolist())
