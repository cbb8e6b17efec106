"""How long it would take if every age went as it went inside one period: survival of a synthetic cohort.

A record is followed from the age it has when the period begins (delayed entry) to its ending or to the age
it has when the period ends (censoring), so the figure reacts within the period and is not flattered by
closing the young ones only. Each age of each record belongs to exactly one period: an ending on the first
instant of a period is inside of it, one on the first instant of the next is not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import FEW_AT_RISK, TO_THE_MINUTE, Ending, unrepaired_area
from throughline.engine.exposure import places
from throughline.engine.intervals import Estimate
from throughline.engine.tallies import MINUTES_A_DAY, Tally, tally

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Window = tuple[float, float]
# As much as this is not over where it matters that few are at risk.
_MUCH = 0.1
_ROUNDING = 1e-12
# Whoever is followed to the last instant before a horizon is followed to the horizon.
_INSTANT = 1e-6
_FIRST = 1_000
_LOOKS = 257
_NOBODY = np.empty(0, dtype=np.int64)
_MINUTE = 1 / MINUTES_A_DAY


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

    Made by `followed`. `n` were at risk at any time of the period, `n_open` of them had not ended when it was
    over. Of ages beyond `told_to` nothing is told: who entered at such an age is only counted.
    """

    entered: Floats
    left: Floats
    endings: NDArray[np.int8]
    n: int
    n_open: int
    told_to: float = math.inf

    def at_risk(self, ages: ArrayLike) -> Counts:
        """How many were at risk at each age, who entered or left at it included.

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
        return [tally(self.left[each], to_the_minute=self._to_the_minute) for each in every]

    @cached_property
    def _exits(self) -> Tally:
        still_open, mitigated, accepted = self._ended
        return mitigated.joined(still_open).joined(accepted)

    @property
    def _to_the_minute(self) -> bool:
        return self.n > TO_THE_MINUTE

    def _steps(self, start: float, horizon: float) -> _Steps:
        """The hazards at each age of an ending from `start` to before `horizon`."""
        inside = [part.before(horizon).since(start) for part in self._ended]
        _, mitigated, accepted = inside
        ended = mitigated.joined(accepted)
        at_risk = self._entries.count_until(ended.values)
        for every, part in zip(self._ended, inside, strict=True):
            at_risk -= every.before(start).n + part.count_before(ended.values)
        endings = ended.counts / at_risk
        repairs = mitigated.count_at(ended.values) / at_risk if accepted.values.size else endings
        return _Steps(ended.values, repairs, endings, at_risk)

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

    def within(self, since: float, until: float, *, horizon: float = math.inf) -> Followed:
        """Who was at risk in the period `since` ≤ t < `until`, as `followed` says, told to an age."""
        if not since < until:
            raise ValueError("a period ends after it starts")
        inside = np.flatnonzero((self.begun < until) & (self.over >= since))
        n_open = int(np.count_nonzero(self.over.take(inside) >= until))
        told_to = horizon + _MINUTE
        return self._followed(inside, since, until, n=inside.size, n_open=n_open, told_to=told_to)

    def periods(self, windows: Sequence[Window], *, horizon: float) -> Periods:
        """The same of many periods, told to the age `horizon`."""
        edges = np.unique(np.asarray(windows, dtype=np.float64))
        small = np.uint8 if edges.size < 2**8 else np.uint16 if edges.size < 2**16 else np.int64
        begun = places(self.begun, edges).astype(small)
        # What is over behind the last edge, or never, is on or after all of them.
        over = places(np.minimum(self.over, edges[-1]), edges).astype(small)
        order = np.argsort(begun, kind="stable")
        ordered = Lives(self.begun.take(order), self.over.take(order), self.endings.take(order))
        most = edges.size + 1
        starts, ends = (np.append(0, np.cumsum(np.bincount(each, minlength=most))) for each in (begun, over))
        return Periods(ordered, windows, horizon + _MINUTE, edges, over.take(order), starts, ends)

    def _followed(
        self, inside: Counts, since: float, until: float, *, n: int, n_open: int, told_to: float
    ) -> Followed:
        begun, over, endings = self.begun.take(inside), self.over.take(inside), self.endings.take(inside)
        endings[over >= until] = Ending.OPEN
        # Half-open: whoever is there on the last instant is not at risk on the first of the next period.
        last = np.minimum(over, np.nextafter(until, -math.inf), out=over)
        entered = np.subtract(since, begun)
        np.maximum(entered, 0.0, out=entered)
        return Followed(entered, np.subtract(last, begun, out=last), endings, n, n_open, told_to)


@dataclass(frozen=True, eq=False)
class Periods:
    """Lives beside the windows in which they are followed; made by `Lives.periods`.

    The lives are in the order of the edges of the windows that they began on or after; `starts` and `ends`
    say how many began, and were over, before each edge; `over_at` says of each how many edges it was over on
    or after. To look through small numbers takes a fraction of the time that the instants would take.
    """

    lives: Lives
    windows: Sequence[Window]
    told_to: float
    edges: Floats
    over_at: NDArray[Any]
    starts: Counts
    ends: Counts

    def followed(self, number: int) -> Followed:
        """Who was at risk in one of the windows."""
        since, until = self.windows[number]
        start, end = np.searchsorted(self.edges, (since, until))
        # Whoever is older than what is told when the period begins is only counted.
        young = np.searchsorted(self.edges, since - self.told_to, side="right")
        first, last = self.starts[young], self.starts[end + 1]
        inside = first + np.flatnonzero(self.over_at[first:last] > start)
        began, gone, gone_by_then = self.starts[end + 1], self.ends[start + 1], self.ends[end + 1]
        return self.lives._followed(
            inside, since, until, n=int(began - gone), n_open=int(began - gone_by_then), told_to=self.told_to
        )


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
