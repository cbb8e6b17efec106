"""Net promoter score with an interval that holds for few answers, and what changed between two waves.

Source: Rocks 2016, "Interval estimation for the Net Promoter Score", The American Statistician 70 (4):
an adjusted Wald interval that adds three quarters of a promoter and of a detractor, and one and a half
passives.
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
class Change:
    """The second wave less the first, with its interval; no evidence of a change where that covers 0."""

    difference: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        return self.low > 0 or self.high < 0


def net_promoter(answers: Sequence[int], *, confidence: float = 0.95) -> NetPromoter:
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


def change(first: NetPromoter, second: NetPromoter, *, confidence: float = 0.95) -> Change:
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


def _adjusted(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Promoters less detractors as a share, and its standard error, after the answers that are added."""
    more = n + ADDED_IN_ALL
    p, d = (promoters + ADDED) / more, (detractors + ADDED) / more
    return p - d, math.sqrt(max(p + d - (p - d) ** 2, 0.0) / more)
