"""How many were open: areas under the count of open records, not samples of it.

A record is open over [start, end). All instants are days since 1970 (float); a NaN end is "not yet",
a record without a start, or that ends before it starts, is left out. Works on 10 M rows at once: each is
put between two edges of the windows, and no row is sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Of so many instants it pays to look up their days.
_MANY = 50_000
_MOST_DAYS = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """When records opened and when they closed, in any order; made by `spells`.

    `at_once` are the instants of those that start and end together.
    """

    opened: Floats
    closed: Floats
    at_once: Floats

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


def average_open(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Floats:
    """The time-weighted average number open in each window [a, b): (1/(b−a)) Σ |[start, end) ∩ [a, b)|.

    `windows` has shape (k, 2) in days; the answer has shape (k,). ValueError for an empty window.

    >>> average_open([0.0, 5.0], [10.0, float("nan")], [[0.0, 10.0], [10.0, 20.0]]).tolist()
    [1.5, 1.0]
    """
    return spells(starts, ends).over(windows).average


def count_open_at(starts: ArrayLike, ends: ArrayLike, instants: ArrayLike) -> Counts:
    """How many are open at each instant t: start ≤ t < end. Shape (k,).

    >>> count_open_at([0.0, 5.0], [10.0, float("nan")], [0.0, 5.0, 10.0]).tolist()
    [1, 2, 1]
    """
    found = spells(starts, ends)
    edges, places = np.unique(np.asarray(instants, dtype=np.float64), return_inverse=True)
    opened, closed = (_passed(each, edges, origin=0.0) for each in (found.opened, found.closed))
    return (opened.until - closed.until)[places]


def count_touching(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Counts:
    """How many are open at some time in each window [a, b), or start and end at one instant of it.

    >>> count_touching([0.0, 5.0, 5.0], [10.0, 5.0, float("nan")], [[0.0, 5.0], [5.0, 10.0]]).tolist()
    [1, 3]
    """
    return spells(starts, ends).over(windows).touching


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


def _passed(instants: Floats, edges: Floats, *, origin: float) -> _Passed:
    passed = places(instants, edges)
    before = np.cumsum(np.bincount(passed, minlength=edges.size + 1))[:-1]
    # Whoever is on an edge has it as the last of those that it has passed.
    on = instants == np.concatenate(([-np.inf], edges))[passed]
    at = np.bincount(passed[on], minlength=edges.size + 1)[1:]
    sums = np.cumsum(np.bincount(passed, weights=instants - origin, minlength=edges.size + 1))[:-1]
    return _Passed(before, before + at, before * (edges - origin) - sums)


def places(instants: Floats, edges: Floats) -> Counts:
    """How many of the ordered edges each instant has passed or is on."""
    if instants.size < _MANY:
        return np.searchsorted(edges, instants, side="right")
    days = np.floor(instants)
    first = float(days.min())
    days -= first
    if days.max() >= _MOST_DAYS:
        return np.searchsorted(edges, instants, side="right")
    nights = first + np.arange(days.max() + 2)
    passed = np.searchsorted(edges, nights, side="right")
    day = days.astype(np.int32)
    found: Counts = passed[:-1][day]
    # Of a day that an edge cuts each instant is looked up.
    is_cut = np.searchsorted(edges, nights[1:], side="left") > passed[:-1]
    if is_cut.any():
        within = is_cut[day]
        found[within] = np.searchsorted(edges, instants[within], side="right")
    return found
