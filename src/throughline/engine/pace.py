"""The pace of a key result as a probability: how many of the ways on from here end at the target or past it.

The ways are drawn from the metric's own history (`paths`), or for vulnerability metrics from the records'
(`futures`). Below 8 values there is no probability, and the straight line through the phases has to do.
That 70 % happens seven times in ten is measured on real histories: docs/pace.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from throughline.engine.bounds import ROUNDING, Bound
from throughline.engine.key_results import Better
from throughline.engine.paths import Limits, simulate

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Basis = Literal["history", "line", "ended"]

FEWEST = 8
PATHS = 4000
# What no history holds: of each 100 ways, one ends well and one badly whatever the past says.
UNHEARD_OF = 0.01
# Ways drawn wide enough for their ends leave a bound on the way too often. Measured on real histories and on
# made-up ones alike, p·(1 + 0.6·(1 − p)²) is how often what is said to be kept with p is kept.
KEPT_MORE_OFTEN = 0.6
# Steps into the future: few for an end, more where every moment counts.
STEPS_TO_END, STEPS_TO_KEEP, STEPS_SEEN = 8, 60, 20
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A value of the metric, known at an instant."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the value is likely to be at an instant: a tenth of the ways is below `q10`, and so on."""

    at: datetime
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a key result is likely to end.

    `probability` is None where the history is too short to say (basis "line"); `likely` is the middle of
    the ends with 80 % of them from `low` to `high`; `fan` leads there from the last value. `n` counts the
    values (or records) behind it.
    """

    probability: float | None
    likely: float | None
    low: float | None
    high: float | None
    fan: tuple[Spread, ...]
    basis: Basis
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """Ways on from the last point: values of shape (paths, steps), `step` days apart; made by `Ahead.of`.

    A NaN is a way without a value then: it does not reach a target, and is in no quantile. `n` counts the
    values (or records) that the ways were drawn from.
    """

    ways: Floats
    step: float
    last: Point
    n: int
    fan: tuple[Spread, ...]
    end: Spread | None

    @classmethod
    def of(cls, ways: Floats, *, step: float, last: Point, n: int) -> Ahead:
        """The ways, with the fan that they make from the last point on."""
        values = [np.array([last.value]), *ways.T]
        spreads = [_spread(last.at + number * step * _DAY, each) for number, each in enumerate(values)]
        return cls(ways, step, last, n, tuple(each for each in spreads if each is not None), spreads[-1])

    def ending(self, target: float, better: Better) -> Outlook:
        """How likely the end is at the target or past it."""
        ends = self.ways[:, -1]
        return self._outlook(float((np.isfinite(ends) & _reaches(ends, target, better)).mean()))

    def keeping(self, bound: Bound, *, spare: timedelta = timedelta()) -> Outlook:
        """How likely the values stay inside the bound, but for `spare`; each holds until the next."""
        # The last value of a way comes when the time is over, the last known one holds until the first.
        held = np.column_stack((np.full(len(self.ways), self.last.value), self.ways[:, :-1]))
        outside = (~_inside(held, bound)).sum(axis=1) * self.step
        share = float((outside <= spare / _DAY).mean())
        found = self._outlook(share * (1 + KEPT_MORE_OFTEN * (1 - share) ** 2))
        is_lost = not bound.holds(self.last.value) and spare <= timedelta()
        return _ended(found, hit=False) if is_lost else found

    def _outlook(self, share: float) -> Outlook:
        return Outlook(
            probability=UNHEARD_OF + (1 - 2 * UNHEARD_OF) * share,
            likely=self.end.q50 if self.end else None,
            low=self.end.q10 if self.end else None,
            high=self.end.q90 if self.end else None,
            fan=self.fan,
            basis="history",
            n=self.n,
        )


def ahead(
    points: Sequence[Point],
    *,
    due: datetime,
    now: datetime,
    rng: np.random.Generator,
    limits: Limits | None = None,
    steps: int = STEPS_TO_END,
    paths: int = PATHS,
) -> Ahead | None:
    """Ways on to `due` from what is known at `now`, to ask about any number of targets; None where none lead.

    That is with fewer than 8 points, or where the last one is not before `due`.
    """
    series = _series(points, now)
    if len(series) < FEWEST or series[-1].at >= due:
        return None
    ways, step = _ways(series, due, steps=steps, rng=rng, limits=limits, paths=paths)
    return Ahead.of(ways, step=step, last=series[-1], n=len(series))


def chance(
    points: Sequence[Point],
    *,
    target: float,
    better: Better,
    due: datetime,
    now: datetime,
    rng: np.random.Generator,
    limits: Limits | None = None,
    paths: int = PATHS,
) -> Outlook:
    """The probability that the series ends at its target or past it, from what is known at `now`.

    Points come in any order; of several at one instant the last given counts, those after `now` do not.
    `limits` say what values are possible. The same points and the same generator give the same answer.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> points = [Point(start + 7 * day * timedelta(days=1), 40 - day) for day in range(12)]
    >>> found = chance(points, target=20, better="lower", due=start + timedelta(days=140),
    ...                now=start + timedelta(days=77), rng=np.random.default_rng(1))
    >>> found.probability > 0.6, found.basis
    (True, 'history')
    """
    found = ahead(points, due=due, now=now, rng=rng, limits=limits, paths=paths)
    if found is not None:
        return found.ending(target, better)
    return _without_ways(
        _series(points, now), due, hit=lambda value: bool(_reaches(np.array([value]), target, better)[0])
    )


def chance_to_keep(
    points: Sequence[Point],
    *,
    bound: Bound,
    due: datetime,
    now: datetime,
    rng: np.random.Generator,
    spare: timedelta = timedelta(),
    limits: Limits | None = None,
    paths: int = PATHS,
) -> Outlook:
    """The probability that the series stays inside its bound until `due`, but for `spare`.

    `spare` is how much time outside is still allowed. Each value holds until the next, as in `bounds.kept`.
    """
    found = ahead(points, due=due, now=now, rng=rng, limits=limits, steps=STEPS_TO_KEEP, paths=paths)
    if found is not None:
        return found.keeping(bound, spare=spare)
    return _without_ways(_series(points, now), due, hit=bound.holds)


def _series(points: Sequence[Point], now: datetime) -> list[Point]:
    known = {each.at: each for each in points if each.at <= now and math.isfinite(each.value)}
    return [known[at] for at in sorted(known)]


def _without_ways(series: Sequence[Point], due: datetime, *, hit: Callable[[float], bool]) -> Outlook:
    """What there is to say where no way leads on: it has ended, or too little is known."""
    if not series or series[-1].at < due:
        return Outlook(None, None, None, None, (), "line", len(series))
    values = [each.value for each in series if each.at <= due]
    last = values[-1] if values else None
    found = Outlook(None, last, last, last, (), "ended", len(series))
    return _ended(found, hit=last is not None and hit(last))


def _ended(found: Outlook, *, hit: bool) -> Outlook:
    certain = 1.0 if hit else 0.0
    return Outlook(certain, found.likely, found.low, found.high, found.fan, found.basis, found.n)


def _ways(
    series: Sequence[Point],
    due: datetime,
    *,
    steps: int,
    rng: np.random.Generator,
    limits: Limits | None,
    paths: int,
) -> tuple[Floats, float]:
    """Ways from the last point to `due`, and the days between their steps."""
    days = np.array([(each.at - series[-1].at) / _DAY for each in series])
    values = np.array([each.value for each in series])
    ahead = (due - series[-1].at) / _DAY
    usual = float(np.median(np.diff(days)))
    if ahead <= usual:
        return _part_of_a_step(values, ahead / usual, rng=rng, limits=limits, paths=paths), ahead
    # Steps no shorter than the history's own, and enough of them in the past to learn from.
    wanted = max(usual, min(ahead / steps, -float(days[0]) / STEPS_SEEN))
    count = max(math.floor(ahead / wanted + ROUNDING), 1)
    step = ahead / count
    past = np.arange(math.floor(-days[0] / step + ROUNDING), -1, -1) * -step
    even = values[np.searchsorted(days, past + ROUNDING, side="right") - 1]
    regular = even if even.size >= FEWEST else values
    return simulate(regular, count, rng=rng, limits=limits, paths=paths), step


def _part_of_a_step(
    values: Floats, share: float, *, rng: np.random.Generator, limits: Limits | None, paths: int
) -> Floats:
    """The end where less time is left than lies between two values: what varies grows with its root."""
    whole = simulate(values, 1, rng=rng, limits=limits, paths=paths)
    part = values[-1] + (whole - values[-1]) * math.sqrt(share)
    return (limits or Limits()).fit(part)


def _inside(values: Floats, bound: Bound) -> Flags:
    inside = np.ones(values.shape, dtype=bool)
    if bound.low is not None:
        inside &= _reaches(values, bound.low, "higher")
    if bound.high is not None:
        inside &= _reaches(values, bound.high, "lower")
    return inside


def _reaches(values: Floats, target: float, better: Better) -> Flags:
    slack = ROUNDING * max(1.0, abs(target))
    hits: Flags = values <= target + slack if better == "lower" else values >= target - slack
    return hits


def _spread(at: datetime, values: Floats) -> Spread | None:
    known = values[np.isfinite(values)]
    return Spread(at, *np.quantile(known, QUANTILES).tolist()) if known.size else None
