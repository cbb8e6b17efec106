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


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Durations in days with the time that each was looked for, sorted by duration; made by `sightings`.

    `window` is the longest duration that the figures are about; None where fewer than five were looked for
    that long, or, where none was asked for, for as long as any that was found. `n_longer` took longer.
    """

    durations: Floats
    looked_for: Floats
    window: float | None
    n_longer: int

    @property
    def n(self) -> int:
        """How many there are."""
        return self.durations.size


@dataclass(frozen=True, slots=True, eq=False)
class FoundCurve:
    """F(x): the share found within x days, of those found within `window`; one entry a distinct duration.

    `thin_at` is the longest duration at which fewer than five are at risk, for want of those looked for so
    long, while a tenth or more is found by then. Where `is_broken`, all of those at risk at some such x took
    x days though others took fewer: no share of the two can be told, since they do not overlap in time.
    """

    times: Floats
    found: Floats
    low: Floats
    high: Floats
    at_risk: Counts
    events: Counts
    window: float
    n: int
    is_broken: bool
    thin_at: float | None


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
    days, looked = days[order], looked[order]
    reached = _longest(days, looked) if window is None else _if_looked_for(looked, window)
    kept = int(np.searchsorted(days, math.inf if reached is None else reached, side="right"))
    return Sightings(days[:kept], looked[:kept], reached, days.size - kept)


def found_curve(seen: Sightings, *, confidence: float = 0.95) -> FoundCurve | None:
    """The product-limit estimate F(x) = Π (1 − dᵢ/nᵢ) over the xᵢ > x, with log–log bounds by Greenwood.

    None without a window. Sources: Lynden-Bell 1971; Woodroofe 1985; Lagakos, Barraj & De Gruttola 1988.

    >>> found_curve(sightings([1.0, 2.0, 2.0, 3.0, 4.0], [9.0] * 5)).found.round(9).tolist()
    [0.2, 0.6, 0.8, 1.0]
    """
    if seen.window is None or not seen.n:
        return None
    last = np.flatnonzero(np.append(np.diff(seen.durations) > 0, True))
    times, until = seen.durations[last], last + 1
    at_risk = until - np.searchsorted(np.sort(seen.looked_for), times, side="left")
    return curve_of(times, np.diff(until, prepend=0), at_risk, window=seen.window, confidence=confidence)


def curve_of(
    times: Floats, events: Counts, at_risk: Counts, *, window: float, confidence: float = 0.95
) -> FoundCurve:
    """The same of how many took each distinct duration, and how many were at risk there."""
    until = np.cumsum(events)
    left = 1 - events / at_risk
    found = np.append(np.cumprod(left[::-1])[::-1][1:], 1.0)
    low, high = _log_log_bounds(found, events, at_risk, confidence=confidence)
    # Few are at risk at short times because few were that fast, which is no want of records.
    thin = np.flatnonzero((at_risk < FEW_AT_RISK) & (at_risk < until) & (found >= _MUCH))
    return FoundCurve(
        times=times,
        found=found,
        low=low,
        high=high,
        at_risk=at_risk,
        events=events,
        window=window,
        n=int(until[-1]),
        is_broken=bool(((events == at_risk) & (found >= _MUCH))[1:].any()),
        thin_at=float(times[thin[-1]]) if thin.size else None,
    )


def truncated_median(curve: FoundCurve) -> Estimate:
    """The first duration by which half are found; its bounds are where the curve's bounds get there.

    >>> truncated_median(found_curve(sightings([1.0, 2.0, 3.0, 4.0, 5.0], [9.0] * 5))).value
    3.0
    """
    if curve.is_broken:
        return Estimate(value=None, low=None, high=None, n=curve.n)
    low, value, high = (_first_half(curve.times, each) for each in (curve.high, curve.found, curve.low))
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
    left = curve.at_risk - curve.events
    terms = areas**2 * curve.events / (curve.at_risk * np.maximum(left, 1))
    spread = math.sqrt(float(terms[left > 0].sum())) * NormalDist().inv_cdf((1 + confidence) / 2)
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
    return Estimate(value, float(curve.low[place]), float(curve.high[place]), curve.n)


def _longest(days: Floats, looked: Floats) -> float | None:
    """The longest duration at which at least five are at risk."""
    at_risk = np.arange(1, days.size + 1) - np.searchsorted(np.sort(looked), days, side="left")
    enough = np.flatnonzero(at_risk >= FEW_AT_RISK)
    return float(days[enough[-1]]) if enough.size else None


def _if_looked_for(looked: Floats, window: float) -> float | None:
    return float(window) if np.count_nonzero(looked >= window) >= FEW_AT_RISK else None


def _log_log_bounds(
    found: Floats, events: Counts, at_risk: Counts, *, confidence: float
) -> tuple[Floats, Floats]:
    left = np.maximum(at_risk - events, 1)
    terms = events / (at_risk * left)
    spread = np.sqrt(np.append(np.cumsum(terms[::-1])[::-1][1:], 0.0))
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(found)
        stretch = np.exp(z * spread / -logs)
        low, high = np.exp(logs * stretch), np.exp(logs / stretch)
    settled = (found <= 0) | (found >= 1)
    return np.where(settled, found, low), np.where(settled, found, high)


def _first_half(times: Floats, shares: Floats) -> float:
    """There always is one: at the window all are found."""
    return float(times[np.flatnonzero(shares >= 0.5 - _ROUNDING)[0]])


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
