"""How many were open: areas under the count of open records, not samples of it.

A record is open over [start, end). All instants are days since 1970 (float); a NaN end is "not yet",
a record without a start, or that ends before it starts, is left out. Works on 10 M rows at once: each is
put between two edges of the windows, and no row is sorted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Of so many instants it pays to look up their days.
_MANY = 50_000
_MOST_DAYS = 200_000
# So many numbers lie in the cache of a core, with what is made of them.
_NEAR = 2**14


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """When records opened and when they closed, in any order; made by `spells` and by `spells_by_day`.

    `at_once` are the instants of those that start and end together.
    """

    opened: Floats | Days
    closed: Floats | Days
    at_once: Floats | Days

    @property
    def n(self) -> int:
        """How many they are."""
        return int(self.opened.n.sum()) if isinstance(self.opened, Days) else self.opened.size

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(each.nbytes for each in (self.opened, self.closed, self.at_once))

    def open_at(self, instants: ArrayLike) -> Counts:
        """How many are open at each instant t: start ≤ t < end."""
        edges, places = np.unique(np.asarray(instants, dtype=np.float64), return_inverse=True)
        opened, closed = (_passed(each, edges, origin=0.0) for each in (self.opened, self.closed))
        return (opened.until - closed.until)[places]

    def over(self, windows: ArrayLike) -> Over:
        """What is to be said of each window [a, b), of shape (k, 2) in days. ValueError for an empty one."""
        spans = _windows(windows)
        edges, places = np.unique(spans, return_inverse=True)
        first, last = places.reshape(spans.shape).T
        # Measured from the middle edge so that small areas are not differences of large numbers.
        origin = float(np.median(edges)) if edges.size else 0.0
        opened, closed = (_passed(each, edges, origin=origin) for each in (self.opened, self.closed))
        # Days gone by since each start, less those since each end, are the days open so far.
        area = opened.elapsed - closed.elapsed
        average = (area[last] - area[first]) / (spans[:, 1] - spans[:, 0])
        at_once = _passed(self.at_once, edges, origin=origin)
        return Over(
            # An empty window may come out a rounding error below nought.
            average=np.maximum(average, 0.0),
            open_at_end=opened.until[last] - closed.until[last],
            touching=opened.before[last] - closed.until[first] + (at_once.until - at_once.before)[first],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Over:
    """Of each window: how many were open on average and at its end, and at any time of it."""

    average: Floats
    open_at_end: Counts
    touching: Counts


def spells(starts: ArrayLike, ends: ArrayLike) -> Spells:
    """The records in the form that answers any number of questions.

    >>> spells([0.0, 5.0], [10.0, float("nan")]).over([[0.0, 10.0], [10.0, 20.0]]).touching.tolist()
    [2, 1]
    """
    start, end = _known(starts, ends)
    return Spells(opened=start, closed=end[np.isfinite(end)], at_once=start[start == end])


def spells_by_day(starts: ArrayLike, ends: ArrayLike, *, exact_from: float) -> Spells:
    """The same in so little room that it can be kept: whatever is before a midnight is counted by its day.

    Asked about an instant inside of such a day, other than one before everything, it raises ValueError.

    >>> found = spells_by_day([0.25, 5.5], [10.5, float("nan")], exact_from=10.0)
    >>> found.over([[0.25, 10.0], [10.0, 10.5]]).open_at_end.tolist(), found.open_at([7.0]).tolist()
    ([2, 1], [2])
    """
    start, end = _known(starts, ends)
    told = (start, end[np.isfinite(end)], start[start == end])
    return Spells(*(_by_day(each, exact_from) for each in told))


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Of so many instants before another: how many days before it they lie together; the `others` singly."""

    n: int
    days: float
    others: Floats


def spells_from_sums(opened: Sum, closed: Sum, *, first: float, until: float) -> Spells:
    """Spells since the `first` start, of which nobody asks how they were between that and an instant.

    >>> nobody = np.empty(0)
    >>> found = spells_from_sums(Sum(2, 15.0, nobody), Sum(1, 3.0, nobody), first=0.0, until=10.0)
    >>> found.over([[0.0, 10.0]]).average.tolist(), found.open_at([12.0]).tolist()
    ([1.2], [1])
    """
    # Whoever started and ended with the first of all is touched by a window from there as others are.
    return Spells(
        opened=_at_first(opened, first, until), closed=_at_first(closed, first, until), at_once=np.empty(0)
    )


def _at_first(sum_: Sum, first: float, until: float) -> Days:
    at, each = np.unique(sum_.others, return_counts=True)
    nobody = np.zeros(at.size)
    return Days(
        at=np.append(first, at),
        n=np.append(sum_.n, each),
        on=np.append(0, each),
        later=np.append(sum_.n * (until - first) - sum_.days, nobody),
        exact_from=until,
        first=first,
        on_first=0,
    )


def average_open(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Floats:
    """The time-weighted average number open in each window [a, b): (1/(b−a)) Σ |[start, end) ∩ [a, b)|.

    `windows` has shape (k, 2) in days; the answer has shape (k,). ValueError for an empty window.

    >>> average_open([0.0, 5.0], [10.0, float("nan")], [[0.0, 10.0], [10.0, 20.0]]).tolist()
    [1.5, 1.0]
    """
    return spells(starts, ends).over(windows).average


def ages_at(starts: ArrayLike, ends: ArrayLike, instant: float) -> Floats:
    """The ages in days of those open at the instant, in the order given.

    >>> ages_at([0.0, 5.0], [10.0, float("nan")], 12.0).tolist()
    [7.0]
    """
    start, end = _known(starts, ends)
    return instant - start[(start <= instant) & ~(end <= instant)]


def _windows(windows: ArrayLike) -> Floats:
    spans = np.asarray(windows, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(spans).all() or (spans[:, 1] <= spans[:, 0]).any():
        raise ValueError("each window needs two finite edges, the second after the first")
    return spans


def _known(starts: ArrayLike, ends: ArrayLike) -> tuple[Floats, Floats]:
    start = np.asarray(starts, dtype=np.float64)
    end = np.asarray(ends, dtype=np.float64)
    left_out = np.isnan(start) | (end < start)
    # Most callers have set these apart before, and a million rows take a while to copy.
    return (start[~left_out], end[~left_out]) if left_out.any() else (start, end)


@dataclass(frozen=True, slots=True, eq=False)
class _Passed:
    """At each edge: how many instants are before it and until it, and Σ (edge − instant)⁺."""

    before: Counts
    until: Counts
    elapsed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Instants by the day that they are in; those that are not before `exact_from` each by itself.

    At each place `at`, in order, lie so many `on` it and `n` in all, `later` days behind it together. The
    `first` instant of all is known exactly, and how many lie on it.
    """

    at: Floats
    n: Counts
    on: Counts
    later: Floats
    exact_from: float
    first: float
    on_first: int

    @property
    def nbytes(self) -> int:
        return sum(each.nbytes for each in (self.at, self.n, self.on, self.later))

    def passed(self, edges: Floats, *, origin: float) -> _Passed:
        """As `_passed`. ValueError for an edge that cuts a day."""
        whole = (edges == np.floor(edges)) | (edges >= self.exact_from)
        if not (whole | (edges <= self.first)).all():
            raise ValueError("what is counted by days says nothing of an instant inside of one")
        is_first = ~whole & (edges == self.first)
        # Nothing lies before the first instant, though its day begins before it.
        passed = np.where(whole, np.searchsorted(self.at, edges), 0)
        before = np.append(0, np.cumsum(self.n))[passed]
        sums = np.append(0.0, np.cumsum(self.n * (self.at - origin) + self.later))[passed]
        at = np.append(self.on, 0)[passed]
        at[np.append(self.at, math.nan)[passed] != edges] = 0
        return _Passed(before, before + at + is_first * self.on_first, before * (edges - origin) - sums)


def _by_day(instants: Floats, exact_from: float) -> Days:
    if not instants.size:
        nobody = np.empty(0, dtype=np.int64)
        return Days(instants, nobody, nobody, instants, exact_from, math.inf, 0)
    first, last = float(instants.min()), float(instants.max())
    day = math.floor(first)
    exact_from = min(exact_from, day + _MOST_DAYS)
    size = max((math.floor(last) + 1 if last < exact_from else math.ceil(exact_from)) - day, 0)
    n, on, later = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64), np.zeros(size)
    exact = [np.empty(0)]
    # So many at once that what is made of them stays near: memory takes longer than counting.
    for start in range(0, instants.size, _NEAR):
        part = instants[start : start + _NEAR]
        if last >= exact_from:
            exact.append(part[part >= exact_from])
            part = part[part < exact_from]
        if not part.size:
            continue
        midnight = np.floor(part)
        place = (midnight - day).astype(np.intp)
        n += np.bincount(place, minlength=size)
        on += np.bincount(place[part == midnight], minlength=size)
        later += np.bincount(place, weights=part - midnight, minlength=size)
    at, each = np.unique(np.concatenate(exact), return_counts=True)
    return Days(
        at=np.append(day + np.arange(float(size)), at),
        n=np.append(n, each),
        on=np.append(on, each),
        later=np.append(later, np.zeros(at.size)),
        exact_from=exact_from,
        first=first,
        on_first=int(np.count_nonzero(instants == first)),
    )


def _passed(instants: Floats | Days, edges: Floats, *, origin: float) -> _Passed:
    if isinstance(instants, Days):
        return instants.passed(edges, origin=origin)
    passed = places(instants, edges)
    before = np.cumsum(np.bincount(passed, minlength=edges.size + 1))[:-1]
    # Whoever is on an edge has it as the last of those that it has passed.
    on = instants == np.concatenate(([-np.inf], edges))[passed]
    at = np.bincount(passed[on], minlength=edges.size + 1)[1:]
    sums = np.cumsum(np.bincount(passed, weights=instants - origin, minlength=edges.size + 1))[:-1]
    return _Passed(before, before + at, before * (edges - origin) - sums)


def places(instants: Floats, edges: Floats) -> NDArray[Any]:
    """How many of the ordered edges each instant has passed or is on, in the smallest numbers that do."""
    small = np.min_scalar_type(edges.size)
    if instants.size < _MANY or not edges.size or edges[-1] - edges[0] >= _MOST_DAYS:
        return np.searchsorted(edges, instants, side="right").astype(small)
    # Whatever lies outside of all edges lies there by a day as well.
    first, last = math.floor(edges[0]) - 1.0, edges[-1]
    nights = np.arange(first, math.floor(last) + 2)
    passed = np.searchsorted(edges, nights, side="right").astype(small)
    # Of a day that an edge cuts each instant is looked up.
    is_cut = np.searchsorted(edges, nights[1:], side="left") > passed[:-1]
    found = np.empty(instants.size, dtype=small)
    for start in range(0, instants.size, _NEAR):
        part = np.clip(instants[start : start + _NEAR], first, last)
        day = (np.floor(part) - first).astype(np.intp)
        told = passed[day]
        within = is_cut[day]
        if within.any():
            told[within] = np.searchsorted(edges, part[within], side="right")
        found[start : start + _NEAR] = told
    return found
