"""Days of many groups in one list, told by group and day: what the curves of all of them are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.durations import Counts, Ending, Floats

Endings = NDArray[np.int8]
# So many numbers lie in the cache of a core, with what is made of them.
_NEAR = 2**14


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The distinct days of each group on which somebody ended, in order: `of` which group, and how many.

    `edges` are where each group begins that has any, and the end.
    """

    days: Floats
    of: Counts
    at_risk: Counts
    ended: Counts
    repaired: Counts
    edges: Sequence[int]

    def accumulated(self, accumulate: Callable[..., Any], values: Floats) -> Floats:
        """The running sums, or products, of each group."""
        found = np.empty_like(values)
        for start, end in pairwise(self.edges):
            accumulate(values[start:end], out=found[start:end])
        return found


def parts_of(sizes: Counts) -> Iterator[slice]:
    """Groups of such sizes in parts, each so small that it is worked out near the core, or of one group."""
    so_far, start = np.cumsum(sizes), 0
    while start < sizes.size:
        upto = _NEAR + (int(so_far[start - 1]) if start else 0)
        end = max(int(np.searchsorted(so_far, upto, side="right")), start + 1)
        yield slice(start, end)
        start = end


def runs_of(days: Floats, endings: Endings, of: Counts, n: Counts) -> Runs:
    """The runs of days that are `of` groups in order, which hold n each, the days left out among them."""
    begins = np.searchsorted(of, np.arange(n.size + 1))
    is_repaired = endings == Ending.MITIGATED
    are_alike = bool(is_repaired.all())
    days, order = _in_order(days, begins.tolist(), alone=are_alike)
    is_first = np.ones(days.size, dtype=bool)
    np.not_equal(days[1:], days[:-1], out=is_first[1:])
    is_first[1:] |= of[1:] != of[:-1]
    first = np.flatnonzero(is_first)
    ended = repaired = np.diff(first, append=days.size)
    if not are_alike:
        ended, repaired = (
            np.add.reduceat(which[order].astype(np.int64), first)
            for which in (endings != Ending.OPEN, is_repaired)
        )
        happened = np.flatnonzero(ended)
        first, ended, repaired = first[happened], ended[happened], repaired[happened]
    of = of[first]
    # Whoever ends, or is last seen, on the same day is at risk until then.
    at_risk = n[of] - (first - begins[of])
    edges = np.flatnonzero(np.diff(of, prepend=-1, append=n.size)).tolist()
    return Runs(days[first], of, at_risk, ended, repaired, edges)


def _in_order(days: Floats, begins: Sequence[int], *, alone: bool) -> tuple[Floats, Counts]:
    """The days of each group in order, and where each was, unless they stand `alone` and nobody asks."""
    order = np.arange(0 if alone else days.size)
    for start, end in pairwise(begins):
        if alone:
            days[start:end].sort()
        elif end - start > 1:
            order[start:end] = days[start:end].argsort() + start
    return (days, order) if alone else (days[order], order)
