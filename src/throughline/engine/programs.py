"""Mixed-integer programmes as data, solved by HiGHS (Huangfu & Hall 2018) to the last digit on one thread."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
INFINITY = float("inf")
# HiGHS stops at one part in ten thousand unless it is told otherwise; here an optimum is the optimum.
TOLERANCE = 1e-9
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-10,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A constraint: low ≤ coefficients · x ≤ high."""

    coefficients: Numbers
    low: float = -INFINITY
    high: float = INFINITY


@dataclass(slots=True)
class Program:
    """Maximise gain · x between bounds under rows; `whole` says which columns take whole numbers only."""

    gain: Numbers
    low: Numbers
    high: Numbers
    whole: NDArray[np.bool_]
    rows: list[Row] = field(default_factory=list)


def solve(program: Program) -> Numbers | None:
    """The best x, its whole columns rounded; None where nothing meets the rows.

    >>> one = np.ones(2)
    >>> weight = Row(np.array([2.0, 3.0]), high=4.0)
    >>> program = Program(np.array([1.0, 2.0]), 0 * one, one, np.array([True, True]), [weight])
    >>> (solve(program) + 0.0).tolist()
    [0.0, 1.0]
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
        raise ArithmeticError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    found = np.array(solver.getSolution().col_value, np.float64)
    return np.where(program.whole, np.round(found), found)


def _model(program: Program) -> highspy.HighsLp:
    model = highspy.HighsLp()
    columns, rows = program.gain.size, program.rows
    scale = _largest(program.gain)
    model.num_col_, model.num_row_ = columns, len(rows)
    model.col_cost_ = -program.gain / scale
    model.col_lower_, model.col_upper_ = program.low, program.high
    # Each row counts in its own largest coefficient, so that one tolerance suits weeks and shares alike.
    scales = [_largest(row.coefficients) for row in rows]
    model.row_lower_ = np.array([row.low / each for row, each in zip(rows, scales, strict=True)])
    model.row_upper_ = np.array([row.high / each for row, each in zip(rows, scales, strict=True)])
    places = [np.flatnonzero(row.coefficients) for row in rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(each) for each in places)])
    model.a_matrix_.index_ = np.concatenate([*places, np.zeros(0, np.int64)])
    values = [row.coefficients[each] / size for row, each, size in zip(rows, places, scales, strict=True)]
    model.a_matrix_.value_ = np.concatenate([*values, np.zeros(0)])
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in program.whole]
    return model


def _largest(coefficients: Numbers) -> float:
    return float(np.abs(coefficients).max(initial=0.0)) or 1.0
