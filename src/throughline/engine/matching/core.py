"""The core of a relaxation over pairs: the columns that a plan may hold if it lacks little.

A column at its bound costs a plan that takes it at least its reduced cost. Where that is more than a better
plan may lack, it is left out (Balas & Zemel 1980). What remains is a fraction of the columns, and so of the
time that a step takes.
"""

from __future__ import annotations

from itertools import pairwise

import highspy
import numpy as np

from throughline.engine.matching.model import Columns, Programme, Rows, relax
from throughline.engine.matching.question import Flags, Numbers
from throughline.engine.matching.tree import SIMPLEX, Fixed, Tree, basis_of
from throughline.engine.programs import quiet

_AT_BOUND, _HALF = 1e-9, 0.5
# Among this part of all columns a search is begun whatever is known: it may find what makes it certain.
_FIRST = 1 / 6
_STANDS = highspy.HighsBasisStatus
_BASIC, _LOWER, _UPPER = int(_STANDS.kBasic), int(_STANDS.kLower), int(_STANDS.kUpper)
# A row outside the basis has one end, or two that are the same: HiGHS sees at which it stands.
_OUTSIDE = int(_STANDS.kNonbasic)


class Core:
    """What a tree that is solved says of its columns at this place, from which parts of it are searched."""

    def __init__(self, tree: Tree, at: Numbers, fixed: Fixed) -> None:
        self.tree, self.at, self.fixed = tree, at, fixed
        self._is_basic = tree.cuts.in_basis()
        costs = np.abs(np.array(tree.solver.getSolution().col_dual, np.float64))
        free = (at > _AT_BOUND) | self._is_basic[: at.size]
        free[tree.columns.u :] = True
        self.costs = np.where(free, 0.0, costs)

    def first(self) -> float:
        """What the cheapest columns cost at most, so few that they are soon searched."""
        return float(np.quantile(self.costs, _FIRST))

    def within(self, width: float) -> Tree:
        """The same without the columns that cost more than this."""
        tree = self.tree
        kept = self.costs <= width
        kept[: tree.columns.y] &= ~self._undone(kept)
        model, rows = _part(tree, kept, self._is_basic[self.at.size :])
        which = np.flatnonzero(kept)
        for column, value in self.fixed:
            place = int(which.searchsorted(column))
            model.low[place] = model.high[place] = value
        solver = quiet(SIMPLEX)
        relax(model, solver)
        solver.setBasis(self._basis(kept, rows))
        return Tree(solver, model, tree.met, tree.falls, tree.which[which])

    def _basis(self, kept: Flags, rows: Flags) -> highspy.HighsBasis:
        """That of the whole, without what is left out of it."""
        columns, ends = np.split(self._is_basic, [self.at.size])
        at_bound = np.where(self.at[kept] > _HALF, _UPPER, _LOWER)
        return basis_of(np.where(columns[kept], _BASIC, at_bound), np.where(ends[rows], _BASIC, _OUTSIDE))

    def _undone(self, kept: Flags) -> Flags:
        """The pairs that are not in the basis, of work that is left out."""
        columns = self.tree.columns
        works = np.nonzero(columns.x >= 0)[1]
        return np.asarray(~kept[columns.y + works] & ~self._is_basic[: columns.y], np.bool_)


def _part(tree: Tree, kept: Flags, is_basic: Flags) -> tuple[Programme, Flags]:
    """The model of some columns, and which rows hold anything; those outside the basis stay."""
    model, columns = tree.model, tree.columns
    at, of, values = tree.cuts.entries()
    used = kept[of]
    place = np.cumsum(kept) - 1
    at, of, values = at[used], place[of[used]], values[used]
    low, high = tree.cuts.ends()
    counts = np.bincount(at, minlength=low.size)
    rows = (counts > 0) | ~is_basic
    ends = np.concatenate([[0], np.cumsum(counts[rows])]).tolist()
    made = Rows(
        low[rows].tolist(),
        high[rows].tolist(),
        [of[start:end] for start, end in pairwise(ends)],
        [values[start:end] for start, end in pairwise(ends)],
    )
    pairs, works, facets = (
        int(kept[start:end].sum())
        for start, end in ((0, columns.y), (columns.y, columns.z), (columns.z, columns.u))
    )
    x = np.where((columns.x >= 0) & kept[columns.x], place[columns.x], -1)
    u = pairs + works + facets
    part, whole = model.shared
    both = kept[part] & kept[whole]
    return (
        Programme(
            Columns(x, pairs, pairs + works, u, u + 1, int(kept.sum())),
            model.gain[kept],
            model.low[kept],
            model.high[kept],
            made,
            slice(0, 0),
            (place[part[both]], place[whole[both]]),
        ),
        rows,
    )
