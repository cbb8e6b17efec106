"""A choice that is made hundreds of times, within one part in a hundred of the optimum.

Where parts of candidates may be chosen, the optimum is found at once, and each candidate's reduced cost says
what it costs at least to decide otherwise about it. All choices about the few with the least are tried: the
core of Balas & Zemel 1980. The relaxation says how far from the optimum the best of them can be at most;
where that is too far, HiGHS is asked for the optimum.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from throughline.engine.programs import TOLERANCE, Program, Solution, largest, run, solve

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
CORE = 14
NEAR = 0.01


def solve_nearly(program: Program) -> Solution | None:
    """An x whose gain is proven to be within NEAR of the best, and the best of up to CORE columns.

    None where nothing meets the rows. Whole columns are 0 or 1; the others only make up for missed rows, at
    most one of them in each.
    """
    relaxed = run(program, is_relaxed=True)
    if relaxed is None:
        return None
    solution = relaxed.getSolution()
    x = np.array(solution.col_value, np.float64)
    costs = np.abs(np.array(solution.col_dual, np.float64))
    columns = np.flatnonzero(program.whole)
    order = columns[np.lexsort((columns, costs[columns]))]
    found = _best_of(program, x, order[:CORE])
    if order.size <= CORE:
        return None if found is None else Solution(found)
    if found is not None:
        bound = float(program.gain @ x)
        short = bound - float(program.gain @ found)
        if short <= NEAR * abs(bound):
            return Solution(found, short)
    return solve(program)


def _best_of(program: Program, x: Numbers, columns: Places) -> Numbers | None:
    """The best of all choices about these columns, the others as in x; None where none meets the rows."""
    start = np.where(program.whole, np.round(x), 0.0)
    start[columns] = 0.0
    picks = _every(columns.size)
    net = program.gain @ start + picks @ program.gain[columns]
    spares = np.flatnonzero(~program.whole)
    spent = np.zeros((spares.size, len(picks)))
    for row in program.rows:
        reached = row.coefficients @ start + picks @ row.coefficients[columns]
        gap = np.maximum(row.low - reached, reached - row.high)
        makes_up = np.abs(row.coefficients[spares])
        if makes_up.any():
            spare = int(makes_up.argmax())
            spent[spare] = np.maximum(spent[spare], gap / makes_up[spare])
        else:
            net[gap > TOLERANCE * largest(row.coefficients)] = -np.inf
    net += program.gain[spares] @ spent
    best = int(net.argmax())
    if net[best] == -np.inf:
        return None
    start[columns], start[spares] = picks[best], spent[:, best]
    return start


@lru_cache(maxsize=CORE + 1)
def _every(count: int) -> Numbers:
    """Every choice about so many columns, a row each."""
    found = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(np.float64)
    found.flags.writeable = False
    return found
