"""The match as a mixed-integer programme, and the best plan by HiGHS.

    max  w_b Σ B y + Σ (w_i I + w_g G) e x + β Σ z + φ u  (+ going on, − what balance lacks)

x: a person does a piece of work; y: it is done; z: a facet of it is liked by somebody on it; u: the least
match of all people. x and y are whole, and the rest follows from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.plans import Plan, holds, measured
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
from throughline.engine.programs import ended, short_of
from throughline.engine.refusals import Refused

_FAR = 1e6
# Plans this near to what no plan goes beyond are the best: that is what rounding leaves.
PROVEN = 1e-7
_WHOLE = 1e-6
# Where more than this part of the pairs is neither done nor not done, a single node hardly settles it.
_HALF_DONE = 0.25
# One choice among thousands is settled by searching near what is good, which sixty candidates do not need.
_SEARCHING = {
    "mip_heuristic_run_rins": True,
    "mip_heuristic_run_rens": True,
    "mip_heuristic_run_root_reduced_cost": True,
}


@dataclass(slots=True)
class Rows:
    """Rows as they are added, each with its own few columns."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    columns: list[Numbers] = field(default_factory=list)
    values: list[Numbers] = field(default_factory=list)

    def add(self, columns: object, values: object, low: float, high: float) -> None:
        self.columns.append(np.asarray(columns))
        self.values.append(np.asarray(values, np.float64))
        self.low.append(low)
        self.high.append(high)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each variable stands; `x` is −1 where a person may not do a piece of work."""

    x: NDArray[np.int64]
    y: int
    z: int
    u: int
    short: int
    count: int

    @classmethod
    def of(cls, question: Question) -> Columns:
        may = question.may
        pairs = int(may.sum())
        x = np.full(may.shape, -1, np.int64)
        x[may] = np.arange(pairs)
        z = pairs + len(question.works)
        u = z + len(question.facets)
        return cls(x, pairs, z, u, u + 1, u + 1 + len(question.balance))


@dataclass(slots=True)
class Programme:
    """What is maximised, between which bounds, under which rows; a row a person for the time comes last."""

    columns: Columns
    gain: Numbers
    low: Numbers
    high: Numbers
    rows: Rows


def by_pairs(question: Question, weights: Weights, must: Flags) -> Plan | None:
    """The plan of the highest objective, found over pairs of a person and a piece of work; None for none."""
    if (must & ~question.may).any():
        return None
    model = programme(question, weights, must)
    columns = model.columns
    if not columns.y:
        return measured(question, weights, must)
    solver = ended(as_highs(model), _SEARCHING)
    if solver is None:
        return None
    given = _given(columns, np.array(solver.getSolution().col_value, np.float64))
    return measured(question, weights, given, short=short_of(solver))


def easily(
    question: Question, weights: Weights, known: Sequence[Flags] = (), *, within: float = 0.0
) -> Plan | None:
    """The best plan where the relaxation over pairs is all but whole and one node proves it; else None.

    Time that is given out in months leaves hardly any rest, and then no other way is as short. A plan that
    is proven to lack at most that part of the bound will do, the best of those known before any other.
    """
    if (question.forced & ~question.may).any():
        return None
    model = programme(question, weights, question.forced)
    columns = model.columns
    solver = ended(as_highs(model, is_relaxed=True)) if columns.y else None
    if solver is None:
        return None
    bound = -float(solver.getInfo().objective_function_value)
    enough = max(PROVEN, within * abs(bound))
    plans = [measured(question, weights, each) for each in known]
    good = max(plans, key=lambda each: each.objective, default=None)
    if good is not None and bound - good.objective <= enough:
        return _short_by(good, bound - good.objective)
    at = np.array(solver.getSolution().col_value, np.float64)[: columns.z]
    used = at > _WHOLE
    half = int((used & (at < 1 - _WHOLE)).sum())
    if half > _HALF_DONE * int(used.sum()):
        return None
    if not half:
        plan = measured(question, weights, _given(columns, at))
        return plan if bound - plan.objective <= PROVEN and holds(question, plan.given) else None
    try:
        solver = ended(as_highs(model), {"mip_max_nodes": 1})
    except Refused:
        return None
    if solver is None or short_of(solver) > enough:
        return None
    given = _given(columns, np.array(solver.getSolution().col_value, np.float64))
    return _short_by(measured(question, weights, given), short_of(solver))


def _short_by(plan: Plan, short: float) -> Plan:
    return replace(plan, short=0.0 if short <= PROVEN else short)


def _given(columns: Columns, at: Numbers) -> Flags:
    return np.asarray(np.where(columns.x >= 0, at[columns.x] > 0.5, False), np.bool_)


def programme(question: Question, weights: Weights, must: Flags) -> Programme:
    """The model in numbers, with `must` for the pairs that have to be."""
    may, settings, columns = question.may, question.settings, Columns.of(question)
    worth = question.matches(weights) * question.share
    gain, low, high = np.zeros(columns.count), np.zeros(columns.count), np.ones(columns.count)
    gain[: columns.y] = (worth + question.continued)[may]
    low[: columns.y] = must[may]
    gain[columns.y : columns.z] = weights.business * question.business
    gain[columns.z : columns.u] = settings.beta
    gain[columns.u] = settings.phi if question.counted.any() else 0.0
    low[columns.u], high[columns.u] = (-_FAR, _FAR) if question.counted.any() else (0, 0)
    gain[columns.short :] = [-rule.price / question.quarter for rule in question.balance]
    high[columns.short :] = np.inf
    rows = Rows()
    _staffing(question, columns, rows)
    _facets(question, columns, rows)
    _fairness(question, worth, columns, rows)
    _balance(question, columns, rows)
    _capacity(question, columns, rows)
    return Programme(columns, gain, low, high, rows)


def _capacity(question: Question, columns: Columns, rows: Rows) -> None:
    for person in range(len(question.people)):
        may = np.flatnonzero(question.may[person])
        rows.add(columns.x[person, may], question.share[person, may], -np.inf, 1.0)


def _staffing(question: Question, columns: Columns, rows: Rows) -> None:
    for work, each in enumerate(question.works):
        who = np.flatnonzero(question.may[:, work])
        those, ones = columns.x[who, work], np.ones(who.size)
        done = columns.y + work
        rows.add([*those, done], [*ones, -each.least], 0.0, np.inf)
        rows.add([*those, done], [*ones, -each.most], -np.inf, 0.0)
        teachers = columns.x[np.flatnonzero(question.may[:, work] & question.at_floor[:, work]), work]
        for person in who[~question.at_floor[who, work]]:
            ones = np.ones(teachers.size)
            rows.add([columns.x[person, work], *teachers], [1.0, *-ones], -np.inf, 0.0)


def _facets(question: Question, columns: Columns, rows: Rows) -> None:
    for number, (work, _) in enumerate(question.facets):
        facet = columns.z + number
        who = np.flatnonzero(question.may[:, work] & question.liked[:, number])
        rows.add([facet, *columns.x[who, work]], [1.0, *-np.ones(who.size)], -np.inf, 0.0)
        rows.add([facet, columns.y + work], [1.0, -1.0], -np.inf, 0.0)


def _fairness(question: Question, worth: Numbers, columns: Columns, rows: Rows) -> None:
    for person in np.flatnonzero(question.counted):
        may = np.flatnonzero(question.may[person])
        has = [columns.u, *columns.x[person, may]]
        rows.add(has, [1.0, *-worth[person, may]], -np.inf, float(question.account[person]))


def _balance(question: Question, columns: Columns, rows: Rows) -> None:
    people, works = np.nonzero(question.may)
    for number, rule in enumerate(question.balance):
        weeks = (question.serves[number, works] - rule.at_least) * question.weeks[works]
        rows.add([*columns.x[people, works], columns.short + number], [*weeks, 1.0], 0.0, np.inf)


def as_highs(given: Programme, *, is_relaxed: bool = False) -> highspy.HighsLp:
    """The programme as HiGHS takes it; relaxed, parts count like wholes."""
    model, rows = highspy.HighsLp(), given.rows
    model.num_col_, model.num_row_ = given.gain.size, len(rows.low)
    model.col_cost_ = -given.gain
    model.col_lower_, model.col_upper_ = given.low, given.high
    model.row_lower_, model.row_upper_ = np.array(rows.low), np.array(rows.high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(each.size for each in rows.columns)])
    model.a_matrix_.index_ = np.concatenate([each.astype(np.int64) for each in rows.columns])
    model.a_matrix_.value_ = np.concatenate(rows.values)
    if not is_relaxed:
        kinds, whole = highspy.HighsVarType, np.arange(given.gain.size) < given.columns.z
        model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in whole]
    return model
