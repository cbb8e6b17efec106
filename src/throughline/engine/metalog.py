"""A law through given quantiles: the log-metalog of Keelin 2016, with 0 as its lower bound.

With t = ln(y/(1 − y)), the logarithm of the y-quantile is a₁ + a₂t + a₃(y − ½)t + a₄(y − ½) + a₅(y − ½)² +
a₆(y − ½)²t + …, with as many terms as quantiles, so that it passes through each of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from throughline.engine.refusals import Refused
from throughline.engine.severities import SMALLEST, Atom, require_amounts

Floats = NDArray[np.float64]

FEWEST, MOST = 3, 9
# In t = ln(y/(1 − y)): beyond this a probability is less than 1e-16.
_END = 37.0
_PANELS = 296
# A root is found to rounding after so few of Newton's steps from a table.
_STEPS = 5
_NODES, _WEIGHTS = (np.asarray(each) for each in np.polynomial.legendre.leggauss(10))
# Exponents beyond these are amounts that no money has.
_LARGEST_LOG = 600.0


@dataclass(frozen=True)
class Metalog:
    """ln of the quantile as a series in t, by its coefficients."""

    terms: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(self._whole(1))

    @property
    def variance(self) -> float:
        square = self._whole(2)
        return max(square - self.mean**2, 0.0) if math.isfinite(square) else math.inf

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return ()

    @property
    def ends(self) -> tuple[float, float]:
        return float(np.exp(self._logs[0])), float(np.exp(self._logs[-1]))

    def cdf(self, x: Floats) -> Floats:
        return _share(self._t(x))

    def survival(self, x: Floats) -> Floats:
        return _share(-self._t(x))

    def density(self, x: Floats) -> Floats:
        t = self._t(x)
        inside = np.abs(t) < _END
        with np.errstate(divide="ignore", invalid="ignore"):
            found = _share(t) * _share(-t) / (x * self._slope(t))
        return np.where(inside, found, 0.0)

    def limited(self, x: Floats) -> Floats:
        return self._partial(self._t(x), 1) + x * self.survival(x)

    def limited_square(self, x: Floats) -> Floats:
        return self._partial(self._t(x), 2) + x * x * self.survival(x)

    def excess(self, x: float) -> float:
        if x <= 0:
            return self.mean - x
        at = np.asarray(x, dtype=np.float64)
        above = self.mean - float(self._partial(self._t(at), 1))
        return max(above - x * float(self.survival(at)), 0.0)

    def quantile(self, p: float) -> float:
        if p <= 0.0:
            return 0.0
        if p >= 1.0:
            return math.inf
        return float(np.exp(self._log(np.asarray(math.log(p) - math.log1p(-p)))))

    def is_smooth(self, step: float) -> bool:
        return False

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        y = rng.random(n)
        return np.asarray(np.exp(self._log(np.log(y) - np.log1p(-y))), dtype=np.float64)

    def _log(self, t: Floats) -> Floats:
        return np.asarray(_basis(t, len(self.terms)) @ np.array(self.terms), dtype=np.float64)

    def _slope(self, t: Floats) -> Floats:
        return np.asarray(_basis_slope(t, len(self.terms)) @ np.array(self.terms), dtype=np.float64)

    def _t(self, x: Floats) -> Floats:
        """Where x is among the quantiles, by a table and Newton's method."""
        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(np.asarray(x, dtype=np.float64), 0.0))
        t = np.interp(logs, self._logs, self._places)
        inside = (logs > self._logs[0]) & (logs < self._logs[-1])
        for _ in range(_STEPS):
            step = np.where(inside, (self._log(t) - np.where(inside, logs, 0.0)) / self._slope(t), 0.0)
            t = np.clip(t - step, -_END, _END)
        return np.where(logs <= self._logs[0], -np.inf, np.where(logs >= self._logs[-1], np.inf, t))

    @cached_property
    def _places(self) -> Floats:
        return np.linspace(-_END, _END, _PANELS + 1)

    @cached_property
    def _logs(self) -> Floats:
        return self._log(self._places)

    @cached_property
    def _sums(self) -> tuple[Floats, Floats]:
        """The running integrals of the quantile and of its square over the panels."""
        width = np.diff(self._places)[:, None]
        first, second = (
            np.concatenate(([0.0], np.cumsum(self._over(self._places[:-1, None], width, power))))
            for power in (1, 2)
        )
        return first, second

    def _over(self, start: Floats, width: Floats, power: int) -> Floats:
        """∫ quantile^power dy from t = start over a width in t that is no more than a panel."""
        t = start + width * (_NODES + 1) / 2
        logs = np.minimum(power * self._log(t) - np.logaddexp(0, t) - np.logaddexp(0, -t), _LARGEST_LOG)
        return np.asarray((np.exp(logs) @ _WEIGHTS) * width[..., 0] / 2, dtype=np.float64)

    def _partial(self, t: Floats, power: int) -> Floats:
        """E[X^power; X up to the quantile at t]."""
        sums = self._sums[power - 1]
        inside = np.clip(t, -_END, _END)
        panel = np.minimum(((inside + _END) * _PANELS / (2 * _END)).astype(np.int64), _PANELS - 1)
        start = self._places[panel]
        part = sums[panel] + self._over(start[..., None], (inside - start)[..., None], power)
        return np.where(t >= _END, self._whole(power), np.where(t <= -_END, 0.0, part))

    def _whole(self, power: int) -> float:
        """E[X^power], with the tail beyond the table as the power law that it is; infinite where that is."""
        growth = power * float(self._slope(np.asarray(_END)))
        if growth >= 1.0:
            return math.inf
        tail = math.exp(min(power * float(self._logs[-1]) - _END, _LARGEST_LOG)) / (1.0 - growth)
        return float(self._sums[power - 1][-1]) + tail


def through_quantiles(points: Sequence[tuple[float, float]]) -> Metalog:
    """The log-metalog law through points (probability of staying at or below, amount), three or more.

    Refused where no law of this family passes through them: where its quantiles would not rise.

    >>> law = through_quantiles([(0.1, 2e4), (0.5, 1e5), (0.9, 9e5)])
    >>> round(law.quantile(0.05), 2), law.mean
    (12153.75, inf)
    """
    ordered = sorted(points)
    if not FEWEST <= len(ordered) <= MOST:
        raise Refused(f"expected from {FEWEST} to {MOST} quantiles, found {len(ordered)}", code="quantiles")
    shares, amounts = [p for p, _ in ordered], [x for _, x in ordered]
    require_amounts(*amounts, what="the amounts at the quantiles")
    if not all(isinstance(p, int | float) and 0.0 < p < 1.0 for p in shares):
        raise Refused("expected each probability between 0 and 1, such as 0.9", code="quantiles")
    if amounts[0] < SMALLEST:
        raise Refused(f"the lowest amount {amounts[0]:g} is not above 0", code="quantiles")
    if any(b <= a for a, b in pairwise(shares)):
        raise Refused("a probability is given twice: keep one amount for each", code="quantiles")
    if any(b <= a for a, b in pairwise(amounts)):
        raise Refused(
            "the amounts do not rise with their probabilities: look for two that are swapped",
            code="quantiles",
        )
    t = np.log(np.array(shares)) - np.log1p(-np.array(shares))
    terms = np.linalg.solve(_basis(t, len(ordered)), np.log(np.array(amounts)))
    law = Metalog(tuple(float(each) for each in terms))
    _require_rising(law)
    return law


def _require_rising(law: Metalog) -> None:
    fine = np.linspace(-_END, _END, 20 * _PANELS + 1)
    if np.any(law._slope(fine) <= 1e-9) or law._logs[-1] > _LARGEST_LOG:
        raise Refused(
            "no metalog law passes through these quantiles without falling somewhere: move the ones that are "
            "close together, or leave one out",
            code="infeasible",
        )


def _share(t: Floats) -> Floats:
    """y of t = ln(y/(1 − y))."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-t)), dtype=np.float64)


def _basis(t: Floats, count: int) -> Floats:
    """The terms at each t, along a last axis. Source: Keelin 2016, "The metalog distributions", eq. 7."""
    y = _share(t) - 0.5
    return np.stack([_term(number, y, t) for number in range(1, count + 1)], axis=-1)


def _term(number: int, y: Floats, t: Floats) -> Floats:
    if number == 1:
        return np.ones_like(t)
    if number <= 3:
        return t if number == 2 else y * t
    if number == 4:
        return y
    return y ** ((number - 1) // 2) * (t if number % 2 == 0 else 1.0)


def _basis_slope(t: Floats, count: int) -> Floats:
    """The derivatives of the terms by t."""
    y = _share(t) - 0.5
    rise = _share(t) * _share(-t)
    found = []
    for number in range(1, count + 1):
        if number == 1:
            found.append(np.zeros_like(t))
        elif number <= 3:
            found.append(np.ones_like(t) if number == 2 else y + rise * t)
        elif number == 4:
            found.append(rise)
        else:
            power = (number - 1) // 2
            bend = power * y ** (power - 1) * rise
            found.append(bend * t + y**power if number % 2 == 0 else bend)
    return np.stack(found, axis=-1)
