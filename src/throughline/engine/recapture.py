"""How many there are when two have looked: what both found tells how much each of them misses.

The estimate takes four things for granted. Both looked at the same places while nothing came or went; a flaw
that both found is known to be one; whether one found it says nothing of whether the other would; and within
each, all flaws are as easy to find. Where easy flaws are easy for both, the truth is higher.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from throughline.engine.intervals import Estimate

# With fewer in both the estimate is too low more often than not (Robson & Regier 1964).
ENOUGH_IN_BOTH = 7


@dataclass(frozen=True, slots=True)
class Recapture:
    """How many one found, the other, and both; `total` are all there are, `missed` those neither found."""

    first: int
    second: int
    both: int
    total: Estimate
    missed: Estimate

    @property
    def seen(self) -> int:
        """How many were found by either."""
        return self.first + self.second - self.both

    @property
    def is_thin(self) -> bool:
        """Whether so few were found by both that the estimate is likely to be too low."""
        return self.both < ENOUGH_IN_BOTH


def recapture(first: int, second: int, both: int, *, confidence: float = 0.95) -> Recapture:
    """Chapman's estimate N = (n₁+1)(n₂+1)/(m+1) − 1 of all there are, and how many of those neither found.

    The interval is log-normal on the number that neither found, so that it never falls below those seen; it
    is absent where one found everything that the other did. ValueError for counts that do not fit together.
    Sources: Chapman 1951; Seber 1970 (variance); Chao 1987 (interval).

    >>> round(recapture(30, 40, 12).total.value or 0, 1)
    96.8
    """
    if not 0 <= both <= min(first, second):
        raise ValueError("what both found is at most what either found")
    seen = first + second - both
    value = (first + 1) * (second + 1) / (both + 1) - 1
    hidden = value - seen
    low = high = None
    if hidden > 0:
        product = (first + 1) * (second + 1) * (first - both) * (second - both)
        variance = product / ((both + 1) ** 2 * (both + 2))
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        stretch = math.exp(z * math.sqrt(math.log1p(variance / hidden**2)))
        low, high = hidden / stretch, hidden * stretch
    bounds = [None if each is None else seen + each for each in (low, high)]
    return Recapture(
        first,
        second,
        both,
        total=Estimate(value, bounds[0], bounds[1], seen),
        missed=Estimate(hidden, low, high, seen),
    )
