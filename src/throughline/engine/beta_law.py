"""The beta law: both of its tails with their relative precision, and its quantiles.

All take arrays and broadcast, and hold for shapes from a hundredth to a million: a hundred thousand
organisations, three of them breached, are a beta law. A shape that is not above 0, or a probability outside
of 0 to 1, raises ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Half the logarithm of 2π, and the smallest logarithm whose number is not 0.
_HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)
_SMALLEST = -745.0
_TINY = 1e-300
_MOST_TERMS = 200_000
_NORMAL = NormalDist()
# Nearer to 0 or 1 a search begins no farther out.
_NEAR_AN_END = 1e-12


def below(a: ArrayLike, b: ArrayLike, x: ArrayLike) -> Floats:
    """P(B ≤ x) of a beta variable: the regularised I_x(a, b).

    >>> below(2.0, 1.0, 0.5).round(12).tolist()
    0.25
    """
    return np.exp(_log_tail(*_arguments(a, b, x), upper=False))


def above(a: ArrayLike, b: ArrayLike, x: ArrayLike) -> Floats:
    """P(B > x) = 1 − I_x(a, b), with its relative precision where it is small.

    >>> above(1.0, 3.0, 0.9).round(12).tolist()
    0.001
    """
    return np.exp(_log_tail(*_arguments(a, b, x), upper=True))


def quantile(a: ArrayLike, b: ArrayLike, p: ArrayLike) -> Floats:
    """The x with I_x(a, b) = p.

    >>> quantile(2.5, 38.5, [0.05, 0.95]).round(9).tolist()
    [0.014488483, 0.131577702]
    """
    first, second, given = np.broadcast_arrays(_positive(a), _positive(b), _probabilities(p))

    def tails(u: Floats, upper: Flags) -> tuple[Floats, Floats]:
        x, y = _expit(u), _expit(-u)
        return _log_tail(first, second, x, y, upper=upper), _log_mass(first, second, x, y)

    return _expit(_solved(tails, given, _start(first, second, given)))


def _start(a: Floats, b: Floats, p: Floats) -> Floats:
    """A log-odds near the one wanted: about normal with variance 1/a + 1/b, unless a shape is small."""
    asked, places = np.unique(np.clip(p, _NEAR_AN_END, 1 - _NEAR_AN_END), return_inverse=True)
    away = np.array([_NORMAL.inv_cdf(each) for each in asked.tolist()])[places].reshape(p.shape)
    spread = np.where(np.minimum(a, b) >= 1, np.sqrt(1 / a + 1 / b), 0.0)
    start: Floats = np.log(a) - np.log(b) + away * spread
    return start


def _solved(tails: Callable[[Floats, Flags], tuple[Floats, Floats]], p: Floats, start: Floats) -> Floats:
    """The u whose lower tail is p: Newton on the logarithm of the smaller tail.

    `tails(u, upper)` are the logarithms of a tail and of the density at u. The densities here are
    log-concave in u, and so are both tails (Prékopa 1973): Newton arrives from wherever it starts.
    """
    upper = p > 0.5
    with np.errstate(divide="ignore"):
        wanted = np.where(upper, np.log1p(-p), np.log(p))
    u = np.clip(start, _SMALLEST, -_SMALLEST).astype(np.float64)
    inside = np.isfinite(wanted)
    for _ in range(200):
        with np.errstate(over="ignore", invalid="ignore"):
            logs, density = tails(u, upper)
            step = (logs - wanted) * np.exp(np.clip(logs - density, -50, 50)) * np.where(upper, 1, -1)
            step = np.where(inside, np.clip(np.nan_to_num(step), -8, 8), 0.0)
        u = np.clip(u + step, _SMALLEST, -_SMALLEST)
        # What is left to go is of the size of the square of the last step.
        if (np.abs(step) <= 1e-9 * np.maximum(np.abs(u), 1)).all():
            break
    return np.where(inside, u, np.where(upper, math.inf, -math.inf))


def _log_mass(a: Floats, b: Floats, x: Floats, y: Floats) -> Floats:
    """ln of x^a·y^b ÷ B(a, b) with y = 1 − x, again without large differences."""
    n = a + b
    # The difference of the smaller sides, which has lost nothing to the 1 beside it.
    away = np.where(x < y, x - a / n, b / n - y)
    from_mean = a * _log_ratio(x, a / n, away) + b * _log_ratio(y, b / n, -away)
    logs: Floats = (
        from_mean
        + 0.5 * (np.log(a) + np.log(b) - np.log(n))
        - _HALF_LOG_TAU
        + _stirling(n)
        - _stirling(a)
        - _stirling(b)
    )
    return logs


def _log_tail(a: Floats, b: Floats, x: Floats, y: Floats, *, upper: bool | Flags) -> Floats:
    below = x < (a + 1) / (a + b + 2)
    safe, rest = np.where((x > 0) & (y > 0), x, 0.5), np.where((x > 0) & (y > 0), y, 0.5)
    mass = _log_mass(a, b, safe, rest)
    first, second = np.where(below, a, b), np.where(below, b, a)
    nearer = mass - np.log(first) + np.log(_fraction(first, second, np.where(below, safe, rest)))
    nearer = np.minimum(nearer, 0.0)
    logs = np.where(below == upper, _log_complement(nearer), nearer)
    logs = np.where(x <= 0, np.where(upper, 0.0, -math.inf), logs)
    return np.where(y <= 0, np.where(upper, -math.inf, 0.0), logs)


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """The continued fraction DLMF 8.17.22 of I_x(a, b)·a·B(a, b) ÷ (x^a·(1 − x)^b), by Lentz's method."""
    a, b, x = np.broadcast_arrays(a, b, x)
    found, shape = np.empty(x.size), x.shape
    places = np.arange(x.size)
    a, b, x = a.ravel(), b.ravel(), x.ravel()
    c = np.ones_like(x)
    d = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _MOST_TERMS):
        if not places.size:
            break
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        moved = h
        for numerator in (even, odd):
            d = 1 / _not_zero(1 + numerator * d)
            c = _not_zero(1 + numerator / c)
            h = h * (d * c)
        moving = np.abs(h - moved) > 1e-15 * np.abs(h)
        if not moving.all():
            # What has arrived is done with: a slow neighbour may need a thousand terms more.
            found[places[~moving]] = h[~moving]
            places = places[moving]
            a, b, x, c, d, h = (each[moving] for each in (a, b, x, c, d, h))
    found[places] = h
    return found.reshape(shape)


def _log_ratio(x: Floats, centre: Floats, away: Floats) -> Floats:
    """ln(x ÷ centre) − away ÷ centre, to the last digits where the two are close; away = x − centre."""
    e = away / centre
    close = np.abs(e) < 0.4
    t = np.where(close, e, 0.0) / (2 + np.where(close, e, 0.0))
    # 2·artanh(t) = ln(1 + e), of which 2t − e = −e²/(2 + e) is taken by hand.
    squared = t * t
    tail = np.zeros_like(squared)
    for odd in range(31, 1, -2):
        tail = tail * squared + 1 / odd
    near = -e * e / (2 + np.where(close, e, 0.0)) + 2 * t * squared * tail
    with np.errstate(divide="ignore"):
        far = np.log(x / centre) - e
    return np.where(close, near, far)


def _stirling(a: Floats) -> Floats:
    """ln Γ(a) − ((a − ½)·ln a − a + ½·ln 2π); DLMF 5.11.1."""
    large = np.maximum(a, 10.0)
    square = 1 / (large * large)
    terms = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)
    total = np.zeros_like(large)
    for term in reversed(terms):
        total = total * square + term
    small = np.minimum(a, 10.0)
    direct = _each(math.lgamma, small) - ((small - 0.5) * np.log(small) - small + _HALF_LOG_TAU)
    return np.where(a >= 10, total / large, direct)


def _log_complement(logs: Floats) -> Floats:
    """ln(1 − e^logs)."""
    with np.errstate(divide="ignore"):
        return np.where(logs > -0.7, np.log(-np.expm1(logs)), np.log1p(-np.exp(logs)))


def _expit(u: Floats) -> Floats:
    small = np.exp(-np.abs(u))
    return np.where(u >= 0, 1 / (1 + small), small / (1 + small))


def _not_zero(x: Floats) -> Floats:
    return np.where(np.abs(x) < _TINY, _TINY, x)


def _each(function: Callable[[float], float], x: Floats) -> Floats:
    values = np.fromiter(map(function, x.ravel().tolist()), dtype=np.float64, count=x.size)
    return values.reshape(x.shape)


def _arguments(a: ArrayLike, b: ArrayLike, x: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    # Shapes stay as small as they came: a grid of one law has its logarithms worked out once.
    given = _probabilities(x)
    return _positive(a), _positive(b), given, 1 - given


def _positive(x: ArrayLike) -> Floats:
    given = np.asarray(x, dtype=np.float64)
    if not ((given > 0) & np.isfinite(given)).all():
        raise ValueError("a shape is a number above 0")
    return given


def _probabilities(p: ArrayLike) -> Floats:
    given = np.asarray(p, dtype=np.float64)
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError("a probability lies between 0 and 1")
    return given
