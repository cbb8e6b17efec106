"""What a law of losses answers, and the laws that end: between a least and a greatest amount, or at one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from throughline.engine import beta_law

Floats = NDArray[np.float64]
# An amount that has a probability of its own.
Atom = tuple[float, float]

_HALVINGS = 200


class Severity(Protocol):
    """A law of losses. Arrays of amounts go in, arrays of their shape come out.

    `atoms` are the single amounts that have a probability of their own, such as 0 and a cap; `density` is of
    the rest. `ends` is where all but 1e-16 of the law lies.
    """

    @property
    def mean(self) -> float: ...

    @property
    def variance(self) -> float: ...

    @property
    def atoms(self) -> tuple[Atom, ...]: ...

    @property
    def ends(self) -> tuple[float, float]: ...

    def cdf(self, x: Floats) -> Floats:
        """P(X ≤ x)."""
        ...

    def survival(self, x: Floats) -> Floats:
        """P(X > x)."""
        ...

    def density(self, x: Floats) -> Floats: ...

    def limited(self, x: Floats) -> Floats:
        """E[min(X, x)]."""
        ...

    def limited_square(self, x: Floats) -> Floats:
        """E[min(X, x)²]."""
        ...

    def excess(self, x: float) -> float:
        """E[(X − x)⁺], without the cancellation of mean − limited."""
        ...

    def quantile(self, p: float) -> float:
        """The smallest x with P(X ≤ x) ≥ p."""
        ...

    def is_smooth(self, step: float) -> bool:
        """Whether the density, beyond the first 64 steps, hardly bends within one."""
        ...

    def draw(self, rng: np.random.Generator, n: int) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Pert:
    """A beta law from `low` to `high` with its peak at `mode`; its mean is (low + 4·mode + high)/6."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def variance(self) -> float:
        return (self.mean - self.low) * (self.high - self.mean) / 7

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return ()

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high

    def cdf(self, x: Floats) -> Floats:
        a, b = self._shape()
        return beta_law.below(a, b, self._t(x))

    def survival(self, x: Floats) -> Floats:
        a, b = self._shape()
        return beta_law.below(b, a, 1.0 - self._t(x))

    def density(self, x: Floats) -> Floats:
        a, b = self._shape()
        t = self._t(x)
        scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)) / (self.high - self.low)
        inside = (x > self.low) & (x < self.high)
        return np.where(inside, scale * t ** (a - 1) * (1.0 - t) ** (b - 1), 0.0)

    def limited(self, x: Floats) -> Floats:
        a, b = self._shape()
        t, width = self._t(x), self.high - self.low
        part = a / (a + b) * beta_law.below(a + 1, b, t) + t * beta_law.below(b, a, 1.0 - t)
        return np.minimum(x, self.low) + width * part

    def limited_square(self, x: Floats) -> Floats:
        a, b = self._shape()
        t, width = self._t(x), self.high - self.low
        over = beta_law.below(b, a, 1.0 - t)
        first = a / (a + b) * beta_law.below(a + 1, b, t) + t * over
        square = a * (a + 1) / ((a + b) * (a + b + 1))
        second = square * beta_law.below(a + 2, b, t) + t * t * over
        found = self.low**2 + 2 * self.low * width * first + width**2 * second
        return np.where(x < self.low, x * x, found)

    def excess(self, x: float) -> float:
        if x <= self.low:
            return self.mean - x
        a, b = self._shape()
        width = self.high - self.low
        rest = np.asarray(min(max((self.high - x) / width, 0.0), 1.0))
        # From the upper end, where the part that is left is not a difference.
        over = beta_law.below(b, a, rest)
        above = beta_law.below(b, a + 1, rest) * a / (a + b)
        return max(float(width * (above - (1.0 - rest) * over)), 0.0)

    def quantile(self, p: float) -> float:
        return solved(self, p)

    def is_smooth(self, step: float) -> bool:
        return False

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        a, b = self._shape()
        return self.low + (self.high - self.low) * rng.beta(a, b, n)

    def _shape(self) -> tuple[float, float]:
        width = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def _t(self, x: Floats) -> Floats:
        return np.clip((np.asarray(x, dtype=np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same amount."""

    amount: float

    @property
    def mean(self) -> float:
        return self.amount

    @property
    def variance(self) -> float:
        return 0.0

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return ((self.amount, 1.0),)

    @property
    def ends(self) -> tuple[float, float]:
        return self.amount, self.amount

    def cdf(self, x: Floats) -> Floats:
        return np.where(np.asarray(x) >= self.amount, 1.0, 0.0)

    def survival(self, x: Floats) -> Floats:
        return 1.0 - self.cdf(x)

    def density(self, x: Floats) -> Floats:
        return np.zeros_like(x)

    def limited(self, x: Floats) -> Floats:
        return np.minimum(x, self.amount)

    def limited_square(self, x: Floats) -> Floats:
        return np.minimum(x, self.amount) ** 2

    def excess(self, x: float) -> float:
        return max(self.amount - x, 0.0)

    def quantile(self, p: float) -> float:
        return self.amount if p > 0 else 0.0

    def is_smooth(self, step: float) -> bool:
        return False

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return np.full(n, self.amount)


def solved(law: Severity, p: float) -> float:
    """The p-quantile of any law by halving, to the last digits."""
    low, high = law.ends
    if p <= 0.0:
        return 0.0
    if p >= 1.0:
        return high
    while float(law.cdf(np.asarray(high))) < p and high < 1e300:
        low, high = high, high * 2 + 1
    low = 0.0 if float(law.cdf(np.asarray(low))) >= p else low
    for _ in range(_HALVINGS):
        # By ratio where the range spans orders of magnitude.
        middle = math.sqrt(low * high) if low > 0 and high > 4 * low else (low + high) / 2
        if not low < middle < high or high - low <= 1e-15 * high:
            break
        if float(law.cdf(np.asarray(middle))) >= p:
            high = middle
        else:
            low = middle
    return high
