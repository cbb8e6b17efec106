"""What a panel's probabilities come to: one pooled probability, with the other averages beside it.

The headline is the geometric mean of the odds. Of the common averages it alone keeps to Bayes' rule (all
update on the same evidence, and so does their pool) and hears somebody who says 1 in 1,000. Sources:
Satopää et al. 2014, "Combining multiple probability predictions using a simple logit model"; Genest 1984.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]

# Beside every figure from here: a new one wherever a figure could come out differently.
FORMULA_VERSION = "pooling-1"
# Nobody has earned a 0 or a 1, and the odds of either would outvote everybody else.
LOWEST, HIGHEST = 0.0005, 0.9995
# A person's score counts as if she had answered this many questions before, as well as is usual.
PRIOR_QUESTIONS = 5
# The Brier score of always saying one half: what is expected of somebody of whom nothing is known.
PRIOR_BRIER = 0.25
# So few of a team's own questions cannot tell that its members share too little to be taken literally.
ENOUGH_TO_EXTREMISE = 100
GEOMETRIC, EXTREMISED, MEAN, MEDIAN = "geometric_mean_of_odds", "extremised", "mean", "median"
METHODS = (GEOMETRIC, EXTREMISED, MEAN, MEDIAN)


@dataclass(frozen=True, slots=True)
class Record:
    """What a person's resolved forecasts came to: their mean one-sided Brier score, and how many."""

    brier: float
    questions: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far apart a panel is: standard deviation (of the people present), range and quartiles.

    `log_odds_sd` is the standard deviation of the natural logarithms of the odds.
    """

    sd: float
    low: float
    high: float
    lower_quartile: float
    upper_quartile: float
    log_odds_sd: float

    @property
    def range(self) -> float:
        """From the lowest to the highest."""
        return self.high - self.low

    @property
    def iqr(self) -> float:
        """Between the quartiles."""
        return self.upper_quartile - self.lower_quartile


@dataclass(frozen=True, slots=True)
class Pool:
    """A panel's probabilities, pooled. `headline` names the method whose value is to be used."""

    n: int
    geometric_mean_of_odds: float
    extremised: float
    mean: float
    median: float
    spread: Spread
    headline: str
    weights: tuple[float, ...]
    warnings: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The headline's probability."""
        return self.methods[self.headline]

    @property
    def methods(self) -> dict[str, float]:
        """Each method's probability, by its name."""
        return {
            GEOMETRIC: self.geometric_mean_of_odds,
            EXTREMISED: self.extremised,
            MEAN: self.mean,
            MEDIAN: self.median,
        }


def pool(
    probabilities: ArrayLike,
    *,
    weights: Sequence[float] | None = None,
    exponent: float | None = None,
    own_resolved: int = 0,
) -> Pool:
    """Pool a panel's probabilities; the geometric means are weighted, mean and median are plain.

    `weights` are those of `track_weights`, in the order of the people; only their ratios count. `exponent`
    is the one learnt from `own_resolved` questions of this team; without it the published one of this
    size. Refused for an empty panel, and for what is no probability.

    >>> found = pool([0.014, 0.0221, 0.0039, 0.004])
    >>> round(found.mean, 4), round(found.value, 4), found.headline
    (0.011, 0.0084, 'geometric_mean_of_odds')
    """
    said = _checked(probabilities)
    shares = _shares(weights, said.size)
    moved = np.clip(said, LOWEST, HIGHEST)
    inside = np.where((said == 0) | (said == 1), moved, said)
    logs = log_odds(inside)
    centre = float((shares * logs).sum())
    used = extremising(said.size) if exponent is None else exponent
    return Pool(
        n=said.size,
        geometric_mean_of_odds=_kept(centre, inside),
        extremised=_kept(centre, inside) if used == 1 else from_log_odds(centre * used),
        mean=float(said.mean()),
        median=float(np.median(said)),
        spread=spread(said),
        headline=headline_method(own_resolved if exponent is not None else 0),
        weights=tuple(shares.tolist()),
        warnings=_warnings(said),
    )


def headline_method(own_resolved: int) -> str:
    """Which method speaks for the panel: extremised only where its exponent was learnt from enough.

    Colleagues who have talked share what they know, so what made crowds of strangers too timid need not
    hold for them: it has to be seen in 100 of the team's own resolved questions.

    >>> headline_method(99), headline_method(100)
    ('geometric_mean_of_odds', 'extremised')
    """
    return EXTREMISED if own_resolved >= ENOUGH_TO_EXTREMISE else GEOMETRIC


def extremising(people: int) -> float:
    """The published exponent of the odds for a panel of this size; 1 for fewer than three.

    >>> [extremising(n) for n in (2, 3, 5, 9, 10)]
    [1.0, 1.25, 1.35, 1.45, 1.55]
    """
    for least, exponent in ((10, 1.55), (6, 1.45), (4, 1.35), (3, 1.25)):
        if people >= least:
            return exponent
    return 1.0


def track_weights(records: Sequence[Record | None], *, prior: float = PRIOR_BRIER) -> tuple[float, ...]:
    """What each of a panel weighs by her track record, in shares that add up to 1.

    1 ÷ (shrunk Brier)², where the shrunk score counts five questions at `prior` beside her own:
    (5·prior + n·Brier) ÷ (5 + n). `None` is somebody without a history, who never gets more than an
    equal share: what is above it goes to the others in proportion. Equal where nobody has one.

    >>> track_weights([None, None])
    (0.5, 0.5)
    >>> [round(share, 3) for share in track_weights([Record(0.1, 45), None])]
    [0.825, 0.175]
    """
    if not records:
        raise Refused("a panel without forecasts has nothing to pool: add at least one", code="empty_panel")
    known = np.array([record is not None and record.questions > 0 for record in records])
    equal = 1 / len(records)
    if not known.any():
        return (equal,) * len(records)
    raw = np.array([1 / shrunk_brier(record, prior=prior) ** 2 for record in records])
    shares = raw / raw.sum()
    over = ~known & (shares > equal)
    if over.any():
        shares = _capped(raw, over, equal)
    return tuple((shares / shares.sum()).tolist())


def shrunk_brier(record: Record | None, *, prior: float = PRIOR_BRIER) -> float:
    """A mean Brier score, drawn towards the prior as if five questions had scored that before.

    >>> shrunk_brier(None), round(shrunk_brier(Record(0.1, 5)), 3)
    (0.25, 0.175)
    """
    if record is None or record.questions == 0:
        return prior
    if record.questions < 0 or not 0 <= record.brier <= 1:
        raise ValueError("a track record is a Brier score from 0 to 1, of 0 or more questions")
    seen = PRIOR_QUESTIONS * prior + record.questions * record.brier
    return seen / (PRIOR_QUESTIONS + record.questions)


def learnt_exponent(log_odds_of_pools: ArrayLike, happened: ArrayLike) -> float:
    """The exponent under which past pools would have had the best mean log score, from 0.5 to 3.

    Of the plain pools' log-odds and what came. With fewer than 100 of them it is not for the headline.
    """
    logs = np.asarray(log_odds_of_pools, dtype=np.float64).ravel()
    hits = np.asarray(happened, dtype=np.float64).ravel()
    if logs.size == 0 or logs.size != hits.size:
        raise ValueError("as many outcomes as pools, and at least one")
    signed = np.where(hits == 1, logs, -logs)

    # The loss is convex in the exponent, so its slope changes sign once.
    def slope(exponent: float) -> float:
        return -float((signed / (1 + np.exp(np.clip(exponent * signed, -700, 700)))).sum())

    low, high = 0.5, 3.0
    if slope(low) >= 0:
        return low
    if slope(high) <= 0:
        return high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return (low + high) / 2


def spread(probabilities: ArrayLike) -> Spread:
    """How far apart these probabilities are; 0 and 1 count as 0.0005 and 0.9995 on log-odds."""
    said = _checked(probabilities)
    lower, upper = np.quantile(said, [0.25, 0.75])
    logs = log_odds(np.where((said == 0) | (said == 1), np.clip(said, LOWEST, HIGHEST), said))
    return Spread(
        sd=float(said.std()),
        low=float(said.min()),
        high=float(said.max()),
        lower_quartile=float(lower),
        upper_quartile=float(upper),
        log_odds_sd=float(logs.std()),
    )


def log_odds(probabilities: ArrayLike) -> Floats:
    """ln(p ÷ (1 − p)) of each."""
    p = np.asarray(probabilities, dtype=np.float64)
    logs: Floats = np.log(p) - np.log1p(-p)
    return logs


def from_log_odds(logs: float) -> float:
    """The probability of these log-odds.

    >>> from_log_odds(0.0)
    0.5
    """
    if logs >= 0:
        return 1 / (1 + math.exp(-logs))
    return math.exp(logs) / (1 + math.exp(logs))


def _kept(centre: float, said: Floats) -> float:
    """The pool, kept between the lowest and the highest where rounding would put it a hair outside."""
    return float(min(max(from_log_odds(centre), said.min()), said.max()))


def _capped(raw: Floats, over: NDArray[np.bool_], equal: float) -> Floats:
    """Those of no history at an equal share, the rest in proportion to what they weigh."""
    rest = raw / raw[~over].sum() * (1 - equal * over.sum())
    return np.where(over, equal, rest)


def _shares(weights: Sequence[float] | None, people: int) -> Floats:
    if weights is None:
        return np.full(people, 1 / people)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (people,) or not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
        raise ValueError("one weight a person, none below 0, and not all of them 0")
    shares: Floats = given / given.sum()
    return shares


def _warnings(said: Floats) -> tuple[str, ...]:
    ends = int(((said == 0) | (said == 1)).sum())
    if not ends:
        return ()
    were = "1 forecast of exactly 0 or 1 was" if ends == 1 else f"{ends} forecasts of exactly 0 or 1 were"
    return (f"{were} moved to {LOWEST} or {HIGHEST}: nothing that can still happen is certain",)


def _checked(probabilities: ArrayLike) -> Floats:
    said = np.asarray(probabilities, dtype=np.float64).ravel()
    if said.size == 0:
        raise Refused("a panel without forecasts has nothing to pool: add at least one", code="empty_panel")
    bad = said[~((said >= 0) & (said <= 1))]
    if bad.size:
        raise Refused(not_a_probability(float(bad[0])), code="bad_probability")
    return said


def not_a_probability(value: float) -> str:
    """The sentence that refuses a number as a probability, with the way out.

    >>> not_a_probability(40)
    '40 is no probability: write 0.4 for 40 %'
    """
    if 1 < value <= 100:
        return f"{value:.12g} is no probability: write {value / 100:.12g} for {value:.12g} %"
    return f"{value:.12g} is no probability: write a number from 0 to 1"
