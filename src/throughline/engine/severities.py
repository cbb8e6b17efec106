"""What one event costs: laws of a loss, each with its closed forms.

A law answers for its probability, quantiles, mean, variance, and for E[min(X, x)], the expected loss with
everything above x cut off, from which the portfolio is built. Amounts are in one currency and never negative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from throughline.engine import special
from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]
Atom = tuple[float, float]

LARGEST = 1e15
SMALLEST = 1e-6
# A wider interval than a factor of a billion (σ = 6.3) says nothing.
WIDEST = 1e9
# Where a law ends for every purpose, in standard deviations of its logarithm.
_ENDS = 8.5
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
class Lognormal:
    """ln X is normal with mean μ and standard deviation σ."""

    mu: float
    sigma: float

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def variance(self) -> float:
        return math.expm1(self.sigma**2) * self.mean**2

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return ()

    @property
    def ends(self) -> tuple[float, float]:
        reach = _ENDS * self.sigma
        return math.exp(self.mu - reach), math.exp(self.mu + reach)

    def cdf(self, x: Floats) -> Floats:
        return special.below(self._z(x))

    def survival(self, x: Floats) -> Floats:
        return special.above(self._z(x))

    def density(self, x: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = special.density(self._z(x)) / (self.sigma * x)
        return np.where(x > 0, found, 0.0)

    def limited(self, x: Floats) -> Floats:
        z = self._z(x)
        return self.mean * special.below(z - self.sigma) + x * special.above(z)

    def limited_square(self, x: Floats) -> Floats:
        z = self._z(x)
        square = math.exp(2 * self.mu + 2 * self.sigma**2)
        return square * special.below(z - 2 * self.sigma) + x * x * special.above(z)

    def excess(self, x: float) -> float:
        if x <= 0:
            return self.mean - x
        z = (math.log(x) - self.mu) / self.sigma
        return max(float(self.mean * special.above(z - self.sigma) - x * special.above(z)), 0.0)

    def quantile(self, p: float) -> float:
        if p <= 0.0:
            return 0.0
        return math.exp(self.mu + self.sigma * special.normal_quantile(p)) if p < 1.0 else math.inf

    def is_smooth(self, step: float) -> bool:
        return self.sigma >= 0.25

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return rng.lognormal(self.mu, self.sigma, n)

    def _z(self, x: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return (np.log(np.maximum(x, 0.0)) - self.mu) / self.sigma


@dataclass(frozen=True, slots=True)
class Exponential:
    """Losses without memory, of a given mean."""

    mean: float

    @property
    def variance(self) -> float:
        return self.mean**2

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return ()

    @property
    def ends(self) -> tuple[float, float]:
        return 0.0, 37.0 * self.mean

    def cdf(self, x: Floats) -> Floats:
        return -np.expm1(-np.maximum(x, 0.0) / self.mean)

    def survival(self, x: Floats) -> Floats:
        return np.exp(-np.maximum(x, 0.0) / self.mean)

    def density(self, x: Floats) -> Floats:
        return np.where(x >= 0, self.survival(x) / self.mean, 0.0)

    def limited(self, x: Floats) -> Floats:
        return self.mean * self.cdf(x)

    def limited_square(self, x: Floats) -> Floats:
        scaled = np.maximum(x, 0.0) / self.mean
        return 2 * self.mean**2 * (1.0 - (1.0 + scaled) * np.exp(-scaled))

    def excess(self, x: float) -> float:
        return self.mean * math.exp(-max(x, 0.0) / self.mean) - min(x, 0.0)

    def quantile(self, p: float) -> float:
        return -self.mean * math.log1p(-p) if p < 1.0 else math.inf

    def is_smooth(self, step: float) -> bool:
        return self.mean >= 16 * step

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return rng.exponential(self.mean, n)


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
        return special.beta_below(self._t(x), a, b)

    def survival(self, x: Floats) -> Floats:
        a, b = self._shape()
        return special.beta_below(1.0 - self._t(x), b, a)

    def density(self, x: Floats) -> Floats:
        a, b = self._shape()
        t = self._t(x)
        scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)) / (self.high - self.low)
        inside = (x > self.low) & (x < self.high)
        return np.where(inside, scale * t ** (a - 1) * (1.0 - t) ** (b - 1), 0.0)

    def limited(self, x: Floats) -> Floats:
        a, b = self._shape()
        t, width = self._t(x), self.high - self.low
        part = a / (a + b) * special.beta_below(t, a + 1, b) + t * special.beta_below(1.0 - t, b, a)
        return np.minimum(x, self.low) + width * part

    def limited_square(self, x: Floats) -> Floats:
        a, b = self._shape()
        t, width = self._t(x), self.high - self.low
        over = special.beta_below(1.0 - t, b, a)
        first = a / (a + b) * special.beta_below(t, a + 1, b) + t * over
        square = a * (a + 1) / ((a + b) * (a + b + 1))
        second = square * special.beta_below(t, a + 2, b) + t * t * over
        found = self.low**2 + 2 * self.low * width * first + width**2 * second
        return np.where(x < self.low, x * x, found)

    def excess(self, x: float) -> float:
        if x <= self.low:
            return self.mean - x
        a, b = self._shape()
        width = self.high - self.low
        rest = np.asarray(max((self.high - x) / width, 0.0))
        # From the upper end, where the part that is left is not a difference.
        over = special.beta_below(rest, b, a)
        above = special.beta_below(rest, b, a + 1) * a / (a + b)
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


def ci90(low: float, high: float) -> Lognormal:
    """The lognormal law that lies between two amounts with 90 %: 5 % below the one, 5 % above the other.

    >>> round(ci90(1e5, 1e6).mean, 2)
    404001.28
    """
    require_amounts(low, high, what="the bounds of the interval")
    if low > high:
        raise Refused(f"the interval is reversed: write [{high:g}, {low:g}]", code="reversed")
    if low == high:
        raise Refused(
            f"the interval has no width: expected a lower and a higher bound around {low:g}", code="no_width"
        )
    if low < SMALLEST:
        raise Refused(
            f"the lower bound {low:g} is not above 0: expected the amount that 5 % stay below", code="ci90"
        )
    if high / low > WIDEST:
        raise Refused(
            f"from {low:g} to {high:g} is more than a factor of {WIDEST:,.0f}: narrow it", code="too_wide"
        )
    sigma = math.log(high / low) / (2 * special.Z90)
    if sigma < 1e-9:
        raise Refused("the interval is too narrow to tell its bounds apart", code="no_width")
    return Lognormal((math.log(low) + math.log(high)) / 2, sigma)


def exponential(mean: float) -> Exponential:
    """Losses without memory, of a given mean above 0."""
    require_amounts(mean, what="the mean")
    if mean < SMALLEST:
        raise Refused(f"the mean {mean:g} is not above 0", code="mean")
    return Exponential(float(mean))


def pert(low: float, mode: float, high: float) -> Pert | Fixed:
    """From the least, the most likely and the greatest loss.

    >>> pert(20, 100, 900).mean
    220.0
    """
    require_amounts(low, mode, high, what="the three amounts")
    if not low <= mode <= high:
        raise Refused(
            f"expected least, most likely and greatest in this order, found {low:g}, {mode:g}, {high:g}",
            code="reversed",
        )
    return Fixed(float(low)) if low == high else Pert(float(low), float(mode), float(high))


def fixed(amount: float) -> Fixed:
    """A loss that is known exactly."""
    require_amounts(amount, what="the amount")
    return Fixed(float(amount))


def require_amounts(*amounts: float, what: str) -> None:
    """Refused where one is no finite amount from 0 to 1e15."""
    for each in amounts:
        if not isinstance(each, int | float) or isinstance(each, bool) or not math.isfinite(each):
            raise Refused(f"expected {what} as numbers, found '{each}'", code="amount")
        if each < 0:
            raise Refused(
                f"{each:g} is negative: a loss is written as an amount of 0 or more", code="negative"
            )
        if each > LARGEST:
            raise Refused(f"{each:g} is more than {LARGEST:g}: use a larger unit of money", code="too_large")


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
