"""Many values as the distinct ones among them with how often each occurs, which is all that a curve needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

MINUTES_A_DAY = 1440
# A table of all minutes of eight years is read in less time than values are sorted; few last longer. Of
# fewer values most of it would be empty: a shorter one is made and read sooner.
_FEWEST_MINUTES, _MOST_MINUTES = 2**18, 2**22


@dataclass(frozen=True, eq=False)
class Tally:
    """Distinct values in order, and the number of each; made by `tally`."""

    values: Floats
    counts: Counts

    @cached_property
    def n(self) -> int:
        """How many there are in all."""
        return int(self.counts.sum())

    @property
    def first(self) -> float:
        """The smallest; infinity where there is none."""
        return float(self.values[0]) if self.values.size else math.inf

    @property
    def last(self) -> float:
        """The largest; minus infinity where there is none."""
        return float(self.values[-1]) if self.values.size else -math.inf

    def before(self, bound: float) -> Tally:
        """Those below the bound."""
        upto = np.searchsorted(self.values, bound)
        return Tally(self.values[:upto], self.counts[:upto])

    def since(self, bound: float) -> Tally:
        """Those not below the bound."""
        first = np.searchsorted(self.values, bound)
        return Tally(self.values[first:], self.counts[first:])

    def largest(self, n: int) -> Floats:
        """The n largest, each as often as it occurs; all where there are fewer."""
        return np.repeat(self.values[-n:], np.minimum(self.counts[-n:], n))[-n:]

    def ranked(self, rank: int) -> float:
        """The value with so many before it. IndexError where there are fewer.

        >>> tally(np.array([3.0, 1.0, 1.0])).ranked(2)
        3.0
        """
        return float(self.values[np.searchsorted(np.cumsum(self.counts), rank, side="right")])

    def count_before(self, bounds: Floats) -> Counts:
        """How many are below each of the ordered bounds, no two of them alike."""
        if bounds is self.values:
            return np.cumsum(self.counts) - self.counts
        if self.values.size > bounds.size:
            upto = np.concatenate(([0], np.cumsum(self.counts)))
            return upto[np.searchsorted(self.values, bounds, side="left")]
        # Looking up the fewer of the two and adding up takes a third of the time.
        places = np.searchsorted(bounds, self.values, side="right")
        added = np.bincount(places, weights=self.counts, minlength=bounds.size + 1)
        return np.cumsum(added)[: bounds.size].astype(np.int64)

    def count_until(self, bounds: Floats) -> Counts:
        """How many are not above each of the bounds."""
        upto = np.concatenate(([0], np.cumsum(self.counts)))
        return upto[np.searchsorted(self.values, bounds, side="right")]

    def count_at(self, values: Floats) -> Counts:
        """How many there are of each of the ordered values, all of which may be missing here.

        >>> tally(np.array([3.0, 1.0, 1.0])).count_at(np.array([1.0, 2.0])).tolist()
        [2, 0]
        """
        found = np.zeros(values.size, dtype=np.int64)
        places = np.searchsorted(values, self.values)
        inside = places < values.size
        inside[inside] = values[places[inside]] == self.values[inside]
        found[places[inside]] = self.counts[inside]
        return found

    def joined(self, other: Tally) -> Tally:
        """Both together.

        >>> both = tally(np.array([1.0, 2.0])).joined(tally(np.array([3.0, 2.0, 0.0])))
        >>> both.values.tolist(), both.counts.tolist()
        ([0.0, 1.0, 2.0, 3.0], [1, 1, 2, 1])
        """
        if self.values.size < other.values.size:
            return other.joined(self)
        if not other.values.size:
            return self
        # Both are in order: putting the fewer in their places takes a fraction of the time of sorting all.
        places = np.searchsorted(self.values, other.values)
        is_new = self.values[np.minimum(places, self.values.size - 1)] != other.values
        counts = self.counts.copy()
        counts[places[~is_new]] += other.counts[~is_new]
        return Tally(
            np.insert(self.values, places[is_new], other.values[is_new]),
            np.insert(counts, places[is_new], other.counts[is_new]),
        )


def tally(values: Floats, *, to_the_minute: bool = False, cut: float = math.inf) -> Tally:
    """The tally of values in any order, what is not a number left out; of days to the minute, if so asked.

    Whatever comes to the `cut`, of which the caller tells nothing apart, is put where that begins.

    >>> tally(np.array([0.50001, 0.5]), to_the_minute=True).values.tolist()
    [0.5]
    >>> tally(np.array([7.0, 0.5, 3.0]), cut=2.0).counts.tolist()
    [1, 2]
    """
    if not values.size:
        return _NOTHING
    if to_the_minute and values.min() >= 0:
        return _by_minute(values, cut)
    ordered = values[values < cut]
    ordered.sort()
    told, counts = distinct(ordered)
    n_cut = np.count_nonzero(values >= cut)
    return Tally(np.append(told, cut), np.append(counts, n_cut)) if n_cut else Tally(told, counts)


_NOTHING = Tally(np.empty(0), np.empty(0, dtype=np.int64))


def _by_minute(days: Floats, cut: float) -> Tally:
    minutes = days * MINUTES_A_DAY
    np.rint(minutes, out=minutes)
    last = cut * MINUTES_A_DAY
    if last < _MOST_MINUTES:
        # A minute behind, since a cut need not be a whole one.
        shorter, longer = np.minimum(minutes, math.floor(last) + 1, out=minutes), np.empty(0)
    else:
        most = min(max(2 * days.size, _FEWEST_MINUTES), _MOST_MINUTES)
        longer = minutes[minutes >= most]
        shorter = minutes[minutes < most] if longer.size else minutes
    found = np.bincount(shorter.astype(np.intp))
    # Of truths NumPy finds the places in a third of the time.
    happened = np.flatnonzero(found != 0)
    rest, more = distinct(np.sort(longer))
    told: Floats = np.concatenate((happened.astype(np.float64), rest)) / MINUTES_A_DAY
    return Tally(told, np.concatenate((found[happened], more)))


def distinct(ordered: Floats) -> tuple[Floats, Counts]:
    """The distinct values of a sorted array and how often each occurs."""
    is_last = np.ones(ordered.size, dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_last[:-1])
    last = np.flatnonzero(is_last)
    values, counts = ordered[last], last + 1
    np.subtract(last[1:], last[:-1], out=counts[1:])
    return values, counts
