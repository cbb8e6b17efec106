"""The best plan of listed sets: branched on who does what and on what is done, never on a single set.

To shut one set of thousands moves no bound; to say that somebody does a piece of work, or not, shuts half
of theirs (Barnhart et al. 1998). A node begins with the basis of the one above it, and goes by what each step
was seen to cost wherever it was taken, for other pairs too: all have the same people and the same work.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.question import Flags, Numbers
from throughline.engine.matching.relaxed import Relaxed, Unsettled
from throughline.engine.programs import quiet

_WHOLE = 1e-6
# A node that is not better by more than this than the plan that is known holds no better one.
_SAME = 1e-8
_SIMPLEX: dict[str, bool | float | str] = {
    "presolve": "off",
    "simplex_scale_strategy": 0,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
}
# What is decided, by its number: pairs first, then work; and whether it is so.
Decided: TypeAlias = tuple[tuple[int, int], ...]
_KINDS = highspy.HighsModelStatus


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """What is decided, the last of it here; `part` of the way was left to go. `basis` is where to begin."""

    hope: float
    number: int
    decided: Decided = field(compare=False)
    bound: float = field(compare=False)
    part: float = field(compare=False)
    basis: highspy.HighsBasis | None = field(compare=False)


class Branches:
    """A relaxation with all its sets listed, to be searched."""

    def __init__(self, relaxed: Relaxed, sets: list[Flags]) -> None:
        self.relaxed, self.falls = relaxed, relaxed.falls
        self.people, self.works = relaxed.question.may.shape
        self.sets = np.concatenate(sets)
        self.starts = np.cumsum([0, *map(len, sets)])
        self.whose = np.repeat(np.arange(self.people), np.diff(self.starts))
        self.solver = quiet(_SIMPLEX)
        model = relaxed.with_sets(sets)
        self.low, self.high = np.array(model.col_lower_), np.array(model.col_upper_)
        self._now = self.low, self.high
        self._at_basis: highspy.HighsBasis | None = None
        self.solver.passModel(model)

    def search(self, worth: float, *, most: int, within: float = 0.0) -> tuple[Flags | None, float]:
        """The best plan that is worth more than `worth`, None for none; and what no other goes beyond.

        Where so many nodes do not settle it, the best that was met; none is sought that is better by `within`
        at most.
        """
        found: Flags | None = None
        room, beyond = max(within, _SAME), -np.inf
        nodes, count = [_Node(0.0, 0, (), np.inf, 1.0, None)], 0
        while nodes and count < most:
            node = heapq.heappop(nodes)
            if node.bound <= worth + room:
                beyond = max(beyond, node.bound)
                continue
            count += 1
            bound, at = self._solved(node)
            if at is None or bound <= worth + room:
                beyond = max(beyond, bound)
                continue
            parts = self._parts(at)
            between = ((parts > _WHOLE) & (parts < 1 - _WHOLE)).nonzero()[0]
            if between.size:
                for each in self._children(node, bound, parts, between, number=2 * count):
                    heapq.heappush(nodes, each)
            else:
                worth = bound
                found = parts[: -self.works].reshape(self.people, self.works) > 0.5
        return found, max([worth, beyond, *(each.bound for each in nodes)])

    def _solved(self, node: _Node) -> tuple[float, Numbers | None]:
        """The bound at a node, and a value a column; −∞ and None where nothing is left."""
        self._decide(node.decided)
        if node.basis is not None and node.basis is not self._at_basis:
            self.solver.setBasis(node.basis)
        self._at_basis = None
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == _KINDS.kInfeasible:
            return -np.inf, None
        if status != _KINDS.kOptimal:
            raise Unsettled
        bound = -float(self.solver.getObjectiveValue())
        if node.decided:
            self.falls.add(*node.decided[-1], node.part, node.bound - bound)
        return bound, np.array(self.solver.getSolution().col_value, np.float64)

    def _decide(self, decided: Decided) -> None:
        """Move the bounds from what was decided at the last node to what is at this one."""
        low, high = self.low.copy(), self.high.copy()
        for number, side in decided:
            person, work = divmod(number, self.works)
            if person == self.people:
                low[work] = high[work] = side
                continue
            own = slice(self.starts[person], self.starts[person + 1])
            high[self.relaxed.others :][own][self.sets[own, work] != side] = 0.0
        moved = ((low != self._now[0]) | (high != self._now[1])).nonzero()[0]
        self._now = low, high
        self.solver.changeColsBounds(moved.size, moved.astype(np.int32), low[moved], high[moved])

    def _parts(self, at: Numbers) -> Numbers:
        """Which part of each pair is there, and of each piece of work."""
        part = at[self.relaxed.others :]
        used = part.nonzero()[0]
        pairs = np.zeros((self.people, self.works))
        np.add.at(pairs, self.whose[used], part[used, None] * self.sets[used])
        return np.concatenate([pairs.ravel(), at[: self.works]])

    def _children(
        self, node: _Node, bound: float, parts: Numbers, between: NDArray[np.int64], *, number: int
    ) -> list[_Node]:
        falls = self.falls.expected(between, parts[between])
        place = int(np.argmax(falls[0] * falls[1]))
        one, part = int(between[place]), float(parts[between[place]])
        self._at_basis = basis = self.solver.getBasis()
        return [
            _Node(
                float(falls[side, place]) - bound,
                number + side,
                (*node.decided, (one, side)),
                bound,
                way,
                basis,
            )
            for side, way in ((0, part), (1, 1 - part))
        ]
