"""The match as a mixed-integer programme, and the best plan by HiGHS.

    max  w_b Σ B y + Σ (w_i I + w_g G) e x + β Σ (y − z) + φ u  (+ going on, − what balance lacks)

x: a person does a piece of work; y: it is done; z: it is done, and nobody on it likes a facet of it; u: the
least match of all people. x and y are whole, and the rest follows from them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.plans import Plan, measured
from throughline.engine.matching.question import Flags, Numbers, Question, Weights
from throughline.engine.programs import ended
from throughline.engine.refusals import Refused

# Plans this near to what no plan goes beyond are the best: that is what rounding leaves.
PROVEN = 1e-7
# Room for what rounding adds.
_ROOM = 1 + 1e-6
# Over more pairs than this a search of whole plans comes to no end.
MANY_PAIRS = 2000
# One choice among thousands is settled by searching near what is good, which sixty candidates do not need.
SEARCHING: dict[str, bool | float | str] = {
    "mip_heuristic_run_rins": True,
    "mip_heuristic_run_rens": True,
    "mip_heuristic_run_root_reduced_cost": True,
}
# What is found before anything is branched on, or first within half of what anybody can mean.
_STOPPED: dict[str, bool | float | str] = {"mip_max_nodes": 1, "mip_abs_gap": 0.005}


@dataclass(slots=True)
class Rows:
    """Rows as they are added, each with its own few columns."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    columns: list[NDArray[np.int64]] = field(default_factory=list)
    values: list[Numbers] = field(default_factory=list)
    _places: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None

    @property
    def places(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Where each row starts, and the columns of all."""
        if self._places is None:
            starts = np.cumsum([0, *(each.size for each in self.columns)])
            self._places = starts.astype(np.int32), np.concatenate(self.columns).astype(np.int32)
        return self._places

    def add(self, columns: NDArray[np.int64], values: Numbers, low: float, high: float) -> None:
        self.columns.append(columns)
        self.values.append(values)
        self.low.append(low)
        self.high.append(high)

    def extend(self, others: Rows) -> None:
        self.low += others.low
        self.high += others.high
        self.columns += others.columns
        self.values += others.values

    def with_others(self, where: slice, others: Rows) -> Rows:
        """The same rows, but for the values of some."""
        values = [*self.values[: where.start], *others.values, *self.values[where.stop :]]
        return Rows(self.low, self.high, self.columns, values, self.places)


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
    # Which rows hold the least match under that of somebody, in the order of who is counted.
    fairness: slice
    # The pairs at work that nobody does alone, and that work: a column each.
    shared: tuple[NDArray[np.int64], NDArray[np.int64]]


def by_pairs(question: Question, weights: Weights, must: Flags) -> Plan | None:
    """The plan of the highest objective, found over pairs of a person and a piece of work; None for none.

    Where pairs are many, the first that is proven or all but; how much it may lack is its `short`.
    """
    if (must & ~question.may).any():
        return None
    model = programme(question, weights, must)
    columns = model.columns
    if not columns.y:
        return measured(question, weights, must)
    solver = _ended(model)
    if solver is None:
        return None
    found = measured(question, weights, given_by(solver, columns))
    short = -float(solver.getInfo().mip_dual_bound) - found.objective
    return replace(found, short=short if short > PROVEN else 0.0)


def _ended(model: Programme) -> highspy.Highs | None:
    """HiGHS when it has ended: where pairs are many it is stopped early, once it has found something."""
    if model.columns.y > MANY_PAIRS:
        with suppress(Refused):
            return ended(as_highs(model), SEARCHING | _STOPPED)
    return ended(as_highs(model), SEARCHING)


def given_by(solver: highspy.Highs, columns: Columns) -> Flags:
    """Who does what in the solution of a solver that has ended."""
    at = np.array(solver.getSolution().col_value, np.float64)
    return np.asarray(np.where(columns.x >= 0, at[columns.x] > 0.5, False), np.bool_)


def programme(
    question: Question, weights: Weights, must: Flags, *, like: Programme | None = None
) -> Programme:
    """The model in numbers, with `must` for the pairs that have to be; `like` is it at other weights."""
    columns = Columns.of(question)
    worth = question.matches(weights) * question.share
    low, high = np.zeros(columns.count), np.ones(columns.count)
    low[: columns.y] = must[question.may]
    high[columns.z : columns.u] = _may_lack(question)
    low[columns.u], high[columns.u] = _least_matches(question)
    high[columns.short :] = np.inf
    fair = _fairness(question, worth, columns)
    gain = _gains(question, weights, columns)
    if like is not None:
        moved = like.rows.with_others(like.fairness, fair)
        return Programme(columns, gain, low, high, moved, like.fairness, like.shared)
    rows = Rows()
    _staffing(question, columns, rows)
    _facets(question, columns, rows)
    fairness = slice(len(rows.low), len(rows.low) + len(fair.low))
    rows.extend(fair)
    _balance(question, columns, rows)
    _capacity(question, columns, rows)
    people, works = np.nonzero(question.may & (question.least > 1))
    shared = columns.x[people, works], columns.y + works
    return Programme(columns, gain, low, high, rows, fairness, shared)


def _gains(question: Question, weights: Weights, columns: Columns) -> Numbers:
    """What one of each column adds. A facet counts with its work, and is taken back where nobody likes it."""
    gain, settings, may = np.zeros(columns.count), question.settings, question.may
    gain[: columns.y] = (question.matches(weights) * question.share + question.continued)[may]
    gain[columns.y : columns.z] = weights.business * question.business
    works = question.faceted
    may_be_liked = (may[:, works] & question.liked).any(axis=0)
    np.add.at(gain, columns.y + works[may_be_liked], settings.beta)
    gain[columns.z : columns.u] = np.where(_may_lack(question), -settings.beta, 0.0)
    gain[columns.u] = settings.phi if question.counted.any() else 0.0
    gain[columns.short :] = [-rule.price / question.quarter for rule in question.balance]
    return gain


def _may_lack(question: Question) -> Flags:
    """Of which facets it is open whether somebody who is on the work likes them: not none of all, nor all."""
    able = question.may[:, question.faceted]
    like = able & question.liked
    return np.asarray(like.any(axis=0) & (able & ~like).any(axis=0), np.bool_)


def _capacity(question: Question, columns: Columns, rows: Rows) -> None:
    for person in range(len(question.people)):
        may = np.flatnonzero(question.may[person])
        rows.add(columns.x[person, may], question.share[person, may], -np.inf, 1.0)


def _staffing(question: Question, columns: Columns, rows: Rows) -> None:
    for work, each in enumerate(question.works):
        who = np.flatnonzero(question.may[:, work])
        those, ones = np.append(columns.x[who, work], columns.y + work), np.ones(who.size)
        high = 0.0 if each.least == each.most else np.inf
        rows.add(those, np.append(ones, -each.least), 0.0, high)
        if each.least != each.most:
            rows.add(those, np.append(ones, -each.most), -np.inf, 0.0)
        is_taught = ~question.at_floor[who, work]
        teachers = columns.x[who[~is_taught], work]
        values = np.append(-np.ones(teachers.size), 1.0)
        for person in who[is_taught]:
            rows.add(np.append(teachers, columns.x[person, work]), values, -np.inf, 0.0)


def _facets(question: Question, columns: Columns, rows: Rows) -> None:
    may_lack = _may_lack(question)
    for number, (work, _) in enumerate(question.facets):
        if may_lack[number]:
            who = columns.x[np.flatnonzero(question.may[:, work] & question.liked[:, number]), work]
            has = np.append(who, (columns.y + work, columns.z + number))
            rows.add(has, np.append(-np.ones(who.size), (1.0, -1.0)), -np.inf, 0.0)


def _least_matches(question: Question) -> tuple[float, float]:
    """Between what the least match stands, whatever the weights: nothing, and work of what suits one most."""
    counted, account = question.counted, question.account
    if not counted.any():
        return 0.0, 0.0
    suits = np.where(question.may, np.maximum(question.interest, question.growth), 0.0)
    most = suits.max(axis=1, initial=0.0)
    return float(account[counted].min()), float((account + _ROOM * most)[counted].min())


def _fairness(question: Question, worth: Numbers, columns: Columns) -> Rows:
    rows = Rows()
    last = np.ones((len(worth), 1))
    has = np.concatenate([columns.x, columns.u * last.astype(np.int64)], axis=1)
    values = np.concatenate([-worth, last], axis=1)
    for person in np.flatnonzero(question.counted):
        may = has[person] >= 0
        rows.add(has[person, may], values[person, may], -np.inf, float(question.account[person]))
    return rows


def _balance(question: Question, columns: Columns, rows: Rows) -> None:
    people, works = np.nonzero(question.may)
    for number, rule in enumerate(question.balance):
        weeks = (question.serves[number, works] - rule.at_least) * question.weeks[works]
        has = np.append(columns.x[people, works], columns.short + number)
        rows.add(has, np.append(weeks, 1.0), 0.0, np.inf)


def as_highs(given: Programme) -> highspy.HighsLp:
    """The programme as HiGHS takes it."""
    model, rows = highspy.HighsLp(), given.rows
    model.num_col_, model.num_row_ = given.gain.size, len(rows.low)
    model.col_cost_ = -given.gain
    model.col_lower_, model.col_upper_ = given.low, given.high
    model.row_lower_, model.row_upper_ = np.array(rows.low), np.array(rows.high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.places
    model.a_matrix_.value_ = np.concatenate(rows.values)
    kinds, whole = highspy.HighsVarType, np.arange(given.gain.size) < given.columns.z
    model.integrality_ = [kinds.kInteger if each else kinds.kContinuous for each in whole]
    return model


def relax(given: Programme, solver: highspy.Highs) -> None:
    """Hand the programme to HiGHS as arrays, parts counting like wholes: a model takes ten times as long."""
    rows, count = given.rows, given.gain.size
    starts, places = rows.places
    solver.passModel(
        count,
        len(rows.low),
        places.size,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        -given.gain,
        given.low,
        given.high,
        np.array(rows.low),
        np.array(rows.high),
        starts,
        places,
        np.concatenate(rows.values),
        np.zeros(count, np.int32),
    )
