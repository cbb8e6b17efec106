"""What one event costs: laws of a loss, each with its closed forms.

A law answers for its probability, quantiles, mean, variance, and for E[min(X, x)], the expected loss with
everything above x cut off, from which the portfolio is built. Amounts are in one currency and never negative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine import special
from throughline.engine.loss_laws import Atom, Fixed, Pert, Severity, solved
from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]

__all__ = [
    "Atom",
    "Exponential",
    "Fixed",
    "Lognormal",
    "Pert",
    "Severity",
    "ci90",
    "exponential",
    "fixed",
    "pert",
    "require_amounts",
    "solved",
]

LARGEST = 1e15
SMALLEST = 1e-6
# A wider interval than a factor of a billion (σ = 6.3) says nothing.
WIDEST = 1e9
# Where a law ends for every purpose, in standard deviations of its logarithm.
_ENDS = 8.5


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
