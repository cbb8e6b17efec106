"""Values at some ranks of many: looked for between two that a sample names, the others only counted."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Of fewer the sample costs what it saves.
MANY = 50_000
# What a core keeps at hand while it compares.
_BLOCK = 2**16
# So many deviations of a sample's rank on either side: beyond lies less than one in a million.
_WIDE = 5.0


def at_ranks(values: Floats, ranks: Iterable[int]) -> dict[int, float]:
    """The values that have so many smaller or equal ones before them; none may be not a number.

    >>> at_ranks(np.array([3.0, 1.0, 2.0]), [0, 2])
    {0: 1.0, 2: 3.0}
    """
    wanted = sorted(set(ranks))
    if values.size >= MANY and (found := _between(values, wanted)) is not None:
        below, inside = found
        return _partitioned(inside, wanted, below=below)
    return _partitioned(values, wanted, below=0)


def _partitioned(values: Floats, ranks: list[int], *, below: int) -> dict[int, float]:
    ordered = np.partition(values, [rank - below for rank in ranks])
    return {rank: float(ordered[rank - below]) for rank in ranks}


def _between(values: Floats, ranks: list[int]) -> tuple[int, Floats] | None:
    """How many lie below all that is wanted, and what lies about it; None where the sample misled."""
    n = values.size
    # As many as keep both the sample and what is left to look through small.
    sample = np.sort(values[:: max(round(n ** (1 / 3)), 1)])
    low, high = (_bound(sample, rank / n, side) for rank, side in ((ranks[0], -1), (ranks[-1], 1)))
    below, inside = 0, []
    for start in range(0, n, _BLOCK):
        block = values[start : start + _BLOCK]
        is_below = block < low
        below += int(np.count_nonzero(is_below))
        inside.append(block[~is_below & (block <= high)])
    found = np.concatenate(inside)
    return (below, found) if below <= ranks[0] and ranks[-1] < below + found.size else None


def _bound(sample: Floats, share: float, side: int) -> float:
    """A value of a sorted sample that surely lies on this side of a share of all; without one, infinity."""
    away = _WIDE * math.sqrt(sample.size * share * (1 - share)) + 2
    place = math.floor(share * sample.size + side * away)
    return float(sample[place]) if 0 <= place < sample.size else side * math.inf
