"""When records began and were over, and who was at risk in a period: of whom `period_survival` tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.durations import Ending
from throughline.engine.exposure import places
from throughline.engine.period_survival import Followed
from throughline.engine.tallies import MINUTES_A_DAY

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Window = tuple[float, float]
_MINUTE = 1 / MINUTES_A_DAY


def followed(
    starts: ArrayLike, ends: ArrayLike, accepted: ArrayLike = (), *, since: float, until: float
) -> Followed:
    """Who was at risk in the period `since` ≤ t < `until`, from when each started, was repaired or accepted.

    All are instants in days, NaN where it did not happen. What is repaired counts as that, whenever it was
    accepted. Records without a start, or with an ending before it, are left out. ValueError where the
    period ends before it starts.

    >>> found = followed([0.0, 6.0], [8.0, np.nan], since=5.0, until=10.0)
    >>> found.entered.tolist(), found.endings.tolist()
    ([5.0, 0.0], [1, 0])
    """
    return lives(starts, ends, accepted).within(since, until)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """When records started and were over, in days, and how each ends; made by `lives`."""

    begun: Floats
    over: Floats
    endings: NDArray[np.int8]

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.begun.nbytes + self.over.nbytes + self.endings.nbytes

    def parted(self, at: float) -> tuple[Lives, Lives]:
        """Those that are not over before an instant, and those that are."""
        is_over = self.over < at
        stood, over = (Lives(self.begun[e], self.over[e], self.endings[e]) for e in (~is_over, is_over))
        return stood, over

    def within(self, since: float, until: float, *, horizon: float = math.inf) -> Followed:
        """Who was at risk in the period `since` ≤ t < `until`, as `followed` says, told to an age."""
        if not since < until:
            raise ValueError("a period ends after it starts")
        inside = np.flatnonzero((self.begun < until) & (self.over >= since))
        n_open = int(np.count_nonzero(self.over.take(inside) >= until))
        told_to = horizon + _MINUTE
        return self._followed(inside, since, until, n=inside.size, n_open=n_open, told_to=told_to)

    def periods(self, windows: Sequence[Window], *, horizon: float) -> Periods:
        """The same of many periods, told to the age `horizon`."""
        edges = np.unique(np.asarray(windows, dtype=np.float64))
        begun, over = places(self.begun, edges), places(self.over, edges)
        order = np.argsort(begun, kind="stable")
        ordered = Lives(self.begun.take(order), self.over.take(order), self.endings.take(order))
        most = edges.size + 1
        starts, ends = (np.append(0, np.cumsum(np.bincount(each, minlength=most))) for each in (begun, over))
        return Periods(ordered, windows, horizon + _MINUTE, edges, over.take(order), starts, ends)

    def _followed(
        self, inside: Counts, since: float, until: float, *, n: int, n_open: int, told_to: float
    ) -> Followed:
        begun, over, endings = self.begun.take(inside), self.over.take(inside), self.endings.take(inside)
        endings[over >= until] = Ending.OPEN
        # Half-open: whoever is there on the last instant is not at risk on the first of the next period.
        last = np.minimum(over, np.nextafter(until, -math.inf), out=over)
        entered = np.subtract(since, begun)
        np.maximum(entered, 0.0, out=entered)
        return Followed(entered, np.subtract(last, begun, out=last), endings, n, n_open, told_to)


@dataclass(frozen=True, eq=False)
class Periods:
    """Lives beside the windows in which they are followed; made by `Lives.periods`.

    The lives are in the order of the edges of the windows that they began on or after; `starts` and `ends`
    say how many began, and were over, before each edge; `over_at` says of each how many edges it was over on
    or after. To look through small numbers takes a fraction of the time that the instants would take.
    """

    lives: Lives
    windows: Sequence[Window]
    told_to: float
    edges: Floats
    over_at: NDArray[Any]
    starts: Counts
    ends: Counts

    def followed(self, number: int) -> Followed:
        """Who was at risk in one of the windows."""
        since, until = self.windows[number]
        start, end = np.searchsorted(self.edges, (since, until))
        # Whoever is older than what is told when the period begins is only counted.
        young = np.searchsorted(self.edges, since - self.told_to, side="right")
        first, last = self.starts[young], self.starts[end + 1]
        inside = first + np.flatnonzero(self.over_at[first:last] > start)
        began, gone, gone_by_then = self.starts[end + 1], self.ends[start + 1], self.ends[end + 1]
        return self.lives._followed(
            inside, since, until, n=int(began - gone), n_open=int(began - gone_by_then), told_to=self.told_to
        )


def lives(starts: ArrayLike, ends: ArrayLike, accepted: ArrayLike = ()) -> Lives:
    """The records in the form that answers for any number of periods."""
    begun = np.asarray(starts, dtype=np.float64)
    repaired = np.asarray(ends, dtype=np.float64)
    is_open = np.isnan(repaired)
    endings = np.where(is_open, np.int8(Ending.ACCEPTED), np.int8(Ending.MITIGATED))
    # Of what nobody accepted the end is unknown as well.
    over = np.where(
        is_open, np.asarray(accepted, dtype=np.float64) if np.size(accepted) else np.nan, repaired
    )
    # An ending that is unknown is later than any period.
    np.copyto(over, math.inf, where=np.isnan(over))
    forward = over >= begun
    return (
        Lives(begun, over, endings)
        if forward.all()
        else Lives(begun[forward], over[forward], endings[forward])
    )
