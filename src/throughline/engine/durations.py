"""How long it takes when some are not over yet: Kaplan–Meier, its median, and the restricted mean.

Durations are days from the start of each record to its ending or, where it is still open, to the last
moment it was looked at. A NaN duration is unknown and left out; a negative one is the caller's to set
apart, and refused here. Of more than `TO_THE_MINUTE` of them each is taken to the whole minute, which no
figure in days shows and which makes few distinct times of many.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.intervals import Estimate
from throughline.engine.tallies import Tally, tally

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# A survival of exactly one half comes out of a long product with an error in its last bits.
_ROUNDING = 1e-12
# Of this many, and mostly of fewer, the median and its bounds lie before six in ten have ended.
_MANY = 3_500
_ENOUGH = 0.6
_SAMPLE = 1_000
# Fewer at risk than this say little of the others, which matters while as much as this is not over.
FEW_AT_RISK = 5
_MUCH = 0.1
TO_THE_MINUTE = 10_000


class Ending(IntEnum):
    """How a record stands: nothing yet, repaired, or its risk accepted."""

    OPEN = 0
    MITIGATED = 1
    ACCEPTED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A Kaplan–Meier curve: at each distinct time of an event, the share that lasts longer.

    All arrays have one entry per event time in days; before the first the share is 1. `n` counts the
    durations used, `n_open` those of them that were censored.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Counts
    events: Counts
    n: int
    n_open: int


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The mean number of days, of the first `horizon`, that a record stays unrepaired.

    `reached` is False where follow-up ends before the horizon with records still open; the estimate
    then has no value. `n_open` counts the censored, `n_accepted` the records ended by acceptance.
    `thin_from` is the day before the horizon from which fewer than five are at risk because others are not
    followed so far, while a tenth or more is not over by the curve: the rest of the mean is theirs.
    """

    estimate: Estimate
    horizon: float
    reached: bool
    n_open: int
    n_accepted: int
    thin_from: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Known durations in days by their ending; made by `spans`."""

    mitigated: Tally
    accepted: Tally
    still_open: Tally

    @property
    def n(self) -> int:
        """How many there are."""
        return self.mitigated.n + self.accepted.n + self.still_open.n

    def before(self, day: float) -> Spans:
        """Those that ended, or were last looked at, before this day."""
        return Spans(self.mitigated.before(day), self.accepted.before(day), self.still_open.before(day))

    def curve(self, *, confidence: float = 0.95) -> Curve:
        """Their Kaplan–Meier curve, as the function of this name draws it."""
        return _curve(self, confidence=confidence)

    def median(self, *, confidence: float = 0.95) -> Estimate:
        """`median_survival` of their Kaplan–Meier curve.

        ValueError where some are accepted: say of each how long it has been unrepaired.

        >>> spans(mitigated=[1.0, 2.0, 3.0]).median().value
        2.0
        """
        return median_survival(_curve(self, confidence=confidence))

    def restricted_mean(self, *, horizon: float, confidence: float = 0.95) -> RestrictedMean:
        """As the function of this name."""
        if not horizon > 0:
            raise ValueError("a horizon is a positive number of days")
        reached = _is_followed(self, horizon)
        unknown = Estimate(value=None, low=None, high=None, n=self.n)
        return RestrictedMean(
            estimate=_unrepaired(self, horizon, confidence=confidence) if reached and self.n else unknown,
            horizon=float(horizon),
            reached=reached,
            n_open=self.still_open.n,
            n_accepted=self.accepted.n,
            thin_from=_thin_from(self, horizon) if reached else None,
        )


def spans(
    *,
    mitigated: ArrayLike = (),
    accepted: ArrayLike = (),
    still_open: ArrayLike = (),
    horizon: float = math.inf,
) -> Spans:
    """The durations of each ending, unknown ones left out; many are taken to the minute.

    With a horizon they are good for the mean up to that alone: what lasts longer is only known to last so
    long, which takes a fraction of the time. ValueError for a negative one.

    >>> spans(mitigated=[10.0], accepted=[20.0]).restricted_mean(horizon=30).estimate.value
    20.0
    """
    parts = [np.asarray(part, dtype=np.float64) for part in (mitigated, accepted, still_open)]
    many = sum(part.size for part in parts) > TO_THE_MINUTE
    found = Spans(*(tally(part, to_the_minute=many, cut=horizon) for part in parts))
    if min(found.mitigated.first, found.accepted.first, found.still_open.first) < 0:
        raise ValueError("negative durations belong in a count of their own, not in a survival curve")
    return found


def median_lasted(*, mitigated: Floats, still_open: Floats, confidence: float = 0.95) -> Estimate:
    """The median of such spans, none of them unknown: of many the curve is drawn only as far as it needs."""
    n = mitigated.size + still_open.size
    day = day_of_enough(mitigated, n) if n >= _MANY else math.inf
    if day < math.inf:
        start = spans(mitigated=mitigated, still_open=still_open, horizon=day)
        found = median_survival(_curve(start, until=day, confidence=confidence))
        if found.high is not None:
            return found
    return spans(mitigated=mitigated, still_open=still_open).median(confidence=confidence)


def day_of_enough(mitigated: Floats, n: int) -> float:
    """About when so many of n have ended that a median and its bounds mostly lie before; or never."""
    enough = _ENOUGH * n
    if enough >= mitigated.size:
        return math.inf
    sample = mitigated[:: max(mitigated.size // _SAMPLE, 1)]
    rank = int(enough / mitigated.size * sample.size)
    return float(np.partition(sample, rank)[rank]) or math.inf


def kaplan_meier(durations: ArrayLike, observed: ArrayLike, *, confidence: float = 0.95) -> Curve:
    """The product-limit curve S(t) = Π(1 − dᵢ/nᵢ) with log–log bounds on Greenwood's variance.

    `observed` is true where the duration ended, false where it is censored; one censored at t is still
    at risk at t. Where S reaches 0 both bounds are 0, as in lifelines. ValueError for negative durations.
    Sources: Kaplan & Meier 1958; Greenwood 1926; Kalbfleisch & Prentice 1980, §1.3.

    >>> kaplan_meier([1.0, 2.0, 2.0, 4.0], [True, True, False, False]).survival.tolist()
    [0.75, 0.5]
    """
    return _curve(_by_ending(durations, np.asarray(observed, dtype=bool)), confidence=confidence)


def median_survival(curve: Curve) -> Estimate:
    """The first time at which at most half last longer; its bounds are where the curve's bounds get there.

    A value or bound that is never reached is None; a single duration has no bounds.
    Source: Brookmeyer & Crowley 1982, with the log–log band.

    >>> median_survival(kaplan_meier([1.0, 2.0, 3.0], [True, True, True])).value
    2.0
    """
    bounded = curve.n > 1
    return Estimate(
        value=_first_half(curve.times, curve.survival),
        low=_first_half(curve.times, curve.low) if bounded else None,
        high=_first_half(curve.times, curve.high) if bounded else None,
        n=curve.n,
    )


def open_shares(curve: Curve, ages: ArrayLike) -> Floats:
    """The share still open at each age in days: the curve read as a step function, for charts.

    >>> open_shares(kaplan_meier([1.0, 2.0], [True, True]), [0.0, 1.0, 1.5, 2.0]).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    steps = np.concatenate(([1.0], curve.survival))
    shares: Floats = steps[np.searchsorted(curve.times, np.asarray(ages, dtype=np.float64), side="right")]
    return shares


def restricted_mean(
    durations: ArrayLike, endings: ArrayLike, *, horizon: float, confidence: float = 0.95
) -> RestrictedMean:
    """∫₀^τ (1 − F(t)) dt for τ = `horizon` days and F the Aalen–Johansen incidence of mitigation.

    `endings` holds an `Ending` each. Accepting a risk leaves the record unrepaired to the horizon, so it
    never counts as repairing; without acceptances this is the area under Kaplan–Meier. The variance is
    the delta method on the multinomial hazards, which then is Greenwood's; the interval is normal, cut
    to [0, τ], and absent where nothing was mitigated by τ or the variance is 0. ValueError for a negative
    duration or τ ≤ 0.
    Sources: Aalen & Johansen 1978; Klein & Moeschberger 2003, §4.5; Gaynor et al. 1993 (variance of F);
    Andersen 2013 (its area).

    >>> restricted_mean([10.0, 20.0], [1, 2], horizon=30).estimate.value
    20.0
    """
    return _by_ending(durations, endings).restricted_mean(horizon=horizon, confidence=confidence)


def _by_ending(durations: ArrayLike, endings: ArrayLike) -> Spans:
    days, kinds = np.asarray(durations, dtype=np.float64), np.asarray(endings)
    if days.shape != kinds.shape:
        raise ValueError("durations and endings have different lengths")
    still_open, mitigated, accepted = (days[kinds == ending] for ending in Ending)
    if still_open.size + mitigated.size + accepted.size != days.size:
        raise ValueError("an ending is 0 (open), 1 (mitigated) or 2 (accepted)")
    return spans(mitigated=mitigated, accepted=accepted, still_open=still_open)


def _curve(all_: Spans, *, until: float = math.inf, confidence: float) -> Curve:
    """The curve up to a day, of durations that end by mitigation or are censored."""
    if all_.accepted.n:
        raise ValueError("a curve of one ending has no place for acceptances")
    part = all_.before(until) if until < math.inf else all_
    times, events = part.mitigated.values, part.mitigated.counts
    at_risk = _at_risk(times, events, censored=part.still_open, n=all_.n)
    hazards = events / at_risk
    survival = np.cumprod(1 - hazards, dtype=np.float64)
    # The last step to 0 has no Greenwood term; both of its bounds are 0 whatever stands there.
    hazards /= np.maximum(at_risk - events, 1)
    low, high = log_log_bounds(survival, np.cumsum(hazards, out=hazards), confidence=confidence)
    return Curve(
        times=times,
        survival=survival,
        low=low,
        high=high,
        at_risk=at_risk,
        events=events,
        n=all_.n,
        n_open=all_.still_open.n,
    )


def _at_risk(times: Floats, ended: Counts, *, censored: Tally, n: int) -> Counts:
    """How many of n last to each time or beyond it: one that ends or is censored then still counts."""
    return n - (np.cumsum(ended) - ended) - censored.count_before(times)


def log_log_bounds(survival: Floats, variances: Floats, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The bounds of shares from Greenwood's variances of their logarithms, which are used up."""
    # In place throughout: half of the time with a million would go into fresh pages of memory.
    spread = np.sqrt(variances, out=variances)
    with np.errstate(divide="ignore"):
        logs = np.log(survival)
    spread *= -NormalDist().inv_cdf((1 + confidence) / 2)
    spread /= logs
    stretch = np.exp(spread, out=spread)
    low = logs * stretch
    logs /= stretch
    return np.exp(low, out=low), np.exp(logs, out=logs)


def is_half(shares: Floats) -> NDArray[np.bool_]:
    """Whether each share is at most a half."""
    return shares <= 0.5 + _ROUNDING


def _first_half(times: Floats, shares: Floats) -> float | None:
    reached = np.flatnonzero(is_half(shares))
    return float(times[reached[0]]) if reached.size else None


def _is_followed(all_: Spans, horizon: float) -> bool:
    """Whether someone is followed to the horizon, or no one is left open before it."""
    still_open = all_.still_open.last
    # An ending after the last open one takes the curve to 0, which needs no further follow-up.
    ended = max(all_.mitigated.last, all_.accepted.last)
    return still_open == -math.inf or still_open >= horizon or ended > still_open


def _thin_from(all_: Spans, horizon: float) -> float | None:
    """The day after which fewer than five are at risk, where that is for want of follow-up and matters."""
    if all_.still_open.first >= horizon:
        # Whoever is not there any more was seen to end: nothing is guessed of them.
        return None
    if all_.n < FEW_AT_RISK:
        return 0.0
    # The longest of all are among the longest of each.
    ends = [part.largest(FEW_AT_RISK) for part in (all_.mitigated, all_.accepted, all_.still_open)]
    day = float(np.sort(np.concatenate(ends))[-FEW_AT_RISK])
    if day >= horizon:
        return None
    part = all_.before(np.nextafter(day, math.inf))
    ended = part.mitigated.joined(part.accepted)
    at_risk = _at_risk(ended.values, ended.counts, censored=part.still_open, n=all_.n)
    left = np.prod(1 - ended.counts / at_risk)
    return day if left >= _MUCH else None


def _unrepaired(all_: Spans, horizon: float, *, confidence: float) -> Estimate:
    """The area over F with its interval, from hazards hᵢ = dᵢ/nᵢ at each distinct time of an ending."""
    n = all_.n
    # What comes at the horizon or later takes nothing off the area.
    part = all_.before(horizon)
    if not part.mitigated.values.size:
        return Estimate(value=float(horizon), low=None, high=None, n=n)
    ended = part.mitigated.joined(part.accepted)
    times = ended.values
    at_risk = _at_risk(times, ended.counts, censored=part.still_open, n=n).astype(np.float64)
    hazards = ended.counts / at_risk
    repairs = part.mitigated.count_at(times) / at_risk if part.accepted.n else hazards
    return unrepaired_area(
        times, repairs=repairs, endings=hazards, at_risk=at_risk, n=n, horizon=horizon, confidence=confidence
    )


def unrepaired_area(
    times: Floats,
    *,
    repairs: Floats,
    endings: Floats,
    at_risk: Floats,
    n: int,
    horizon: float,
    confidence: float = 0.95,
) -> Estimate:
    """∫₀^τ (1 − F) of n records from the hazards of repair and of any ending at each time before it."""
    left = np.concatenate(([1.0], np.cumprod(1 - endings)[:-1]))[: times.size] * (horizon - times)
    saved = left * repairs
    value = horizon - float(saved.sum())
    later = np.cumsum(saved)
    np.subtract(later[-1:], later, out=later)
    terms = area_terms(left, later, repairs=repairs, endings=endings)
    return area_estimate(value, float((terms / at_risk).sum()), n=n, horizon=horizon, confidence=confidence)


def area_estimate(
    value: float, variance: float, *, n: int, horizon: float, confidence: float = 0.95
) -> Estimate:
    """The area of n records with its interval, absent where nothing is known of how it spreads."""
    if n < 2 or variance <= _ROUNDING * horizon**2:
        return Estimate(value=value, low=None, high=None, n=n)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(variance)
    return Estimate(value=value, low=max(value - half, 0.0), high=min(value + half, float(horizon)), n=n)


def area_terms(left: Floats, later: Floats, *, repairs: Floats, endings: Floats) -> Floats:
    """∇ᵢ' Cov(hᵢ) ∇ᵢ·nᵢ of the area, h₁ the hazard of repair, h₂ of acceptance, independent between times.

    `left` is S(tᵢ−)·(τ − tᵢ), `later` what repairs after tᵢ take off the area, which is used up; `repairs` is
    h₁, `endings` h₁ + h₂.
    """
    # After the last one at risk there is nothing later, and 0/0 has to stay 0.
    survivors = 1 - endings
    lost = np.divide(later, survivors, out=later, where=survivors > 0)
    gain = left - lost
    if repairs is endings:
        return gain**2 * repairs - (gain * repairs) ** 2
    acceptances = endings - repairs
    found: Floats = gain**2 * repairs + lost**2 * acceptances - (gain * repairs - lost * acceptances) ** 2
    return found
