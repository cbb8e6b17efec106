"""Futures of a record of vulnerabilities: what arrives, and when what is open ends, drawn from its own past.

How many arrive goes on as the counts of the past do (`paths`). How long each takes is drawn from the
Kaplan–Meier curve of the past, from its age on where it is open already, so that open records count. Each
future weighs the past records anew (Rubin's Bayesian bootstrap), recent ones more, some futures one stretch
of the past only: so futures differ by chance, by what is not known, and by how far times change.
All instants are days since 1970; NaN is "not yet".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import durations, exposure
from throughline.engine.pace import FEWEST, Ahead, Point
from throughline.engine.paths import Limits, simulate
from throughline.engine.windows import Window

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

PATHS = 600
# Dates of the fan, the end included.
DATES = 6
# Stretches of the past that are wanted, each as long as a step of the arrivals to come.
STRETCHES = 20
MOST_STRETCHES = 100
# More records than these say no more of how long one takes.
MOST_RECORDS = 3000
# Of how many records the older half weighs half, at least; and which share of futures knows one stretch only.
HALF_LIFE = 40
ONE_STRETCH = 0.25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """One way on: all records, old and new, with their ends, which may lie beyond the time asked for.

    `donors` holds for each record the place of the known record whose other properties it has: its own
    for a known one.
    """

    started: Floats
    ended: Floats
    donors: Places


# The value of a metric over [since, until) of a future, as known at `until`; NaN where it has none.
Statistic = Callable[[Future, float, float], float]


def futures(
    started: ArrayLike,
    ended: ArrayLike,
    *,
    now: float,
    until: float,
    rng: np.random.Generator,
    paths: int = PATHS,
    since: float = -math.inf,
) -> Iterator[Future]:
    """Ways on of a record from `now` to `until`. What came after `now` is not looked at.

    Records that had ended before `since` teach how long it takes, and are left out of the futures.

    ValueError where fewer than 8 had started by `now`, or `until` is not after it.
    """
    starts, ends, donors = _known(started, ended, now)
    if starts.size < FEWEST or until <= now:
        raise ValueError("futures need 8 records or more, and time to come")
    past = _Past.of(starts, ends, now)
    still_open = np.isnan(ends)
    arrivals, edges = _arrivals(starts, now=now, until=until, rng=rng, paths=paths)
    all_donors, kept = donors, ~(np.maximum(starts, ends) < since)
    starts, ends, donors, still_open = starts[kept], ends[kept], donors[kept], still_open[kept]
    for counts in arrivals:
        new = _spread(counts, edges, rng=rng)
        ages = np.concatenate((now - starts[still_open], np.zeros(new.size)))
        lasts, like = past.draw(ages, rng=rng)
        n_open = int(still_open.sum())
        finished = ends.copy()
        finished[still_open] = starts[still_open] + lasts[:n_open]
        yield Future(
            started=np.concatenate((starts, new)),
            ended=np.concatenate((finished, new + lasts[n_open:])),
            donors=np.concatenate((donors, all_donors[like[n_open:]])),
        )


def ahead(
    started: ArrayLike,
    ended: ArrayLike,
    statistic: Statistic,
    *,
    window: Window,
    start: datetime,
    due: datetime,
    now: datetime,
    rng: np.random.Generator,
    dates: int = DATES,
    paths: int = PATHS,
) -> Ahead | None:
    """The metric over its window at `dates` instants up to `due` in each future: ask it about targets.

    None where fewer than 8 records had started by `now`, or `due` is not after it.
    """
    today, end = _day(now), _day(due)
    known = int((np.asarray(started, dtype=np.float64) <= today).sum())
    if known < FEWEST or end <= today:
        return None
    spans = [_span(window, start, due, at) for at in np.linspace(today, end, dates + 1)[1:].tolist()]
    ways = [
        [statistic(future, since, until) for since, until in spans]
        for future in futures(started, ended, now=today, until=end, rng=rng, paths=paths, since=min(spans)[0])
    ]
    present = _present(started, ended, statistic, span=_span(window, start, due, today), now=today)
    return Ahead.of(np.array(ways), step=(end - today) / dates, last=Point(now, present), n=known)


# Statistics


def started_within(future: Future, since: float, until: float) -> float:
    """How many started in the window."""
    return float(_within(future.started, since, until).sum())


def ended_within(future: Future, since: float, until: float) -> float:
    """How many ended in the window."""
    return float(_within(future.ended, since, until).sum())


def average_open(future: Future, since: float, until: float) -> float:
    """How many were open in the window, averaged over its time."""
    since = max(since, float(future.started.min())) if math.isinf(since) else since
    if until <= since:
        return math.nan
    return float(exposure.average_open(future.started, future.ended, [[since, until]])[0])


def mean_time(future: Future, since: float, until: float) -> float:
    """The mean days from start to end of those that ended in the window."""
    ended = _within(future.ended, since, until)
    lasted = (future.ended - future.started)[ended]
    return float(lasted[lasted >= 0].mean()) if (lasted >= 0).any() else math.nan


def median_time(future: Future, since: float, until: float) -> float:
    """The median days from start to end of those that ended in the window."""
    ended = _within(future.ended, since, until)
    lasted = (future.ended - future.started)[ended]
    return float(np.median(lasted[lasted >= 0])) if (lasted >= 0).any() else math.nan


def survival_median(future: Future, since: float, until: float) -> float:
    """The Kaplan–Meier median of those that started in the window."""
    value = _spans(future, since, until).median().value
    return math.nan if value is None else value


def restricted_mean(horizon: float) -> Statistic:
    """The restricted mean up to `horizon` days of those that started in the window."""

    def statistic(future: Future, since: float, until: float) -> float:
        value = _spans(future, since, until).restricted_mean(horizon=horizon).estimate.value
        return math.nan if value is None else value

    return statistic


def share_within(limit: float) -> Statistic:
    """The share that ended within `limit` days, of those that started in the window and are decided."""

    def statistic(future: Future, since: float, until: float) -> float:
        cohort = _within(future.started, since, until)
        lasted = (future.ended - future.started)[cohort]
        decided = (lasted <= limit) & (future.ended[cohort] < until) | (
            future.started[cohort] + limit < until
        )
        return float((lasted[decided] <= limit).mean()) if decided.any() else math.nan

    return statistic


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """Durations in order of length, whether each was seen to end, and how much it weighs by its age."""

    days: Floats
    seen: NDArray[np.bool_]
    weights: Floats
    ranks: Places
    places: Places

    @classmethod
    def of(cls, starts: Floats, ends: Floats, now: float) -> _Past:
        days = np.where(np.isnan(ends), now, ends) - starts
        # Those that ended before they started have no duration; an end on the same day is one of nought.
        recent = np.flatnonzero(days >= 0)[-MOST_RECORDS:]
        order = recent[np.argsort(days[recent], kind="stable")]
        ranks = recent.size - 1 - np.searchsorted(recent, order)
        half_life = max(HALF_LIFE, recent.size / 4)
        return cls(days[order], ~np.isnan(ends)[order], 0.5 ** (ranks / half_life), ranks, order)

    def draw(self, ages: Floats, *, rng: np.random.Generator) -> tuple[Floats, Places]:
        """How long records of these ages last in one future, and the known record that each is like."""
        weights = rng.standard_exponential(self.days.size) * self.weights
        if rng.random() < ONE_STRETCH:
            width = max(FEWEST * 2, ages.size)
            middle = self.ranks[rng.choice(self.days.size, p=self.weights / self.weights.sum())]
            weights = np.where(np.abs(self.ranks - middle) <= width / 2, weights, weights * 0.02)
        at_risk = np.cumsum(weights[::-1])[::-1]
        # The last of all would end the curve at 0; a sliver is left, so that the longest may be outlasted.
        hazards = np.minimum(np.where(self.seen, weights, 0.0) / at_risk, 1 - 1e-12)
        logs = np.cumsum(np.log1p(-hazards))
        reached = np.searchsorted(self.days, ages, side="right")
        gone = np.concatenate(([0.0], logs))[reached]
        wanted = gone - rng.standard_exponential(ages.size)
        found = np.searchsorted(-logs, -wanted, side="left")
        beyond = found >= self.days.size
        like = np.where(beyond, rng.integers(0, self.days.size, ages.size), found)
        rate = max(float((weights * self.seen).sum()), float(weights.mean()) / 2) / max(
            float((weights * self.days).sum()), 1e-9
        )
        longest = np.maximum(ages, self.days[-1])
        lasts = np.where(beyond, longest + rng.standard_exponential(ages.size) / rate, self.days[like])
        return np.maximum(lasts, ages), self.places[like]


def _known(started: ArrayLike, ended: ArrayLike, now: float) -> tuple[Floats, Floats, Places]:
    """What had started by now in the order of starting, ends to come left open, and the place of each."""
    starts, ends = np.asarray(started, dtype=np.float64), np.asarray(ended, dtype=np.float64)
    places = np.flatnonzero(starts <= now)
    places = places[np.argsort(starts[places], kind="stable")]
    return starts[places], np.where(ends[places] > now, np.nan, ends[places]), places


def _arrivals(
    starts: Floats, *, now: float, until: float, rng: np.random.Generator, paths: int
) -> tuple[Floats, Floats]:
    """How many arrive in each step to come, of shape (paths, steps), and the edges of the steps."""
    ahead, behind = until - now, max(now - float(starts[0]), 1e-9)
    steps = max(math.ceil(STRETCHES * ahead / behind), 1)
    length = ahead / steps
    stretches = min(max(math.floor(behind / length), 3), MOST_STRETCHES)
    past = np.histogram(starts, now + np.arange(-stretches, 1) * length)[0]
    counts = simulate(past, steps, rng=rng, limits=Limits(0.0, None, integral=True), paths=paths)
    return counts, now + np.arange(steps + 1, dtype=np.float64) * length


def _spread(counts: Floats, edges: Floats, *, rng: np.random.Generator) -> Floats:
    whole = counts.astype(np.int64)
    new = np.repeat(edges[:-1], whole) + rng.random(int(whole.sum())) * (edges[1] - edges[0])
    return np.sort(new)


def _present(
    started: ArrayLike, ended: ArrayLike, statistic: Statistic, *, span: tuple[float, float], now: float
) -> float:
    starts, ends, places = _known(started, ended, now)
    if span[1] <= span[0]:
        return math.nan
    return statistic(Future(starts, ends, places), *span)


def _span(window: Window, start: datetime, due: datetime, at: float) -> tuple[float, float]:
    span = window.span(start, due, now=_EPOCH + at * _DAY)
    return (-math.inf if span.since is None else _day(span.since)), at


def _day(instant: datetime) -> float:
    return (instant - _EPOCH) / _DAY


def _within(instants: Floats, since: float, until: float) -> NDArray[np.bool_]:
    return (instants >= since) & (instants < until)


def _spans(future: Future, since: float, until: float) -> durations.Spans:
    cohort = _within(future.started, since, until)
    starts, ends = future.started[cohort], future.ended[cohort]
    over = ends < until
    lasted = ends[over] - starts[over]
    return durations.spans(mitigated=lasted[lasted >= 0], still_open=until - starts[~over])
