"""Estimates with their intervals: mean, median, p90, count and share.

A NaN is an unknown value and is left out; `n` counts what was used. The order of the values does not
matter: the same records give the same bounds whatever order an engine returns them in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.ranks import at_ranks

Floats = NDArray[np.float64]

BOOTSTRAP_LIMIT = 500
# Efron & Tibshirani 1993, §14, ask for a thousand or more; two keep 500 values under 10 ms.
RESAMPLES = 2000
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the bounds of its interval and the number of observations behind it.

    `value` is None where nothing was observed; a bound is None where the data cannot give it.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def bare(value: float | None, n: int) -> Estimate:
    """A value without an interval: it is no estimate, or its interval says nothing of what is asked."""
    return Estimate(value, None, None, n)


def mean(values: ArrayLike, *, seed: int | None, confidence: float = 0.95) -> Estimate:
    """The arithmetic mean: BCa bootstrap from `seed` up to n = 500, Hall's transformation above.

    Without a seed nothing is resampled.

    Sources: Efron 1987, "Better bootstrap confidence intervals"; Hall 1992 (see `mean_from_moments`).

    >>> mean([1.0, 2.0, 9.0, float("nan")], seed=1).value
    4.0
    """
    known = _known(values)
    if known.size > BOOTSTRAP_LIMIT or (seed is None and known.size):
        return _mean_of_many(known, confidence)
    known = np.sort(known)
    if known.size < 2:
        return Estimate(value=float(known[0]) if known.size else None, low=None, high=None, n=known.size)
    centre = float(known.mean())
    if known[0] == known[-1]:
        return Estimate(value=float(known[0]), low=float(known[0]), high=float(known[0]), n=known.size)
    assert seed is not None
    low, high = _bca(known, centre, seed=seed, confidence=confidence)
    return Estimate(value=centre, low=low, high=high, n=known.size)


def mean_from_moments(
    n: int, total: float, squares: float, cubes: float, *, origin: float = 0.0, confidence: float = 0.95
) -> Estimate:
    """The mean and its skewness-corrected interval from Σd, Σd², Σd³ of d = x − origin.

    An `origin` near the mean keeps the precision that raw powers lose when the spread is small beside
    the mean. With γ the skewness and g⁻¹(x) = (3√n/γ)·{[1 + (γ/√n)(x − γ/(6√n))]^⅓ − 1}, the bounds are
    mean − s·g⁻¹(±z)/√n. Source: Hall 1992, "On the removal of skewness by transformation", JRSS B 54.
    """
    if n == 0:
        return Estimate(value=None, low=None, high=None, n=0)
    shift = total / n
    value = origin + shift
    variance = max(squares / n - shift**2, 0.0)
    if n == 1:
        return Estimate(value=value, low=None, high=None, n=1)
    # What is left of constant data after cancellation is not a spread.
    if variance <= 1e-15 * squares / n:
        return Estimate(value=value, low=value, high=value, n=n)
    third = cubes / n - 3 * shift * squares / n + 2 * shift**3
    low, high = _hall(n, math.sqrt(variance), third / variance**1.5, confidence=confidence)
    return Estimate(value=value, low=value + low, high=value + high, n=n)


def quantile(values: ArrayLike, p: float, *, confidence: float = 0.95) -> Estimate:
    """The p-quantile by linear interpolation, with order statistics as bounds.

    The bounds are exact whatever the distribution, and conservative: each side errs with at most half
    of 1 − confidence. A bound is None where n is too small to give one. Source: Hahn & Meeker 1991, §5.2.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    Estimate(value=2.5, low=None, high=None, n=4)
    """
    known = _known(values)
    return quantile_of(known.size, p, partial(at_ranks, known), confidence=confidence)


def quantile_of(
    n: int, p: float, ranked: Callable[[set[int]], Mapping[int, float]], *, confidence: float = 0.95
) -> Estimate:
    """As `quantile`, of so many values; `ranked` tells those that have so many before them."""
    if n == 0:
        return Estimate(value=None, low=None, high=None, n=0)
    low, high = quantile_ranks(n, p, confidence=confidence)
    position = (n - 1) * p
    below, above = math.floor(position), math.ceil(position)
    found = ranked({below, above, *(rank - 1 for rank in (low, high) if rank)})
    return Estimate(
        value=_between(found[below], found[above], position - below),
        low=found[low - 1] if low else None,
        high=found[high - 1] if high else None,
        n=n,
    )


def median(values: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """The middle value (of an even number, the mean of the middle pair) with order-statistic bounds."""
    return quantile(values, 0.5, confidence=confidence)


def p90(values: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """The value that nine in ten do not exceed, with order-statistic bounds."""
    return quantile(values, 0.9, confidence=confidence)


@lru_cache(maxsize=4096)
def quantile_ranks(n: int, p: float, *, confidence: float = 0.95) -> tuple[int | None, int | None]:
    """The ranks (1 = smallest) of the two order statistics that bound the p-quantile of n values.

    With B ~ Binomial(n, p): the largest r with P(B < r) ≤ α/2, the smallest s with P(B ≥ s) ≤ α/2.

    >>> quantile_ranks(100, 0.5)
    (40, 61)
    """
    if not 0.0 < p < 1.0:
        raise ValueError("a quantile lies strictly between 0 and 1")
    tail = (1 - confidence) / 2
    first, below, above = _binomial_tails(n, p)
    lower = first + int(np.count_nonzero(below <= tail))
    upper = first + int(np.count_nonzero(above > tail))
    return (lower if lower >= 1 else None), (upper if upper <= n else None)


def count(k: int, *, confidence: float = 0.95) -> Estimate:
    """A count with the exact Poisson interval. Source: Garwood 1936.

    >>> round(count(0).high or 0, 3)
    3.689
    """
    low, high = count_bounds([k], confidence=confidence)
    return Estimate(value=float(k), low=float(low[0]), high=float(high[0]), n=k)


def count_bounds(counts: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The exact Poisson bounds of each count, two arrays of its shape: ½χ²(α/2; 2k), ½χ²(1−α/2; 2k+2)."""
    seen, places = np.unique(np.asarray(counts, dtype=np.float64), return_inverse=True)
    if seen.size and seen[0] < 0:
        raise ValueError("a count cannot be negative")
    tail = (1 - confidence) / 2
    low = np.zeros_like(seen)
    low[seen > 0] = _gamma_quantile(seen[seen > 0], tail, lower=True)
    high = _gamma_quantile(seen + 1, tail, lower=False)
    shape = np.shape(counts)
    return low[places].reshape(shape), high[places].reshape(shape)


def share(k: int, n: int, *, confidence: float = 0.95) -> Estimate:
    """k of n as a share of 1 with the score interval. Source: Wilson 1927.

    >>> estimate = share(9, 10)
    >>> estimate.value, round(estimate.low or 0, 3), round(estimate.high or 0, 3)
    (0.9, 0.596, 0.982)
    """
    if not 0 <= k <= n:
        raise ValueError("a share needs 0 ≤ k ≤ n")
    if n == 0:
        return Estimate(value=None, low=None, high=None, n=0)
    low, high = share_bounds([k], [n], confidence=confidence)
    return Estimate(value=k / n, low=float(low[0]), high=float(high[0]), n=n)


def share_bounds(k: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The Wilson bounds of each k of n (every n > 0), two arrays of their common shape."""
    # At 0 and n the formula gives its end only up to rounding, so the ends are set.
    hits, tries = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = _z(confidence)
    centre = (hits + z**2 / 2) / (tries + z**2)
    half = z / (tries + z**2) * np.sqrt(hits * (tries - hits) / tries + z**2 / 4)
    low = np.where(hits == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(hits == tries, 1.0, np.minimum(centre + half, 1.0))
    return low, high


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64).ravel()
    missing = np.isnan(array)
    return array[~missing] if missing.any() else array


def _z(confidence: float) -> float:
    return _NORMAL.inv_cdf((1 + confidence) / 2)


def _between(low: float, high: float, fraction: float) -> float:
    # From the nearer end, as NumPy does, so that equal neighbours and both ends come out exactly.
    return low + (high - low) * fraction if fraction < 0.5 else high - (high - low) * (1 - fraction)


def _mean_of_many(values: Floats, confidence: float) -> Estimate:
    origin = float(values.mean())
    away = values - origin
    squares = away * away
    # Not squares @ away: its threads wait for each other, on a busy machine fifty times as long.
    return mean_from_moments(
        away.size,
        float(away.sum()),
        float(squares.sum()),
        float((squares * away).sum()),
        origin=origin,
        confidence=confidence,
    )


def _hall(n: int, deviation: float, skewness: float, *, confidence: float) -> tuple[float, float]:
    """What to add to a mean for its lower and upper bound."""
    z, scale = _z(confidence), deviation / math.sqrt(n)
    slope = skewness / math.sqrt(n)
    # The transformation tends to the identity as the skewness vanishes, where its formula is 0/0.
    if abs(slope) < 1e-9:
        return -scale * z, scale * z

    def untransformed(x: float) -> float:
        return 3 / slope * (float(np.cbrt(1 + slope * (x - slope / 6))) - 1)

    return -scale * untransformed(z), -scale * untransformed(-z)


def _bca(values: Floats, centre: float, *, seed: int, confidence: float) -> tuple[float, float]:
    means = _resampled_means(values, seed=seed)
    # Equal up to rounding counts as a tie, or the sums' last bits would decide the bias correction.
    ties = np.isclose(means, centre, rtol=1e-12, atol=0.0)
    less = np.count_nonzero((means < centre) & ~ties) + np.count_nonzero(ties) / 2
    bias = _NORMAL.inv_cdf(min(max(less / RESAMPLES, 0.5 / RESAMPLES), 1 - 0.5 / RESAMPLES))
    away = values - centre
    acceleration = float((away**3).sum()) / (6 * float((away**2).sum()) ** 1.5)

    def level(z: float) -> float:
        return _NORMAL.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))

    z = _z(confidence)
    low, high = np.quantile(means, [level(-z), level(z)])
    return float(low), float(high)


def _resampled_means(values: Floats, *, seed: int) -> Floats:
    # Two bytes a pick are enough up to the limit, and take half the time of eight.
    random = np.random.Generator(np.random.PCG64(seed))
    picks = random.integers(0, values.size, size=(RESAMPLES, values.size), dtype=np.uint16)
    means: Floats = values[picks].mean(axis=1)
    return means


def _binomial_tails(n: int, p: float) -> tuple[int, Floats, Floats]:
    """(first, P(B ≤ i), P(B ≥ i)) for i = first … over every i that carries any mass."""
    # Beyond twelve standard deviations lies less than 1e-30 of the mass.
    reach = 12 * math.sqrt(n * p * (1 - p)) + 30
    first, last = max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach))
    i = np.arange(first, last, dtype=np.float64)
    steps = np.log((n - i) / (i + 1) * (p / (1 - p)))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    mass = np.exp(logs - logs.max())
    mass /= mass.sum()
    return first, np.cumsum(mass), np.cumsum(mass[::-1])[::-1]


# Eighty nodes agreed with SciPy to eleven digits for the counts tried, up to ten million.
_NODES, _WEIGHTS = (part.astype(np.float64) for part in np.polynomial.legendre.leggauss(80))


def _gamma_quantile(shape: Floats, tail: float, *, lower: bool) -> Floats:
    """The x with P(Gamma(shape) ≤ x) = tail, or ≥ x: Newton on log tail against log x."""
    z = _NORMAL.inv_cdf(tail if lower else 1 - tail)
    # Wilson & Hilferty 1931 is within a few per cent, so that five or six steps reach rounding.
    x: Floats = shape * np.maximum(1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)), 0.1) ** 3
    for _ in range(8):
        log_density, ratio = _log_density(shape, x), _tail_ratio(shape, x, lower=lower)
        excess = log_density + np.log(ratio) - math.log(tail)
        x *= np.exp(np.clip(excess * ratio / x, -1, 1) * (-1 if lower else 1))
    return x


def _log_density(shape: Floats, x: Floats) -> Floats:
    log_gamma = np.array([math.lgamma(a) for a in shape])
    logs: Floats = (shape - 1) * np.log(x) - x - log_gamma
    return logs


def _tail_ratio(shape: Floats, x: Floats, *, lower: bool) -> Floats:
    """Tail probability over density at x, by Gauss–Legendre over the part of the tail that has mass."""
    reach = 12 * np.sqrt(shape) + 40
    width = np.minimum(reach, x) if lower else reach
    s: Floats = width[:, None] * (_NODES + 1) / (-2 if lower else 2)
    integrand = np.exp((shape[:, None] - 1) * np.log1p(s / x[:, None]) - s)
    ratio: Floats = (integrand @ _WEIGHTS) * width / 2
    return ratio
