"""The search for plans below a relaxation over pairs that a solver holds.

Where what comes of it is not whole, it is branched on, the most promising node first, by what each column was
seen to cost whenever it was fixed (Bénichou et al. 1971). Before that a few cuts are tried.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.cuts import Cuts
from throughline.engine.matching.falls import Falls
from throughline.engine.matching.met import Met, Undecided
from throughline.engine.matching.model import Programme
from throughline.engine.matching.question import Numbers

_WHOLE = 1e-6
# A node that is not better by more than this than the plan that is known holds no better one.
SAME = 1e-8
# How often an optimum is cut off before it is branched on: first, and below.
_CUTS, _CUTS_BELOW = 2, 1
# Columns with the value at which each is fixed.
Fixed: TypeAlias = tuple[tuple[int, float], ...]
# A few steps after a bound is moved: preparing for many costs more than they take.
SIMPLEX: dict[str, bool | float | str] = {
    "presolve": "off",
    "simplex_scale_strategy": 0,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    # To see whether a basis is still exact takes longer than to factor one so small again.
    "no_unnecessary_rebuild_refactor": False,
}
_KINDS = highspy.HighsModelStatus
_STATUSES = {int(each): each for each in highspy.HighsBasisStatus.__members__.values()}


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """Columns with the value at which each is fixed, the last of them for this node."""

    hope: float
    number: int
    fixed: Fixed = field(compare=False)
    bound: float = field(compare=False)
    part: float = field(compare=False)


FIRST = _Node(0.0, 0, (), np.inf, 1.0)


@dataclass(frozen=True, slots=True)
class Optimum:
    """A value a column, and the columns that are to be whole and are not."""

    at: Numbers
    between: NDArray[np.int64]


class Tree:
    """A model that a solver holds, and what is learned by searching it.

    `which` says which column of the whole model each of its columns is.
    """

    def __init__(
        self, solver: highspy.Highs, model: Programme, met: Met, falls: Falls, which: NDArray[np.int64]
    ) -> None:
        self.solver, self.model, self.columns = solver, model, model.columns
        self.met, self.falls, self.which = met, falls, which
        self.cuts = Cuts(solver, model)

    def search(self, pair: tuple[int, int] | None, slack: float, *, most: int) -> float:
        """Look for better plans, best first; how good one that was not looked for may be at most.

        A node's worth is what is left of its parent's bound after the fall that is expected. Undecided where
        so many nodes do not settle it.
        """
        nodes, count, beyond = [FIRST], 0, -np.inf
        fixed: Fixed = ()
        try:
            while nodes:
                node = heapq.heappop(nodes)
                if node.bound <= self.known(pair, slack):
                    beyond = max(beyond, node.bound)
                    continue
                count += 1
                if count > most:
                    raise Undecided
                self.free(tuple(each for each in fixed if each not in node.fixed))
                self.fix(tuple(each for each in node.fixed if each not in fixed))
                fixed = node.fixed
                bound, optimum = self.solved(node, self.known(pair, slack))
                if optimum is None:
                    beyond = max(beyond, bound)
                    continue
                for each in self._children(node, bound, optimum, number=2 * count):
                    heapq.heappush(nodes, each)
        finally:
            self.free(fixed)
        return beyond

    def known(self, pair: tuple[int, int] | None, slack: float = 0.0) -> float:
        """Beyond what a plan has to be to be better than those that were met."""
        return (self.met.top if pair is None else float(self.met.worths[pair])) + max(slack, SAME)

    def runs(self) -> bool:
        """Whether anything meets the rows. Undecided where HiGHS cannot say."""
        self.solver.run()
        status = self.solver.getModelStatus()
        if status not in (_KINDS.kOptimal, _KINDS.kInfeasible):
            raise Undecided
        return bool(status == _KINDS.kOptimal)

    def worth(self) -> float:
        return -float(self.solver.getObjectiveValue())

    def at(self) -> Numbers:
        return np.fromiter(self.solver.getSolution().col_value, np.float64, self.columns.count)

    def solved(self, node: _Node, known: float) -> tuple[float, Optimum | None]:
        """The bound at a node, a few cuts made, and the optimum where that is above what is known.

        What was fixed last is said to have cost what it did before the cuts.
        """
        bound = self.worth() if self.runs() else -np.inf
        if node.fixed:
            column, value = node.fixed[-1]
            self.falls.add(int(self.which[column]), value, node.part, node.bound - bound)
        for left in range(_CUTS_BELOW if node.fixed else _CUTS, -1, -1):
            if bound <= known:
                return bound, None
            at = self.at()
            if not node.fixed and left == _CUTS:
                self.cuts.forget()
            between = self._between(at)
            if not left or not between.size or not self.cuts.add(at, between):
                break
            bound = self.worth() if self.runs() else -np.inf
        return bound, Optimum(at, between)

    def is_plan(self, found: Optimum, bound: float) -> bool:
        """Whether an optimum is whole; the plan that it is is kept."""
        if found.between.size:
            return False
        self.met.add(np.where(self.columns.x >= 0, found.at[self.columns.x] > 0.5, False), bound)
        return True

    def _between(self, at: Numbers) -> NDArray[np.int64]:
        """The columns that are to be whole and are not."""
        of = at[: self.columns.z]
        return (np.abs(of - np.rint(of)) > _WHOLE).nonzero()[0]

    def _children(self, node: _Node, bound: float, found: Optimum, *, number: int) -> list[_Node]:
        """What is to be looked at below a node that was solved: nothing where it is whole."""
        if self.is_plan(found, bound):
            return []
        at, between = found.at, found.between
        falls = self.falls.expected(self.which[between], at[between])
        place = int(np.argmax(falls[0] * falls[1]))
        column, part = int(between[place]), float(at[between[place]])
        return [
            _Node(float(falls[side, place]) - bound, number + side, (*node.fixed, (column, side)), bound, way)
            for side, way in ((0, part), (1, 1 - part))
        ]

    def fix(self, columns: Fixed) -> None:
        for column, value in columns:
            self.solver.changeColBounds(column, value, value)

    def free(self, columns: Fixed) -> None:
        for column, _ in columns:
            self.solver.changeColBounds(column, float(self.model.low[column]), float(self.model.high[column]))


def basis_of(columns: NDArray[np.int8], rows: NDArray[np.int8]) -> highspy.HighsBasis:
    """What HiGHS calls a basis, from the number that it has for where each column and row stands."""
    found = highspy.HighsBasis()
    found.col_status = [_STATUSES[each] for each in columns.tolist()]
    found.row_status = [_STATUSES[each] for each in rows.tolist()]
    found.valid = True
    return found
