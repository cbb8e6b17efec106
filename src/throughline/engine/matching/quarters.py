"""Quarters: the sets of work that fit a person's time, found by what they are worth, never all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.plans import SMALL
from throughline.engine.matching.question import Flags, Numbers


@dataclass(frozen=True, slots=True)
class _Sets:
    """Sets as they grow, one item after the other in the order of the items."""

    holds: Flags
    worth: Numbers
    room: Numbers
    last: NDArray[np.int64]


def quarters(worth: Numbers, sizes: Numbers, least: float, *, most: int) -> Flags | None:
    """Every set of items of sizes that add up to 1 at most and a worth of `least` or more: a row a set.

    None where there are more than `most`. Items are added in descending worth for their size; a set is
    grown no further where even parts of what follows would not lift it to `least` (Dantzig 1957).

    >>> quarters(np.array([3.0, 2.0, 1.0]), np.array([0.6, 0.4, 0.5]), 3.0, most=9).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    """
    order = np.argsort(-worth / np.maximum(sizes, SMALL), kind="stable")
    filled = _Filling.of(worth[order], sizes[order])
    start = _Sets(np.zeros((1, worth.size), np.bool_), np.zeros(1), np.ones(1), np.full(1, -1))
    found, count = [start.holds[start.worth >= least]], 0
    grown = start
    while grown.worth.size:
        grown = _one_more(grown, filled, least)
        good = grown.holds[grown.worth >= least]
        found.append(good)
        count += len(good)
        if count > most or grown.worth.size > 4 * most:
            return None
    answer = np.zeros((sum(map(len, found)), worth.size), np.bool_)
    answer[:, order] = np.concatenate(found)
    return answer


@dataclass(frozen=True, slots=True)
class _Filling:
    """Items in order, with the sums up to each of them of those that are worth anything."""

    worth: Numbers
    sizes: Numbers
    worths: Numbers
    ends: Numbers

    @classmethod
    def of(cls, worth: Numbers, sizes: Numbers) -> _Filling:
        useful = np.maximum(worth, 0.0)
        spent = np.where(worth > 0, sizes, 0.0)
        return cls(worth, sizes, np.cumsum([0.0, *useful]), np.cumsum([0.0, *spent]))

    def beyond(self, item: NDArray[np.int64], room: Numbers) -> Numbers:
        """The most that what follows an item may add in a room, where parts may be taken."""
        start = self.ends[item + 1]
        return np.asarray(
            np.interp(start + np.maximum(room, 0.0), self.ends, self.worths) - self.worths[item + 1],
            np.float64,
        )


def _one_more(sets: _Sets, items: _Filling, least: float) -> _Sets:
    """Each set with each item after its last, as far as it fits and may still reach `least`."""
    places = np.arange(items.worth.size)
    fits = (places > sets.last[:, None]) & (items.sizes <= sets.room[:, None] * (1 + SMALL) + SMALL)
    of, item = np.nonzero(fits)
    worth, room = sets.worth[of] + items.worth[item], sets.room[of] - items.sizes[item]
    reach = worth + items.beyond(item, room) >= least
    of, item, worth, room = of[reach], item[reach], worth[reach], room[reach]
    holds = sets.holds[of]
    holds[np.arange(of.size), item] = True
    return _Sets(holds, worth, room, item)
