"""The best plans with one pair forced, pair after pair, from one relaxation over pairs kept solved.

Forcing a pair leaves the optimum's basis dual feasible, so that a few steps of the dual simplex mend it
(Lemke 1954). Where what comes of it is not whole, it is branched on, the most promising node first, by what
each column was seen to cost whenever it was fixed (Bénichou et al. 1971). Before that a few cuts are tried.
All pairs share one polytope, and so what was learned for one serves the next, cuts too. Each plan that is met
is kept for every pair that it holds.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.cuts import Cuts
from throughline.engine.matching.falls import Falls
from throughline.engine.matching.met import Met, Undecided
from throughline.engine.matching.model import Programme, programme, relax
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Numbers, Question, Weights
from throughline.engine.programs import quiet

_WHOLE = 1e-6
# A node that is not better by more than this than the plan that is known holds no better one.
_SAME = 1e-8
# A plan that half of these do not settle is sooner found another way.
_MOST_NODES = 320
# How often an optimum is cut off before it is branched on: first, and below.
_CUTS, _CUTS_BELOW = 2, 1
# Columns with the value at which each is fixed.
Fixed: TypeAlias = tuple[tuple[int, float], ...]
_KINDS = highspy.HighsModelStatus
_STATUSES = {int(each): each for each in highspy.HighsBasisStatus.__members__.values()}
# A few steps after a bound is moved: preparing for many costs more than they take.
_SIMPLEX: dict[str, bool | float | str] = {
    "presolve": "off",
    "simplex_scale_strategy": 0,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    # To see whether a basis is still exact takes longer than to factor one so small again.
    "no_unnecessary_rebuild_refactor": False,
}


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """Columns with the value at which each is fixed, the last of them for this node."""

    hope: float
    number: int
    fixed: Fixed = field(compare=False)
    bound: float = field(compare=False)
    part: float = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Optimum:
    """A value a column, and the columns that are to be whole and are not."""

    at: Numbers
    between: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a relaxation over pairs has learned so far, without its solver: it may be sent elsewhere."""

    question: Question
    weights: Weights
    model: Programme
    # Which columns and rows are in the optimum's basis, or at which of their bounds.
    basis: tuple[NDArray[np.int8], NDArray[np.int8]]
    met: Met
    falls: Falls
    cuts: tuple[Numbers, Numbers]


class Around:
    """A question's relaxation over pairs, solved, with `bound` as what no plan goes beyond; and plans met."""

    def __init__(
        self,
        question: Question,
        weights: Weights,
        *,
        like: Around | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.question, self.weights = question, weights
        other = like.model if like else None
        self.model: Programme = (
            learned.model if learned else programme(question, weights, question.forced, like=other)
        )
        self.columns = self.model.columns
        self.solver = quiet(_SIMPLEX)
        relax(self.model, self.solver)
        if like is not None:
            self.solver.setBasis(like.basis)
        if learned is not None:
            self.solver.setBasis(_basis(*learned.basis))
        self._may_hold = not (question.forced & ~question.may).any()
        self.is_possible = self._runs()
        self.basis: highspy.HighsBasis = self.solver.getBasis()
        self._beside = -np.array(self.solver.getSolution().col_dual, np.float64)
        self.bound = self._worth() if self.is_possible else -np.inf
        self.met = learned.met.again() if learned else Met(question, weights)
        self.falls = learned.falls.again() if learned else Falls(self.columns.z)
        self.cuts = Cuts(self.solver, self.model)
        if learned is not None:
            self.cuts.take(*learned.cuts)

    @classmethod
    def again(cls, learned: Learned) -> Around:
        """One with a solver of its own that begins with what another has learned."""
        return cls(learned.question, learned.weights, learned=learned)

    @property
    def learned(self) -> Learned:
        """What was learned so far."""
        basis = _statuses(self.basis.col_status), _statuses(self.basis.row_status)
        met, falls = self.met.again(), self.falls.again()
        return Learned(self.question, self.weights, self.model, basis, met, falls, self.cuts.few())

    def duals(self) -> Numbers:
        """What one more of each row is worth, before anything is searched."""
        return -np.array(self.solver.getSolution().row_dual, np.float64)

    @property
    def lacks(self) -> Numbers:
        """What each pair is worth beside what it takes from others, before anything is searched."""
        return np.asarray(np.where(self.columns.x >= 0, self._beside[self.columns.x], 0.0), np.float64)

    def beside(self) -> Numbers:
        """What each column is worth beside what it takes from others, before anything is searched."""
        return self._beside

    def half_done(self) -> float:
        """Which part of what is done at all is done by half, before anything is searched."""
        at = self._at()[: self.columns.z]
        used = at > _WHOLE
        return float((used & (at < 1 - _WHOLE)).sum() / max(1, used.sum()))

    def best(self, *, within: float = 0.0) -> Plan | None:
        """The best plan, or one proven to lack at most that part of the bound; None where there is none.

        Undecided where so many nodes do not settle it.
        """
        if not self.is_possible:
            return None
        bound = self._search(None, within * abs(self.bound))
        found = self.met.best()
        short = 0.0 if found is None else bound - found.objective
        return found if found is None or short <= _SAME else replace(found, short=short)

    def with_pair(self, person: int, work: int) -> Plan | None:
        """The best plan that holds a pair; None where there is none. Undecided where it takes too long."""
        self.search(person, work)
        return self.met.with_pair(person, work)

    def search(self, person: int, work: int) -> None:
        """Meet the best plan that holds a pair, where there is one. Undecided where it takes too long."""
        if not self.is_possible or not self.question.may[person, work]:
            return
        pair = ((int(self.columns.x[person, work]), 1.0), (self.columns.y + work, 1.0))
        self._fix(pair)
        try:
            self._search((person, work), 0.0)
        finally:
            self._free(pair)

    def _search(self, pair: tuple[int, int] | None, slack: float) -> float:
        """Look for better plans, best first; how good one that was not looked for may be at most.

        A node's worth is what is left of its parent's bound after the fall that is expected.
        """
        most = _MOST_NODES if pair else _MOST_NODES // 2
        nodes, count, beyond = [_Node(0.0, 0, (), np.inf, 1.0)], 0, -np.inf
        fixed: Fixed = ()
        try:
            while nodes:
                node = heapq.heappop(nodes)
                if node.bound <= self._known(pair, slack):
                    beyond = max(beyond, node.bound)
                    continue
                count += 1
                if count > most:
                    raise Undecided
                self._free(tuple(each for each in fixed if each not in node.fixed))
                self._fix(tuple(each for each in node.fixed if each not in fixed))
                fixed = node.fixed
                bound, optimum = self._solved(node, self._known(pair, slack))
                if optimum is None:
                    beyond = max(beyond, bound)
                    continue
                for each in self._children(node, bound, optimum, number=2 * count):
                    heapq.heappush(nodes, each)
        finally:
            self._free(fixed)
        return beyond

    def _known(self, pair: tuple[int, int] | None, slack: float) -> float:
        return (self.met.top if pair is None else float(self.met.worths[pair])) + max(slack, _SAME)

    def _runs(self) -> bool:
        """Whether anything meets the rows. Undecided where HiGHS cannot say."""
        if not self._may_hold:
            return False
        self.solver.run()
        status = self.solver.getModelStatus()
        if status not in (_KINDS.kOptimal, _KINDS.kInfeasible):
            raise Undecided
        return bool(status == _KINDS.kOptimal)

    def _worth(self) -> float:
        return -float(self.solver.getObjectiveValue())

    def _at(self) -> Numbers:
        return np.fromiter(self.solver.getSolution().col_value, np.float64, self.columns.count)

    def _solved(self, node: _Node, known: float) -> tuple[float, _Optimum | None]:
        """The bound at a node, a few cuts made, and the optimum where that is above what is known.

        What was fixed last is said to have cost what it did before the cuts.
        """
        bound = self._worth() if self._runs() else -np.inf
        if node.fixed:
            self.falls.add(*node.fixed[-1], node.part, node.bound - bound)
        for left in range(_CUTS_BELOW if node.fixed else _CUTS, -1, -1):
            if bound <= known:
                return bound, None
            at = self._at()
            if not node.fixed and left == _CUTS:
                self.cuts.forget()
            between = self._between(at)
            if not left or not between.size or not self.cuts.add(at, between):
                break
            bound = self._worth() if self._runs() else -np.inf
        return bound, _Optimum(at, between)

    def _between(self, at: Numbers) -> NDArray[np.int64]:
        """The columns that are to be whole and are not."""
        of = at[: self.columns.z]
        return (np.abs(of - np.rint(of)) > _WHOLE).nonzero()[0]

    def _children(self, node: _Node, bound: float, found: _Optimum, *, number: int) -> list[_Node]:
        """What is to be looked at below a node that was solved: nothing where it is whole."""
        at, between = found.at, found.between
        if not between.size:
            self.met.add(np.where(self.columns.x >= 0, at[self.columns.x] > 0.5, False), bound)
            return []
        falls = self.falls.expected(between, at[between])
        place = int(np.argmax(falls[0] * falls[1]))
        column, part = int(between[place]), float(at[between[place]])
        return [
            _Node(float(falls[side, place]) - bound, number + side, (*node.fixed, (column, side)), bound, way)
            for side, way in ((0, part), (1, 1 - part))
        ]

    def _fix(self, columns: Fixed) -> None:
        for column, value in columns:
            self.solver.changeColBounds(column, value, value)

    def _free(self, columns: Fixed) -> None:
        for column, _ in columns:
            self.solver.changeColBounds(column, float(self.model.low[column]), float(self.model.high[column]))


def _statuses(given: Iterable[highspy.HighsBasisStatus]) -> NDArray[np.int8]:
    return np.fromiter(map(int, given), np.int8)


def _basis(columns: NDArray[np.int8], rows: NDArray[np.int8]) -> highspy.HighsBasis:
    found = highspy.HighsBasis()
    found.col_status = [_STATUSES[each] for each in columns.tolist()]
    found.row_status = [_STATUSES[each] for each in rows.tolist()]
    found.valid = True
    return found
