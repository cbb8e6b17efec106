"""Right-truncated times of very many, as of many looks: counted by the whole hour, in tables, not lists.

From one look to the next a table only gains those that were found between the two, and nothing is put in
order for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import FEW_AT_RISK
from throughline.engine.truncation import Counts, Floats, FoundCurve, curve_of

Table = NDArray[np.int32]

HOURS_A_DAY = 24
# Times of fewer are told exactly.
MANY = 20_000
# Of fewer a table of all hours would mostly be empty.
_HOURS_EACH = 4
# A full hour as days is rounded, maybe down, so what is so near to the next hour is in it.
_NEARLY = 1e-6
# Of fewer looks each may go through all finds.
_MANY_LOOKS = 16
_ONE = np.int32(1)
# Hours of a hundred thousand years.
_BITS = 30
_BEGAN = (1 << _BITS + 1) - 1
# So many numbers lie in the cache of a core.
_NEAR = 2**15


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What was found by one look, as `truncation.Sightings`, and the share found; no curve without a window.

    `n_before` were introduced before an instant that was asked about.
    """

    curve: FoundCurve | None
    window: float | None
    n: int
    n_before: int


@dataclass(frozen=True, slots=True, eq=False)
class _Finds:
    """What was found, by the hour: how long it took, when it began, and whether that was before an instant.

    All in one number, since to gather three of each takes twice as long. It began so many hours before the
    last of all, and one more.
    """

    packed: Counts

    @classmethod
    def of(cls, took: Counts, began: Counts, is_before: NDArray[np.bool_]) -> _Finds:
        return cls((took << _BITS + 1) | (began << 1) | is_before)

    def add_to(self, tables: Table, which: NDArray[np.intp]) -> None:
        """How many took each number of hours, how many began in each, and how many early ones took it."""
        took, began, before = tables
        for start in range(0, which.size, _NEAR):
            packed = self.packed.take(which[start : start + _NEAR])
            hours = packed >> _BITS + 1
            np.add.at(took, hours, _ONE)
            np.add.at(began, (packed & _BEGAN) >> 1, _ONE)
            np.add.at(before, hours, (packed & 1).astype(np.int32))


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
) -> Iterator[Look]:
    """What was found by each of these days, which are in order; none may be found before it was introduced.

    Instants are taken to the hour that they are in, so that a duration is off by less than one. Sources:
    those of `truncation.found_curve`.

    >>> [each.n for each in looks([0.0, 1.0, 2.0], [3.0, 3.5, 9.0], [4.0, 9.0])]
    [2, 3]
    """
    begun, found = (np.asarray(each, dtype=np.float64).ravel() for each in (introduced, identified))
    looked = np.asarray(days, dtype=np.float64)
    begun_in, found_in, looked_in = (_hours(each) for each in (begun, found, looked))
    last = int(max(found_in.max(initial=0), looked_in.max(initial=0)))
    first = int(min(begun_in.min(initial=last), looked_in.min(initial=last)))
    is_before = begun < (-math.inf if before is None else before)
    finds = _Finds.of(found_in - begun_in, last + 1 - begun_in, is_before)
    tables = np.zeros((3, last - first + 2), dtype=np.int32)
    times = np.arange(tables.shape[1]) / HOURS_A_DAY
    seen = _seen_first(found, found_in, looked, looked_in)
    for places, hour in zip(seen, looked_in.tolist(), strict=True):
        finds.add_to(tables, places)
        yield _look(tables, last - hour, times, window)


def _look(tables: Table, hour: int, times: Floats, window: float | None) -> Look:
    """What is seen, by which all that was counted is found."""
    took, began, before = tables
    later = began[hour:]
    events = took[: later.size].copy()
    # Who is at risk took no longer and began no later: from hour to hour more, and fewer.
    at_risk = events - later
    np.cumsum(at_risk, out=at_risk)
    kept = events.size
    if window is None:
        enough = at_risk >= FEW_AT_RISK
        enough &= events > 0
        if enough.any():
            kept -= int(enough[::-1].argmax())
            window = (kept - 1) / HOURS_A_DAY
    elif later[math.ceil(window * HOURS_A_DAY) + 1 :].sum() >= FEW_AT_RISK:
        kept = min(math.floor(window * HOURS_A_DAY) + 1, kept)
    else:
        window = None
    events = events[:kept]
    n, n_before = int(events.sum()), int(before[:kept].sum())
    if window is None or not n:
        return Look(None, window, n, n_before)
    first, last = int((events > 0).argmax()), kept - int((events[::-1] > 0).argmax())
    part = slice(first, last)
    curve = curve_of(times[part], events[part], at_risk[part], window=window)
    return Look(curve, window, n, n_before)


def _seen_first(
    found: Floats, found_in: Counts, looked: Floats, looked_in: Counts
) -> Sequence[NDArray[np.intp]]:
    """The places of the finds that each of the looks, which are in order, is the first to see."""
    if looked.size < _MANY_LOOKS or not found.size:
        seen = pairwise([-math.inf, *looked.tolist()])
        return [np.flatnonzero((found > since) & (found <= until)) for since, until in seen]
    # By hours, which are fewer than finds.
    first, span = int(found_in.min()), int(np.ptp(found_in)) + 1
    # How many looks there are before the first hour, in each, and behind the last.
    n = np.bincount(np.clip(looked_in - first, -1, span) + 1, minlength=span + 2)
    hour = found_in - first
    seen_from = np.cumsum(n)[hour]
    # In the hour of a look itself it is the instant that says.
    unsure = np.flatnonzero(n[1:][hour])
    seen_from[unsure] = np.searchsorted(looked, found[unsure], side="left")
    # Of small numbers NumPy puts as many in order in a seventh of the time.
    small = np.uint16 if looked.size < 2**16 else np.uint32
    order = np.argsort(seen_from.astype(small), kind="stable")
    ends = np.cumsum(np.bincount(seen_from, minlength=looked.size + 1))
    return np.split(order, ends[:-1])[:-1]


def _hours(instants: Floats) -> Counts:
    return np.floor(instants * HOURS_A_DAY + _NEARLY).astype(np.int64)
