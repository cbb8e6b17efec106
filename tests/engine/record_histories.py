"""Real and made-up records of vulnerabilities, cut off at many dates, for chances that rest on records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from tests.engine.histories import BETTER, DAY, EPOCH, Case

from throughline.engine import futures, pace
from throughline.engine.futures import Future, Statistic
from throughline.engine.pace import Ahead, Point

STATISTICS: dict[str, Statistic] = {
    "identified": futures.started_within,
    "mitigated": futures.ended_within,
    "average open": futures.average_open,
    "mean days to fix": futures.mean_time,
    "Kaplan–Meier median": futures.survival_median,
    "restricted mean of 60 days": futures.restricted_mean(60),
    "fixed within 30 days": futures.share_within(30),
}
# The window, and the share of the period that is gone at the cutoff.
WINDOWS = (("period", 0.0), ("period", 0.5), ("180 days", 0.0), ("365 days", 0.0))
CHANGES = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5)


def walk(
    started: np.ndarray,
    ended: np.ndarray,
    *,
    cutoffs: Sequence[float],
    ahead: Sequence[float],
    seed: int,
    paths: int = 200,
    statistics: Sequence[str] = tuple(STATISTICS),
) -> Iterator[Case]:
    """What futures from each cutoff say of targets relative to the same length of time before, and what came.

    A metric without a value at the end is a miss, as it is when a key result is graded.
    """
    whole = Future(started, ended, np.arange(started.size))
    for now, days in product(cutoffs, ahead):
        known = started <= now
        if known.sum() < pace.FEWEST:
            continue
        rng = np.random.default_rng((seed, int(now)))
        ways_on = list(futures.futures(started, ended, now=now, until=now + days, rng=rng, paths=paths))
        past = Future(
            started[known], np.where(ended[known] > now, np.nan, ended[known]), np.flatnonzero(known)
        )
        for (text, gone), statistic in product(WINDOWS, statistics):
            measure, due = STATISTICS[statistic], now + days
            length = days / (1 - gone) if text == "period" else float(text.split()[0])
            before = measure(past, now - length, now)
            if not np.isfinite(before):
                continue
            ends = np.array([[measure(future, due - length, due)] for future in ways_on])
            found = Ahead.of(ends, step=days, last=Point(EPOCH + now * DAY, before), n=int(known.sum()))
            came = measure(whole, due - length, due)
            for target, better in product(_targets(before, statistic), BETTER):
                hit = came <= target + 1e-9 if better == "lower" else came >= target - 1e-9
                said = found.ending(target, better).probability
                assert said is not None
                name = f"{statistic}, {text}{', half gone' if gone else ''}"
                yield Case(name, better, said, bool(hit))


def made_up(seed: int, *, days: float = 900.0) -> tuple[np.ndarray, np.ndarray]:
    """A record whose rate of arrivals wanders, and so do its times to fix, which are lognormal."""
    rng = np.random.default_rng(seed)
    weeks = int(days / 7)
    rate = rng.uniform(0.2, 4) * np.exp(np.cumsum(rng.normal(0, 0.08, weeks)))
    started = np.repeat(np.arange(weeks) * 7.0, rng.poisson(rate))
    started = np.sort(started + rng.random(started.size) * 7)
    slower = np.cumsum(rng.normal(0, 0.05, weeks))[(started / 7).astype(int)]
    lasted = np.exp(rng.normal(3 + slower, rng.uniform(0.5, 1.2), started.size))
    return started, started + lasted


def _targets(before: float, statistic: str) -> list[float]:
    found = {before * change for change in CHANGES}
    if statistic in ("identified", "mitigated"):
        found = {float(round(each)) for each in (*found, before - 1, before + 1)}
    if statistic.startswith("fixed"):
        found = {each for each in (*found, 0.5, 0.7, 0.8, 0.9) if each <= 1}
    return sorted(each for each in found if each >= 0)
