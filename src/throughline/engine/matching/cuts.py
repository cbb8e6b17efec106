"""Rows that cut off an optimum which is not whole, and no plan: Gomory's mixed-integer cuts (1960).

Pairs that are forced, and what was branched on, count as what they are without it, between their first
bounds. So a cut that is found for one pair holds for every other, and what few columns say holds often.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.model import Programme
from throughline.engine.matching.question import Flags, Numbers

_OK = highspy.HighsStatus.kOk
# A column that is nearer to a whole number is a poor place to cut.
_BETWEEN = 1e-2
_NOTHING, _TINY, _AT_BOUND = 1e-11, 1e-9, 1e-7
# By how much a cut, whose largest coefficient is 1, has to miss the optimum; and the room for rounding.
_DEEP, _ROOM = 1e-3, 1e-10
# By how much somebody may do more of a piece of work than is done of it, before a row says that it cannot be.
_OVER = 0.1
# Rows that are kept at once: those of few columns till they are many, others as long as they hold something.
_MOST, _KEPT, _FEW = 60, 15, 150
# A cut of more columns costs more than it saves.
_WIDEST = 1000


class _Tableau(Protocol):
    """What a solver tells of its basis; the types that it brings along leave it out."""

    def getBasicVariables(self) -> tuple[highspy.HighsStatus, NDArray[np.int32]]: ...

    def getBasisInverseRow(self, row: int, /) -> tuple[highspy.HighsStatus, Numbers]: ...


@dataclass(frozen=True, slots=True)
class _Away:
    """How what is at a bound may move away from it, which alone lifts a column from where it is between.

    `places` are columns, and then rows; `ways` is 1 from a lower bound and −1 from an upper one.
    """

    places: NDArray[np.int64]
    rates: Numbers
    ways: Numbers
    bounds: Numbers


class Cuts:
    """The cuts of a model that a solver holds, as rows after its own."""

    def __init__(self, solver: highspy.Highs, model: Programme) -> None:
        self.solver, self.model = solver, model
        self._tableau = cast(_Tableau, solver)
        self.first, self.columns = len(model.rows.low), model.gain.size
        self.count = 0
        self._widths = np.zeros(_MOST, np.int64)

    @cached_property
    def _entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
        """Row, column and value of each coefficient of the model's own."""
        rows = self.model.rows
        at = np.repeat(np.arange(self.first), [each.size for each in rows.columns])
        columns = np.concatenate([np.zeros(0), *rows.columns]).astype(np.int64)
        return at, columns, np.concatenate([np.zeros(0), *rows.values])

    @cached_property
    def _units(self) -> Numbers:
        """In which steps each column and each row moves; 0 for any. In the best of plans z is whole too."""
        whole = np.arange(self.columns) < self.model.columns.u
        return np.concatenate([whole, _steps(self.model, whole, *self._entries), np.zeros(_MOST)])

    @cached_property
    def _low(self) -> Numbers:
        return np.concatenate([self.model.low, self.model.rows.low, np.zeros(_MOST)])

    @cached_property
    def _high(self) -> Numbers:
        return np.concatenate([self.model.high, self.model.rows.high, np.full(_MOST, np.inf)])

    @cached_property
    def _made(self) -> Numbers:
        return np.zeros((_MOST, self.columns))

    def add(self, at: Numbers, between: NDArray[np.int64]) -> bool:
        """Cut off the optimum that was just found, a value a column; False where that is not done well.

        `between` are the columns that are to be whole and are not.
        """
        return self._add_plain(at) or self._add_found(at, between)

    def _add_plain(self, at: Numbers) -> bool:
        """Nobody does more of a piece of work than is done of it: where it needs two, no row says so."""
        part, whole = self.model.shared
        over = at[part] - at[whole]
        wrong = (over > _OVER).nonzero()[0][: _MOST - self.count]
        for place in wrong.tolist():
            cut = np.zeros(self.columns)
            cut[part[place]], cut[whole[place]] = -1.0, 1.0
            self._hold(cut, 0.0)
        return bool(wrong.size)

    def _add_found(self, at: Numbers, between: NDArray[np.int64]) -> bool:
        column = self._where(at, between)
        if self.count == _MOST or column < 0:
            return False
        status, basic = self._tableau.getBasicVariables()
        rows = (basic == column).nonzero()[0]
        if status != _OK or not rows.size:
            return False
        away = self._away(np.where(basic >= 0, basic, self.columns - 1 - basic), int(rows[0]), at)
        found = None if away is None else self._cut(away, float(at[column]) % 1.0)
        if found is None or found[0] @ at > found[1] - _DEEP or np.count_nonzero(found[0]) > _WIDEST:
            return False
        self._hold(*found)
        return True

    def forget(self) -> None:
        """Let go of cuts that hold nothing now: those of many columns, and when there are many of all."""
        if not self.count:
            return
        wide = self._widths[: self.count] > _FEW
        if self.count <= _KEPT and not wide.any():
            return
        status, basic = self._tableau.getBasicVariables()
        cuts = -1 - basic[basic < 0] - self.first
        idle = np.zeros(self.count, np.bool_)
        idle[cuts[cuts >= 0]] = status == _OK
        gone = np.flatnonzero(idle & (wide | (self.count > _KEPT)))
        if not gone.size:
            return
        self.solver.deleteRows(gone.size, (self.first + gone).astype(np.int32))
        kept = np.delete(np.arange(self.count), gone)
        for each in (self._made, self._least, self._widths):
            each[: kept.size] = each[kept]
        self.count = kept.size

    def in_basis(self) -> Flags:
        """Whether each column, and after them each row, is in the basis of what was just solved."""
        _, basic = self._tableau.getBasicVariables()
        found = np.zeros(self.columns + self.first + self.count, np.bool_)
        found[np.where(basic >= 0, basic, self.columns - 1 - basic)] = True
        return found

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
        """Row, column and value of each coefficient, the model's own first and then those of the cuts."""
        at, columns, values = self._entries
        cuts, of = np.nonzero(self._made[: self.count])
        made = self._made[cuts, of]
        return (
            np.concatenate([at, self.first + cuts]),
            np.concatenate([columns, of]),
            np.concatenate([values, made]),
        )

    def ends(self) -> tuple[Numbers, Numbers]:
        """Between what the sum of each row is, those of the cuts last."""
        rows = slice(self.columns, self.columns + self.first + self.count)
        return self._low[rows], self._high[rows]

    def few(self) -> tuple[Numbers, Numbers]:
        """The cuts of few columns, a row each, and their least sums."""
        places = np.flatnonzero(self._widths[: self.count] <= _FEW)
        return self._made[places], self._least[places]

    def take(self, made: Numbers, least: Numbers) -> None:
        """Hold cuts that another solver of the same model has found."""
        for cut, sum_of_it in zip(made, least.tolist(), strict=True):
            self._hold(cut, sum_of_it)

    @property
    def _least(self) -> Numbers:
        """The least sum of each cut, with room for more."""
        return self._low[self.columns + self.first :]

    def _where(self, at: Numbers, between: NDArray[np.int64]) -> int:
        """The column at which to cut: work that is half done comes first. −1 for none."""
        far = np.abs(at[between] - np.rint(at[between]))
        far[far < _BETWEEN] = -1.0
        if not far.size or far.max() < 0:
            return -1
        return int(between[np.argmax(far + (far > 0) * (between >= self.model.columns.y))])

    def _away(self, places: NDArray[np.int64], row: int, at: Numbers) -> _Away | None:
        """A row of the tableau, beside what is in the basis; None where it is not exact enough."""
        status, by_row = self._tableau.getBasisInverseRow(row)
        if status != _OK:
            return None
        rates = np.concatenate([self._added(by_row), -by_row])
        rates[places[row]] -= 1.0
        if np.abs(rates[places]).max() > _NOTHING:
            return None
        rates[places] = 0.0
        used = (np.abs(rates) > _NOTHING).nonzero()[0]
        low, high = self._low[used], self._high[used]
        # A row has one end, or two that are the same, and whichever is not in the basis stands there.
        split = int(used.searchsorted(self.columns))
        is_low = np.isfinite(low)
        values = at[used[:split]]
        is_low[:split] = np.abs(values - low[:split]) <= np.abs(values - high[:split])
        bounds = np.where(is_low, low, high)
        if (np.abs(values - bounds[:split]) > _AT_BOUND).any():
            return None
        return _Away(used, rates[used], np.where(is_low, 1.0, -1.0), bounds)

    def _cut(self, away: _Away, part: float) -> tuple[Numbers, float] | None:
        """What a column that stands a `part` above a whole number says: coefficients, and their least sum."""
        units = self._units[away.places]
        steps = np.where(units > 0, units, 1.0)
        rates = away.rates * away.ways * steps
        over = rates - np.floor(rates + _NOTHING)
        over[over < _NOTHING] = 0.0
        whole = np.where(over <= part, over / part, (1 - over) / (1 - part))
        weights = np.where(units > 0, whole, np.where(rates > 0, rates / part, -rates / (1 - part)))
        each = np.zeros(self.columns + self.first + self.count)
        each[away.places] = weights * away.ways / steps
        least = 1.0 + float(each[away.places] @ away.bounds)
        cut = self._added(each[self.columns :])
        cut += each[: self.columns]
        top = float(np.abs(cut).max())
        if top < _TINY:
            return None
        cut, least = cut / top, least / top
        small = (np.abs(cut) < _TINY).nonzero()[0]
        few = cut[small]
        high = self.model.high[small[few > 0]]
        if not np.isfinite(high).all():
            return None
        least -= float(few[few > 0] @ high)
        cut[small] = 0.0
        return cut, least - _ROOM

    def _hold(self, cut: Numbers, least: float) -> None:
        which = np.flatnonzero(cut)
        self.solver.addRow(least, np.inf, which.size, which.astype(np.int32), cut[which])
        self._made[self.count], self._least[self.count] = cut, least
        self._widths[self.count] = which.size
        self.count += 1

    def _added(self, by_row: Numbers) -> Numbers:
        """The rows, cuts among them, added up with a factor each."""
        at, columns, values = self._entries
        total = np.bincount(columns, by_row[at] * values, self.columns).astype(np.float64, copy=False)
        cuts = by_row[self.first :].nonzero()[0]
        if cuts.size:
            total += by_row[self.first + cuts] @ self._made[cuts]
        return total


def _steps(
    model: Programme, whole: Flags, at: NDArray[np.int64], columns: NDArray[np.int64], values: Numbers
) -> Numbers:
    """In which steps each row moves; 0 for any, unless its columns are whole and its coefficients agree."""
    used = values != 0
    at, columns, values = at[used], columns[used], values[used]
    steps = np.full(len(model.rows.low), np.inf)
    np.minimum.at(steps, at, np.abs(values))
    odd = ~whole[columns] | ~_are_whole(values / steps[at])
    agree = np.bincount(at, odd, steps.size) == 0
    for ends in (np.array(model.rows.low), np.array(model.rows.high)):
        agree &= ~np.isfinite(ends) | _are_whole(np.where(np.isfinite(ends), ends, 0.0) / steps)
    return np.where(agree & np.isfinite(steps), steps, 0.0)


def _are_whole(values: Numbers) -> Flags:
    return np.asarray(np.abs(values - np.round(values)) < _TINY, np.bool_)
