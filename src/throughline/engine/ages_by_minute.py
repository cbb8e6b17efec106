"""Who was at risk in a period, counted by the minute of their age: of many a table instead of a list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.durations import FEW_AT_RISK, Ending
from throughline.engine.period_survival import Followed, Steps, is_many
from throughline.engine.tallies import MINUTES_A_DAY, Tally

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Minutes = NDArray[np.int32]
# Counts, in numbers of any size.
Table = NDArray[np.signedinteger[Any]]
# Of fewer a table of all minutes would mostly be empty.
_MINUTES_EACH = 8
_NO_AGE = np.empty(0)
_NO_ENDING = np.empty(0, dtype=np.int8)
_NOBODY = np.empty(0, dtype=np.int64)
# So many numbers lie in the cache of a core, with what is made of them.
_NEAR = 2**14
_MANY = 2**18


@dataclass(frozen=True, eq=False)
class CountedByMinute(Followed):
    """The same of whom only the number is known that entered, or left by `Ending`, at each minute of age.

    The tables are of all minutes before `told_to`.
    """

    entries: Table = field(default_factory=lambda: _NOBODY)
    exits: Sequence[Table] = ()

    @classmethod
    def of(
        cls, entries: Table, exits: Sequence[Table], *, n: int, n_open: int, told_to: float
    ) -> CountedByMinute:
        """The same of tables."""
        return cls(_NO_AGE, _NO_AGE, _NO_ENDING, n, n_open, told_to, None, entries, exits)

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(each.nbytes for each in (self.entries, *self.exits))

    def joined(self, other: CountedByMinute) -> CountedByMinute | None:
        """These and others, told to the same age; None of so few that each age is told exactly."""
        n = self.n + other.n
        if not is_many(n):
            return None
        pairs = zip(self.exits, other.exits, strict=True)
        exits = [one + another if _is_any(another) else one for one, another in pairs]
        n_open, entries = self.n_open + other.n_open, self.entries + other.entries
        return CountedByMinute.of(entries, exits, n=n, n_open=n_open, told_to=self.told_to)

    @cached_property
    def starts_at(self) -> float | None:
        enough = self._staying >= FEW_AT_RISK
        first = int(enough.argmax()) if enough.size else 0
        return first / MINUTES_A_DAY if enough.size and enough[first] else None

    @cached_property
    def _entries(self) -> Tally:
        return _tally(self.entries)

    @cached_property
    def _ended(self) -> list[Tally]:
        return [_tally(each) for each in self.exits]

    @cached_property
    def _staying(self) -> Table:
        """How many are at risk at each minute, who entered or left at it included."""
        change = self.entries.copy()
        change[1:] -= self._leaving[:-1]
        return np.cumsum(change, out=change)

    @cached_property
    def _leaving(self) -> Table:
        still_open, mitigated, accepted = self.exits
        both = still_open + mitigated
        return both + accepted if _is_any(accepted) else both

    def _steps(self, start: float, horizon: float) -> Steps:
        first, last = (minutes_before(age, most=self.entries.size) for age in (start, horizon))
        mitigated, accepted = (self.exits[each][first:last] for each in (Ending.MITIGATED, Ending.ACCEPTED))
        is_borne = _is_any(accepted)
        ended = mitigated + accepted if is_borne else mitigated
        at = np.flatnonzero(ended != 0)
        at_risk = self._staying[first:last][at]
        endings = ended[at] / at_risk
        repairs = mitigated[at] / at_risk if is_borne else endings
        return Steps((at + first) / MINUTES_A_DAY, repairs, endings, at_risk)

    def _fewest(self, start: float, end: float) -> int:
        first, last = (minutes_before(age, most=self.entries.size) for age in (start, end))
        return int((self._staying[first:last] - self._leaving[first:last]).min(initial=self.n))

    def _behind(self, start: float, end: float) -> tuple[Floats, Counts]:
        first, last = (minutes_before(age, most=self.entries.size) for age in (start, end))
        leaving = self._leaving[first:last]
        at = np.flatnonzero(leaving != 0)
        return (at + first) / MINUTES_A_DAY, (self._staying[first:last] - leaving)[at]


def pays(n: int, told_to: float) -> bool:
    """Whether so many lives, told to an age, are counted by the minute."""
    return is_many(n) and told_to * MINUTES_A_DAY < _MINUTES_EACH * n


def minutes_before(age: float, *, most: float = math.inf) -> int:
    """How many whole minutes are below an age in days, from 0 on.

    >>> minutes_before(1.0), minutes_before(1.5 / 1440), minutes_before(0.0)
    (1440, 2, 0)
    """
    found = max(math.ceil(min(age * MINUTES_A_DAY, most)), 0)
    # The product is rounded; what is asked is of the minute as a day.
    if found and (found - 1) / MINUTES_A_DAY >= age:
        return found - 1
    return found + 1 if found < most and found / MINUTES_A_DAY < age else found


def minutes_of(ages: Floats, *, most: int) -> Counts:
    """The minute of each age in days that is not negative; `most` of all from there on. Ages are lost."""
    np.multiply(ages, MINUTES_A_DAY, out=ages)
    np.rint(ages, out=ages)
    return np.minimum(ages, most, out=ages).astype(np.intp)


def minutes_lasted(begun: Floats, over: Floats, *, most: int) -> Minutes:
    """The minute of the age at which each is over, as `minutes_of`."""
    found = np.empty(begun.size, dtype=np.int32)
    # So many at once that what is made of them stays near: memory takes longer than counting.
    for start in range(0, begun.size, _NEAR):
        ages = over[start : start + _NEAR] - begun[start : start + _NEAR]
        found[start : start + _NEAR] = minutes_of(ages, most=most)
    return found


def counted(minutes: NDArray[np.signedinteger[Any]], *, most: int) -> Table:
    """How many there are of each minute below `most`."""
    found = np.bincount(minutes[:_MANY], minlength=most + 1)
    # So many at once, since all are copied into larger numbers first.
    for start in range(_MANY, minutes.size, _MANY):
        found += np.bincount(minutes[start : start + _MANY], minlength=most + 1)
    return found[:most]


def nobody(most: int) -> Table:
    """The table of nobody, which takes no memory and is not to be written to."""
    return np.broadcast_to(np.int32(0), (most,))


def _is_any(table: Table) -> bool:
    return bool(table.strides[0] and table.any())


def _tally(table: Table) -> Tally:
    at = np.flatnonzero(table != 0)
    return Tally(at / MINUTES_A_DAY, table[at])
