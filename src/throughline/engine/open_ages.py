"""How old the open ones were at each of many instants, told without a list of them for each.

A record is open over [start, end), as in `exposure`. Each is put between two of the instants once; whoever is
at a rank among the open ones is then looked for among those that began between the same two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.exposure import places

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class OpenAges:
    """Who was open at each of some ordered instants; made by `open_ages`.

    `starts` are in the order of the instants that they were before first, of which `firsts` says where each
    begins; each was over by the instant of the number in `overs`. `open_upto` holds for each instant how many
    of the open ones began before each other.
    """

    instants: Floats
    starts: Floats
    overs: NDArray[Any]
    firsts: Counts
    open_upto: Counts

    def n(self, number: int) -> int:
        """How many were open at an instant."""
        return int(self.open_upto[number, -1])

    def at_ranks(self, number: int, ranks: Iterable[int]) -> dict[int, float]:
        """The ages at an instant that have so many smaller or equal ones before them."""
        n, upto = self.n(number), self.open_upto[number]
        found: dict[int, float] = {}
        for rank in ranks:
            # The oldest began first.
            place = n - 1 - rank
            since = int(np.searchsorted(upto, place, side="right"))
            among = slice(self.firsts[since], self.firsts[since + 1])
            began = self.starts[among][self.overs[among] > number]
            place -= int(upto[since - 1]) if since else 0
            found[rank] = float(self.instants[number] - np.partition(began, place)[place])
        return found


def open_ages(starts: Floats, ends: Floats, instants: Floats) -> OpenAges:
    """The spells by these instants, in order, no two alike; of a spell that goes on the end is not a number.

    >>> ages = open_ages(np.array([0.0, 5.0]), np.array([10.0, np.nan]), np.array([7.0, 12.0]))
    >>> ages.at_ranks(0, [0, 1]), ages.n(1)
    ({0: 2.0, 1: 7.0}, 1)
    """
    begun = _before(starts, instants)
    over = _before(np.where(np.isnan(ends), np.inf, ends), instants)
    stands = np.flatnonzero(begun < over)
    begun, over = begun[stands], over[stands]
    size = instants.size
    # Small whole numbers are put in order without comparing them.
    order = np.argsort(begun, kind="stable")
    each = np.bincount(begun * np.intp(size + 1) + over, minlength=size * (size + 1)).reshape(size, size + 1)
    # Of those that began before each instant, how many were over only by a later one.
    still_open = each[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return OpenAges(
        instants=instants,
        starts=starts[stands[order]],
        overs=over[order],
        firsts=np.append(0, np.cumsum(each.sum(axis=1))),
        open_upto=np.ascontiguousarray(np.triu(still_open).T).cumsum(axis=1),
    )


def _before(times: Floats, instants: Floats) -> NDArray[Any]:
    """How many of the instants are before each time."""
    passed = places(times, instants)
    on = times == np.concatenate(([-np.inf], instants))[passed]
    found: NDArray[Any] = passed - on.astype(passed.dtype)
    return found
