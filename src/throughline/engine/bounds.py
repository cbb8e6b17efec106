"""Key results that keep a metric inside a bound for a whole period: the share of the time inside it.

Spans are half-open. A value holds from its instant to the next value, for one cadence and the grace of
3 days at most; whatever time no value speaks for counts as outside, also the time before the first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from throughline.engine import statuses
from throughline.engine.percentages import percent
from throughline.engine.refusals import Refused
from throughline.engine.statuses import GRACE, Pace, Progress, Status, Verdict, Watch, share_of_time

# What decimal fractions lose in binary: 0.1 + 0.2 is inside a bound of 0.3.
ROUNDING = 1e-9
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Bound:
    """From `low` to `high`, both inclusive; None is an open side. Refused without a side, or out of order.

    >>> Bound(high=20).holds(20), Bound(low=0.9, high=1).holds(0.89)
    (True, False)
    """

    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        sides = [side for side in (self.low, self.high) if side is not None]
        if not sides or not all(math.isfinite(side) for side in sides):
            raise Refused(
                "Say what to stay inside of: at least, at most, or both, as finite numbers.", code="no_bound"
            )
        if len(sides) == 2 and sides[0] > sides[1]:
            raise Refused(
                f"The lower bound {sides[0]:g} is above the upper bound {sides[1]:g}. Swap them.",
                code="bounds_out_of_order",
            )

    def holds(self, value: float) -> bool:
        """Whether a value is inside; a bound itself is. What is not a number is not."""
        return (self.low is None or value >= self.low - _slack(self.low)) and (
            self.high is None or value <= self.high + _slack(self.high)
        )

    def __str__(self) -> str:
        if self.low is None:
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.high is None else f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of the metric at an instant."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time `since` ≤ t < `until` for which `value` speaks; None where none does, which counts as outside."""

    since: datetime
    until: datetime
    value: float | None
    inside: bool

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of the time so far the metric was inside its bound.

    `outside` includes `silent`, the time that no value speaks for. The stretches follow on one another
    from the start until now, or the due date where that is past.
    """

    inside: timedelta
    outside: timedelta
    silent: timedelta
    stretches: tuple[Stretch, ...]

    @property
    def score(self) -> float | None:
        """The share of the time so far that was inside; None before any time has gone."""
        gone = self.inside + self.outside
        return self.inside / gone if gone else None

    @property
    def holds_now(self) -> bool:
        """Whether the metric is inside at the end of the time looked at."""
        return bool(self.stretches) and self.stretches[-1].inside


def kept(
    readings: Sequence[Reading],
    bound: Bound,
    *,
    start: datetime,
    due: datetime,
    now: datetime,
    cadence_days: float,
) -> Kept:
    """The time inside and outside of the bound from the start until now, or the due date where it is past.

    Readings come in any order; of several at one instant the last given counts. One from before the start
    still holds at the start where it is young enough. Refused where `due` is not after the start.

    >>> from datetime import UTC
    >>> first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)
    >>> readings = [Reading(first, 5), Reading(datetime(2026, 1, 9, tzinfo=UTC), 25)]
    >>> kept(readings, Bound(high=20), start=first, due=last, now=last, cadence_days=7).score
    0.8
    """
    if due <= start:
        raise Refused(
            f"The due date {due:%Y-%m-%d} is not after the start {start:%Y-%m-%d}. Choose a later due date.",
            code="due_before_start",
        )
    until = min(now, due)
    spoken = _spoken(readings, holds=timedelta(days=cadence_days) + GRACE, until=until)
    stretches = tuple(_cut(spoken, bound, start=start, until=until)) if until > start else ()
    inside = sum((each.length for each in stretches if each.inside), NOTHING)
    outside = sum((each.length for each in stretches if not each.inside), NOTHING)
    silent = sum((each.length for each in stretches if each.value is None), NOTHING)
    return Kept(inside=inside, outside=outside, silent=silent, stretches=stretches)


def verdict(found: Kept, *, due: datetime, now: datetime, allowed_outside: timedelta = NOTHING) -> Verdict:
    """Open until `due`; then hit where the time outside is at most what is allowed, whatever the score."""
    if now < due:
        return "open"
    return "missed" if is_broken(found, allowed_outside=allowed_outside) else "hit"


def is_broken(found: Kept, *, allowed_outside: timedelta = NOTHING) -> bool:
    """Whether more time went by outside than is allowed, so that nothing later can mend it."""
    return found.outside > allowed_outside


def status(
    found: Kept,
    watch: Watch,
    bound: Bound,
    *,
    allowed_outside: timedelta = NOTHING,
    chance: Pace | None = None,
) -> Status:
    """The status word: a bound that was broken is off track, one that is being broken is at risk at best.

    Where it holds, its pace is the `chance` that it holds to the end, if the history gives one.
    """
    score = found.score
    progress = None if score is None else Progress(raw=score, shown=score)
    closing = "Closed without a value." if score is None else f"Closed, {_inside(score)}."
    settled = statuses.settled(watch, known=_is_known(found), closing=closing)
    pace = _broken(found, bound, allowed_outside=allowed_outside)
    if pace is None and watch.now < watch.due:
        pace = chance
    return statuses.status_of(
        settled or pace or _facts(found, bound), watch, progress=progress, expected=share_of_time(watch)
    )


def _slack(side: float) -> float:
    return ROUNDING * max(1.0, abs(side))


def _spoken(readings: Sequence[Reading], *, holds: timedelta, until: datetime) -> list[Stretch]:
    """For how long each reading speaks, in order of time; whether inside is not decided yet."""
    newest = {each.at: each.value for each in readings if each.at < until and math.isfinite(each.value)}
    instants = [*sorted(newest), until]
    return [
        Stretch(at, min(following, at + holds), newest[at], inside=False)
        for at, following in pairwise(instants)
    ]


def _cut(spoken: Sequence[Stretch], bound: Bound, *, start: datetime, until: datetime) -> list[Stretch]:
    """What is spoken from start until the end, with silence in between."""
    found: list[Stretch] = []
    reached = start
    for each in spoken:
        since = max(each.since, start)
        if each.until <= since:
            continue
        if since > reached:
            found.append(Stretch(reached, since, None, inside=False))
        found.append(
            Stretch(since, each.until, each.value, inside=each.value is not None and bound.holds(each.value))
        )
        reached = each.until
    if until > reached:
        found.append(Stretch(reached, until, None, inside=False))
    return found


def _is_known(found: Kept) -> bool:
    return any(each.value is not None for each in found.stretches)


def _broken(found: Kept, bound: Bound, *, allowed_outside: timedelta) -> Pace | None:
    if is_broken(found, allowed_outside=allowed_outside):
        allowed = f", where {_days(allowed_outside)} are allowed" if allowed_outside else ""
        outside, silent = _days(found.outside), _days(found.silent)
        reason = f"It was not {bound} for {outside}{f' ({silent} of it silent)' if found.silent else ''}"
        if found.silent == found.outside:
            reason = f"For {silent} no value says that it was {bound}"
        return Pace("off_track", f"{reason}{allowed}.", "facts")
    if not found.holds_now:
        left = _days(allowed_outside - found.outside)
        return Pace("at_risk", f"It is not {bound} now, and {left} more of that are allowed.", "facts")
    return None


def _facts(found: Kept, bound: Bound) -> Pace:
    score = found.score
    return Pace("on_track", f"It is {bound}, {_inside(score if score is not None else 1.0)}.", "facts")


def _inside(score: float) -> str:
    return f"inside for {percent(score, 1 if 0 < score < 1 else 0)} of the time"


def _days(length: timedelta) -> str:
    return statuses.span_text(round(length / timedelta(days=1), 1))
