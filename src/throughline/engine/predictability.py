"""How predictable a team is: its confidences scored by quarter, its expected effects against real ones.

A confidence is the probability, as someone said it, that a key result ends at or past its target. The
headline scores the first that was said of each: it was made with the least to go by, and bets are placed
on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from throughline.engine import forecast_scores, intervals
from throughline.engine.calibration import Bin, curve
from throughline.engine.intervals import Estimate


@dataclass(frozen=True, slots=True)
class Confidence:
    """A probability that someone gave at an instant, of a key result that has ended hit or missed."""

    key_result: int | str
    quarter: str
    at: datetime
    probability: float
    hit: bool


@dataclass(frozen=True, slots=True)
class Quarter:
    """How well a quarter's confidences foretold it.

    `headline` is the mean Brier score of first confidences (0 is perfect, 0.25 what 50 % always scores)
    with its interval, `last` that of the last ones. `hit_rate` is the share of key results hit, with its
    Wilson interval; `said` the mean first confidence. `skill` is 1 − Brier ÷ that of always saying the
    hit rate: above 0 the confidences knew more; None where all or none were hit.
    """

    quarter: str
    headline: Estimate
    last: Estimate
    said: float
    hit_rate: Estimate
    skill: float | None
    calibration: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an initiative was expected to change, from `low` to `high`, how surely, and what it did change.

    `confidence` is the probability that the effect lies in the range. `realised` is None while unknown.
    """

    low: float
    high: float
    confidence: float
    realised: float | None


@dataclass(frozen=True, slots=True)
class Effects:
    """How expected effects compare with real ones.

    `coverage` is the share of ranges that held the real effect, with its Wilson interval, `said` the mean
    confidence that they would: a smaller share than said is overconfidence. `ratio` is the mean of real
    over expected (the middle of the range) with its interval: below 1 less came than was expected.
    `without_ratio` have 0 in the middle, `unresolved` no real effect yet.
    """

    coverage: Estimate
    said: float | None
    ratio: Estimate
    without_ratio: int
    unresolved: int


def brier(probabilities: ArrayLike, happened: ArrayLike) -> float:
    """The mean of (probability − outcome)², the outcome 1 where it happened. Source: Brier 1950.

    ValueError outside of 0 to 1, of none, or of two lengths.

    >>> round(brier([0.8, 0.6], [True, False]), 2)
    0.2
    """
    return float(forecast_scores.brier(probabilities, happened).mean())


def by_quarter(confidences: Iterable[Confidence], *, seed: int | None) -> list[Quarter]:
    """Each quarter that had confidences, in the order of its name; `seed` is that of the intervals.

    ValueError where a key result is said to be both hit and missed, or a probability is none.
    """
    quarters: dict[str, list[Confidence]] = {}
    for each in confidences:
        quarters.setdefault(each.quarter, []).append(each)
    return [_quarter(name, quarters[name], seed=seed) for name in sorted(quarters)]


def effects(given: Iterable[Effect], *, seed: int | None) -> Effects:
    """Ranges against what came; their bounds are inclusive. ValueError where a range is upside down.

    >>> found = effects([Effect(-10, -4, 0.8, -6.0), Effect(-3, -1, 0.8, 0.5)], seed=1)
    >>> found.coverage.value, round(found.ratio.value, 2)
    (0.5, 0.3)
    """
    all_ = list(given)
    if any(not (each.low <= each.high and 0 <= each.confidence <= 1) for each in all_):
        raise ValueError("an effect has a range from low to high, and a confidence between 0 and 1")
    resolved = [(each, each.realised) for each in all_ if each.realised is not None]
    inside = sum(each.low <= real <= each.high for each, real in resolved)
    ratios = [real / _middle(each) for each, real in resolved if _middle(each)]
    return Effects(
        coverage=intervals.share(inside, len(resolved)),
        said=float(np.mean([each.confidence for each, _ in resolved])) if resolved else None,
        ratio=intervals.mean(ratios, seed=seed),
        without_ratio=len(resolved) - len(ratios),
        unresolved=len(all_) - len(resolved),
    )


def _quarter(name: str, confidences: Sequence[Confidence], *, seed: int | None) -> Quarter:
    by_key_result: dict[int | str, list[Confidence]] = {}
    for each in sorted(confidences, key=lambda each: each.at):
        by_key_result.setdefault(each.key_result, []).append(each)
    for key_result, said in by_key_result.items():
        if len({each.hit for each in said}) > 1:
            raise ValueError(f"key result {key_result} is said to be both hit and missed")
    firsts = [said[0] for said in by_key_result.values()]
    probabilities, hits = _pairs(firsts)
    headline = _scored(firsts, seed=seed)
    rate = intervals.share(sum(hits), len(hits))
    return Quarter(
        quarter=name,
        headline=headline,
        last=_scored([said[-1] for said in by_key_result.values()], seed=seed),
        said=float(np.mean(probabilities)),
        hit_rate=rate,
        skill=_skill(headline, rate),
        calibration=curve(probabilities, hits),
    )


def _pairs(confidences: Sequence[Confidence]) -> tuple[list[float], list[bool]]:
    return [each.probability for each in confidences], [each.hit for each in confidences]


def _scored(confidences: Sequence[Confidence], *, seed: int | None) -> Estimate:
    found = intervals.mean(forecast_scores.brier(*_pairs(confidences)), seed=seed)
    if found.low is None or found.high is None:
        return found
    return Estimate(found.value, max(found.low, 0.0), min(found.high, 1.0), found.n)


def _skill(headline: Estimate, rate: Estimate) -> float | None:
    if headline.value is None or rate.value in (None, 0.0, 1.0):
        return None
    base = rate.value or 0.0
    return 1 - headline.value / (base * (1 - base))


def _middle(effect: Effect) -> float:
    return (effect.low + effect.high) / 2
