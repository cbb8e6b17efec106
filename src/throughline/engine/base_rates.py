"""How often it happened elsewhere, or before: a rate or a share with its interval, and what that says.

Counts of events are updated gamma–Poisson, "k of n were hit" beta–binomial. The priors are Jeffreys' (half an
event, half a hit and half a miss), so that nothing seen is not "never". All intervals hold 90 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine import beta_law, special
from throughline.engine.pooling import not_a_probability
from throughline.engine.refusals import Refused

DAYS_IN_A_YEAR = 365.0
EPSS_DAYS = 30.0
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability and the 90 % interval of what it could be."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of events, gamma distributed with this shape; `exposure` is in the units of time of the rate."""

    events: int
    exposure: float
    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Events a unit of time, on average."""
        return self.shape / self.rate

    @property
    def low(self) -> float:
        """The rate that is exceeded with 95 %."""
        return special.gamma_quantile((1 - LEVEL) / 2, self.shape) / self.rate

    @property
    def high(self) -> float:
        """The rate that is exceeded with 5 %."""
        return special.gamma_quantile((1 + LEVEL) / 2, self.shape) / self.rate

    def at_least_one(self, period: float) -> Chance:
        """The probability of one event or more in the next `period`: 1 − (rate ÷ (rate + period))^shape.

        That is the rate's uncertainty included; the interval is of the probability at the rate's bounds.
        """
        _require_period(period)
        return Chance(
            value=-math.expm1(-self.shape * math.log1p(period / self.rate)),
            low=-math.expm1(-self.low * period),
            high=-math.expm1(-self.high * period),
        )


@dataclass(frozen=True, slots=True)
class Share:
    """The share of cases that are hit in one period, beta distributed with shapes `a` and `b`."""

    hits: int
    cases: int
    a: float
    b: float

    @property
    def mean(self) -> float:
        """The probability of the next case: the mean of the share."""
        return self.a / (self.a + self.b)

    @property
    def low(self) -> float:
        """The share that is exceeded with 95 %."""
        return float(beta_law.quantile(self.a, self.b, (1 - LEVEL) / 2))

    @property
    def high(self) -> float:
        """The share that is exceeded with 5 %."""
        return float(beta_law.quantile(self.a, self.b, (1 + LEVEL) / 2))

    def at_least_one(self, periods: float) -> Chance:
        """The probability that one case is hit within so many of the periods, at a constant hazard.

        E[1 − (1 − share)^periods], exactly: 1 − B(a, b + periods) ÷ B(a, b).
        """
        _require_period(periods)
        kept = (
            math.lgamma(self.b + periods)
            - math.lgamma(self.b)
            + math.lgamma(self.a + self.b)
            - math.lgamma(self.a + self.b + periods)
        )
        return Chance(
            value=-math.expm1(kept),
            low=at_constant_hazard(self.low, periods=periods),
            high=at_constant_hazard(self.high, periods=periods),
        )


def gamma_poisson(events: int, exposure: float, *, prior: tuple[float, float] = (0.5, 0.0)) -> Rate:
    """The rate behind so many events in so much time; `prior` is events and time seen before.

    The default is Jeffreys' prior for a Poisson rate. Source: Gelman et al. 2013, §2.6.

    >>> found = gamma_poisson(3, 5.0)
    >>> found.mean, round(found.low, 3), round(found.at_least_one(0.25).value, 3)
    (0.7, 0.217, 0.157)
    """
    shape, rate = events + prior[0], exposure + prior[1]
    if events < 0 or not (math.isfinite(exposure) and exposure > 0 and prior[0] >= 0 and prior[1] >= 0):
        raise Refused("a rate needs 0 or more events in a time above 0", code="bad_count")
    if shape <= 0:
        raise Refused("without an event a rate needs a prior above 0 events", code="bad_prior")
    return Rate(events=events, exposure=exposure, shape=shape, rate=rate)


def beta_binomial(hits: int, cases: int, *, prior: tuple[float, float] = (0.5, 0.5)) -> Share:
    """The share behind so many hits among so many cases; `prior` is hits and misses seen before.

    The default is Jeffreys' prior for a share. Source: Gelman et al. 2013, §2.4.

    >>> found = beta_binomial(2, 40)
    >>> round(found.mean, 4), round(found.low, 4), round(found.high, 4)
    (0.061, 0.0145, 0.1316)
    """
    if not 0 <= hits <= cases:
        raise Refused(f"{hits:,} of {cases:,} is no share: more were hit than there are", code="bad_count")
    a, b = hits + prior[0], cases - hits + prior[1]
    if not (a > 0 and b > 0):
        raise Refused("all or none of the cases need a prior above 0 on both sides", code="bad_prior")
    return Share(hits=hits, cases=cases, a=a, b=b)


def any_of(probabilities: Sequence[float]) -> float:
    """The probability that at least one of independent things happens: 1 − Π(1 − p).

    >>> round(any_of([0.1, 0.2]), 6)
    0.28
    """
    given = np.asarray(probabilities, dtype=np.float64)
    bad = given[~((given >= 0) & (given <= 1))]
    if bad.size:
        raise Refused(not_a_probability(float(bad[0])), code="bad_probability")
    if (given == 1).any():
        return 1.0
    return float(-np.expm1(np.log1p(-given).sum()))


def at_constant_hazard(probability: float, *, periods: float) -> float:
    """The probability within so many periods of what has this probability in one: 1 − (1 − p)^periods.

    >>> round(at_constant_hazard(0.09, periods=0.25), 6)
    0.023302
    """
    if not 0 <= probability <= 1:
        raise Refused(not_a_probability(probability), code="bad_probability")
    _require_period(periods)
    if probability == 1:
        return 1.0
    return -math.expm1(periods * math.log1p(-probability))


def looks_better(rate: float, *, cut: float, years: float) -> float:
    """The probability that a true cut of a rate shows as fewer events in `years` after than before.

    >>> round(looks_better(0.347, cut=0.25, years=5), 2)
    0.48
    """
    if not (rate >= 0 and 0 <= cut <= 1):
        raise ValueError("a rate of 0 or more, and a cut between 0 and 1")
    before, after = rate * years, rate * (1 - cut) * years
    most = int(before + 12 * math.sqrt(before) + 30)
    counts = np.arange(most + 1)
    earlier, later = (_poisson(counts, mean) for mean in (before, after))
    return float((earlier[1:] * np.cumsum(later)[:-1]).sum())


def counting_warning(rate: float, *, cut: float = 0.25, years: float = 5.0) -> str:
    """Why a count of incidents is no key result where events are as rare as this; empty where it would do.

    The rule of the linter is D33, "the target can be told from noise".

    >>> counting_warning(0.347)[:82]
    'Counting such events cannot show what a quarter of work changed: even over 5 years'
    >>> counting_warning(500.0)
    ''
    """
    seen = looks_better(rate, cut=cut, years=years)
    if looks_better(rate, cut=cut, years=0.25) >= LEVEL:
        return ""
    return (
        f"Counting such events cannot show what a quarter of work changed: even over {years:g} years before "
        f"and after, a true cut by {cut:.0%} looks better with a chance of {seen:.0%} only (rule D33 of the "
        "linter: the target can be told from noise)."
    ).replace("%", " %")


def _poisson(counts: np.ndarray[tuple[int], np.dtype[np.int64]], mean: float) -> special.Floats:
    if mean == 0:
        return np.asarray(counts == 0, dtype=np.float64)
    logs = counts * math.log(mean) - mean - np.array([math.lgamma(k + 1) for k in counts.tolist()])
    return np.asarray(np.exp(logs), dtype=np.float64)


def _require_period(period: float) -> None:
    if not (math.isfinite(period) and period > 0):
        raise Refused("a period is longer than 0", code="bad_period")
