"""The best plan from the relaxation: plans by diving, then a search of what a better one may hold."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np

from throughline.engine.matching.model import PROVEN
from throughline.engine.matching.plans import Plan, holds, measured
from throughline.engine.matching.question import Flags, Numbers
from throughline.engine.matching.relaxed import Relaxed, Unsettled
from throughline.engine.programs import quiet

_WHOLE = 1e-6
_SAME = 1e-6
_SURE = 0.9
_MOST_SETS = 8000
# So many pairs times so many nodes are searched, and never more nodes than this.
_EFFORT, _MOST_NODES = 1_600_000, 2000
_FEASIBLE = 2
# The part of the bound within which sets are searched first.
_NARROW = 0.0015
_SEARCHING: dict[str, bool | float] = {
    # Whoever dives brings plans; what is left to show is that none is better.
    "mip_heuristic_effort": 0.0,
    "mip_detect_symmetry": False,
    "mip_pscost_minreliable": 0,
}


def searched(relaxed: Relaxed, known: list[Flags], *, within: float = 0.0) -> Plan:
    """The best plan of a solved relaxation, or the first that is proven to be within so little of it.

    `known` are plans to begin with; those that do not hold what must be are left out.
    """
    best = _best_of(relaxed, known)
    if best is None or relaxed.bound - best.objective > max(PROVEN, within):
        best = _best_of(relaxed, [*known, *dives(relaxed)])
    short = np.inf if best is None else relaxed.bound - best.objective
    if best is not None and short <= max(PROVEN, within):
        return _said(relaxed, best.given, short)
    if _nodes(relaxed) < _MOST_NODES:
        best, short = _branched(relaxed, best, min(short, abs(relaxed.bound)))
        return _said(relaxed, best.given, short)
    # A search of few sets brings a good plan; then few are left that a better one may hold.
    narrow = _NARROW * max(1.0, abs(relaxed.bound))
    best, short = _branched(relaxed, best, min(short, narrow))
    beyond = relaxed.bound - best.objective
    if short > max(PROVEN, within) and beyond > narrow:
        again, shorter = _branched(relaxed, best, beyond)
        best, short = again, min(shorter, max(0.0, short - (again.objective - best.objective)))
    return _said(relaxed, best.given, short)


def _said(relaxed: Relaxed, given: Flags, short: float) -> Plan:
    proven = 0.0 if short <= PROVEN else short
    return measured(relaxed.question, relaxed.weights, given, short=proven)


def _best_of(relaxed: Relaxed, plans: list[Flags]) -> Plan | None:
    question, must = relaxed.question, relaxed.must
    able = [each for each in plans if not (must & ~each).any() and holds(question, each)]
    found = [measured(question, relaxed.weights, each) for each in able]
    return max(found, key=lambda each: each.objective, default=None)


def dives(relaxed: Relaxed) -> list[Flags]:
    """Plans by fixing what the relaxation is surest of, and solving again, till all is whole."""
    found = [_dive(relaxed, [_sets_fixed]), _dive(relaxed, [_works_fixed, _sets_fixed])]
    return [each for each in found if each is not None]


def _dive(relaxed: Relaxed, ways: list[Callable[[Relaxed, Numbers], bool]]) -> Flags | None:
    try:
        at = relaxed.run()
        for fixed in ways:
            while fixed(relaxed, at):
                at = relaxed.run()
        return _mended(relaxed, _given(relaxed, at))
    except Unsettled:
        return None
    finally:
        relaxed.reset()


def _works_fixed(relaxed: Relaxed, at: Numbers) -> bool:
    """The work that is nearest to being done is done; False where none is between."""
    works = at[: len(relaxed.question.works)]
    between = np.flatnonzero((works > _WHOLE) & (works < 1 - _WHOLE))
    if not between.size:
        return False
    one = between[[int(np.argmax(works[between]))]]
    relaxed.bounds(one, np.ones(1), np.ones(1))
    return True


def _sets_fixed(relaxed: Relaxed, at: Numbers) -> bool:
    """Whoever takes one set nearly whole takes it, or else the one that is nearest; False where all do."""
    part, whose = at[relaxed.others :], np.array(relaxed.whose)
    between = np.flatnonzero((part > _WHOLE) & (part < 1 - _WHOLE))
    if not between.size:
        return False
    chosen = between[part[between] >= _SURE]
    if not chosen.size:
        chosen = between[[int(np.argmax(part[between]))]]
    others = np.isin(whose, whose[chosen])
    others[chosen] = False
    shut = relaxed.others + np.flatnonzero(others)
    relaxed.bounds(shut, np.zeros(shut.size), np.zeros(shut.size))
    return True


def _given(relaxed: Relaxed, at: Numbers) -> Flags:
    part, whose = at[relaxed.others :], np.array(relaxed.whose)
    given = np.zeros(relaxed.question.may.shape, np.bool_)
    for person in range(relaxed.people):
        own = np.flatnonzero(whose == person)
        given[person] = relaxed.sets[int(own[np.argmax(part[own])])]
    return given


def _mended(relaxed: Relaxed, given: Flags) -> Flags:
    """Work with too few or too many people is dropped; it may have been half done."""
    counts = given.sum(axis=0)
    fits = (counts >= relaxed.question.least) & (counts <= relaxed.question.most)
    return np.asarray(given & fits[None, :], np.bool_)


def _branched(relaxed: Relaxed, best: Plan | None, lacks: float) -> tuple[Plan, float]:
    """The best plan of sets within `lacks` of the bound, and how much better any other may be."""
    sets = relaxed.near(lacks, most=_MOST_SETS)
    while sets is None:
        lacks /= 2
        sets = relaxed.near(lacks, most=_MOST_SETS)
    if best is not None:
        sets = [_with(each, row) for each, row in zip(sets, best.given, strict=True)]
    given, here = _solved(relaxed, sets, None if best is None else best.given)
    found = _best_of(relaxed, [given, *([] if best is None else [best.given])])
    if found is None:
        raise Unsettled
    # What is searched ends at its own bound; a plan with any other set lacks more than `lacks`.
    most = min(relaxed.bound, max(here, relaxed.bound - lacks))
    return found, max(0.0, most - found.objective)


def _solved(relaxed: Relaxed, sets: list[Flags], start: Flags | None) -> tuple[Flags, float]:
    """The best plan that HiGHS finds with these sets, and its own bound on all of them."""
    solver = quiet({**_SEARCHING, "mip_max_nodes": _nodes(relaxed)})
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
        return _solved(relaxed, sets, None)
    return given, worth if status == kinds.kOptimal else -float(info.mip_dual_bound)


def _nodes(relaxed: Relaxed) -> int:
    return min(_MOST_NODES, _EFFORT // max(1, relaxed.model.columns.y))


def _with(sets: Flags, one: Flags) -> Flags:
    return sets if (sets == one).all(axis=1).any() else np.concatenate([sets, one[None, :]])


def _model(relaxed: Relaxed, sets: list[Flags]) -> highspy.HighsLp:
    model = relaxed.without_sets()
    parts = [relaxed.columns_of(person, each) for person, each in enumerate(sets)]
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
    kinds, columns = highspy.HighsVarType, relaxed.model.columns
    whole = np.ones(relaxed.others + count, np.bool_)
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
