"""How many were open: areas under the count of open records, not samples of it.

A record is open over [start, end). All instants are days since 1970 (float); a NaN end is "not yet",
a record without a start, or that ends before it starts, is left out. Works on 1 M rows at once: each
row is placed once among the sorted window edges, whatever the number of windows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def average_open(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Floats:
    """The time-weighted average number open in each window [a, b): (1/(b−a)) Σ |[start, end) ∩ [a, b)|.

    `windows` has shape (k, 2) in days; the answer has shape (k,). ValueError for an empty window.

    >>> average_open([0.0, 5.0], [10.0, float("nan")], [[0.0, 10.0], [10.0, 20.0]]).tolist()
    [1.5, 1.0]
    """
    spans = _windows(windows)
    opened, closed = _spells(starts, ends)
    # Measured from the middle window so that small areas are not differences of large numbers.
    origin = float(np.median(spans)) if spans.size else 0.0
    edges, places = np.unique(spans - origin, return_inverse=True)
    # Days gone by since each start, less those since each end, are the days open so far.
    area = _elapsed(opened - origin, edges) - _elapsed(closed - origin, edges)
    until = area[places.reshape(spans.shape)]
    overlap: Floats = (until[:, 1] - until[:, 0]) / (spans[:, 1] - spans[:, 0])
    # An empty window may come out a rounding error below nought.
    return np.maximum(overlap, 0.0)


def count_open_at(starts: ArrayLike, ends: ArrayLike, instants: ArrayLike) -> Counts:
    """How many are open at each instant t: start ≤ t < end. Shape (k,).

    >>> count_open_at([0.0, 5.0], [10.0, float("nan")], [0.0, 5.0, 10.0]).tolist()
    [1, 2, 1]
    """
    opened, closed = _spells(starts, ends)
    return _count_until(opened, instants) - _count_until(closed, instants)


def count_touching(starts: ArrayLike, ends: ArrayLike, windows: ArrayLike) -> Counts:
    """How many are open at some time in each window [a, b), or start and end at one instant of it.

    >>> count_touching([0.0, 5.0, 5.0], [10.0, 5.0, float("nan")], [[0.0, 5.0], [5.0, 10.0]]).tolist()
    [1, 3]
    """
    spans = _windows(windows)
    opened, closed = _spells(starts, ends)
    first, before = spans[:, 0], np.nextafter(spans, -np.inf)
    start, end = _known(starts, ends)
    at_once = start[start == end]
    gone = _count_until(closed, first) - (_count_until(at_once, first) - _count_until(at_once, before[:, 0]))
    return _count_until(opened, before[:, 1]) - gone


def ages_at(starts: ArrayLike, ends: ArrayLike, instant: float) -> Floats:
    """The ages in days of those open at the instant, in the order given.

    >>> ages_at([0.0, 5.0], [10.0, float("nan")], 12.0).tolist()
    [7.0]
    """
    start, end = _known(starts, ends)
    return instant - start[(start <= instant) & (instant < end)]


def _windows(windows: ArrayLike) -> Floats:
    spans = np.asarray(windows, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(spans).all() or (spans[:, 1] <= spans[:, 0]).any():
        raise ValueError("each window needs two finite edges, the second after the first")
    return spans


def _known(starts: ArrayLike, ends: ArrayLike) -> tuple[Floats, Floats]:
    start = np.asarray(starts, dtype=np.float64)
    end = np.asarray(ends, dtype=np.float64)
    end = np.where(np.isnan(end), np.inf, end)
    kept = end >= start
    return start[kept], end[kept]


def _spells(starts: ArrayLike, ends: ArrayLike) -> tuple[Floats, Floats]:
    start, end = _known(starts, ends)
    return start, end[np.isfinite(end)]


def _elapsed(instants: Floats, edges: Floats) -> Floats:
    """Σ (edge − instant)⁺ at each edge: the days gone by then since each of the instants."""
    place = np.searchsorted(edges, instants, side="left")
    arrived = np.bincount(place, minlength=edges.size + 1)[:-1].cumsum()
    total = np.bincount(place, weights=instants, minlength=edges.size + 1)[:-1].cumsum()
    elapsed: Floats = arrived * edges - total
    return elapsed


def _count_until(instants: Floats, limits: ArrayLike) -> Counts:
    """How many of the instants are not after each limit."""
    moments, places = np.unique(np.asarray(limits, dtype=np.float64), return_inverse=True)
    place = np.searchsorted(moments, instants, side="left")
    reached = np.bincount(place, minlength=moments.size + 1)[:-1].cumsum().astype(np.int64)
    return reached[places.reshape(np.shape(limits))]
