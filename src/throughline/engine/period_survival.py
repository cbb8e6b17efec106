"""How long it would take if every age went as it went inside one period: survival of a synthetic cohort.

A record is followed from the age it has when the period begins (delayed entry) to its ending or to the age
it has when the period ends (censoring), so the figure reacts within the period and is not flattered by
closing the young ones only. Each age of each record belongs to exactly one period: an ending on the first
instant of a period is inside of it, one on the first instant of the next is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import FEW_AT_RISK, TO_THE_MINUTE, Ending, unrepaired_area
from throughline.engine.intervals import Estimate
from throughline.engine.tallies import Tally, tally

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
# As much as this is not over where it matters that few are at risk.
_MUCH = 0.1
_ROUNDING = 1e-12
# Whoever is followed to the last instant before a horizon is followed to the horizon.
_INSTANT = 1e-6
_FIRST = 1_000


@dataclass(frozen=True, slots=True)
class PeriodMean:
    """The mean number of days, of the first `horizon`, by the hazards of a period.

    `starts_at` is the age from which five or more are at risk at once: what is younger counts as not over,
    so that the mean is of those that last so long. None where five never are, and there is no value then.
    `reached` is False where nobody of an age before the horizon was at risk while some are not over.
    `thin_from` is the first later age at which fewer than five are, for want of records of that age.
    """

    estimate: Estimate
    starts_at: float | None
    reached: bool
    thin_from: float | None


@dataclass(frozen=True, slots=True, eq=False)
class PeriodCurve:
    """The share unrepaired at each age of a repair, from `starts_at` on; before it the share is 1."""

    times: Floats
    shares: Floats
    low: Floats
    high: Floats
    at_risk: Counts
    starts_at: float | None
    n: int


@dataclass(frozen=True, eq=False)
class Followed:
    """Who was at risk inside a period: the ages at which each was first and last seen there, and its ending.

    Made by `followed`. `n_open` of the `n` were open when the period ended.
    """

    entered: Floats
    left: Floats
    endings: NDArray[np.int8]

    @property
    def n(self) -> int:
        """How many were at risk at any time of the period."""
        return int(self.left.size)

    @property
    def n_open(self) -> int:
        """How many of them had not ended when it was over."""
        return int(np.count_nonzero(self.endings == Ending.OPEN))

    def at_risk(self, ages: ArrayLike) -> Counts:
        """How many were at risk at each age, who entered or left at it included.

        >>> followed([0.0, 4.0], [9.0, 6.0], since=5.0, until=10.0).at_risk([0.0, 2.0, 6.0]).tolist()
        [0, 1, 1]
        """
        asked, places = np.unique(np.asarray(ages, dtype=np.float64), return_inverse=True)
        return self._at_risk(asked)[places]

    def _at_risk(self, ages: Floats) -> Counts:
        """The same at ages in order, no two of them alike."""
        return self._entries.count_until(ages) - self._exits.count_before(ages)

    @cached_property
    def starts_at(self) -> float | None:
        """The youngest age at which five or more are at risk."""
        ages = self._entries.values
        # Mostly among the first ages: the others are looked at where it is not.
        for part in (ages[:_FIRST], ages[_FIRST:]):
            enough = np.flatnonzero(self._at_risk(part) >= FEW_AT_RISK)
            if enough.size:
                return float(part[enough[0]])
        return None

    def restricted_mean(self, *, horizon: float, confidence: float = 0.95) -> PeriodMean:
        """∫₀^τ (1 − F(t)) dt for τ = `horizon` days, with the interval of `durations.restricted_mean`.

        ValueError for τ ≤ 0. Sources: as there; Preston, Heuveline & Guillot 2001, ch. 3 (period measures);
        Klein & Moeschberger 2003, §4.6 (delayed entry).
        """
        if not horizon > 0:
            raise ValueError("a horizon is a positive number of days")
        start = self.starts_at
        nothing = Estimate(value=None, low=None, high=None, n=self.n)
        if start is None or start >= horizon:
            return PeriodMean(nothing, None, reached=False, thin_from=None)
        steps = self._steps(start, horizon)
        exits, behind = self._behind(start, horizon - _INSTANT)
        if not _is_followed(steps, exits, behind, horizon):
            return PeriodMean(nothing, start, reached=False, thin_from=None)
        estimate = unrepaired_area(
            steps.times,
            repairs=steps.repairs,
            endings=steps.endings,
            at_risk=steps.at_risk.astype(np.float64),
            n=self.n,
            horizon=horizon,
            confidence=confidence,
        )
        return PeriodMean(
            estimate,
            start,
            reached=True,
            thin_from=self._thin_from(steps, start, exits[behind < FEW_AT_RISK]),
        )

    def curve(self, *, confidence: float = 0.95) -> PeriodCurve:
        """The share unrepaired by age, 1 − F of Aalen–Johansen, with log–log bounds.

        Its variance is the delta method's on the multinomial hazards: Greenwood's where nothing is accepted.
        """
        start = self.starts_at
        steps = self._steps(math.inf if start is None else start, math.inf)
        shares = 1 - np.cumsum(steps.before * steps.repairs)
        shares[shares < _ROUNDING] = 0.0
        spread = np.sqrt(_variances(steps))
        low, high = _log_log(shares, spread, confidence=confidence)
        return PeriodCurve(steps.times, shares, low, high, steps.at_risk, start, self.n)

    @cached_property
    def _entries(self) -> Tally:
        return self._tally(self.entered)

    @cached_property
    def _ended(self) -> list[Tally]:
        """The ages of exit by `Ending`."""
        return [self._tally(self.left[self.endings == ending]) for ending in Ending]

    @cached_property
    def _exits(self) -> Tally:
        still_open, mitigated, accepted = self._ended
        return mitigated.joined(still_open).joined(accepted)

    def _tally(self, ages: Floats) -> Tally:
        return tally(ages, to_the_minute=self.n > TO_THE_MINUTE)

    def _steps(self, start: float, horizon: float) -> _Steps:
        """The hazards at each age of an ending from `start` to before `horizon`."""
        _, mitigated, accepted = (part.before(horizon).since(start) for part in self._ended)
        ended = mitigated.joined(accepted)
        at_risk = self._at_risk(ended.values)
        endings = ended.counts / at_risk
        repairs = mitigated.count_at(ended.values) / at_risk if accepted.values.size else endings
        return _Steps(ended.values, repairs, endings, at_risk)

    def _behind(self, start: float, end: float) -> tuple[Floats, Counts]:
        """The ages of exit from `start` to before `end`, and how many are at risk just after each."""
        exits = self._exits.since(start).before(end)
        gone = self._exits.before(start).n + np.cumsum(exits.counts)
        return exits.values, self._entries.count_until(np.nextafter(exits.values, math.inf)) - gone

    def _thin_from(self, steps: _Steps, start: float, few: Floats) -> float | None:
        """The first age at which fewer than five are at risk, where not only endings made them so few.

        `few` are the exits behind which they are so few.
        """
        if not few.size:
            return None
        gone = self.left[self.endings == Ending.OPEN]
        left = np.prod((1 - steps.endings)[steps.times <= few[0]])
        return float(few[0]) if left >= _MUCH and (gone[gone >= start] <= few[0]).any() else None


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """At each age of an ending the hazards of repair and of any ending, and how many were at risk."""

    times: Floats
    repairs: Floats
    endings: Floats
    at_risk: Counts

    @property
    def before(self) -> Floats:
        """The share that lasts to each of the times."""
        shares: Floats = np.concatenate(([1.0], np.cumprod(1 - self.endings)[:-1]))[: self.times.size]
        return shares


def _is_followed(steps: _Steps, exits: Floats, behind: Counts, horizon: float) -> bool:
    """Whether somebody is at risk at every age up to the horizon at which not all is over.

    `behind` is how many are at risk just after each of the exits before the horizon.
    """
    over = steps.times[np.flatnonzero(steps.endings == 1)[:1]]
    end = min(horizon, *over) if over.size else horizon
    # Nobody is at risk behind an exit after which the next enters later.
    return bool(behind[: np.searchsorted(exits, end - _INSTANT)].all())


def followed(
    starts: ArrayLike, ends: ArrayLike, accepted: ArrayLike = (), *, since: float, until: float
) -> Followed:
    """Who was at risk in the period `since` ≤ t < `until`, from when each started, was repaired or accepted.

    All are instants in days, NaN where it did not happen. What is repaired counts as that, whenever it was
    accepted. Records without a start, or with an ending before it, are left out. ValueError where the
    period ends before it starts.

    >>> found = followed([0.0, 6.0], [8.0, np.nan], since=5.0, until=10.0)
    >>> found.entered.tolist(), found.endings.tolist()
    ([5.0, 0.0], [1, 0])
    """
    return lives(starts, ends, accepted).within(since, until)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """When records started and were over, in days, and how each ends; made by `lives`."""

    begun: Floats
    over: Floats
    endings: NDArray[np.int8]

    def within(self, since: float, until: float) -> Followed:
        """Who was at risk in the period `since` ≤ t < `until`, as `followed` says."""
        if not since < until:
            raise ValueError("a period ends after it starts")
        inside = np.flatnonzero((self.begun < until) & (self.over >= since))
        begun, over, endings = self.begun.take(inside), self.over.take(inside), self.endings.take(inside)
        endings[over >= until] = Ending.OPEN
        # Half-open: whoever is there on the last instant is not at risk on the first of the next period.
        last = np.minimum(over, np.nextafter(until, -math.inf), out=over)
        entered = np.subtract(since, begun)
        return Followed(np.maximum(entered, 0.0, out=entered), np.subtract(last, begun, out=last), endings)


def lives(starts: ArrayLike, ends: ArrayLike, accepted: ArrayLike = ()) -> Lives:
    """The records in the form that answers for any number of periods."""
    begun = np.asarray(starts, dtype=np.float64)
    repaired = np.asarray(ends, dtype=np.float64)
    given_up = np.asarray(accepted, dtype=np.float64) if np.size(accepted) else np.full(begun.shape, np.nan)
    is_open = np.isnan(repaired)
    endings = np.where(is_open, np.int8(Ending.ACCEPTED), np.int8(Ending.MITIGATED))
    over = np.where(is_open, given_up, repaired)
    # An ending that is unknown is later than any period.
    np.copyto(over, math.inf, where=np.isnan(over))
    forward = over >= begun
    return (
        Lives(begun, over, endings)
        if forward.all()
        else Lives(begun[forward], over[forward], endings[forward])
    )


def _variances(steps: _Steps) -> Floats:
    """Var F at each time: a quadratic in F whose coefficients add up from time to time."""
    reached = np.cumsum(steps.before * steps.repairs)
    survivors = 1 - steps.endings
    # After the last one at risk there is nothing later, and 0/0 has to stay 0.
    later = np.divide(1.0, survivors, out=np.zeros_like(survivors), where=survivors > 0)
    repairs, endings, accepted = steps.repairs, steps.endings, steps.endings - steps.repairs
    lost = reached * later
    gain = steps.before + lost
    both = gain * repairs + lost * accepted
    constant = np.cumsum((gain**2 * repairs + lost**2 * accepted - both**2) / steps.at_risk)
    slope = np.cumsum(-2 * later * (both - both * endings) / steps.at_risk)
    square = np.cumsum(later**2 * endings * (1 - endings) / steps.at_risk)
    return np.maximum(constant + slope * reached + square * reached**2, 0.0)


def _log_log(shares: Floats, spread: Floats, *, confidence: float) -> tuple[Floats, Floats]:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = np.exp(np.where(shares > 0, z * spread / (shares * -np.log(shares)), 0.0))
        return shares**stretch, shares ** (1 / stretch)
