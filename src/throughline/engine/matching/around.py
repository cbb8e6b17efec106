"""The best plans with one pair forced, pair after pair, from one relaxation over pairs kept solved.

Forcing a pair leaves the optimum's basis dual feasible, so that a few steps of the dual simplex mend it
(Lemke 1954). Where what comes of it is not whole, it is searched (`Tree`), and where columns are many only
those that a better plan may hold (`Core`). All pairs share one polytope, and so what was learned for one
serves the next, cuts too. Each plan that is met is kept for every pair that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.core import Core
from throughline.engine.matching.falls import Falls
from throughline.engine.matching.met import Met
from throughline.engine.matching.model import Programme, programme, relax
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Numbers, Question, Weights
from throughline.engine.matching.tree import FIRST, SAME, SIMPLEX, Fixed, Tree, basis_of
from throughline.engine.programs import quiet

_WHOLE = 1e-6
# A plan that half of these do not settle is sooner found another way.
_MOST_NODES = 320
# Of more columns it is worth it to search parts.
_MANY = 3000


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
        solver = quiet(SIMPLEX)
        relax(self.model, solver)
        if like is not None:
            solver.setBasis(like.basis)
        if learned is not None:
            solver.setBasis(basis_of(*learned.basis))
        met = learned.met.again() if learned else Met(question, weights)
        falls = learned.falls.again() if learned else Falls(self.columns.z)
        self.tree = Tree(solver, self.model, met, falls, np.arange(self.columns.count))
        self.is_possible = not (question.forced & ~question.may).any() and self.tree.runs()
        self.basis: highspy.HighsBasis = solver.getBasis()
        self._beside = -np.array(solver.getSolution().col_dual, np.float64)
        self.bound = self.tree.worth() if self.is_possible else -np.inf
        if learned is not None:
            self.tree.cuts.take(*learned.cuts)

    @classmethod
    def again(cls, learned: Learned) -> Around:
        """One with a solver of its own that begins with what another has learned."""
        return cls(learned.question, learned.weights, learned=learned)

    @property
    def met(self) -> Met:
        """The plans that were met so far."""
        return self.tree.met

    @property
    def learned(self) -> Learned:
        """What was learned so far."""
        basis = _statuses(self.basis.col_status), _statuses(self.basis.row_status)
        met, falls = self.tree.met.again(), self.tree.falls.again()
        return Learned(self.question, self.weights, self.model, basis, met, falls, self.tree.cuts.few())

    def duals(self) -> Numbers:
        """What one more of each row is worth, before anything is searched."""
        return -np.array(self.tree.solver.getSolution().row_dual, np.float64)

    @property
    def lacks(self) -> Numbers:
        """What each pair is worth beside what it takes from others, before anything is searched."""
        return np.asarray(np.where(self.columns.x >= 0, self._beside[self.columns.x], 0.0), np.float64)

    def beside(self) -> Numbers:
        """What each column is worth beside what it takes from others, before anything is searched."""
        return self._beside

    def half_done(self) -> float:
        """Which part of what is done at all is done by half, before anything is searched."""
        at = self.tree.at()[: self.columns.z]
        used = at > _WHOLE
        return float((used & (at < 1 - _WHOLE)).sum() / max(1, used.sum()))

    def best(self, *, within: float = 0.0) -> Plan | None:
        """The best plan, or one proven to lack at most that part of the bound; None where there is none.

        Undecided where so many nodes do not settle it.
        """
        if not self.is_possible:
            return None
        bound = self.tree.search(None, within * abs(self.bound), most=_MOST_NODES // 2)
        found = self.met.best()
        short = 0.0 if found is None else bound - found.objective
        return found if found is None or short <= SAME else replace(found, short=short)

    def with_pair(self, person: int, work: int) -> Plan | None:
        """The best plan that holds a pair; None where there is none. Undecided where it takes too long."""
        self.search(person, work)
        return self.met.with_pair(person, work)

    def search(self, person: int, work: int) -> None:
        """Meet the best plan that holds a pair, where there is one. Undecided where it takes too long."""
        if not self.is_possible or not self.question.may[person, work]:
            return
        fixed = ((int(self.columns.x[person, work]), 1.0), (self.columns.y + work, 1.0))
        self.tree.fix(fixed)
        try:
            if self.columns.count <= _MANY or not self._by_cores((person, work), fixed):
                self.tree.search((person, work), 0.0, most=_MOST_NODES)
        finally:
            self.tree.free(fixed)

    def _by_cores(self, pair: tuple[int, int], fixed: Fixed) -> bool:
        """Search among the columns that are cheap; False where that cannot settle it."""
        tree = self.tree
        bound, optimum = tree.solved(FIRST, tree.known(pair))
        if optimum is None or tree.is_plan(optimum, bound):
            return True
        core = Core(tree, optimum.at, fixed)
        width = min(core.first(), bound - tree.known(pair))
        while width < np.inf:
            core.within(width).search(pair, 0.0, most=_MOST_NODES)
            if bound - tree.known(pair) <= width:
                return True
            width = bound - tree.known(pair)
        return False


def _statuses(given: Iterable[highspy.HighsBasisStatus]) -> NDArray[np.int8]:
    return np.fromiter(map(int, given), np.int8)
