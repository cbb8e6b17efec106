"""How well what was said matches what came: the calibration curve, coverage of intervals, and their bias.

A bin or a coverage of few is wide, and its interval says so: read that before the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import forecast_scores, intervals
from throughline.engine.forecast_scores import LEVEL, checked
from throughline.engine.intervals import Estimate

Floats = NDArray[np.float64]

# Under it what came is mostly luck: sentences count, and judge nothing.
ENOUGH = 10
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """The probabilities from `low` to `high` (the upper bound included in the last bin only).

    `said` is their mean, `happened` the share that happened, with its Wilson interval; both None of none.
    """

    low: float
    high: float
    said: float | None
    happened: Estimate


@dataclass(frozen=True, slots=True)
class Parts:
    """What a Brier score is made of: reliability − resolution + uncertainty (+ what bins cannot tell apart).

    Reliability is the distance between said and happened (0 is perfect), resolution how far apart the
    bins happened, uncertainty that of the base rate alone.
    """

    reliability: float
    resolution: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """How sure on average of the likelier side, None of none, and how often that side came."""

    sure: float | None
    right: Estimate


def curve(
    probabilities: ArrayLike, happened: ArrayLike, *, edges: Sequence[float] = EDGES
) -> tuple[Bin, ...]:
    """How often what was said with a probability did happen, by bins of the probability.

    >>> found = curve([0.7, 0.75, 0.65], [True, False, True])[3]
    >>> round(found.said, 2), found.happened.n, round(found.happened.value, 2)
    (0.7, 3, 0.67)
    """
    said, hits = checked(probabilities, happened)
    inner = np.asarray(edges[1:-1], dtype=np.float64)
    place = np.searchsorted(inner, said, side="right")
    return tuple(
        _bin(low, high, said[place == number], hits[place == number])
        for number, (low, high) in enumerate(pairwise(edges))
    )


def parts(probabilities: ArrayLike, happened: ArrayLike) -> Parts:
    """The Brier score taken apart over each distinct probability: it is exactly the sum of the three.

    Source: Murphy 1973, "A new vector partition of the probability score".
    """
    said, hits = checked(probabilities, happened)
    values, place, sizes = np.unique(said, return_inverse=True, return_counts=True)
    shares = np.bincount(place, weights=hits) / sizes
    base = float(hits.mean())
    return Parts(
        reliability=float((sizes * (values - shares) ** 2).sum() / said.size),
        resolution=float((sizes * (shares - base) ** 2).sum() / said.size),
        uncertainty=base * (1 - base),
    )


def coverage(low: ArrayLike, high: ArrayLike, outcomes: ArrayLike) -> Estimate:
    """The share of intervals that held what came, with its Wilson interval; bounds count as inside.

    >>> coverage([1, 1], [2, 2], [2, 3]).value
    0.5
    """
    held = forecast_scores.covered(low, high, outcomes)
    return intervals.share(int(held.sum()), held.size)


def leaning(probabilities: ArrayLike, happened: ArrayLike) -> Leaning:
    """How sure somebody was of what she held likelier, beside how often that came.

    Each forecast counts on the side that it leans to: 20 % is 80 % sure of "no". Just one half leans to
    neither side and is left out.

    >>> found = leaning([0.9, 0.1, 0.9], [True, False, False])
    >>> round(found.sure, 1), round(found.right.value, 2)
    (0.9, 0.67)
    """
    said, came = checked(probabilities, happened)
    leans = said != 0.5
    sure = np.maximum(said, 1 - said)[leans]
    right = np.where(said > 0.5, came, 1 - came)[leans]
    return Leaning(
        sure=float(sure.mean()) if sure.size else None,
        right=intervals.share(int(right.sum()), right.size),
    )


def leaning_sentence(found: Leaning) -> str:
    """Over- or underconfident, in a sentence, and only as far as the interval of what came bears it.

    >>> leaning_sentence(leaning([0.94], [False]))
    'Too few to say: 94 % sure on average, right 0 times of 1; under 10 it is mostly luck.'

    >>> leaning_sentence(leaning([0.9] * 40, [True] * 24 + [False] * 16))
    'Overconfident: 90 % sure on average, right 60 % of 40 times (95 % interval 45 % to 74 %).'
    """
    right = found.right
    if found.sure is None or right.value is None or right.low is None or right.high is None:
        return "Nothing resolved that leaned to one side yet."
    if right.n < ENOUGH:
        hits = round(right.value * right.n)
        times = "time" if hits == 1 else "times"
        told = f"{found.sure:.0%} sure on average, right {hits} {times} of {right.n}".replace("%", " %")
        return f"Too few to say: {told}; under {ENOUGH} it is mostly luck."
    said = (
        f"{found.sure:.0%} sure on average, right {right.value:.0%} of {right.n} times "
        f"(95% interval {right.low:.0%} to {right.high:.0%})."
    ).replace("%", " %")
    if found.sure > right.high:
        return f"Overconfident: {said}"
    if found.sure < right.low:
        return f"Underconfident: {said}"
    return f"Neither over- nor underconfident as far as this can tell: {said}"


def coverage_sentence(found: Estimate, *, level: float = LEVEL) -> str:
    """Whether intervals are too narrow or too wide for what they claim, in a sentence.

    >>> coverage_sentence(intervals.share(0, 1))
    'Too few to say: 0 of 1 interval held what came; under 10 it is mostly luck.'

    >>> coverage_sentence(intervals.share(12, 20))
    'Too narrow: 60 % of 20 intervals held what came, 90 % were to (95 % interval 39 % to 78 %).'
    """
    if found.value is None or found.low is None or found.high is None:
        return "No interval has resolved yet."
    if found.n < ENOUGH:
        held = f"{round(found.value * found.n)} of {found.n} interval{'' if found.n == 1 else 's'} held"
        return f"Too few to say: {held} what came; under {ENOUGH} it is mostly luck."
    said = (
        f"{found.value:.0%} of {found.n} intervals held what came, {level:.0%} were to "
        f"(95% interval {found.low:.0%} to {found.high:.0%})."
    ).replace("%", " %")
    if found.high < level:
        return f"Too narrow: {said}"
    if found.low > level:
        return f"Too wide: {said}"
    return f"About as wide as claimed, as far as this can tell: {said}"


def _bin(low: float, high: float, said: Floats, hits: Floats) -> Bin:
    return Bin(
        low=low,
        high=high,
        said=float(said.mean()) if said.size else None,
        happened=intervals.share(int(hits.sum()), hits.size),
    )
