"""The match over whole quarters: each person takes one set of work, and parts of sets count like wholes.

Of all sets that fit somebody's time only those enter that may better the optimum (Dantzig & Wolfe 1960). The
bound is far nearer to the best plan than that over pairs, because no half of a set ever fits where the whole
does not; and what a set lacks at the optimum's prices says which sets no better plan can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.falls import Falls
from throughline.engine.matching.model import programme, relax
from throughline.engine.matching.plans import SMALL
from throughline.engine.matching.quarters import quarters
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
from throughline.engine.programs import quiet

# A set enters when it betters the optimum by more than this; bounds are said to be off by as much.
CLOSE, _DIGITS = 1e-9, 9
_ENTER = 8
_MOST_SETS = 20_000
_ROUNDS = 200
# Where nothing is known yet, sets near the best that could be are sought first.
_LACKS = (0.1, 0.3, 1.0, 3.0, 10.0)
_NEAR = (0.98, 0.95, 0.9, 0.8, 0.6, 0.3, 0.0)


class Unsettled(Exception):
    """This way does not lead to an answer; another has to."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows that a person's pairs stand in, with their coefficients; a column a piece of work."""

    works: NDArray[np.int64]
    rows: NDArray[np.int64]
    values: Numbers


class Relaxed:
    """The relaxation of a question, as far as its sets are known; `bound` is what no plan goes beyond."""

    def __init__(self, question: Question, weights: Weights) -> None:
        self.question, self.weights = question, weights
        self.must = question.forced.copy()
        self.model = programme(question, weights, self.must)
        self.people = len(question.people)
        # Sets fit somebody's time from the start.
        self.rows = len(self.model.rows.low) - self.people
        self.blocks = [self._block(person) for person in range(self.people)]
        self.sets: list[Flags] = []
        self.whose: list[int] = []
        self.known: set[tuple[int, bytes]] = set()
        self.shut: Flags = np.zeros(0, np.bool_)
        self.bound = np.inf
        self.duals = np.zeros(0)
        # What a search has seen each pair to cost, and each piece of work.
        self.falls = Falls(question.may.size + len(question.works))
        self.solver = quiet()
        self.solver.passModel(self.without_sets())

    @property
    def others(self) -> int:
        """How many columns come before those of the sets."""
        return self.model.columns.count - self.model.columns.y

    @cached_property
    def gain(self) -> Numbers:
        """What a pair adds of itself, a row a person."""
        columns = self.model.columns
        return np.where(columns.x >= 0, self.model.gain[np.maximum(columns.x, 0)], 0.0)

    @cached_property
    def _entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
        """Row, column and value of each coefficient, by column."""
        rows = self.model.rows
        counts = [each.size for each in rows.columns[: self.rows]]
        at = np.repeat(np.arange(self.rows), counts)
        columns = np.concatenate([np.zeros(0, np.int64), *rows.columns[: self.rows]]).astype(np.int64)
        values = np.concatenate([np.zeros(0), *rows.values[: self.rows]])
        order = np.argsort(columns, kind="stable")
        return at[order], columns[order], values[order]

    def _block(self, person: int) -> _Block:
        works = np.flatnonzero(self.question.may[person])
        at, columns, values = self._entries
        first = int(self.model.columns.x[person, works[0]]) if works.size else 0
        start, end = np.searchsorted(columns, [first, first + works.size])
        rows, place = np.unique(at[start:end], return_inverse=True)
        dense = np.zeros((rows.size, works.size))
        dense[place, columns[start:end] - first] = values[start:end]
        return _Block(works, rows, dense)

    def without_sets(self) -> highspy.HighsLp:
        """All but the pairs, and that each person takes one set."""
        model, pairs = highspy.HighsLp(), self.model.columns.y
        at, columns, values = self._entries
        start = int(np.searchsorted(columns, pairs))
        model.num_col_, model.num_row_ = self.others, self.rows + self.people
        model.col_cost_ = -self.model.gain[pairs:]
        model.col_lower_, model.col_upper_ = self.model.low[pairs:], self.model.high[pairs:]
        ones = np.ones(self.people)
        model.row_lower_ = np.concatenate([self.model.rows.low[: self.rows], ones])
        model.row_upper_ = np.concatenate([self.model.rows.high[: self.rows], ones])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.searchsorted(columns[start:], pairs + np.arange(self.others + 1))
        model.a_matrix_.index_, model.a_matrix_.value_ = at[start:], values[start:]
        return model

    def with_sets(self, sets: list[Flags]) -> highspy.HighsLp:
        """All but the pairs, and then these sets of each person."""
        model = self.without_sets()
        parts = [self.columns_of(person, each) for person, each in enumerate(sets)]
        count = sum(gain.size for gain, *_ in parts)
        starts, entries = [np.array(model.a_matrix_.start_)], int(model.a_matrix_.start_[-1])
        for _, start, rows, _ in parts:
            starts.append(np.append(start[1:], rows.size) + entries)
            entries += rows.size
        model.a_matrix_.start_ = np.concatenate(starts)
        model.a_matrix_.index_ = np.concatenate([model.a_matrix_.index_, *(rows for _, _, rows, _ in parts)])
        model.a_matrix_.value_ = np.concatenate([model.a_matrix_.value_, *(values for *_, values in parts)])
        model.col_cost_ = np.concatenate([model.col_cost_, *(-gain for gain, *_ in parts)])
        model.col_lower_ = np.concatenate([model.col_lower_, np.zeros(count)])
        model.col_upper_ = np.concatenate([model.col_upper_, np.ones(count)])
        model.num_col_ += count
        return model

    def columns_of(
        self, person: int, sets: Flags
    ) -> tuple[Numbers, NDArray[np.int64], NDArray[np.int64], Numbers]:
        """Sets of a person as columns: what each gains, where its entries start, their rows and values."""
        block = self.blocks[person]
        dense = sets[:, block.works].astype(np.float64) @ block.values.T
        which, place = np.nonzero(dense)
        counts = np.bincount(which, minlength=len(sets)) + 1
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        last = starts + counts - 1
        rows, values = np.full(int(counts.sum()), self.rows + person), np.ones(int(counts.sum()))
        inner = np.ones(rows.size, np.bool_)
        inner[last] = False
        rows[inner], values[inner] = block.rows[place], dense[which, place]
        return (sets * self.gain[person]).sum(axis=1), starts, rows, values

    def add(self, person: int, sets: Flags) -> int:
        """Let sets of a person enter, those that are not there yet; how many."""
        new = [at for at, each in enumerate(sets) if (person, each.tobytes()) not in self.known]
        if not new:
            return 0
        sets = sets[new]
        gain, starts, rows, values = self.columns_of(person, sets)
        count = len(new)
        self.solver.addCols(
            count,
            -gain,
            np.zeros(count),
            np.full(count, np.inf),
            rows.size,
            starts.astype(np.int32),
            rows.astype(np.int32),
            values,
        )
        self.known.update((person, each.tobytes()) for each in sets)
        self.sets += list(sets)
        self.whose += [person] * count
        self.shut = np.concatenate([self.shut, np.zeros(count, np.bool_)])
        return count

    def prices(self, duals: Numbers) -> Numbers:
        """What each pair is worth beside what it takes from others, a row a person."""
        found = np.zeros(self.question.may.shape)
        for person, block in enumerate(self.blocks):
            found[person, block.works] = self.gain[person, block.works] - duals[block.rows] @ block.values
        return found

    def worth(self, person: int, prices: Numbers, least: float, *, most: int = _MOST_SETS) -> Flags | None:
        """Every set of a person that is worth `least` at these prices and holds what must be."""
        works, share = self.blocks[person].works, self.question.share[person]
        must = works[self.must[person, works]]
        room = 1.0 - float(share[must].sum())
        free = works[~self.must[person, works]]
        free = free[share[free] <= room * (1 + SMALL)] if room > SMALL else free[:0]
        base = float(prices[person, must].sum())
        if room < -SMALL:
            return np.zeros((0, share.size), np.bool_)
        if free.size:
            inner = quarters(prices[person, free], share[free] / room, least - base, most=most)
        else:
            inner = np.zeros((int(base >= least), 0), np.bool_)
        if inner is None:
            return None
        found = np.zeros((len(inner), share.size), np.bool_)
        found[:, free] = inner
        found[:, must] = True
        return found

    def best_sets(self, person: int, prices: Numbers, least: float, *, most: int = _ENTER) -> Flags:
        """Some sets that are worth most, where any is worth `least`."""
        works = self.blocks[person].works
        worth, share = np.maximum(prices[person, works], 0.0), self.question.share[person, works]
        order = np.argsort(-worth / np.maximum(share, SMALL))
        before = np.cumsum(share[order]) - share[order]
        top = float((worth[order] * np.clip((1 - before) / np.maximum(share[order], SMALL), 0, 1)).sum())
        found = np.zeros((0, self.question.may.shape[1]), np.bool_)
        if top < least and not self.must[person].any():
            return found
        # Where hardly any can be worth enough, all are listed at once if they are few.
        parts = (0.0, *_NEAR) if top - least <= _LACKS[0] else _NEAR
        for part in parts:
            sets = self.worth(person, prices, least + part * max(0.0, top - least))
            if sets is not None:
                found = sets
            # Enough are listed, or all, or else even those near the best are too many.
            if len(found) >= most or (sets is None) == (part > 0):
                break
        if sets is None and not len(found):
            raise Unsettled
        worths = found @ prices[person]
        return found[np.argsort(-worths, kind="stable")[:most]]

    def _some_sets(self, person: int) -> Flags:
        """Some sets that hold what must be, however little they are worth."""
        prices = self.prices(self.duals[: self.rows])
        for lacks in _LACKS:
            sets = self.worth(person, prices, float(self.duals[self.rows + person]) - lacks)
            if sets is not None and len(sets):
                return sets[np.argsort(-(sets @ prices[person]), kind="stable")[:_ENTER]]
        raise Unsettled

    def start(self, sets: list[tuple[int, Flags]] | None = None) -> None:
        """The sets to begin with: what must be alone, those given, or the best at the prices of pairs."""
        for person in range(self.people):
            self.add(person, self.must[person][None, :])
        by_person: dict[int, list[Flags]] = {}
        for person, each in sets or []:
            by_person.setdefault(person, []).append(each)
        for person, those in by_person.items():
            self.add(person, np.array(those))
        if not sets:
            prices = self.prices(self._duals_of_pairs())
            for person in range(self.people):
                self.add(person, self.best_sets(person, prices, 0.0))

    def _duals_of_pairs(self) -> Numbers:
        solver = quiet()
        relax(self.model, solver)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsettled
        return -np.array(solver.getSolution().row_dual, np.float64)[: self.rows]

    def solve(self) -> float:
        """Let sets enter until none betters the optimum; the bound. Unsettled where the rows are not met."""
        for _ in range(_ROUNDS):
            self.run()
            duals = -np.array(self.solver.getSolution().row_dual, np.float64)
            prices = self.prices(duals[: self.rows])
            entered = [
                self.add(person, self.best_sets(person, prices, float(duals[self.rows + person]) + CLOSE))
                for person in range(self.people)
            ]
            if not any(entered):
                self.duals = duals
                self.bound = -float(self.solver.getInfo().objective_function_value) + CLOSE * self.people
                return self.bound
        raise Unsettled

    def run(self) -> Numbers:
        """The optimum over the sets that are there: every column. Unsettled where nothing meets the rows."""
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unsettled
        return np.array(self.solver.getSolution().col_value, np.float64)

    def near(self, lacks: float, *, most: int) -> list[Flags] | None:
        """For each person every set that a plan within `lacks` of the bound may hold; None for too many."""
        prices = self.prices(self.duals[: self.rows])
        found = []
        for person in range(self.people):
            least = float(self.duals[self.rows + person]) - lacks - CLOSE
            sets = self.worth(person, prices, least, most=most)
            if sets is None:
                return None
            most -= len(sets)
            found.append(sets)
        return found if most >= 0 else None

    def nearest(self, lacks: float, *, most: int) -> tuple[list[Flags], float]:
        """The sets within `lacks` of the bound, or within a half, a quarter …, as soon as they are so few."""
        while (found := self.near(lacks, most=most)) is None:
            if lacks < CLOSE:
                raise Unsettled
            lacks /= 2
        return found, lacks

    def unlike(self, sets: list[Flags]) -> float:
        """Which part of the sets is worth something else than all other sets of the person."""
        prices = self.prices(self.duals[: self.rows])
        worths = [np.round(each @ prices[person], _DIGITS) for person, each in enumerate(sets)]
        return sum(np.unique(each).size for each in worths) / max(1, sum(map(len, sets)))

    def parts(self, at: Numbers) -> Numbers:
        """Which part of each pair is there, in an optimum of `run`."""
        part = at[self.others :]
        used = part.nonzero()[0]
        found = np.zeros(self.question.may.shape)
        np.add.at(found, np.array(self.whose)[used], part[used, None] * np.array(self.sets)[used])
        return found

    def likely(self, lacks: float) -> list[tuple[int, Flags]]:
        """The sets that are there and stand within `lacks` of the bound, each with whose it is."""
        prices, duals = self.prices(self.duals[: self.rows]), self.duals[self.rows :]
        worth = [float(prices[whose] @ each) for whose, each in zip(self.whose, self.sets, strict=True)]
        return [
            (whose, each)
            for whose, each, value in zip(self.whose, self.sets, worth, strict=True)
            if value >= duals[whose] - lacks
        ]

    @contextmanager
    def holding(self, person: int, work: int) -> Iterator[None]:
        """One pair forced, as long as this is held."""
        whose, before = np.array(self.whose), (self.bound, self.duals)
        holds = np.array([bool(each[work]) for each in self.sets])
        self.must[person, work] = True
        self.shut[(whose == person) & ~holds] = True
        self.reset()
        try:
            self.add(person, self._some_sets(person))
            yield
        finally:
            self.must[person, work] = False
            self.shut[:] = False
            self.bound, self.duals = before
            self.reset()

    def reset(self) -> None:
        """Take back whatever bounds a search has moved."""
        first, count = self.others, len(self.sets)
        pairs = self.model.columns.y
        self.bounds(np.arange(first), self.model.low[pairs:], self.model.high[pairs:])
        self.bounds(first + np.arange(count), np.zeros(count), np.where(self.shut, 0.0, np.inf))

    def bounds(self, columns: NDArray[np.int64], low: Numbers, high: Numbers) -> None:
        self.solver.changeColsBounds(columns.size, columns.astype(np.int32), low, high)
