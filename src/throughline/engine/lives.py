"""When records began and were over, and who was at risk in a period: of whom `period_survival` tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.ages_by_minute import (
    CountedByMinute,
    Minutes,
    counted,
    minutes_before,
    minutes_lasted,
    minutes_of,
    nobody,
    pays,
)
from throughline.engine.durations import Ending
from throughline.engine.exposure import places
from throughline.engine.period_survival import Followed, Gone, is_many
from throughline.engine.tables_by_minute import Tables, most_edges, tables_of
from throughline.engine.tallies import MINUTES_A_DAY

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Window = tuple[float, float]
_MINUTE = 1 / MINUTES_A_DAY
_NOBODY = np.empty(0, dtype=np.intp)
# So many numbers lie in the cache of a core.
_NEAR = 2**14
# Of so many windows it pays to put the lives in order for those that list theirs.
_MANY_WINDOWS = 50


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


@dataclass(frozen=True, eq=False)
class Lives:
    """When records started and were over, in days, and how each ends; made by `lives`."""

    begun: Floats
    over: Floats
    endings: NDArray[np.int8]
    _lasted: dict[int, Minutes] = field(default_factory=dict, init=False, repr=False)

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.begun.nbytes + self.over.nbytes + self.endings.nbytes

    def standing(self, at: float) -> Lives:
        """Those that are not over before an instant."""
        return self._at(np.flatnonzero(self.over >= at))

    def _at(self, which: Counts) -> Lives:
        return Lives(self.begun.take(which), self.over.take(which), self.endings.take(which))

    def within(self, since: float, until: float, *, horizon: float = math.inf) -> Followed:
        """Who was at risk in the period `since` ≤ t < `until`, as `followed` says, told to an age."""
        if not since < until:
            raise ValueError("a period ends after it starts")
        inside = np.flatnonzero((self.begun < until) & (self.over >= since))
        told_to = horizon + _MINUTE
        if pays(inside.size, told_to):
            return self.counted(since, until, horizon=horizon)
        n_open = int(np.count_nonzero(self.over.take(inside) >= until))
        return self._followed(inside, since, until, n=inside.size, n_open=n_open, told_to=told_to)

    def gone(self, since: float, before: float, *, until: float, horizon: float) -> Gone | CountedByMinute:
        """Those of a period that are over before an instant of it, put in order, told to an age."""
        n = int(np.count_nonzero((self.begun < until) & (self.over >= since)))
        if pays(n, horizon + _MINUTE):
            return self.counted(since, before, horizon=horizon, standing=False)
        inside = np.flatnonzero((self.over >= since) & (self.over < before))
        found = self._followed(inside, since, before, n=inside.size, n_open=0, told_to=horizon + _MINUTE)
        return found.gone(to_the_minute=is_many(n))

    def counted(
        self, since: float, until: float, *, horizon: float, standing: bool = True
    ) -> CountedByMinute:
        """Who was at risk in a period, by the minute; those that stand when it ends as well, if so asked."""
        told_to = horizon + _MINUTE
        most = minutes_before(told_to)
        is_in, is_over = self.over >= since, self.over < until
        is_over &= is_in
        lasted = self._lasted_to(most)
        ended = counted(lasted[is_over], most=most)
        borne = lasted[is_over & (self.endings == Ending.ACCEPTED)]
        accepted = counted(borne, most=most) if borne.size else nobody(most)
        stands = np.flatnonzero((self.begun < until) & (self.over >= until)) if standing else _NOBODY
        is_older = (self.begun < since) & is_in
        older = np.flatnonzero(is_older if standing else is_older & is_over)
        n = int(np.count_nonzero(is_over)) + stands.size
        entries = self._ages(older, since, most=most)
        entries[0] += n - older.size
        # Half-open: whoever is there on the last instant is not at risk on the first of the next period.
        still_open = self._ages(stands, np.nextafter(until, -math.inf), most=most)
        exits = still_open, ended - accepted if borne.size else ended, accepted
        return CountedByMinute.of(entries, exits, n=n, n_open=stands.size, told_to=told_to)

    def _ages(self, which: Counts, at: float, *, most: int) -> Counts:
        """How many of these are how old at an instant."""
        return counted(minutes_of(at - self.begun.take(which), most=most), most=most)

    def _lasted_to(self, most: int) -> Minutes:
        """The minute of the age at which each is over; `most` of all from there on."""
        if most not in self._lasted:
            self._lasted[most] = minutes_lasted(self.begun, self.over, most=most)
        return self._lasted[most]

    def periods(self, windows: Sequence[Window], *, horizon: float) -> Periods:
        """The same of many periods, told to the age `horizon`."""
        edges = np.unique(np.asarray(windows, dtype=np.float64))
        begun, over = places(self.begun, edges), places(self.over, edges)
        starts, ends = (np.append(0, np.cumsum(_count(each, edges.size + 1))) for each in (begun, over))
        return Periods(self, windows, horizon + _MINUTE, edges, begun, over, starts, ends)

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

    `begun_at` and `over_at` say of each on or after how many edges it began and was over; `starts` and `ends`
    how many began, and were over, before each edge. To look through small numbers takes a fraction of the
    time that the instants would take.
    """

    lives: Lives
    windows: Sequence[Window]
    told_to: float
    edges: Floats
    begun_at: NDArray[Any]
    over_at: NDArray[Any]
    starts: Counts
    ends: Counts

    def blocks(self) -> Iterator[tuple[range, Callable[[int], Followed], bool]]:
        """The numbers of the windows in parts, each with what tells who was at risk in one of its windows.

        And whether they are counted already, so that little is left to do.
        """
        most = most_edges(minutes_before(self.told_to))
        if not self._is_any_counted(range(len(self.windows))):
            most = self.edges.size
            if len(self.windows) >= _MANY_WINDOWS:
                # Before threads ask for it side by side.
                _ = self._in_order
        first = 0
        while first < len(self.windows):
            last = first + 1
            while last < len(self.windows) and self._reach(first, last + 1) <= most:
                last += 1
            tables = self._counted(range(first, last))
            yield range(first, last), partial(self._followed, tables), tables is not None
            first = last

    @property
    def begun(self) -> Floats:
        """When each began."""
        return self.lives.begun

    @cached_property
    def lasted(self) -> Minutes:
        """The minute that each lasted to, as far as that is told."""
        return self.lives._lasted_to(minutes_before(self.told_to))

    @property
    def is_accepted(self) -> NDArray[np.bool_]:
        """Whether each was accepted, or goes on."""
        found: NDArray[np.bool_] = self.lives.endings == Ending.ACCEPTED
        return found

    def followed(self, number: int) -> Followed:
        """Who was at risk in one of the windows."""
        return self._followed(self._counted(range(number, number + 1)), number)

    def gone(self, before: float, until: float) -> CountedByMinute | None:
        """Of all lives those that are over before an instant of a period that ends with a window.

        None where no tables of all windows were made, or another instant of the period cuts them.
        """
        end = int(np.searchsorted(self.edges, until))
        if (
            "_tables" not in self.__dict__
            or self.starts[1]
            or self.edges[min(end, self.edges.size - 1)] != until
        ):
            return None
        n = int(np.count_nonzero(self.lives.over < before))
        if n != self.ends[end + 1]:
            return None
        mitigated, accepted = self._tables.ended(0, end)
        entries = np.zeros_like(mitigated)
        entries[0] = n
        exits = nobody(mitigated.size), mitigated, accepted
        return CountedByMinute.of(entries, exits, n=n, n_open=0, told_to=self.told_to)

    @cached_property
    def _tables(self) -> Tables:
        return tables_of(self, start=0, end=self.edges.size - 1)

    def _reach(self, first: int, last: int) -> int:
        """How many edges lie between the first and the last of these windows."""
        start, end = self._span(range(first, last))
        return end - start + 1

    def _span(self, numbers: range) -> tuple[int, int]:
        found = np.searchsorted(self.edges, [self.windows[number] for number in numbers])
        return int(found.min()), int(found.max())

    def _counted(self, numbers: range) -> Tables | None:
        """The tables of some windows; None where each has so few that they are listed."""
        if not self._is_any_counted(numbers):
            return None
        if len(numbers) == len(self.windows):
            return self._tables
        start, end = self._span(numbers)
        return tables_of(self, start=start, end=end)

    def _is_any_counted(self, numbers: range) -> bool:
        return any(pays(self._sizes(number)[0], self.told_to) for number in numbers)

    def _sizes(self, number: int) -> tuple[int, int]:
        """How many were at risk in a window, and how many of them stood when it was over."""
        start, end = np.searchsorted(self.edges, self.windows[number])
        began, gone, gone_by_then = self.starts[end + 1], self.ends[start + 1], self.ends[end + 1]
        return int(began - gone), int(began - gone_by_then)

    def _followed(self, tables: Tables | None, number: int) -> Followed:
        since, until = self.windows[number]
        start, end = map(int, np.searchsorted(self.edges, (since, until)))
        n, n_open = self._sizes(number)
        if tables is not None and pays(n, self.told_to):
            entries = tables.standing(start)
            entries[0] += int(self.starts[end + 1] - self.starts[start + 1])
            mitigated, accepted = tables.ended(start, end)
            exits = tables.leaving(end), mitigated, accepted
            return CountedByMinute.of(entries, exits, n=n, n_open=n_open, told_to=self.told_to)
        lives, inside = self._listed(since, start, end)
        return lives._followed(inside, since, until, n=n, n_open=n_open, told_to=self.told_to)

    def _listed(self, since: float, start: int, end: int) -> tuple[Lives, Counts]:
        """Which of these lives were there between two edges, at least of those that are told."""
        if len(self.windows) < _MANY_WINDOWS:
            return self.lives, np.flatnonzero((self.begun_at <= end) & (self.over_at > start))
        # Whoever is older than what is told when the period begins is only counted.
        young = np.searchsorted(self.edges, since - self.told_to, side="right")
        first, last = self.starts[young], self.starts[end + 1]
        ordered, over_at = self._in_order
        return ordered, first + np.flatnonzero(over_at[first:last] > start)

    @cached_property
    def _in_order(self) -> tuple[Lives, NDArray[Any]]:
        """The lives by the edge that they began on or after, and `over_at` of each."""
        order = np.argsort(self.begun_at, kind="stable")
        return self.lives._at(order), self.over_at.take(order)


def _count(numbers: NDArray[Any], size: int) -> Counts:
    """As `np.bincount` of small numbers, which would make a large array of them first."""
    found = np.zeros(size, dtype=np.int64)
    for start in range(0, numbers.size, _NEAR):
        found += np.bincount(numbers[start : start + _NEAR], minlength=size)
    return found


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
