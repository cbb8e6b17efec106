"""Counts of events: the exact ratio of two, and whether several vary more than events that come singly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import beta_law, intervals
from throughline.engine.special import gamma_above, gamma_quantile

Floats = NDArray[np.float64]

# Of fewer periods the spread of counts says little.
FEWEST_PERIODS = 6
# Many counts are looked at, so that one in twenty would cry wolf on every page.
SIGNIFICANT = 0.01


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as many, with its exact interval; None where nothing was counted before, or at all.

    `high` is None where it has no end. `p` is the two-sided p-value of "the same rate".
    """

    value: float | None
    low: float
    high: float | None
    p: float

    @property
    def is_told_from_one(self) -> bool:
        """Whether the interval leaves out "the same rate"."""
        return self.low > 1 or (self.high is not None and self.high < 1)


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The index of dispersion: 1 for events that come singly at one rate, more where they come in batches.

    `low` and `high` bound it at 95 %, `p` is the probability of as large an index by chance alone.
    """

    index: float
    low: float
    high: float
    p: float
    periods: int

    @property
    def is_over(self) -> bool:
        """Whether the counts clearly vary more than Poisson."""
        return self.index > 1 and self.p < SIGNIFICANT


def ratio(now: int, then: int, *, ahead: float = 1.0, before: float = 1.0, confidence: float = 0.95) -> Ratio:
    """The ratio of two Poisson rates, from counts in `ahead` and in `before` units of time.

    Given the total, the later count is binomial with π = r·ahead/(r·ahead + before); its Clopper–Pearson
    bounds are those of r, and `p` is twice the smaller tail. ValueError for a count below 0 or no time.
    Sources: Przyborowski & Wilenski 1940; Clopper & Pearson 1934.

    >>> found = ratio(20, 40)
    >>> found.value, round(found.low, 3), round(found.high, 3), round(found.p, 4)
    (0.5, 0.277, 0.876, 0.0135)
    """
    return ratios([now], [then], ahead=ahead, before=before, confidence=confidence)[0]


def ratios(
    now: ArrayLike,
    then: ArrayLike,
    *,
    ahead: float = 1.0,
    before: float = 1.0,
    index: float = 1.0,
    confidence: float = 0.95,
) -> list[Ratio]:
    """As `ratio`, of many pairs at once: as quick as of one.

    Counts that vary `index` times as much as Poisson are taken for so many times fewer (quasi-Poisson).
    """
    later, earlier = (np.asarray(each, dtype=np.float64) / max(index, 1.0) for each in (now, then))
    if (later < 0).any() or (earlier < 0).any() or not (ahead > 0 and before > 0):
        raise ValueError("counts of 0 or more, in times above 0")
    tail, time, unchanged = (1 - confidence) / 2, before / ahead, ahead / (ahead + before)
    # Where one is 0 a bound is an end, whatever is looked up in its place.
    has, had = (np.where(each > 0, each, 1.0) for each in (later, earlier))
    shapes = np.stack((has, later + 1)), np.stack((earlier + 1, had))
    low, high = beta_law.quantile(*shapes, [[tail], [1 - tail]])
    # P(B ≤ x) of one is P(B > 1 − x) of its complement.
    as_many, as_few = beta_law.above(
        np.stack((earlier + 1, later + 1)), np.stack((has, had)), [[1 - unchanged], [unchanged]]
    )
    return [
        _ratio(
            k,
            n,
            low=_odds(low[i]) * time,
            high=_odds(high[i]) * time,
            tails=(as_few[i], as_many[i]),
            time=time,
        )
        for i, (k, n) in enumerate(zip(later.tolist(), earlier.tolist(), strict=True))
    ]


def _ratio(
    now: float, then: float, *, low: float, high: float, tails: tuple[float, float], time: float
) -> Ratio:
    if now + then == 0:
        return Ratio(None, 0.0, None, 1.0)
    as_few, as_many = tails[0] if then else 1.0, tails[1] if now else 1.0
    return Ratio(
        value=now / then * time if then else None,
        low=low if now else 0.0,
        high=high if then else None,
        p=min(2 * min(float(as_few), float(as_many)), 1.0),
    )


def dispersion(
    groups: Sequence[ArrayLike], lengths: Sequence[ArrayLike] | None = None, *, confidence: float = 0.95
) -> Dispersion | None:
    """The index of dispersion of counts in successive periods, pooled over groups with rates of their own.

    Σ (k − E)²/E over its degrees of freedom, E by the length of each period; its χ² law gives interval and
    p-value. A trend counts as dispersion: the rate is taken to be one. None of fewer than six periods in all,
    or where nothing was counted. Source: Fisher, Thornton & Mackenzie 1922.

    >>> dispersion([[5, 5, 5, 5, 5, 5, 5]]).index
    0.0
    """
    squares, freedom, periods = 0.0, 0, 0
    for place, group in enumerate(groups):
        counts = np.asarray(group, dtype=np.float64)
        days = np.ones_like(counts) if lengths is None else np.asarray(lengths[place], dtype=np.float64)
        if counts.size < 2 or counts.sum() == 0:
            continue
        expected = counts.sum() * days / days.sum()
        squares += float(((counts - expected) ** 2 / expected).sum())
        freedom, periods = freedom + counts.size - 1, periods + counts.size
    if periods < FEWEST_PERIODS:
        return None
    tail = (1 - confidence) / 2
    return Dispersion(
        index=squares / freedom,
        low=squares / (2 * gamma_quantile(1 - tail, freedom / 2)),
        high=squares / (2 * gamma_quantile(tail, freedom / 2)),
        p=gamma_above(squares / 2, freedom / 2),
        periods=periods,
    )


def wider_bounds(counts: ArrayLike, *, index: float, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The quasi-Poisson bounds of each count: those of count/φ, times φ; exact Poisson where φ is 1 or less.

    Source: McCullagh & Nelder 1989, §6.2.3.

    >>> low, high = wider_bounds([20], index=4.0)
    >>> round(float(low[0]), 1), round(float(high[0]), 1)
    (6.5, 46.7)
    """
    scale = max(index, 1.0)
    low, high = intervals.count_bounds(np.asarray(counts, dtype=np.float64) / scale, confidence=confidence)
    return low * scale, high * scale


def _odds(share: float) -> float:
    return float(share / (1 - share)) if share < 1 else float("inf")
