"""Mixed-integer programmes as data, solved by HiGHS (Huangfu & Hall 2018) to the last digit on one thread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.refusals import Refused

Numbers = NDArray[np.float64]
# HiGHS stops at one part in ten thousand unless it is told otherwise; here an optimum is the optimum.
TOLERANCE = 1e-9
MOST_NODES = 2000
# What HiGHS calls a solution that meets every row.
_FEASIBLE = 2
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_max_nodes": MOST_NODES,
    # With some sixty columns, searching small neighbourhoods and starting again cost five times the search.
    "mip_allow_restart": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
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
    low: float = -math.inf
    high: float = math.inf


@dataclass(slots=True)
class Program:
    """Maximise gain · x between bounds under rows; `whole` says which columns take whole numbers only."""

    gain: Numbers
    low: Numbers
    high: Numbers
    whole: NDArray[np.bool_]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Solution:
    """An x, and how much more another could gain at most: 0 where it is proven to be the best."""

    x: Numbers
    short: float = 0.0


def solve(program: Program) -> Solution | None:
    """The best x, its whole columns rounded; None where nothing meets the rows.

    Where so many choices are nearly equal that MOST_NODES do not settle it, the best that was found, and by
    how much it may be short. Refused where not even one was found.

    >>> one = np.ones(2)
    >>> weight = Row(np.array([2.0, 3.0]), high=4.0)
    >>> program = Program(np.array([1.0, 2.0]), 0 * one, one, np.array([True, True]), [weight])
    >>> (solve(program).x + 0.0).tolist()
    [0.0, 1.0]
    """
    solver = run(program)
    if solver is None:
        return None
    found = np.array(solver.getSolution().col_value, np.float64)
    return Solution(np.where(program.whole, np.round(found), found), _short(solver, largest(program.gain)))


def _short(solver: highspy.Highs, scale: float) -> float:
    """How much better than what was found another could be at most."""
    if solver.getModelStatus() != highspy.HighsModelStatus.kSolutionLimit:
        return 0.0
    info = solver.getInfo()
    return max(0.0, float(info.objective_function_value - info.mip_dual_bound)) * scale


def run(program: Program, *, is_relaxed: bool = False) -> highspy.Highs | None:
    """The solver when it has ended; None where nothing meets the rows. Relaxed, parts count like wholes."""
    return ended(_model(program, is_relaxed=is_relaxed))


def ended(
    model: highspy.HighsLp, options: Mapping[str, bool | float | str] | None = None
) -> highspy.Highs | None:
    """The solver when it has ended with a model; `options` stand before ours. None where nothing meets it."""
    solver = quiet(options)
    solver.passModel(model)
    solver.run()
    status, kinds = solver.getModelStatus(), highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return None
    if status == kinds.kSolutionLimit and solver.getInfo().primal_solution_status != _FEASIBLE:
        raise Refused(f"no choice was found in {MOST_NODES:,} tries: ask about fewer candidates", code="hard")
    if status not in (kinds.kOptimal, kinds.kModelEmpty, kinds.kSolutionLimit):
        raise ArithmeticError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    return solver


class _Silent(highspy.Highs):
    """HiGHS without its banner, which it writes past Python to standard output before options can be set."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def quiet(options: Mapping[str, bool | float | str] | None = None) -> highspy.Highs:
    """A solver with our options, for who passes a model and changes it between runs."""
    solver = _Silent()  # type: ignore[no-untyped-call]
    for name, value in {**_OPTIONS, **(options or {})}.items():
        solver.setOptionValue(name, value)
    return solver


def _model(program: Program, *, is_relaxed: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    columns, rows = program.gain.size, program.rows
    scale = largest(program.gain)
    model.num_col_, model.num_row_ = columns, len(rows)
    model.col_cost_ = -program.gain / scale
    model.col_lower_, model.col_upper_ = program.low, program.high
    # Each row counts in its own largest coefficient, so that one tolerance suits weeks and shares alike.
    scales = [largest(row.coefficients) for row in rows]
    model.row_lower_ = np.array([row.low / each for row, each in zip(rows, scales, strict=True)])
    model.row_upper_ = np.array([row.high / each for row, each in zip(rows, scales, strict=True)])
    places = [np.flatnonzero(row.coefficients) for row in rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(each) for each in places)])
    model.a_matrix_.index_ = np.concatenate([*places, np.zeros(0, np.int64)])
    values = [row.coefficients[each] / size for row, each, size in zip(rows, places, scales, strict=True)]
    model.a_matrix_.value_ = np.concatenate([*values, np.zeros(0)])
    if not is_relaxed:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in program.whole]
    return model


def largest(coefficients: Numbers) -> float:
    """What gains and rows are divided by, so that one tolerance suits all."""
    return float(np.abs(coefficients).max(initial=0.0)) or 1.0
