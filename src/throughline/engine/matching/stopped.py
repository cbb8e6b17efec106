"""The best plan of listed sets that HiGHS finds in few nodes, where those that settle it take too long."""

from __future__ import annotations

import highspy
import numpy as np

from throughline.engine.matching.plans import measured
from throughline.engine.matching.question import Flags, Numbers
from throughline.engine.matching.relaxed import Relaxed, Unsettled
from throughline.engine.programs import quiet

_SAME = 1e-6
_FEASIBLE = 2
_SEARCHING: dict[str, bool | float] = {
    # Whoever dives brings plans; what is left to show is that none is better.
    "mip_heuristic_effort": 0.0,
    "mip_detect_symmetry": False,
    "mip_pscost_minreliable": 0,
}


def stopped(relaxed: Relaxed, sets: list[Flags], start: Flags | None, *, most: int) -> tuple[Flags, float]:
    """The best plan that HiGHS finds with these sets, begun with one of them; and its own bound on all."""
    solver = quiet({**_SEARCHING, "mip_max_nodes": most})
    solver.passModel(_model(relaxed, sets))
    if start is not None:
        solver.setSolution(_solution(relaxed, sets, start))
    solver.run()
    kinds, status, info = highspy.HighsModelStatus, solver.getModelStatus(), solver.getInfo()
    if status not in (kinds.kOptimal, kinds.kSolutionLimit) or info.primal_solution_status != _FEASIBLE:
        raise Unsettled
    given = _chosen(relaxed, sets, np.array(solver.getSolution().col_value, np.float64))
    said = -float(info.objective_function_value)
    worth = measured(relaxed.question, relaxed.weights, given).objective
    if abs(worth - said) > _SAME:
        # HiGHS may end with the objective of the best plan and the columns of the one it was given.
        if start is None:
            raise Unsettled
        return stopped(relaxed, sets, None, most=most)
    return given, worth if status == kinds.kOptimal else -float(info.mip_dual_bound)


def _model(relaxed: Relaxed, sets: list[Flags]) -> highspy.HighsLp:
    """Work is done or not and a set taken or not; the rest follows from them."""
    model, columns, kinds = relaxed.with_sets(sets), relaxed.model.columns, highspy.HighsVarType
    whole = np.ones(model.num_col_, np.bool_)
    whole[columns.z - columns.y : relaxed.others] = False
    model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in whole]
    return model


def _solution(relaxed: Relaxed, sets: list[Flags], given: Flags) -> highspy.HighsSolution:
    """A plan as the model's columns, as far as they are whole; HiGHS works out the rest."""
    question, columns = relaxed.question, relaxed.model.columns
    at = np.zeros(relaxed.others)
    at[: len(question.works)] = given.any(axis=0)
    works = question.faceted
    lacks = given[:, works].any(axis=0) & ~(given[:, works] & question.liked).any(axis=0)
    at[columns.z - columns.y : columns.u - columns.y] = lacks & (
        relaxed.model.high[columns.z : columns.u] > 0
    )
    plan = measured(question, relaxed.weights, given)
    if question.settings.phi > 0:
        at[columns.u - columns.y] = plan.fairness / question.settings.phi
    chosen = [(each == row).all(axis=1) for each, row in zip(sets, given, strict=True)]
    for number, rule in enumerate(question.balance):
        at[columns.short - columns.y + number] = plan.missed.get(rule.objective, 0.0)
    solution = highspy.HighsSolution()
    solution.col_value = list(np.concatenate([at, *chosen]).astype(np.float64))
    return solution


def _chosen(relaxed: Relaxed, sets: list[Flags], at: Numbers) -> Flags:
    given, first = np.zeros(relaxed.question.may.shape, np.bool_), relaxed.others
    for person, each in enumerate(sets):
        given[person] = each[int(np.argmax(at[first : first + len(each)]))]
        first += len(each)
    return given
