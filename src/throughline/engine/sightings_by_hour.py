"""Right-truncated times of very many, as of many looks: counted by the whole hour, in tables, not lists.

From one look to the next a table only gains those that were found between the two, and nothing is put in
order for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import FEW_AT_RISK
from throughline.engine.truncation import Counts, Floats, FoundCurve, curve_of

HOURS_A_DAY = 24
# Times of fewer are told exactly.
MANY = 20_000
# Of fewer a table of all hours would mostly be empty.
_HOURS_EACH = 4
# A full hour as days is rounded, maybe down, so what is so near to the next hour is in it.
_NEARLY = 1e-6
_LAST = np.iinfo(np.int64).max // 2


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What was found by one look, as `truncation.Sightings`: by each duration how many, and how many at risk.

    `n_before` were introduced before an instant that was asked about.
    """

    times: Floats
    events: Counts
    at_risk: Counts
    window: float | None
    n: int
    n_before: int

    def curve(self) -> FoundCurve | None:
        """The share found by each duration; None without a window."""
        if self.window is None or not self.n:
            return None
        return curve_of(self.times, self.events, self.at_risk, window=self.window)


def pays(introduced: Floats, identified: Floats) -> bool:
    """Whether so many, within so long a time, are counted by the hour."""
    if introduced.size <= MANY:
        return False
    return float(identified.max() - introduced.min()) * HOURS_A_DAY < _HOURS_EACH * introduced.size


def looks(
    introduced: ArrayLike,
    identified: ArrayLike,
    days: Sequence[float],
    *,
    window: float | None = None,
    before: float | None = None,
) -> list[Look]:
    """What was found by each of these days, in their order; none may be found before it was introduced.

    Instants are taken to the hour that they are in, so that a duration is off by less than one. Sources:
    those of `truncation.found_curve`.

    >>> [each.n for each in looks([0.0, 1.0, 2.0], [3.0, 3.5, 9.0], [4.0, 9.0])]
    [2, 3]
    """
    begun, found = (np.asarray(each, dtype=np.float64).ravel() for each in (introduced, identified))
    order = np.argsort(np.asarray(days), kind="stable")
    told = _each(begun, found, np.asarray(days, dtype=np.float64)[order], window=window, before=before)
    answers = dict(zip(order.tolist(), told, strict=True))
    return [answers[place] for place in range(len(days))]


def _each(
    begun: Floats, found: Floats, days: Floats, *, window: float | None, before: float | None
) -> Iterator[Look]:
    """The looks of days in order."""
    # In which look each is seen first: few numbers, so that they are put in order in no time.
    seen_from = np.searchsorted(days, found, side="left").astype(np.uint32)
    ends = np.cumsum(np.bincount(seen_from, minlength=days.size + 1))
    order = np.argsort(seen_from, kind="stable")[: int(ends[-2]) if days.size else 0]
    begun, found = begun[order], found[order]
    begun_in, found_in = _hours(begun), _hours(found)
    first = int(begun_in.min(initial=_LAST))
    took = found_in - begun_in
    begun_in -= first
    tables = _Tables.empty(begun_in, took)
    is_before = begun < (-math.inf if before is None else before)
    start = 0
    for end, hour in zip(ends.tolist(), (_hours(days) - first).tolist(), strict=False):
        part = slice(start, end)
        tables.add(begun_in[part], took[part], is_before[part])
        start = end
        yield tables.look(hour, window=window)


def _hours(instants: Floats) -> NDArray[np.int64]:
    return np.floor(instants * HOURS_A_DAY + _NEARLY).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """How many began in each hour, how many took so many, and how many of those began before an instant."""

    begun: Counts
    took: Counts
    before: Counts

    @classmethod
    def empty(cls, begun: Counts, took: Counts) -> _Tables:
        sizes = int(begun.max(initial=0)) + 1, *([int(took.max(initial=0)) + 1] * 2)
        return cls(*(np.zeros(size, dtype=np.int64) for size in sizes))

    def add(self, begun: Counts, took: Counts, is_before: NDArray[np.bool_]) -> None:
        """Count more."""
        for table, hours in ((self.begun, begun), (self.took, took), (self.before, took[is_before])):
            if hours.size:
                table += np.bincount(hours, minlength=table.size)

    def look(self, hour: int, *, window: float | None) -> Look:
        """What is seen in an hour, by which all that was counted is found."""
        took = np.flatnonzero(self.took)
        events = self.took[took]
        until, begun_by = np.cumsum(events), np.cumsum(self.begun)
        n = int(until[-1]) if took.size else 0
        # Whoever began after that was not looked for so long.
        latest = np.minimum(hour - took, begun_by.size - 1)
        at_risk = until - (n - begun_by[latest])
        if window is None:
            reached, kept = _longest(took, at_risk)
        else:
            reached = self._if_looked_for(hour, begun_by, window)
            longest = math.inf if reached is None else reached * HOURS_A_DAY
            kept = int(np.searchsorted(took, longest, side="right"))
        last = int(took[kept - 1]) + 1 if kept else 0
        return Look(
            took[:kept] / HOURS_A_DAY,
            events[:kept],
            at_risk[:kept],
            reached,
            int(until[kept - 1]) if kept else 0,
            int(self.before[:last].sum()),
        )

    def _if_looked_for(self, hour: int, begun_by: Counts, window: float) -> float | None:
        """The window, where enough were looked for that long."""
        latest = min(hour - math.ceil(window * HOURS_A_DAY), begun_by.size - 1)
        return window if latest >= 0 and begun_by[latest] >= FEW_AT_RISK else None


def _longest(took: Counts, at_risk: Counts) -> tuple[float | None, int]:
    """The longest duration at which at least five are at risk, and how many are not longer; all for none."""
    enough = np.flatnonzero(at_risk >= FEW_AT_RISK)
    if not enough.size:
        return None, took.size
    last = int(enough[-1])
    return float(took[last]) / HOURS_A_DAY, last + 1
