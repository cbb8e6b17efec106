"""How many were open: areas under the count of open records, not samples of it.

A record is open over [start, end). All instants are days since 1970 (float); a NaN end is "not yet",
a record without a start, or that ends before it starts, is left out. Works on 1 M rows at once: they
are sorted once, and each window is then read off by rank, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """When records opened and when they closed, each sorted; made by `spells`.

    `at_once` are the instants of those that start and end together.
    """

    opened: Floats
    closed: Floats
    at_once: Floats

    def average_open(self, windows: ArrayLike) -> Floats:
        """As the function of this name."""
        spans = _windows(windows)
        edges, places = np.unique(spans, return_inverse=True)
        # Days gone by since each start, less those since each end, are the days open so far.
        area = _elapsed(self.opened, edges) - _elapsed(self.closed, edges)
        until = area[places.reshape(spans.shape)]
        overlap: Floats = (until[:, 1] - until[:, 0]) / (spans[:, 1] - spans[:, 0])
        # An empty window may come out a rounding error below nought.
        return np.maximum(overlap, 0.0)

    def count_open_at(self, instants: ArrayLike) -> Counts:
        """As the function of this name."""
        return _count_until(self.opened, instants) - _count_until(self.closed, instants)

    def count_touching(self, windows: ArrayLike) -> Counts:
        """As the function of this name."""
        first, last = _windows(windows).T
        over = _count_until(self.closed, first)
        at_first = _count_until(self.at_once, first) - _count_before(self.at_once, first)
        return _count_before(self.opened, last) - over + at_first


def spells(starts: ArrayLike, ends: ArrayLike) -> Spells:
    """The records in the form that answers any number of questions.

    >>> spells([0.0, 5.0], [10.0, float("nan")]).count_open_at([0.0, 5.0, 10.0]).tolist()
    [1, 2, 1]
    """
    start, end = _known(starts, ends)
    return Spells(
        opened=np.sort(start), closed=np.sort(end[np.isfinite(end)]), at_once=np.sort(start[start == end])
    )


def average_open(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Floats:
    """The time-weighted average number open in each window [a, b): (1/(b−a)) Σ |[start, end) ∩ [a, b)|.

    `windows` has shape (k, 2) in days; the answer has shape (k,). ValueError for an empty window.

    >>> average_open([0.0, 5.0], [10.0, float("nan")], [[0.0, 10.0], [10.0, 20.0]]).tolist()
    [1.5, 1.0]
    """
    return spells(starts, ends).average_open(windows)


def count_open_at(starts: ArrayLike, ends: ArrayLike, instants: ArrayLike) -> Counts:
    """How many are open at each instant t: start ≤ t < end. Shape (k,).

    >>> count_open_at([0.0, 5.0], [10.0, float("nan")], [0.0, 5.0, 10.0]).tolist()
    [1, 2, 1]
    """
    return spells(starts, ends).count_open_at(instants)


def count_touching(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Counts:
    """How many are open at some time in each window [a, b), or start and end at one instant of it.

    >>> count_touching([0.0, 5.0, 5.0], [10.0, 5.0, float("nan")], [[0.0, 5.0], [5.0, 10.0]]).tolist()
    [1, 3]
    """
    return spells(starts, ends).count_touching(windows)


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


def _elapsed(ordered: Floats, edges: Floats) -> Floats:
    """Σ (edge − instant)⁺ at each edge: the days gone by then since each of the instants."""
    # Measured from the middle edge so that small areas are not differences of large numbers.
    origin = float(np.median(edges)) if edges.size else 0.0
    before = _count_until(ordered, edges)
    elapsed: Floats = before * (edges - origin) - np.cumsum(_sums_between(ordered, before, origin=origin))
    return elapsed


def _sums_between(ordered: Floats, ranks: Counts, *, origin: float) -> Floats:
    """Σ (instant − origin) from each rank to the next, the first from 0."""
    # reduceat needs every rank to be of an element, and gives that element where there is none between.
    shifted = np.zeros(ordered.size + 1)
    np.subtract(ordered, origin, out=shifted[:-1])
    starts = np.concatenate(([0], ranks))
    return np.where(np.diff(starts) > 0, np.add.reduceat(shifted, starts)[:-1], 0.0)


def _count_until(ordered: Floats, limits: ArrayLike) -> Counts:
    """How many of the instants are not after each limit."""
    return np.searchsorted(ordered, np.asarray(limits, dtype=np.float64), side="right")


def _count_before(ordered: Floats, limits: ArrayLike) -> Counts:
    """How many of the instants are before each limit."""
    return np.searchsorted(ordered, np.asarray(limits, dtype=np.float64), side="left")
