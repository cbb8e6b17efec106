"""How often something happens in a year: at most once a period, at a rate, or at a rate that is uncertain.

The horizon is one year. A probability *per quarter* means at most one event in each quarter, so that a year
may see four. A rate is Poisson; a rate known by its 90 % interval is Poisson with a gamma-distributed rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from throughline.engine import special
from throughline.engine.refusals import Refused

Complexes = NDArray[np.complex128]
Counts = NDArray[np.int64]
Per: TypeAlias = Literal["year", "quarter", "month"]

PERIODS: dict[str, int] = {"year": 1, "quarter": 4, "month": 12}
DAYS_IN_A_YEAR = 365.0
# More than this a year is traffic, not a scenario.
MOST_A_YEAR = 1e6
# A wider interval says nothing; its gamma law would be zero almost always.
WIDEST = 1e4
# Where an interval is narrower the rate is as good as known.
NARROWEST = 1.001


@dataclass(frozen=True, slots=True)
class AtMostOnce:
    """At most one event in each of `periods` equal parts of the year, each with probability p."""

    p: float
    periods: int = 1

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.p * self.periods

    @property
    def variance(self) -> float:
        """Variance of the events of a year."""
        return self.mean * (1 - self.p)

    @property
    def p_zero(self) -> float:
        """The probability of a year without any."""
        return (1 - self.p) ** self.periods

    @property
    def most(self) -> float:
        """The most events that a year can have."""
        return float(self.periods) if self.p > 0 else 0.0

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N], for |z| ≤ 1."""
        return _power(1.0 - self.p * (1.0 - z), self.periods)

    def slope(self, z: Complexes) -> Complexes:
        """E[N·z^(N−1)], the derivative of `pgf`."""
        return self.mean * _power(1.0 - self.p * (1.0 - z), self.periods - 1)

    def term(self, k: int, at: float = 0.0) -> float:
        """The k-th Taylor term of `pgf` at a point; at 0 it is P(N = k)."""
        if k > self.periods:
            return 0.0
        inner = 1.0 - self.p * (1.0 - at)
        return math.comb(self.periods, k) * self.p**k * inner ** (self.periods - k)

    def draw(self, rng: np.random.Generator, years: int) -> Counts:
        """Events in each of so many years."""
        return rng.binomial(self.periods, self.p, years)


@dataclass(frozen=True, slots=True)
class Poisson:
    """Events independent of one another, `rate` a year on average."""

    rate: float

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.rate

    @property
    def variance(self) -> float:
        """Variance of the events of a year."""
        return self.rate

    @property
    def p_zero(self) -> float:
        """The probability of a year without any."""
        return math.exp(-self.rate)

    @property
    def most(self) -> float:
        """The most events that a year can have."""
        return math.inf if self.rate > 0 else 0.0

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N], for |z| ≤ 1."""
        return np.asarray(np.exp(self.rate * (z - 1.0)), dtype=np.complex128)

    def slope(self, z: Complexes) -> Complexes:
        """E[N·z^(N−1)], the derivative of `pgf`."""
        return self.rate * self.pgf(z)

    def term(self, k: int, at: float = 0.0) -> float:
        """The k-th Taylor term of `pgf` at a point; at 0 it is P(N = k)."""
        if self.rate == 0:
            return 1.0 if k == 0 else 0.0
        return math.exp(self.rate * (at - 1.0) + k * math.log(self.rate) - math.lgamma(k + 1))

    def draw(self, rng: np.random.Generator, years: int) -> Counts:
        """Events in each of so many years."""
        return rng.poisson(self.rate, years)


@dataclass(frozen=True, slots=True)
class GammaPoisson:
    """Poisson at a rate that is not known: gamma with this shape and scale, one rate for the whole year."""

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.shape * self.scale

    @property
    def variance(self) -> float:
        """Variance of the events of a year."""
        return self.mean * (1 + self.scale)

    @property
    def p_zero(self) -> float:
        """The probability of a year without any."""
        return math.exp(-self.shape * math.log1p(self.scale))

    @property
    def most(self) -> float:
        """The most events that a year can have."""
        return math.inf

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N], for |z| ≤ 1."""
        return np.asarray(np.exp(-self.shape * _log1p(self.scale * (1.0 - z))), dtype=np.complex128)

    def slope(self, z: Complexes) -> Complexes:
        """E[N·z^(N−1)], the derivative of `pgf`."""
        slope = self.mean * np.exp(-(self.shape + 1) * _log1p(self.scale * (1.0 - z)))
        return np.asarray(slope, dtype=np.complex128)

    def term(self, k: int, at: float = 0.0) -> float:
        """The k-th Taylor term of `pgf` at a point; at 0 it is P(N = k)."""
        ways = math.lgamma(self.shape + k) - math.lgamma(self.shape) - math.lgamma(k + 1)
        thinned = (self.shape + k) * math.log1p(self.scale * (1.0 - at))
        return math.exp(ways + k * math.log(self.scale) - thinned)

    def draw(self, rng: np.random.Generator, years: int) -> Counts:
        """Events in each of so many years."""
        return rng.poisson(rng.gamma(self.shape, self.scale, years))


Frequency: TypeAlias = AtMostOnce | Poisson | GammaPoisson


def probability(p: float, per: Per = "year") -> AtMostOnce:
    """At most one event in each year, quarter or month, with this probability.

    >>> probability(0.03, per="quarter").p_zero
    0.8852928099999999
    """
    if not _is_number(p) or not 0.0 <= p <= 1.0:
        way = f": write {p / 100:g} for {p:g} %" if _is_number(p) and 1 < p <= 100 else ""
        raise Refused(
            f"{_said(p)} is no probability{way or ': expected a number from 0 to 1'}", code="probability"
        )
    return AtMostOnce(float(p), _periods(per))


def rate(r: float, per: Per = "year") -> Poisson:
    """Events at a constant rate per year, quarter or month; any number of them may happen.

    >>> rate(0.5, per="quarter").mean
    2.0
    """
    if not _is_number(r) or r < 0:
        raise Refused(f"{_said(r)} is no rate: expected how often it happens, 0 or more", code="rate")
    return Poisson(_bounded(r * _periods(per)))


def rate_90ci(low: float, high: float, per: Per = "year") -> Frequency:
    """Events at a rate of which one is 90 % sure that it lies between two bounds: gamma with these quantiles.

    >>> found = rate_90ci(0.5, 4.0)
    >>> round(found.mean, 4)
    1.8883
    """
    if not (_is_number(low) and _is_number(high)):
        raise Refused("expected two numbers, the lower and the upper rate", code="rate_90ci")
    if low > high:
        raise Refused(f"the interval is reversed: write [{high:g}, {low:g}]", code="reversed")
    if low <= 0:
        raise Refused(
            f"the lower rate {low:g} is not above 0: an uncertain rate has a lower bound above 0",
            code="rate_90ci",
        )
    if high / low > WIDEST:
        raise Refused(
            f"from {low:g} to {high:g} is a factor of {high / low:,.0f}: expected at most {WIDEST:,.0f}",
            code="rate_90ci",
        )
    times = _periods(per)
    _bounded(high * times)
    if high / low < NARROWEST:
        return Poisson(times * (low + high) / 2)
    shape, scale = _gamma_of(math.log(high / low))
    return GammaPoisson(shape, scale * low * times)


def convert(p: float, *, days: float, to_days: float) -> float:
    """The probability of one or more events in `to_days`, from that in `days`, at a constant hazard.

    >>> round(convert(0.09, days=365, to_days=365 / 4), 6)
    0.023302
    """
    if not 0.0 <= p <= 1.0 or days <= 0 or to_days <= 0:
        raise Refused("expected a probability from 0 to 1, and times above 0", code="probability")
    if p == 1.0:
        return 1.0
    return -math.expm1(math.log1p(-p) * to_days / days)


def between_periods(p: float, *, per: Per, to: Per) -> float:
    """The probability of one or more events in another period: 9 % a year is 2.33 % a quarter, not 2.25 %."""
    return convert(p, days=1 / _periods(per), to_days=1 / _periods(to))


def rate_of(p: float) -> float:
    """The rate at which one or more events happen with this probability.

    >>> round(rate_of(0.09), 6)
    0.094311
    """
    if not 0.0 <= p < 1.0:
        raise Refused(
            f"{p:g} has no rate: expected a probability of 0 or more and less than 1", code="probability"
        )
    return -math.log1p(-p)


def _periods(per: str) -> int:
    if per not in PERIODS:
        raise Refused(f"'{per}' is no period: expected year, quarter or month", code="per")
    return PERIODS[per]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else f"'{value}'"


def _bounded(yearly: float) -> float:
    if yearly > MOST_A_YEAR:
        raise Refused(
            f"{yearly:,.0f} events a year are more than {MOST_A_YEAR:,.0f}: "
            "describe what they cost together as one event",
            code="rate",
        )
    return float(yearly)


def _power(base: Complexes, times: int) -> Complexes:
    """A small whole power by multiplying: NumPy's complex power takes ten times as long."""
    if times == 1:
        return base
    found = np.ones_like(base)
    while times:
        if times & 1:
            found = found * base
        base = base * base
        times >>= 1
    return found


def _log1p(z: Complexes) -> Complexes:
    """log(1 + z) for Re z ≥ 0, right for small z: NumPy's is for real numbers only where it must be exact."""
    real, imaginary = np.real(z), np.imag(z)
    size = 0.5 * np.log1p(real * (2.0 + real) + imaginary**2)
    return np.asarray(size + 1j * np.arctan2(imaginary, 1.0 + real), dtype=np.complex128)


@lru_cache(maxsize=1024)
def _gamma_of(log_ratio: float) -> tuple[float, float]:
    """The gamma law whose 5 % quantile is 1 and whose 95 % quantile is e^log_ratio: shape and scale."""

    def excess(log_shape: float) -> float:
        shape = math.exp(log_shape)
        spread = special.gamma_quantile(0.95, shape) / special.gamma_quantile(0.05, shape)
        return math.log(spread) - log_ratio

    # For a narrow interval ln G is normal with variance 1/shape.
    start = 2 * math.log(2 * special.Z90 / log_ratio)
    at, before = start, start + 0.05
    error, error_before = excess(at), excess(before)
    for _ in range(50):
        if error == error_before or abs(error) < 1e-13:
            break
        at, before = at - error * (at - before) / (error - error_before), at
        error, error_before = excess(at), error
    shape = math.exp(at)
    return shape, 1.0 / special.gamma_quantile(0.05, shape)
