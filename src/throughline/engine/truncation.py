"""How long it takes to find what only counts once it is found: right truncation, turned around in time.

A flaw that is still hidden is in no register, so of those introduced a year ago only what was found within
that year can be seen. Each record has a duration X from introduction to report, and the time T from its
introduction to the day of the look; it is there because X ≤ T. Seen backwards in time that is delayed entry,
which Kaplan–Meier can do: at each x, at risk are the records with X ≤ x ≤ T.

What takes longer than the longest that was seen is beyond all data, so every figure is of those found within
a window, and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import FEW_AT_RISK
from throughline.engine.intervals import BOOTSTRAP_LIMIT, RESAMPLES, Estimate

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_ROUNDING = 1e-12
# A tenth of the curve that is read off fewer than five is worth a word.
_MUCH = 0.1
# So many shares behind the median are asked first where the lower bound is a half, so often those before it
# are made fewer of which the upper one may be.
_NEAR, _ROUNDS = 128, 2


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Durations in days with the time that each was looked for, sorted by duration; made by `sightings`.

    `at_risk` are how many up to each were looked for that long; where several took as long, the last tells.

    `window` is the longest duration that the figures are about; None where fewer than five were looked for
    that long, or, where none was asked for, for as long as any that was found. `n_longer` took longer.
    """

    durations: Floats
    looked_for: Floats
    at_risk: Counts
    window: float | None
    n_longer: int

    @property
    def n(self) -> int:
        """How many there are."""
        return self.durations.size


@dataclass(frozen=True, slots=True, eq=False)
class FoundCurve:
    """F(x): the share found within x days, of those found within `window`; an entry for each x that occurs.

    Between those there may be others at which nobody was found, which change nothing.

    `thin_at` is the longest duration at which fewer than five are at risk, for want of those looked for so
    long, while a tenth or more is found by then. Where `is_broken`, all of those at risk at some such x took
    x days though others took fewer: no share of the two can be told, since they do not overlap in time.
    """

    times: Floats
    found: Floats
    at_risk: Counts
    events: Counts
    # What each adds to Greenwood's variance of the logarithm of the shares before it.
    terms: Floats
    window: float
    n: int
    is_broken: bool
    thin_at: float | None
    confidence: float

    @property
    def low(self) -> Floats:
        """The lower bound of each share."""
        return self.band(0, self.found.size)[0]

    @property
    def high(self) -> Floats:
        """The upper bound of each share."""
        return self.band(0, self.found.size)[1]

    def band(self, start: int, end: int) -> tuple[Floats, Floats]:
        """The log–log bounds of the shares from one to another."""
        found, terms = self.found[start:end], self.terms[start + 1 : end]
        later = np.append(self.terms[end:].sum(), terms[::-1]).cumsum()[::-1]
        spread = np.sqrt(later[: found.size])
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(found)
            stretch = np.exp(_z(self.confidence) * spread / -logs)
            low, high = np.exp(logs * stretch), np.exp(logs / stretch)
        settled = (found <= 0) | (found >= 1)
        return np.where(settled, found, low), np.where(settled, found, high)


def sightings(durations: ArrayLike, looked_for: ArrayLike, *, window: float | None = None) -> Sightings:
    """Records that were found; those with an unknown time, or found after the look, are left out.

    ValueError for a negative duration or a window that is not above 0.

    >>> sightings([1.0, 2.0, 3.0, 4.0, 9.0], [9.0] * 5, window=5).n_longer
    1
    """
    if window is not None and not window > 0:
        raise ValueError("a window is a positive number of days")
    days, looked = (np.asarray(each, dtype=np.float64).ravel() for each in (durations, looked_for))
    if days.shape != looked.shape:
        raise ValueError("each duration needs the time that it was looked for")
    seen = days <= looked
    days, looked = days[seen], looked[seen]
    if days.size and days.min() < 0:
        raise ValueError("negative durations belong in a count of their own")
    order = np.argsort(days, kind="stable")
    return sightings_in_order(days[order], looked[order], np.sort(looked), window=window)


def sightings_in_order(
    durations: Floats, looked_for: Floats, in_order: Floats, *, window: float | None
) -> Sightings:
    """The same of those that were found, by duration, with the times that they were looked for in order."""
    at_risk = np.arange(1, durations.size + 1) - np.searchsorted(in_order, durations, side="left")
    reached = _longest(durations, at_risk) if window is None else _if_looked_for(looked_for, window)
    kept = int(np.searchsorted(durations, math.inf if reached is None else reached, side="right"))
    return Sightings(durations[:kept], looked_for[:kept], at_risk[:kept], reached, durations.size - kept)


def found_curve(seen: Sightings, *, confidence: float = 0.95) -> FoundCurve | None:
    """The product-limit estimate F(x) = Π (1 − dᵢ/nᵢ) over the xᵢ > x, with log–log bounds by Greenwood.

    None without a window. Sources: Lynden-Bell 1971; Woodroofe 1985; Lagakos, Barraj & De Gruttola 1988.

    >>> found_curve(sightings([1.0, 2.0, 2.0, 3.0, 4.0], [9.0] * 5)).found.round(9).tolist()
    [0.2, 0.6, 0.8, 1.0]
    """
    if seen.window is None or not seen.n:
        return None
    last = np.flatnonzero(np.append(np.diff(seen.durations) > 0, True))
    times, events = seen.durations[last], np.diff(last + 1, prepend=0)
    return curve_of(times, events, seen.at_risk[last], window=seen.window, confidence=confidence)


def curve_of(
    times: Floats, events: Counts, at_risk: Counts, *, window: float, confidence: float = 0.95
) -> FoundCurve:
    """The same of how many took each duration, some of the first and of the last, and were at risk there."""
    # In place throughout: half of the time with many would go into fresh pages of memory.
    hazards = np.divide(events, np.maximum(at_risk, 1))
    terms = np.divide(hazards, np.maximum(at_risk - events, 1))
    found = np.ones(times.size)
    np.cumprod(np.subtract(1, hazards, out=hazards)[:0:-1], out=found[-2::-1])
    is_odd = at_risk < FEW_AT_RISK
    is_odd |= at_risk == events
    odd = np.flatnonzero(is_odd)
    odd = odd[(found[odd] >= _MUCH) & (events[odd] > 0)]
    # Few are at risk at short times because few were that fast, which is no want of records.
    until = np.cumsum(events)[odd] if odd.size else odd
    thin = odd[(at_risk[odd] < FEW_AT_RISK) & (at_risk[odd] < until)]
    return FoundCurve(
        times=times,
        found=found,
        at_risk=at_risk,
        events=events,
        terms=terms,
        window=window,
        n=int(events.sum()),
        is_broken=bool((at_risk == events)[odd[odd > 0]].any()),
        thin_at=float(times[thin[-1]]) if thin.size else None,
        confidence=confidence,
    )


def truncated_median(curve: FoundCurve) -> Estimate:
    """The first duration by which half are found; its bounds are where the curve's bounds get there.

    >>> truncated_median(found_curve(sightings([1.0, 2.0, 3.0, 4.0, 5.0], [9.0] * 5))).value
    3.0
    """
    if curve.is_broken:
        return Estimate(value=None, low=None, high=None, n=curve.n)
    half = int(np.searchsorted(curve.found, 0.5 - _ROUNDING))
    places = _first_high_half(curve, half), half, _first_low_half(curve, half)
    low, value, high = (float(curve.times[place]) for place in places)
    return Estimate(value=value, low=low, high=high, n=curve.n)


def truncated_mean(curve: FoundCurve, *, confidence: float = 0.95) -> Estimate:
    """The mean duration, window − ∫ F; its interval is normal, by Greenwood's variance of an area.

    >>> truncated_mean(found_curve(sightings([1.0, 2.0, 3.0, 4.0, 5.0], [9.0] * 5))).value
    3.0
    """
    if curve.is_broken:
        return Estimate(value=None, low=None, high=None, n=curve.n)
    steps = np.diff(curve.times, prepend=0.0)
    areas = np.cumsum(steps * np.append(0.0, curve.found[:-1]))
    top = float(curve.times[-1])
    value = top - float(areas[-1])
    terms = (areas**2 * curve.terms)[curve.at_risk > curve.events]
    spread = math.sqrt(float(terms.sum())) * _z(confidence)
    if spread == 0:
        return Estimate(value=value, low=None, high=None, n=curve.n)
    return Estimate(value, max(value - spread, 0.0), min(value + spread, curve.window), curve.n)


def found_within(
    seen: Sightings,
    days: float,
    *,
    seed: int | None,
    curve: FoundCurve | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The share found within some days, of those found within the window.

    Up to n = 500 the interval is that of a bootstrap of the records from `seed` (percentiles); above, or
    without a seed, the log–log band of the curve. Source of the bootstrap under truncation: Gross & Lai 1996.

    >>> round(found_within(sightings([1.0, 2.0, 3.0, 4.0, 5.0], [9.0] * 5), 2.0, seed=None).value or 0, 9)
    0.4
    """
    curve = curve or found_curve(seen, confidence=confidence)
    if curve is None:
        return Estimate(value=None, low=None, high=None, n=seen.n)
    told = share_found(curve, days)
    if told.low is None or seed is None or seen.n > BOOTSTRAP_LIMIT:
        return told
    tail = (1 - confidence) / 2
    low, high = np.quantile(_resampled_shares(seen, days, seed=seed), [tail, 1 - tail])
    return Estimate(told.value, float(low), float(high), seen.n)


def share_found(curve: FoundCurve, days: float) -> Estimate:
    """The share found within some days, with the band of the curve."""
    place = int(np.searchsorted(curve.times, days, side="right")) - 1
    value = float(curve.found[place]) if place >= 0 else 0.0
    # Some were that fast, but nothing tells how many of all: see `is_broken`.
    if curve.is_broken or (value == 0 and curve.times[0] <= days):
        return Estimate(value=None, low=None, high=None, n=curve.n)
    if value in (0.0, 1.0):
        return Estimate(value=value, low=None, high=None, n=curve.n)
    low, high = (float(bound[0]) for bound in curve.band(place, place + 1))
    return Estimate(value, low, high, curve.n)


def _longest(days: Floats, at_risk: Counts) -> float | None:
    """The longest duration at which at least five are at risk."""
    enough = np.flatnonzero(at_risk >= FEW_AT_RISK)
    return float(days[enough[-1]]) if enough.size else None


def _if_looked_for(looked: Floats, window: float) -> float | None:
    return float(window) if np.count_nonzero(looked >= window) >= FEW_AT_RISK else None


def _first_high_half(curve: FoundCurve, half: int) -> int:
    """Where the upper bound first is a half: no later than the curve."""
    start = 0
    for _ in range(_ROUNDS):
        # No bound is further up than that on the logarithm itself, which is widest at the first of all.
        spread = math.sqrt(curve.terms[start + 1 :].sum())
        least = (0.5 - _ROUNDING) * math.exp(-_z(curve.confidence) * spread * (1 + _ROUNDING))
        start = int(np.searchsorted(curve.found, least))
    reached = np.flatnonzero(curve.band(start, half)[1] >= 0.5 - _ROUNDING)
    return start + int(reached[0]) if reached.size else half


def _first_low_half(curve: FoundCurve, half: int) -> int:
    """Where the lower bound first is a half: not before the curve, and at the last, where all are found."""
    start, size = half, _NEAR
    while not (reached := np.flatnonzero(curve.band(start, start + size)[0] >= 0.5 - _ROUNDING)).size:
        start, size = start + size, 2 * size
    return start + int(reached[0])


@cache
def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _resampled_shares(seen: Sightings, days: float, *, seed: int) -> Floats:
    """F(days) of so many samples of the records, drawn with replacement."""
    random = np.random.Generator(np.random.PCG64(seed))
    n = seen.n
    picks = random.integers(0, n, size=(RESAMPLES, n), dtype=np.uint16)
    rows = np.repeat(np.arange(RESAMPLES), n)
    weights = np.bincount(rows * n + picks.ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
    last = np.flatnonzero(np.append(np.diff(seen.durations) > 0, True))
    first = int(np.searchsorted(seen.durations[last], days, side="right"))
    times = seen.durations[last]
    until = np.cumsum(weights, axis=1)[:, last]
    events = np.diff(until, axis=1, prepend=0)[:, first:]
    order = np.argsort(seen.looked_for, kind="stable")
    gone = np.zeros((RESAMPLES, n + 1), dtype=np.int64)
    np.cumsum(weights[:, order], axis=1, out=gone[:, 1:])
    before = np.searchsorted(seen.looked_for[order], times[first:], side="left")
    at_risk = until[:, first:] - gone[:, before]
    # Where a sample has nobody at risk it has no event either.
    shares: Floats = np.prod(1 - events / np.maximum(at_risk, 1), axis=1)
    return shares
