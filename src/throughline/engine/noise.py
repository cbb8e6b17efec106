"""Can the target be told from noise? Events to expect, power, and the smallest change that would show.

Power is the probability that a change as large as the target's comes out as a change for that side in a
two-sided test at 5 %. It is asked before anything is measured: both periods are still random, unless the
baseline is said to be a known number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]
Implausible = Literal["sandbag", "fantasy"]

SIGNIFICANCE = 0.05
POWER = 0.8
# Below this a key result is not green for "decidable": a coin would tell as well.
TOO_WEAK = 0.5
SANDBAG, FANTASY = 0.9, 0.05
# Above this many events a count is as good as normal on its logarithm, and a hundred times faster.
EXACT_UP_TO = 1000
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Noise:
    """What a target has to stand out from.

    `expected` events are to come in the period; `smallest` is the value nearest to the baseline, on the
    side of the target, that would be told from chance with a power of 80 %; None where no value would.
    `power` is None where the history says nothing of the spread.
    """

    expected: float
    power: float | None
    smallest: float | None

    @property
    def is_too_weak(self) -> bool:
        """Whether the target could not be told from chance as often as not."""
        return self.power is None or self.power < TOO_WEAK


def events_expected(events: float, *, days: float, ahead: float) -> float:
    """How many events `ahead` days bring at the rate of those seen in `days`.

    >>> events_expected(30, days=90, ahead=60)
    20.0
    """
    if not days > 0 or events < 0 or ahead < 0:
        raise ValueError("a rate needs days that have gone by, and counts and days of 0 or more")
    return events / days * ahead


def variation(durations: ArrayLike) -> float | None:
    """The coefficient of variation, standard deviation over mean, of known durations; None of too few.

    >>> round(variation([10.0, 20.0, 30.0]), 2)
    0.5
    """
    known = np.asarray(durations, dtype=np.float64).ravel()
    known = known[np.isfinite(known)]
    if known.size < 2 or known.mean() <= 0:
        return None
    return float(known.std(ddof=1) / known.mean())


def events_needed(ratio: float, *, cv: float, power: float = POWER, baseline_known: bool = False) -> float:
    """The events a period needs for a change of a mean by this ratio to show.

    2·CV²·((1.960 + z)/ln ratio)², half of it against a fixed, known baseline; z is 0.842 for 80 %.

    >>> math.ceil(events_needed(0.5, cv=1))
    33
    """
    if not (ratio > 0 and ratio != 1 and cv > 0):
        raise ValueError("a ratio above 0 that is not 1, and a variation above 0")
    periods = 1 if baseline_known else 2
    return periods * (cv * (_z(1 - SIGNIFICANCE / 2) + _z(power)) / math.log(ratio)) ** 2


def of_means(
    *, baseline: float, target: float, cv: float | None, before: float, after: float, known: bool = False
) -> Noise:
    """The noise of a mean of durations (or of what else is above 0) with this coefficient of variation.

    `before` and `after` are the events of the baseline's period and those expected; `known` says that the
    baseline is a fixed number. The logarithm of a mean of n varies by CV/√n. Refused where baseline or
    target is not above 0.
    """
    _require_positive(baseline, target)
    if cv is None or after <= 0 or (before <= 0 and not known):
        return Noise(expected=after, power=None, smallest=None)
    spread = cv * math.sqrt(1 / after + (0 if known else 1 / before))
    if spread == 0:
        return Noise(expected=after, power=1.0, smallest=baseline)
    away = _z(1 - SIGNIFICANCE / 2)
    reach = math.exp(math.copysign((away + _z(POWER)) * spread, target - baseline))
    return Noise(
        expected=after,
        power=_NORMAL.cdf(abs(math.log(target / baseline)) / spread - away),
        smallest=baseline * reach,
    )


def of_counts(
    *, baseline: float, target: float, before: float = 1.0, after: float = 1.0, known: bool = False
) -> Noise:
    """The noise of a count of events: the exact conditional binomial test of two Poisson counts.

    `baseline` and `target` are counts in `before` and `after` units of time (days, say). Given both
    counts' total, the later one is binomial. Against a `known` baseline it is the exact test of one Poisson
    count. Refused for a count below 0. Source: Przyborowski & Wilenski 1940.

    >>> round(of_counts(baseline=40, target=20).power, 2)
    0.7
    """
    if min(baseline, target) < 0 or not (before > 0 and after > 0):
        raise Refused("A count is at least 0, and its time above 0.", code="bad_count")
    unchanged = baseline * after / before

    def power(count: float) -> float:
        if known:
            return known_count_power(unchanged, count)
        return count_power(baseline, count, before=before, after=after)

    smallest = _nearest(power, unchanged, 0.0 if target < unchanged else None)
    return Noise(expected=target, power=power(target), smallest=smallest)


def of_shares(*, baseline: float, target: float, before: float, after: float, known: bool = False) -> Noise:
    """The noise of a share: two proportions of `before` and `after` cases, pooled under "no change".

    `known` says that the baseline is a fixed number. Refused outside of 0 to 1.
    Source: Fleiss, Levin & Paik 2003, §4.2.
    """
    if not (0 <= baseline <= 1 and 0 <= target <= 1):
        raise Refused("A share lies between 0 and 1.", code="share_out_of_range")
    if after <= 0 or (before <= 0 and not known):
        return Noise(expected=after, power=None, smallest=None)

    def power(share: float) -> float:
        return share_power(baseline, share, before=before, after=after, known=known)

    smallest = _nearest(power, baseline, 0.0 if target < baseline else 1.0)
    return Noise(expected=after, power=power(target), smallest=smallest)


def of_series(values: ArrayLike, *, baseline: float, target: float) -> Noise:
    """The noise of a series of which only values are known, one for each period as long as this one.

    What changed from each period to the next is the spread. None under four values.
    """
    known = np.asarray(values, dtype=np.float64).ravel()
    changes = np.diff(known[np.isfinite(known)])
    if changes.size < 3:
        return Noise(expected=0, power=None, smallest=None)
    spread = float(np.sqrt(np.mean(changes**2)))
    if spread == 0:
        return Noise(expected=0, power=1.0, smallest=baseline)
    away = _z(1 - SIGNIFICANCE / 2)
    reach = math.copysign((away + _z(POWER)) * spread, target - baseline)
    power = _NORMAL.cdf(abs(target - baseline) / spread - away)
    return Noise(expected=0, power=power, smallest=baseline + reach)


def count_power(before_count: float, after_count: float, *, before: float = 1.0, after: float = 1.0) -> float:
    """The power of the exact conditional test, for the side on which the change is.

    `before_count` and `after_count` are the means of two Poisson counts in `before` and `after` units of
    time. Exact up to 1,000 events in all, normal on the logarithm above.
    """
    total = before_count + after_count
    if total <= 0:
        return 0.0
    unchanged, share = after / (before + after), after_count / total
    if share == unchanged:
        return SIGNIFICANCE / 2
    if total > EXACT_UP_TO:
        odds = abs(math.log(after_count * before / (before_count * after))) if 0 < share < 1 else math.inf
        spread = math.sqrt(1 / max(before_count, 1) + 1 / max(after_count, 1))
        return _NORMAL.cdf(odds / spread - _z(1 - SIGNIFICANCE / 2))
    if share > unchanged:
        unchanged, share = 1 - unchanged, 1 - share
    reach = 9 * math.sqrt(total) + 10
    totals = np.arange(max(math.floor(total - reach), 0), math.ceil(total + reach) + 1)
    weights = np.exp(totals * math.log(total) - total - _log_factorials(int(totals[-1]))[totals])
    powers = np.array([_lower_power(int(n), unchanged, share) for n in totals])
    # Not weights @ powers: its threads wait for each other on a busy machine.
    return float(min((weights * powers).sum(), 1.0))


def known_count_power(mean: float, count: float) -> float:
    """The power of the exact test of a Poisson count against a known mean, for the side of the change.

    Exact up to 1,000 events, normal on the logarithm above.
    """
    if count == mean or mean <= 0:
        return SIGNIFICANCE / 2 if count == mean else 1.0
    if max(mean, count) > EXACT_UP_TO:
        odds = abs(math.log(count / mean)) if count > 0 else math.inf
        return _NORMAL.cdf(odds * math.sqrt(max(count, 1)) - _z(1 - SIGNIFICANCE / 2))
    unchanged, changed = (np.cumsum(_poisson(each, most=max(mean, count))) for each in (mean, count))
    if count < mean:
        critical = int(np.searchsorted(unchanged, SIGNIFICANCE / 2, side="right")) - 1
        return float(changed[critical]) if critical >= 0 else 0.0
    # The least k with P(X ≥ k) ≤ 2.5 %: what comes before it is below.
    below = int(np.searchsorted(unchanged, 1 - SIGNIFICANCE / 2))
    return float(max(1 - changed[below], 0.0))


def counts_needed(ratio: float, *, known: bool = False) -> float:
    """The count that a period needs for a change by this ratio to show with a power of 80 %.

    >>> round(counts_needed(0.5)), round(counts_needed(0.5, known=True))
    (50, 26)
    """
    _require_ratio(ratio)
    return _least(
        lambda count: of_counts_power(count, ratio, known=known),
        start=events_needed(ratio, cv=1, baseline_known=known),
    )


def of_counts_power(count: float, ratio: float, *, known: bool) -> float:
    """The power of a change of a count by a ratio."""
    return known_count_power(count, count * ratio) if known else count_power(count, count * ratio)


def cases_needed(share: float, ratio: float, *, known: bool = False) -> float | None:
    """The cases that a period needs for a change of a share by this ratio to show with a power of 80 %.

    None where the share is 0, so that no ratio changes it. Refused where the changed share is above 1.
    """
    _require_ratio(ratio)
    changed = share * ratio
    if not (0 <= share <= 1 and changed <= 1):
        raise Refused(
            f"A share lies between 0 and 1: {share:.3g} × {ratio:g} does not.", code="share_out_of_range"
        )
    if share == 0:
        return None
    return _least(
        lambda cases: share_power(share, changed, before=cases, after=cases, known=known), start=10.0
    )


def share_power(first: float, second: float, *, before: float, after: float, known: bool = False) -> float:
    """The power of the test of two proportions, for the side on which the change is."""
    away, change = _z(1 - SIGNIFICANCE / 2), abs(second - first)
    if known:
        under_null, under_change = _variance(first) / after, _variance(second) / after
    else:
        pooled = (first * before + second * after) / (before + after)
        under_null = _variance(pooled) * (1 / before + 1 / after)
        under_change = _variance(first) / before + _variance(second) / after
    if under_change == 0:
        return 1.0 if change > away * math.sqrt(under_null) else 0.0
    return _NORMAL.cdf((change - away * math.sqrt(under_null)) / math.sqrt(under_change))


def implausible(probability: float | None) -> Implausible | None:
    """A target that history makes all but certain is a sandbag, one that it all but excludes a fantasy.

    >>> implausible(0.95), implausible(0.5), implausible(0.01), implausible(None)
    ('sandbag', None, 'fantasy', None)
    """
    if probability is None:
        return None
    if probability > SANDBAG:
        return "sandbag"
    return "fantasy" if probability < FANTASY else None


def never_moved(values: ArrayLike) -> bool:
    """Whether a history of two or more values is one value all along.

    >>> never_moved([3.0, 3.0, 3.0]), never_moved([3.0, 3.1]), never_moved([3.0])
    (True, False, False)
    """
    known = np.asarray(values, dtype=np.float64).ravel()
    known = known[np.isfinite(known)]
    return known.size >= 2 and bool(np.ptp(known) <= 1e-9 * max(1.0, float(np.abs(known).max())))


def _require_positive(baseline: float, target: float) -> None:
    if not (baseline > 0 and target > 0):
        raise Refused(
            f"A ratio needs a baseline and a target above 0; found {baseline:g} and {target:g}.",
            code="no_ratio",
        )


def _require_ratio(ratio: float) -> None:
    if not (math.isfinite(ratio) and ratio > 0 and ratio != 1):
        raise Refused(
            f"A change is a ratio above 0 that is not 1, as 0.5 is for a halving; found {ratio:g}.",
            code="no_ratio",
        )


def _least(power: Callable[[float], float], *, start: float) -> float:
    """About the least number of events with a power of 80 %."""
    enough = start
    while power(enough) < POWER:
        enough *= 2
    short = 0.0
    for _ in range(40):
        middle = (short + enough) / 2
        short, enough = (short, middle) if power(middle) >= POWER else (middle, enough)
    return enough


def _poisson(mean: float, *, most: float) -> Floats:
    """P(X = k) of a Poisson count for k up to where nothing is left of one of mean `most` ≤ EXACT_UP_TO."""
    k = np.arange(math.ceil(most + 12 * math.sqrt(most) + 30) + 1)
    if mean == 0:
        return np.where(k == 0, 1.0, 0.0)
    masses: Floats = np.exp(k * math.log(mean) - mean - _log_factorials(int(k[-1])))
    return masses


def _z(probability: float) -> float:
    return _NORMAL.inv_cdf(probability)


def _variance(share: float) -> float:
    return share * (1 - share)


def _nearest(power: Callable[[float], float], start: float, end: float | None) -> float | None:
    """The value nearest to `start` towards `end` (None: upwards without end) with a power of 80 %."""
    if end is None:
        end = start + 1
        while power(end) < POWER:
            end = start + 2 * (end - start)
    if power(end) < POWER:
        return None
    short, enough = start, end
    for _ in range(40):
        middle = (short + enough) / 2
        short, enough = (short, middle) if power(middle) >= POWER else (middle, enough)
    return enough


def _lower_power(n: int, unchanged: float, share: float) -> float:
    """P(the later count is significantly low) of n events in all, of which `share` are later ones."""
    if share == 0:
        return 1.0 if (1 - unchanged) ** n <= SIGNIFICANCE / 2 else 0.0
    critical = _critical(n, unchanged)
    if critical < 0:
        return 0.0
    k = np.arange(critical + 1)
    logs = _log_choices(n, critical) + k * math.log(share) + (n - k) * math.log1p(-share)
    return float(min(np.exp(logs).sum(), 1.0))


@lru_cache(maxsize=16384)
def _critical(n: int, unchanged: float) -> int:
    """The largest count whose lower tail under "no change" is at most 2.5 %; −1 where none is."""
    # Nothing beyond the mean is in the tail.
    top = int(n * unchanged)
    k = np.arange(top + 1)
    logs = _log_choices(n, top) + k * math.log(unchanged) + (n - k) * math.log1p(-unchanged)
    return int(np.searchsorted(np.cumsum(np.exp(logs)), SIGNIFICANCE / 2, side="right")) - 1


def _log_choices(n: int, most: int) -> Floats:
    logs = _log_factorials(n)
    choices: Floats = logs[n] - logs[: most + 1] - logs[n - most : n + 1][::-1]
    return choices


@lru_cache(maxsize=1)
def _all_log_factorials() -> Floats:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, 2 * EXACT_UP_TO + 1)))))


def _log_factorials(most: int) -> Floats:
    return _all_log_factorials()[: most + 1]
