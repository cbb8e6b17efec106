"""Real and made-up histories, cut off at many dates, so that stated chances can be held against what came.

A history is walked forward: at each cutoff only what is known by then is given, many targets are asked about
at several horizons, in both directions, and the value that did come decides.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from throughline.engine import pace
from throughline.engine.bounds import Bound
from throughline.engine.calibration import Bin, curve
from throughline.engine.pace import Point
from throughline.engine.paths import Limits

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
COUNT, POSITIVE, SHARE, ANY = (
    Limits(0.0, None, integral=True),
    Limits(0.0, None),
    Limits(0.0, 1.0),
    Limits(),
)
TENTHS = tuple(round(0.1 * n, 1) for n in range(11))
# From 2008 on curl's record is dense enough to have a history.
SINCE = 13879.0
BETTER = ("lower", "higher")


@dataclass(frozen=True, slots=True)
class History:
    """A dated series, what values are possible, and the horizons in values from now."""

    name: str
    points: tuple[Point, ...]
    limits: Limits
    horizons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What was said of a history, and what came."""

    name: str
    better: str
    said: float
    happened: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curl:
    """curl's published vulnerabilities and its releases, in days since 1970."""

    introduced: np.ndarray
    identified: np.ndarray
    mitigated: np.ndarray
    award: np.ndarray
    severe: np.ndarray
    memory: np.ndarray
    releases: np.ndarray


def curl(folder: Path) -> Curl:
    with (folder / "curl_vulnerabilities.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["identified_at"]]
    with (folder / "curl_releases.csv").open() as file:
        releases = [_day(row["released_at"]) for row in csv.DictReader(file)]
    return Curl(
        introduced=np.array([_day(row["introduced_at"]) for row in rows]),
        identified=np.array([_day(row["identified_at"]) for row in rows]),
        mitigated=np.array([_day(row["mitigated_at"]) for row in rows]),
        award=np.array([float(row["award_usd"] or 0) for row in rows]),
        severe=np.array([row["severity"] in ("high", "critical") for row in rows]),
        memory=np.array([row["is_c_mistake"] == "1" for row in rows]),
        releases=np.sort(releases),
    )


def curl_histories(folder: Path) -> list[History]:
    """Forty metrics of curl: by month, by quarter, over trailing windows, and adding up."""
    found = curl(folder)
    by_date = {
        f"{name}, every {step} days": _history(f"{name}, every {step} days", found, measure, limits, step)
        for name, (measure, limits) in _measures(found).items()
        for step in (30, 91)
    }
    weekly = {
        "average open in 90 days": (lambda t, s: _open(found, t - 90, t), POSITIVE),
        "identified in 90 days": (lambda t, s: _in(found.identified, t - 90, t).sum(), COUNT),
    }
    by_date |= {
        name: _history(f"{name}, every 7 days", found, measure, limits, 7)
        for name, (measure, limits) in weekly.items()
    }
    return list(by_date.values())


def _measures(curl: Curl) -> dict[str, tuple[Callable[[float, float], float], Limits]]:
    fix, found = curl.mitigated - curl.identified, curl.identified

    def fixed(t: float, days: float) -> np.ndarray:
        return fix[_in(curl.mitigated, t - days, t) & (fix >= 0)]

    def seen(t: float, days: float) -> np.ndarray:
        return _in(found, t - days, t)

    def gaps(t: float) -> np.ndarray:
        return np.diff(curl.releases)[_in(curl.releases[1:], t - 365, t)]

    return {
        "identified": (lambda t, s: seen(t, s).sum(), COUNT),
        "mitigated": (lambda t, s: _in(curl.mitigated, t - s, t).sum(), COUNT),
        "releases": (lambda t, s: _in(curl.releases, t - s, t).sum(), COUNT),
        "average open": (lambda t, s: _open(curl, t - s, t), POSITIVE),
        "mean days to fix": (lambda t, s: _mean(fixed(t, s)), POSITIVE),
        "mean days to detect": (lambda t, s: _mean((found - curl.introduced)[seen(t, s)]), ANY),
        "identified in a year": (lambda t, s: seen(t, 365).sum(), COUNT),
        "mean days to fix in a year": (lambda t, s: _mean(fixed(t, 365)), POSITIVE),
        "mean days to detect in a year": (lambda t, s: _mean((found - curl.introduced)[seen(t, 365)]), ANY),
        "fixed within 30 days in a year": (lambda t, s: _mean(fixed(t, 365) <= 30), SHARE),
        "severe in a year": (lambda t, s: _mean(curl.severe[seen(t, 365)]), SHARE),
        "mistakes of C in two years": (lambda t, s: _mean(curl.memory[seen(t, 730)]), SHARE),
        "slowest fix in half a year": (lambda t, s: _greatest(fixed(t, 182)), POSITIVE),
        "identified so far": (lambda t, s: (found < t).sum(), COUNT),
        "awarded so far": (lambda t, s: curl.award[found < t].sum(), POSITIVE),
        "awarded in a year": (lambda t, s: curl.award[seen(t, 365)].sum(), POSITIVE),
        "latent in a year, as known": (lambda t, s: _latent(curl, t - 365, t), POSITIVE),
        "days between releases": (lambda t, s: _mean(gaps(t)), POSITIVE),
    }


def synthetic_histories(seed: int, *, length: int) -> list[History]:
    """One of each family, `length` values a week apart."""
    rng = np.random.default_rng(seed)
    noise, times = rng.standard_normal, np.arange(length)
    level = np.exp(np.log(8) + np.cumsum(rng.normal(0, 0.1, length)))
    shares = 1 / (1 + np.exp(-1 - np.cumsum(rng.normal(0, 0.15, length))))
    families: dict[str, tuple[np.ndarray, Limits]] = {
        "random walk": (50 + np.cumsum(noise(length)), ANY),
        "random walk with drift": (50 + np.cumsum(noise(length) + rng.normal(0, 0.5)), ANY),
        "heavy-tailed walk": (50 + np.cumsum(rng.standard_t(2.5, length)), ANY),
        "geometric walk": (20 * np.exp(np.cumsum(rng.normal(0, 0.12, length))), POSITIVE),
        "return to a level": (_returning(rng, length), ANY),
        "independent": (20 + 3 * noise(length), ANY),
        "lognormal": (np.exp(2 + 0.8 * noise(length)), POSITIVE),
        "Poisson counts": (rng.poisson(rng.uniform(0.5, 20), length), COUNT),
        "overdispersed counts": (rng.poisson(level * rng.gamma(4, 0.25, length)), COUNT),
        "adding up": (np.cumsum(rng.poisson(rng.uniform(0.5, 6), length)), COUNT),
        "trailing window": (np.convolve(rng.poisson(3, length + 11), np.ones(12), "valid"), COUNT),
        "shares": (rng.binomial(30, shares) / 30, SHARE),
        "trend": (100 + rng.normal(0, 0.5) * times + 2 * noise(length), ANY),
        "seasonal": (30 + 5 * np.sin(2 * np.pi * (times + rng.uniform(0, 12)) / 12) + 2 * noise(length), ANY),
        "shift of level": (
            10 + 2 * noise(length) + np.where(times > rng.integers(5, length - 5), rng.normal(0, 6), 0),
            ANY,
        ),
    }
    return [
        History(name, _points(7.0 * times, values.astype(float)), limits, (1, 4, 8))
        for name, (values, limits) in families.items()
    ]


def walk(histories: Sequence[History], *, cutoffs: int, seed: int, paths: int = 1000) -> Iterator[Case]:
    """What `pace` says at each cutoff of many targets, and what came."""
    for history, now, horizon in _cuts(histories, cutoffs):
        past, end = history.points[: now + 1], history.points[now + horizon]
        ways = _ahead(history, now, past, end.at, seed=seed, steps=pace.STEPS_TO_END, paths=paths)
        for target in _targets([each.value for each in past], history.limits):
            for better in BETTER:
                hit = end.value <= target + 1e-9 if better == "lower" else end.value >= target - 1e-9
                yield Case(history.name, better, ways.ending(target, better).probability, bool(hit))


def walk_to_keep(
    histories: Sequence[History], *, cutoffs: int, seed: int, paths: int = 1000
) -> Iterator[Case]:
    """What `pace` says of bounds that hold at the cutoff, and whether they held to the end."""
    for history, now, horizon in _cuts(histories, cutoffs):
        past, later = history.points[: now + 1], history.points[now + 1 : now + horizon + 1]
        values = [each.value for each in past]
        ways = _ahead(history, now, past, later[-1].at, seed=seed, steps=pace.STEPS_TO_KEEP, paths=paths)
        for share in (0.6, 0.75, 0.9, 1.0):
            for better in BETTER:
                level = float(np.quantile(values[-40:], share if better == "lower" else 1 - share))
                bound = Bound(high=level) if better == "lower" else Bound(low=level)
                held = all(bound.holds(each.value) for each in later[:-1])
                if bound.holds(values[-1]):
                    yield Case(history.name, better, ways.keeping(bound).probability, held)


def _ahead(
    history: History, now: int, past: Sequence[Point], due: datetime, *, seed: int, steps: int, paths: int
) -> pace.Ahead:
    found = pace.ahead(
        past,
        due=due,
        now=past[-1].at,
        rng=np.random.default_rng((seed, now)),
        limits=history.limits,
        steps=steps,
        paths=paths,
    )
    assert found is not None
    return found


def reliability(cases: Sequence[Case], *, edges: Sequence[float] = TENTHS) -> tuple[Bin, ...]:
    """Stated against observed, by bins of what was stated."""
    said, happened = [case.said for case in cases], [case.happened for case in cases]
    return curve(said, happened, edges=edges)


def around_seventy(cases: Sequence[Case]) -> Bin:
    """The cases of which 65 to 75 % was said."""
    return reliability(cases, edges=(0.0, 0.65, 0.75, 1.0))[1]


def table(cases: Sequence[Case]) -> str:
    """Stated against observed as a table in Markdown."""
    lines = ["| stated | cases | mean stated | happened | 95 % interval |", "|---|---|---|---|---|"]
    for each in (*reliability(cases), around_seventy(cases)):
        seen = each.happened
        if each.said is None or seen.value is None or seen.low is None or seen.high is None:
            continue
        bounds = f"{seen.low:.1%} – {seen.high:.1%}"
        lines.append(
            f"| {each.low:.0%} – {each.high:.0%} | {seen.n:,} | {each.said:.1%} "
            f"| {seen.value:.1%} | {bounds} |"
        )
    return "\n".join(lines)


def _cuts(histories: Sequence[History], cutoffs: int) -> Iterator[tuple[History, int, int]]:
    """Each history with some of its cutoffs and each horizon, evenly through its time."""
    for history in histories:
        for horizon in history.horizons:
            last = len(history.points) - horizon - 1
            if last >= pace.FEWEST - 1:
                for now in np.unique(np.linspace(pace.FEWEST - 1, last, cutoffs).astype(int)):
                    yield history, int(now), horizon


def _targets(past: Sequence[float], limits: Limits) -> list[float]:
    """Targets as people set them: changes in per cent, in usual steps, and levels that were seen before."""
    last, steps = past[-1], np.diff(past[-24:])
    usual = float(np.std(steps)) or 1.0
    found = [last + change * (abs(last) or 2) for change in (-0.5, -0.25, -0.1, 0.1, 0.25, 0.5)]
    found += [last + change * usual for change in (-2, -1, -0.5, 0, 0.5, 1, 2)]
    found += np.quantile(past[-40:], [0.1, 0.3, 0.5, 0.7, 0.9]).tolist()
    return sorted({float(each) for each in limits.fit(np.array(found))})


def _history(
    name: str, curl: Curl, measure: Callable[[float, float], float], limits: Limits, step: int
) -> History:
    end = float(np.nanmax(np.concatenate((curl.identified, curl.mitigated))))
    days = np.arange(end, SINCE, -step)[::-1]
    values = np.array([measure(float(day), step) for day in days], dtype=float)
    known = np.isfinite(values)
    horizons = {7: (4, 12, 26), 30: (1, 3, 6, 12), 91: (1, 2, 4)}[step]
    return History(name, _points(days[known], values[known]), limits, horizons)


def _points(days: np.ndarray, values: np.ndarray) -> tuple[Point, ...]:
    return tuple(
        Point(EPOCH + float(day) * DAY, float(value)) for day, value in zip(days, values, strict=True)
    )


def _returning(rng: np.random.Generator, length: int) -> np.ndarray:
    persistence, values = rng.uniform(0, 0.95), np.zeros(length + 50)
    for step in range(1, values.size):
        values[step] = persistence * values[step - 1] + rng.standard_normal()
    return 10 + values[50:]


def _in(instants: np.ndarray, since: float, until: float) -> np.ndarray:
    return (instants >= since) & (instants < until)


def _open(curl: Curl, since: float, until: float) -> float:
    spans = np.minimum(curl.mitigated, until) - np.maximum(curl.identified, since)
    return float(np.nansum(np.clip(spans, 0, None)) / (until - since))


def _latent(curl: Curl, since: float, until: float) -> float:
    """Of those identified by the end of the window only: what was not known then is not in it."""
    spans = np.minimum(curl.mitigated, until) - np.maximum(curl.introduced, since)
    return float(np.nansum(np.clip(spans, 0, None) * (curl.identified < until)) / (until - since))


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if values.size else float("nan")


def _greatest(values: np.ndarray) -> float:
    return float(values.max()) if values.size else float("nan")


def _day(text: str) -> float:
    if not text:
        return float("nan")
    return (datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC) - EPOCH) / DAY
