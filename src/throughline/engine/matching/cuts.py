"""Rows that cut off an optimum which is not whole, and no plan: Gomory's mixed-integer cuts (1960).

Pairs that are forced, and what was branched on, count as what they are without it, between their first
bounds. So a cut that is found for one pair holds for every other, and what few columns say holds often.
"""

from __future__ import annotations

from dataclasses import dataclass

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
# Rows that are kept at once: those of few columns till they are many, others as long as they hold something.
_MOST, _KEPT, _FEW = 60, 40, 100
# A cut of more columns costs more than it saves.
_WIDEST = 1000


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
        self.solver, self.model, rows = solver, model, model.rows
        self.first, self.columns = len(rows.low), model.gain.size
        sizes = [each.size for each in rows.columns]
        self._at = np.repeat(np.arange(self.first), sizes)
        self._column = np.concatenate([np.zeros(0), *rows.columns]).astype(np.int64)
        self._value = np.concatenate([np.zeros(0), *rows.values])
        self._units = np.concatenate([_of_columns(model), *_of_rows(model), np.zeros(_MOST)])
        self._low = np.concatenate([model.low, rows.low, np.zeros(_MOST)])
        self._high = np.concatenate([model.high, rows.high, np.full(_MOST, np.inf)])
        self._made = np.zeros((_MOST, self.columns))
        self.count = 0

    def add(self, at: Numbers) -> bool:
        """Cut off the optimum that was just found, a value a column; False where that is not done well."""
        if self.count == _MOST:
            return False
        status, basic = self.solver.getBasicVariables()  # type: ignore[attr-defined]
        places = np.where(basic >= 0, basic, self.columns - 1 - basic)
        row = self._where(places, at)
        if status != _OK or row < 0:
            return False
        away = self._away(places, row, at)
        found = None if away is None else self._cut(away, float(at[places[row]]) % 1.0)
        if found is None or found[0] @ at > found[1] - _DEEP or np.count_nonzero(found[0]) > _WIDEST:
            return False
        self._hold(*found)
        return True

    def forget(self) -> None:
        """Let go of cuts that hold nothing now: those of many columns, and when there are many of all."""
        wide = (self._made[: self.count] != 0).sum(axis=1) > _FEW
        if self.count <= _KEPT and not wide.any():
            return
        status, basic = self.solver.getBasicVariables()  # type: ignore[attr-defined]
        cuts = -1 - basic[basic < 0] - self.first
        idle = np.zeros(self.count, np.bool_)
        idle[cuts[cuts >= 0]] = status == _OK
        gone = np.flatnonzero(idle & (wide | (self.count > _KEPT)))
        if not gone.size:
            return
        self.solver.deleteRows(gone.size, (self.first + gone).astype(np.int32))
        kept = np.delete(np.arange(self.count), gone)
        lows = self._low[self.columns + self.first :]
        self._made[: kept.size], lows[: kept.size] = self._made[kept], lows[kept]
        self.count = kept.size

    def _where(self, places: NDArray[np.int64], at: Numbers) -> int:
        """In which row of the basis to cut: work that is half done comes first. −1 for none."""
        columns = self.model.columns
        is_whole = places < columns.z
        which = np.minimum(places, columns.z - 1)
        between = np.where(is_whole, np.abs(at[which] - np.round(at[which])), 0.0)
        between[between < _BETWEEN] = -1.0
        if not between.size or between.max() < 0:
            return -1
        return int(np.argmax(between + (between > 0) * (places >= columns.y)))

    def _away(self, places: NDArray[np.int64], row: int, at: Numbers) -> _Away | None:
        """A row of the tableau, beside what is in the basis; None where it is not exact enough."""
        status, by_row = self.solver.getBasisInverseRow(row)  # type: ignore[attr-defined]
        if status != _OK:
            return None
        made, own = self._made[: self.count], by_row[: self.first]
        rates = np.concatenate([self._times(own) + by_row[self.first :] @ made, -by_row])
        rates[places[row]] -= 1.0
        if np.abs(rates[places]).max() > _NOTHING:
            return None
        rates[places] = 0.0
        used = np.flatnonzero(np.abs(rates) > _NOTHING)
        values = np.concatenate([at, self._activities(at), made @ at])[used]
        low, high = self._low[used], self._high[used]
        is_low = np.abs(values - low) <= np.abs(values - high)
        bounds = np.where(is_low, low, high)
        if (np.abs(values - bounds) > _AT_BOUND).any():
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
        own, made = each[self.columns :][: self.first], each[self.columns + self.first :]
        cut = each[: self.columns] + self._times(own) + made @ self._made[: self.count]
        top = float(np.abs(cut).max())
        if top < _TINY:
            return None
        cut, least = cut / top, least / top
        small = np.abs(cut) < _TINY
        if not np.isfinite(self.model.high[small & (cut > 0)]).all():
            return None
        least -= float(np.maximum(cut[small], 0.0) @ np.where(cut[small] > 0, self.model.high[small], 0.0))
        cut[small] = 0.0
        return cut, least - _ROOM

    def _hold(self, cut: Numbers, least: float) -> None:
        which = np.flatnonzero(cut)
        self.solver.addRow(least, np.inf, which.size, which.astype(np.int32), cut[which])
        self._made[self.count], self._low[self.columns + self.first + self.count] = cut, least
        self.count += 1

    def _times(self, by_row: Numbers) -> Numbers:
        """The model's rows, added up with a factor each."""
        return np.asarray(np.bincount(self._column, by_row[self._at] * self._value, self.columns), np.float64)

    def _activities(self, at: Numbers) -> Numbers:
        return np.asarray(np.bincount(self._at, at[self._column] * self._value, self.first), np.float64)


def _of_columns(model: Programme) -> Numbers:
    """In which steps each column moves; 0 for any. In the best of plans z is whole too."""
    return (np.arange(model.gain.size) < model.columns.u).astype(np.float64)


def _of_rows(model: Programme) -> list[Numbers]:
    """In which steps each row moves, where all of its columns are whole and their coefficients agree."""
    rows, whole = model.rows, _of_columns(model) > 0
    steps = np.zeros(len(rows.low))
    for row, (columns, values) in enumerate(zip(rows.columns, rows.values, strict=True)):
        used = values != 0
        ends = np.array([end for end in (rows.low[row], rows.high[row]) if np.isfinite(end)])
        step = float(np.abs(values[used]).min(initial=np.inf))
        if np.isfinite(step) and whole[columns[used].astype(np.int64)].all():
            steps[row] = step if _are_whole(values / step) and _are_whole(ends / step) else 0.0
    return [steps]


def _are_whole(values: Numbers) -> bool:
    near: Flags = np.abs(values - np.round(values)) < _TINY
    return bool(near.all())
