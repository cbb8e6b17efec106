"""How good a forecast was, once it is known what came. Lower is better in all of these but coverage.

A Brier score is one-sided here, (p − outcome)², from 0 to 1; the two-sided form that some sites print adds
the same for "no" and is exactly twice that. Every name says which one it is.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import special
from throughline.engine.pooling import HIGHEST, LOWEST
from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]

LEVEL = 0.9
Z90 = special.Z90


def brier(probabilities: ArrayLike, happened: ArrayLike) -> Floats:
    """The one-sided Brier score of each: (p − outcome)². 0.25 is what one half always scores. Brier 1950.

    >>> brier([0.8, 0.5], [1, 0]).round(2).tolist()
    [0.04, 0.25]
    """
    said, came = checked(probabilities, happened)
    squares: Floats = (said - came) ** 2
    return squares


def brier_two_sided(probabilities: ArrayLike, happened: ArrayLike) -> Floats:
    """The two-sided Brier score of each, from 0 to 2: twice the one-sided one.

    >>> brier_two_sided([0.8, 0.5], [1, 0]).round(2).tolist()
    [0.08, 0.5]
    """
    doubled: Floats = 2 * brier(probabilities, happened)
    return doubled


def log_score(probabilities: ArrayLike, happened: ArrayLike) -> Floats:
    """−ln of the probability that was given to what came, in nats. 0.693 is what one half always scores.

    A 0 or 1 counts as 0.0005 or 0.9995 (`moved` counts them), so that one certainty that failed is not
    infinitely bad. Source: Good 1952.

    >>> log_score([0.5, 1.0], [1, 0]).round(3).tolist()
    [0.693, 7.601]
    """
    said, came = checked(probabilities, happened)
    inside = np.where((said == 0) | (said == 1), np.clip(said, LOWEST, HIGHEST), said)
    return np.asarray(-np.where(came == 1, np.log(inside), np.log1p(-inside)), dtype=np.float64)


def moved(probabilities: ArrayLike) -> int:
    """How many are exactly 0 or 1, which the log score has to move.

    >>> moved([0.0, 0.5, 1.0])
    2
    """
    said = np.asarray(probabilities, dtype=np.float64)
    return int(((said == 0) | (said == 1)).sum())


def interval_score(low: ArrayLike, high: ArrayLike, outcome: ArrayLike, *, level: float = LEVEL) -> Floats:
    """The width of each interval, and 2/(1 − level) times how far outside of it the outcome fell.

    It is in the units of the question. A wider interval costs its width, so that covering everything does
    not win. Source: Gneiting & Raftery 2007, eq. 43.

    >>> interval_score([10.0], [30.0], [31.0]).round(6).tolist()
    [40.0]
    """
    bottom, top, came = _ranges(low, high, outcome)
    if not 0 < level < 1:
        raise ValueError("the level of an interval lies strictly between 0 and 1")
    outside = np.maximum(bottom - came, 0) + np.maximum(came - top, 0)
    scores: Floats = (top - bottom) + 2 / (1 - level) * outside
    return scores


def covered(low: ArrayLike, high: ArrayLike, outcome: ArrayLike) -> NDArray[np.bool_]:
    """Whether each outcome lies in its interval, bounds included.

    >>> covered([1, 1], [2, 2], [2, 3]).tolist()
    [True, False]
    """
    bottom, top, came = _ranges(low, high, outcome)
    return np.asarray((bottom <= came) & (came <= top), dtype=np.bool_)


def crps_normal(mean: ArrayLike, sd: ArrayLike, outcome: ArrayLike) -> Floats:
    """The continuous ranked probability score of a normal forecast, in the units of the question.

    σ·(z·(2Φ(z) − 1) + 2φ(z) − 1/√π) with z = (x − μ)/σ. Source: Gneiting & Raftery 2007, eq. 21.

    >>> crps_normal(0.0, 1.0, [0.0, 1.0]).round(9).tolist()
    [0.233694977, 0.602441358]
    """
    centre, scale, came = _spread(mean, sd, outcome)
    z = (came - centre) / scale
    middle = z * (1 - 2 * special.below(-z))
    scores: Floats = scale * (middle + 2 * special.density(z) - 1 / math.sqrt(math.pi))
    return scores


def crps_lognormal(mu: ArrayLike, sigma: ArrayLike, outcome: ArrayLike) -> Floats:
    """The continuous ranked probability score of a lognormal forecast with these parameters of its logarithm.

    x·(2Φ(w) − 1) − 2e^(μ + σ²/2)·(Φ(w − σ) + Φ(σ/√2) − 1) with w = (ln x − μ)/σ; an outcome of 0 or less
    has w = −∞. Source: Baran & Lerch 2015.

    >>> crps_lognormal(0.0, 1.0, 1.0).round(6).tolist()
    0.267405
    """
    centre, scale, came = _spread(mu, sigma, outcome)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(came > 0, (np.log(came) - centre) / scale, -np.inf)
    inner = special.below(w - scale) - special.above(scale / math.sqrt(2))
    scores: Floats = came * (1 - 2 * special.above(w)) - 2 * np.exp(centre + scale**2 / 2) * inner
    return scores


def checked(probabilities: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    """Probabilities and outcomes (1 or 0) as arrays of one length. ValueError for anything else."""
    said = np.asarray(probabilities, dtype=np.float64).ravel()
    came = np.asarray(happened, dtype=np.float64).ravel()
    if said.size == 0 or said.size != came.size:
        raise ValueError("as many outcomes as probabilities, and at least one")
    if not ((said >= 0) & (said <= 1)).all() or not np.isin(came, (0.0, 1.0)).all():
        raise ValueError("a probability lies between 0 and 1, and an outcome is one of the two")
    return said, came


def _ranges(low: ArrayLike, high: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats, Floats]:
    bottom, top, came = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (low, high, outcome))
    )
    if not (np.isfinite(bottom).all() and np.isfinite(top).all() and np.isfinite(came).all()):
        raise ValueError("bounds and outcomes are finite numbers")
    if (bottom > top).any():
        raise Refused("an interval runs from its lower to its upper bound", code="reversed_interval")
    return bottom, top, came


def _spread(centre: ArrayLike, scale: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats, Floats]:
    middle, width, came = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (centre, scale, outcome))
    )
    if not (width > 0).all():
        raise ValueError("a spread is above 0")
    return middle, width, came
