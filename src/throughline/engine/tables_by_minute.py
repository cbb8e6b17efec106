"""All windows of many lives counted at once: in one pass, by the window and by the minute of age."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from throughline.engine.ages_by_minute import Minutes, minutes_before, nobody
from throughline.engine.tallies import MINUTES_A_DAY

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Table = NDArray[np.int32]
# Tables of more numbers than this are made of a part of the windows at a time.
_MOST_NUMBERS = 2**22
# So many numbers lie in the cache of a core, with what is made of them.
_NEAR = 2**15
# So near to half a minute an instant's rounding tells to which minute an age belongs.
_NEARLY = 0.5 - 1e-6
_NONE = np.empty((3, 0), dtype=np.int64)
# Added to numbers of its own type it takes a twentieth of the time.
_ONE = np.int32(1)


class Placed(Protocol):
    """Lives told to an age, beside the edges of windows.

    Of each, in order: when it began, the minute that it lasted to, whether it was accepted, and on or after
    how many of the edges it began and was over.
    """

    @property
    def begun(self) -> Floats: ...
    @property
    def lasted(self) -> Minutes: ...
    @property
    def is_accepted(self) -> NDArray[np.bool_]: ...
    @property
    def edges(self) -> Floats: ...
    @property
    def begun_at(self) -> NDArray[Any]: ...
    @property
    def over_at(self) -> NDArray[Any]: ...
    @property
    def told_to(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Tables:
    """By minute of age, of edges from `start` on: who was over in the window that ends there, and who stood.

    `corrections` are the edge, the minute on it and the minute just before it of those that stood there for
    whom the two differ.
    """

    start: int
    over: Table
    borne: Table | None
    stood: Table
    corrections: tuple[Counts, Counts, Counts]

    def ended(self, start: int, end: int) -> tuple[Table, Table]:
        """How many were repaired, and how many accepted, between two edges."""
        rows = slice(start - self.start + 1, end - self.start + 1)
        every = self._sum(self.over[rows])
        if self.borne is None:
            return every, nobody(every.size)
        borne = self._sum(self.borne[rows])
        return every - borne, borne

    def standing(self, edge: int) -> Table:
        """How old those are that began before an edge and are not over before it."""
        return self.stood[edge - self.start, :-1].copy()

    def leaving(self, edge: int) -> Table:
        """How old the same are on the last instant before the edge."""
        found = self.standing(edge)
        edges, on, before = self.corrections
        here = edges == edge
        np.subtract.at(found, on[here], _ONE)
        np.add.at(found, before[here], _ONE)
        return found

    def _sum(self, rows: Table) -> Table:
        found: Table = rows[0] if len(rows) == 1 else rows.sum(axis=0, dtype=np.int32)
        return found[:-1]


def most_edges(most: int) -> int:
    """Of how many edges tables of so many minutes are made at a time."""
    return max(_MOST_NUMBERS // (most + 1), 2)


def tables_of(lives: Placed, *, start: int, end: int) -> Tables:
    """The tables of the edges from one to another."""
    most, edges = minutes_before(lives.told_to), lives.edges
    width, rows = most + 1, end - start + 1
    # Where all edges are asked about, whoever is over outside of them is put in a row that nobody reads.
    is_whole = rows == edges.size
    row_of = np.zeros(edges.size + 1, dtype=np.int64)
    row_of[start + 1 : end + 1] = np.arange(1, rows) * width
    accepted = lives.is_accepted & (lives.over_at <= end)
    over, stood = (np.zeros(rows * width, dtype=np.int32) for _ in range(2))
    borne = np.zeros_like(over) if accepted.any() else None
    corrected = [_NONE]
    for first in range(0, lives.begun.size, _NEAR):
        part = slice(first, first + _NEAR)
        began, gone = lives.begun_at[part], lives.over_at[part]
        ended = slice(None) if is_whole else np.flatnonzero((gone > start) & (gone <= end))
        places = row_of[gone[ended]]
        places += lives.lasted[part][ended]
        np.add.at(over, places, _ONE)
        if borne is not None:
            np.add.at(borne, places[accepted[part][ended]], _ONE)
        standing = np.flatnonzero((gone > np.maximum(began, start)) & (began <= end))
        edge, last = np.maximum(began[standing], start).astype(np.int64), gone[standing]
        begun = lives.begun[part][standing]
        while edge.size:
            ages = edges[edge] - begun
            told = np.flatnonzero(ages < lives.told_to)
            edge, last, begun = edge[told], last[told], begun[told]
            corrected.append(_put(stood, edge, ages[told], begun, edges, (edge - start) * width, most))
            # Who is too old to be told on an edge is so on later ones.
            goes_on = np.flatnonzero((last > edge + 1) & (edge < end))
            edge, last, begun = edge[goes_on] + 1, last[goes_on], begun[goes_on]
    edge, on, before = np.concatenate(corrected, axis=1)
    shape = rows, width
    return Tables(
        start,
        over.reshape(shape),
        None if borne is None else borne.reshape(shape),
        stood.reshape(shape),
        (edge, on, before),
    )


def _put(
    stood: Table, edge: Counts, ages: Floats, begun: Floats, edges: Floats, rows: Counts, most: int
) -> Counts:
    """Count those that stand at an edge by their age there; the corrections of `Tables`."""
    ages *= MINUTES_A_DAY
    minutes = np.rint(ages)
    ages -= minutes
    near = np.flatnonzero(np.abs(ages, out=ages) > _NEARLY)
    on = np.minimum(minutes, most, out=minutes).astype(np.int64)
    np.add.at(stood, rows + on, _ONE)
    if not near.size:
        return _NONE
    last = np.nextafter(edges[edge[near]], -math.inf)
    before = np.minimum(np.rint((last - begun[near]) * MINUTES_A_DAY), most).astype(np.int64)
    differs = (before != on[near]) & (on[near] < most)
    return np.stack((edge[near], on[near], before))[:, differs]
