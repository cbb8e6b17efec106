"""How long it would take if every age went as it went inside one period: survival of a synthetic cohort.

A record is followed from the age it has when the period begins (delayed entry) to its ending or to the age
it has when the period ends (censoring), so the figure reacts within the period and is not flattered by
closing the young ones only. Each age of each record belongs to exactly one period: an ending on the first
instant of a period is inside of it, one on the first instant of the next is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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
_LOOKS = 257
_NOBODY = np.empty(0, dtype=np.int64)


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

    Made by `lives.followed`. `n` were at risk at any time of the period, `n_open` of them had not ended when
    it was over. Of ages beyond `told_to` nothing is told: who entered at such an age is only counted.
    """

    entered: Floats
    left: Floats
    endings: NDArray[np.int8]
    n: int
    n_open: int
    told_to: float = math.inf
    # Others that were at risk in the period and are over, put in order before.
    others: Gone | None = None

    def gone(self, *, to_the_minute: bool) -> Gone:
        """The same in order, of lives that are all over before the period ends."""
        found = replace(self, n=TO_THE_MINUTE + 1 if to_the_minute else 0)
        return Gone(self.n, to_the_minute, found._entries, found._ended)

    def behind(self, others: Gone) -> Followed | None:
        """These and others; None where so many are told otherwise than the others were put in order."""
        n = self.n + others.n
        return replace(self, n=n, others=others) if is_many(n) == others.to_the_minute else None

    def at_risk(self, ages: ArrayLike) -> Counts:
        """How many were at risk at each age, who entered or left at it included.

        >>> from throughline.engine.lives import followed
        >>> followed([0.0, 4.0], [9.0, 6.0], since=5.0, until=10.0).at_risk([0.0, 2.0, 6.0]).tolist()
        [0, 1, 1]
        """
        asked, places = np.unique(np.asarray(ages, dtype=np.float64), return_inverse=True)
        return self._at_risk(asked)[places]

    def _at_risk(self, ages: Floats) -> Counts:
        """The same at ages in order, no two of them alike."""
        found = self._entries.count_until(ages)
        for part in self._ended:
            found -= part.count_before(ages)
        return found

    @cached_property
    def starts_at(self) -> float | None:
        """The youngest age at which five or more are at risk."""
        ages = self._entries.before(self.told_to).values
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
        is_thin = self._fewest(start, horizon) < FEW_AT_RISK
        exits, behind = self._behind(start, horizon - _INSTANT) if is_thin else (np.empty(0), _NOBODY)
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
        return self._entered.joined(self.others.entries) if self.others else self._entered

    @property
    def _entered(self) -> Tally:
        if self._to_the_minute:
            return tally(self.entered, to_the_minute=True)
        # Whoever began in the period entered at no age, and needs no place among the others.
        older = tally(self.entered[self.entered > 0])
        at_once = self.entered.size - older.n
        if not at_once:
            return older
        return Tally(np.append(0.0, older.values), np.append(at_once, older.counts))

    @cached_property
    def _ended(self) -> list[Tally]:
        """The ages of exit by `Ending`."""
        told = self.left < self.told_to
        every = (told & (self.endings == ending) for ending in Ending)
        own = [tally(self.left[each], to_the_minute=self._to_the_minute) for each in every]
        if self.others is None:
            return own
        return [one.joined(other) for one, other in zip(own, self.others.ended, strict=True)]

    @cached_property
    def _exits(self) -> Tally:
        still_open, mitigated, accepted = self._ended
        return mitigated.joined(still_open).joined(accepted)

    @property
    def _to_the_minute(self) -> bool:
        return is_many(self.n)

    def _steps(self, start: float, horizon: float) -> Steps:
        """The hazards at each age of an ending from `start` to before `horizon`."""
        inside = [part.before(horizon).since(start) for part in self._ended]
        _, mitigated, accepted = inside
        ended = mitigated.joined(accepted)
        at_risk = self._entries.count_until(ended.values)
        for every, part in zip(self._ended, inside, strict=True):
            at_risk -= every.before(start).n + part.count_before(ended.values)
        endings = ended.counts / at_risk
        repairs = mitigated.count_at(ended.values) / at_risk if accepted.values.size else endings
        return Steps(ended.values, repairs, endings, at_risk)

    def _fewest(self, start: float, end: float) -> int:
        """As many as this are at risk at every age from `start` to `end`, by a look at few ages."""
        ages = np.linspace(start, end, _LOOKS)
        begun = self._entries.count_until(ages[:-1])
        return int((begun - sum(part.count_before(ages[1:]) for part in self._ended)).min())

    def _behind(self, start: float, end: float) -> tuple[Floats, Counts]:
        """The ages of exit from `start` to before `end`, and how many are at risk just after each."""
        exits = self._exits.since(start).before(end)
        gone = self._exits.before(start).n + np.cumsum(exits.counts)
        return exits.values, self._entries.count_until(np.nextafter(exits.values, math.inf)) - gone

    def _thin_from(self, steps: Steps, start: float, few: Floats) -> float | None:
        """The first age at which fewer than five are at risk, where not only endings made them so few.

        `few` are the exits behind which they are so few.
        """
        if not few.size:
            return None
        gone = self._ended[Ending.OPEN].since(start)
        left = np.prod((1 - steps.endings)[steps.times <= few[0]])
        return float(few[0]) if left >= _MUCH and gone.first <= few[0] else None


@dataclass(frozen=True, slots=True, eq=False)
class Gone:
    """Lives that were at risk in a period and are over: at what ages they entered, and left by `Ending`."""

    n: int
    to_the_minute: bool
    entries: Tally
    ended: list[Tally]

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(each.values.nbytes + each.counts.nbytes for each in (self.entries, *self.ended))


def is_many(n: int) -> bool:
    """Whether of so many each age is taken to the minute."""
    return n > TO_THE_MINUTE


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
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


def _is_followed(steps: Steps, exits: Floats, behind: Counts, horizon: float) -> bool:
    """Whether somebody is at risk at every age up to the horizon at which not all is over.

    `behind` is how many are at risk just after each of the exits before the horizon.
    """
    over = steps.times[np.flatnonzero(steps.endings == 1)[:1]]
    end = min(horizon, *over) if over.size else horizon
    # Nobody is at risk behind an exit after which the next enters later.
    return bool(behind[: np.searchsorted(exits, end - _INSTANT)].all())


def _variances(steps: Steps) -> Floats:
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
