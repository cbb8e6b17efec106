"""Scores of surveys with intervals that hold for few answers, and what changed between two waves.

Source: Rocks 2016, "Interval estimation for the Net Promoter Score", The American Statistician 70 (4):
an adjusted Wald interval that adds three quarters of a promoter and of a detractor, and one and a half
passives. A net promoter score is the mean of 1, 0 and -1, so the mean of answers from 1 to 5 takes the same
three: three quarters of a 5 and of a 1, and one and a half 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from throughline.engine.refusals import Refused

FEWEST_SHOWN = 5
PROMOTER, PASSIVE = 9, 7
ADDED, ADDED_IN_ALL = 0.75, 3.0
HIGHEST = 10
LEAST_AGREED, MIDDLE_AGREED, MOST_AGREED = 1, 3, 5
CONFIDENCE, POWER = 0.95, 0.8
# The standard deviation of one answer: in points, where a third each promotes, is passive and detracts; on
# the ladder of 1 to 5, where all five are given as often.
USUAL_SPREAD = 100 * math.sqrt(2 / 3)
USUAL_SPREAD_AGREED = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class NetPromoter:
    """Counts of the three kinds; score and bounds between -100 and 100."""

    n: int
    nps: float
    low: float
    high: float
    promoters: int
    passives: int
    detractors: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The mean of answers from 1 to 5 with its bounds, and how often each was given, from 1 on."""

    n: int
    mean: float
    low: float
    high: float
    counts: tuple[int, ...]


Score = NetPromoter | Agreement


@dataclass(frozen=True, slots=True)
class Change:
    """The second wave less the first, with its interval; no evidence of a change where that covers 0."""

    difference: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        return self.low > 0 or self.high < 0


def net_promoter(answers: Sequence[int], *, confidence: float = CONFIDENCE) -> NetPromoter:
    """The score of answers from 0 to 10. Raises Refused on none, and on one beyond.

    >>> net_promoter([10, 9, 9, 8, 3]).nps
    40.0
    """
    if not answers:
        raise Refused("there is no answer, so there is no score", place="answers", code="empty")
    for answer in answers:
        if not 0 <= answer <= HIGHEST:
            raise Refused(f"expected an answer from 0 to {HIGHEST}, found {answer}", place="answers")
    promoters = sum(answer >= PROMOTER for answer in answers)
    passives = sum(PASSIVE <= answer < PROMOTER for answer in answers)
    detractors = len(answers) - promoters - passives
    centre, error = _adjusted(promoters, detractors, len(answers))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return NetPromoter(
        n=len(answers),
        nps=100.0 * (promoters - detractors) / len(answers),
        low=max(-100.0, 100 * (centre - reach)),
        high=min(100.0, 100 * (centre + reach)),
        promoters=promoters,
        passives=passives,
        detractors=detractors,
    )


def change(first: NetPromoter, second: NetPromoter, *, confidence: float = CONFIDENCE) -> Change:
    """How much the score moved between two waves of different people, with its interval.

    >>> change(net_promoter([10, 9, 8, 3] * 3), net_promoter([10, 10, 9, 8] * 3)).is_shown
    False
    """
    (before, error), (after, other) = (
        _adjusted(each.promoters, each.detractors, each.n) for each in (first, second)
    )
    reach = 100 * NormalDist().inv_cdf((1 + confidence) / 2) * math.hypot(error, other)
    centre = 100 * (after - before)
    return Change(second.nps - first.nps, max(-200.0, centre - reach), min(200.0, centre + reach))


def agreement(answers: Sequence[int], *, confidence: float = CONFIDENCE) -> Agreement:
    """The mean of answers from 1 to 5. Raises Refused on none, and on one beyond.

    >>> agreement([5, 4, 4, 3, 4]).mean
    4.0
    """
    if not answers:
        raise Refused("there is no answer, so there is no score", place="answers", code="empty")
    for answer in answers:
        if not LEAST_AGREED <= answer <= MOST_AGREED:
            raise Refused(
                f"expected an answer from {LEAST_AGREED} to {MOST_AGREED}, found {answer}", place="answers"
            )
    counts = tuple(sum(answer == each for answer in answers) for each in _LADDER)
    centre, error = _adjusted_mean(counts)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Agreement(
        n=len(answers),
        mean=sum(answers) / len(answers),
        low=max(float(LEAST_AGREED), centre - reach),
        high=min(float(MOST_AGREED), centre + reach),
        counts=counts,
    )


def agreement_change(first: Agreement, second: Agreement, *, confidence: float = CONFIDENCE) -> Change:
    """How much the mean moved between two waves of different people, with its interval.

    >>> agreement_change(agreement([2, 3, 2, 2] * 8), agreement([4, 5, 4, 4] * 8)).is_shown
    True
    """
    (before, error), (after, other) = (_adjusted_mean(each.counts) for each in (first, second))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.hypot(error, other)
    most, centre = float(MOST_AGREED - LEAST_AGREED), after - before
    return Change(second.mean - first.mean, max(-most, centre - reach), min(most, centre + reach))


def among_asked(value: float, low: float, high: float, *, n: int, asked: int) -> tuple[float, float]:
    """The interval for those who were asked and nobody else: where most of them answered, little is unknown.

    The finite population correction draws both bounds towards the value by the root of (N - n) / (N - 1).

    >>> among_asked(25.0, 10.0, 30.0, n=20, asked=20)
    (25.0, 25.0)
    """
    if not 0 < n <= asked:
        raise ValueError("of those who were asked at least one and at most all answered")
    left = math.sqrt((asked - n) / (asked - 1)) if asked > 1 else 0.0
    return value + left * min(low - value, 0.0), value + left * max(high - value, 0.0)


def best(found: Score) -> float:
    """The score where everybody promotes, or agrees most; no other is above it.

    >>> best(net_promoter([3, 7]))
    100.0
    """
    return float(MOST_AGREED) if isinstance(found, Agreement) else 100.0


def spread(found: Score) -> float:
    """The standard deviation of one answer: in points of the net promoter score, or on the ladder of 1 to 5.

    >>> round(spread(net_promoter([10, 10, 8, 3, 3, 7])))
    78
    """
    if isinstance(found, Agreement):
        return _adjusted_mean(found.counts)[1] * math.sqrt(found.n + ADDED_IN_ALL)
    error = _adjusted(found.promoters, found.detractors, found.n)[1]
    return 100 * error * math.sqrt(found.n + ADDED_IN_ALL)


def answers_needed(points: float, *, spread: float = USUAL_SPREAD, power: float = POWER) -> int:
    """How many answers each of two waves needs for a move of so many points to show with this power.

    `spread` is the standard deviation of one answer, in the unit of `points`. The test is two-sided at 5 %.

    >>> answers_needed(20), answers_needed(50)
    (262, 42)
    """
    if not (abs(points) > 0 and spread > 0):
        raise ValueError("a move other than 0, and a spread above 0")
    away = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) + NormalDist().inv_cdf(power)
    return math.ceil(2 * (spread * away / points) ** 2)


def move_power(points: float, *, before: float, after: float, spread: float = USUAL_SPREAD) -> float:
    """The chance that a true move of so many points shows between waves of so many answers.

    >>> round(move_power(20, before=12, after=12), 2)
    0.09
    """
    error = _error_between(before, after, spread)
    return NormalDist().cdf(abs(points) / error - NormalDist().inv_cdf((1 + CONFIDENCE) / 2))


def smallest_move(
    *, before: float, after: float, spread: float = USUAL_SPREAD, power: float = POWER
) -> float:
    """The smallest move that shows with this power between waves of so many answers.

    >>> round(smallest_move(before=12, after=12))
    93
    """
    away = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) + NormalDist().inv_cdf(power)
    return away * _error_between(before, after, spread)


_LADDER = range(LEAST_AGREED, MOST_AGREED + 1)


def _error_between(before: float, after: float, spread: float) -> float:
    if not (before > 0 and after > 0 and spread > 0):
        raise ValueError("answers in both waves, and a spread above 0")
    return spread * math.sqrt(1 / before + 1 / after)


def _adjusted_mean(counts: Sequence[int]) -> tuple[float, float]:
    """The mean of 1 to 5, and its standard error, after the answers that are added."""
    weights = [float(count) for count in counts]
    for at, added in ((LEAST_AGREED, ADDED), (MIDDLE_AGREED, 2 * ADDED), (MOST_AGREED, ADDED)):
        weights[at - LEAST_AGREED] += added
    more = sum(weights)
    mean = sum(weight * each for weight, each in zip(weights, _LADDER, strict=True)) / more
    variance = sum(weight * (each - mean) ** 2 for weight, each in zip(weights, _LADDER, strict=True)) / more
    return mean, math.sqrt(variance / more)


def _adjusted(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Promoters less detractors as a share, and its standard error, after the answers that are added."""
    more = n + ADDED_IN_ALL
    p, d = (promoters + ADDED) / more, (detractors + ADDED) / more
    return p - d, math.sqrt(max(p + d - (p - d) ** 2, 0.0) / more)
