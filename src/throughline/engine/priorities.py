"""What candidate work is worth, from ranges: its value without the curse of the best, and five views of it.

An effect is a 90 % range in a key result's own unit, read as a normal distribution; effort, duration, reach
and cost of delay are 90 % ranges above 0, read as lognormal. Value counts in points of objective weight: all
of the way from baseline to target is worth the key result's weight.

Sources: RICE, McBride 2017 (Intercom); ICE, Ellis & Brown 2017, "Hacking Growth"; WSJF and CD3, Reinertsen
2009, "The Principles of Product Development Flow", and Arnold & Yüce 2013, "Black Swan Farming using Cost of
Delay"; the optimiser's curse, Smith & Winkler 2006, Management Science 52(3); Paule & Mandel 1982.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from throughline.engine.treatments import Range

FORMULA_VERSION = "portfolio 1"
Z95 = NormalDist().inv_cdf(0.95)
Numbers = NDArray[np.float64]
Profile = Literal["constant", "deadline", "decaying"]
ONE = Range(1.0, 1.0)
_STANDARD = NormalDist()
_HALVINGS = 100
# Between values so near to each other nothing can be told: the squares of their gaps are 0 to a computer.
_NOTHING = 1e-100


@dataclass(frozen=True, slots=True)
class Aim:
    """A key result as value: the way from `baseline` to `target` is worth `weight` points.

    Of a guardrail, `target` is the bound that must not be passed: moving towards it costs, away from it is
    worth nothing.
    """

    key: str
    baseline: float
    target: float
    weight: float = 1.0
    is_guardrail: bool = False

    def __post_init__(self) -> None:
        if self.baseline == self.target:
            raise ValueError(f"{self.key}: expected a target that differs from the baseline")

    @property
    def worth(self) -> float:
        """Points for one unit of the key result; negative where less is better.

        >>> Aim("days", 40, 20, weight=2.0).worth
        -0.1
        """
        return self.weight / (self.target - self.baseline)


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of a key result's value that the work should bring, as a 90 % range."""

    aim: Aim
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"{self.aim.key}: expected a range, found {self.low} to {self.high}")

    @property
    def points(self) -> tuple[float, float]:
        """Mean and standard deviation of what it is worth; of a guardrail, of what it costs.

        >>> Effect(Aim("days", 40, 20), -12, -8).points[0]
        0.5
        """
        mean = self.aim.worth * (self.low + self.high) / 2
        spread = abs(self.aim.worth) * (self.high - self.low) / (2 * Z95)
        return _above_zero(mean, spread) if self.aim.is_guardrail else (mean, spread)

    def drawn(self, z: Numbers) -> Numbers:
        """What it is worth, or costs, at standard normal deviates."""
        points = self.aim.worth * ((self.low + self.high) / 2 + (self.high - self.low) / (2 * Z95) * z)
        return np.maximum(points, 0.0) if self.aim.is_guardrail else points


def _above_zero(mean: float, spread: float) -> tuple[float, float]:
    """Mean and standard deviation of max(0, X), X normal."""
    if spread == 0:
        return max(mean, 0.0), 0.0
    ratio = mean / spread
    below, density = _STANDARD.cdf(ratio), _STANDARD.pdf(ratio)
    first = mean * below + spread * density
    second = (mean**2 + spread**2) * below + mean * spread * density
    return first, math.sqrt(max(second - first**2, 0.0))


@dataclass(frozen=True, slots=True)
class Delay:
    """What it costs to have the work later: `cost` a week, by its profile.

    `constant`: each week costs the same. `deadline`: nothing until `week`, then each week. `decaying`: each
    week costs the part `fades` less than the one before, since the chance passes.
    """

    cost: Range
    profile: Profile = "constant"
    week: float = 0.0
    fades: float = 0.0

    def loss(self, weeks: float) -> float:
        """What is lost in the mean when the work is done after so many weeks.

        >>> Delay(Range(10, 10)).loss(4), Delay(Range(10, 10), "deadline", week=3).loss(4)
        (40.0, 10.0)
        """
        mean = self.cost.mean
        if self.profile == "deadline":
            return mean * max(weeks - self.week, 0.0)
        if self.profile == "decaying" and self.fades > 0:
            keeps = math.log1p(-self.fades)
            return mean * math.expm1(keeps * weeks) / keeps
        return mean * weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Work that may be chosen, with what it should bring and take.

    `confidence` is how likely the effects come at all; it takes from what is gained and not from what a
    guardrail pays. `kinds` are shares of its effort: {"big_bet": 1.0}.
    """

    key: str
    effects: tuple[Effect, ...]
    confidence: float
    effort: Range
    duration: Range | None = None
    delay: Delay | None = None
    reach: Range = ONE
    objective: str = ""
    kinds: Mapping[str, float] = field(default_factory=dict)
    requires: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    is_promised: bool = False

    @property
    def value(self) -> Value:
        """Confidence × what the effects are worth, less what the guardrails pay."""
        parts = [(each.aim.is_guardrail, *each.points) for each in self.effects]
        gain = sum(mean for is_cost, mean, _ in parts if not is_cost)
        harm = sum(mean for is_cost, mean, _ in parts if is_cost)
        error = math.hypot(*(spread * (1.0 if is_cost else self.confidence) for is_cost, _, spread in parts))
        return Value(gain, harm, self.confidence * gain - harm, error)

    def drawn(self, z: Numbers) -> Numbers:
        """Its value at standard normal deviates, a row for each effect."""
        total = np.zeros(z.shape[1])
        for effect, deviates in zip(self.effects, z, strict=True):
            points = effect.drawn(deviates)
            total += -points if effect.aim.is_guardrail else self.confidence * points
        return total


@dataclass(frozen=True, slots=True)
class Value:
    """Points: `gain` without the doubt, `harm` to guardrails, the expected value and its standard error."""

    gain: float
    harm: float
    expected: float
    error: float

    @property
    def low(self) -> float:
        return self.expected - Z95 * self.error

    @property
    def high(self) -> float:
        return self.expected + Z95 * self.error


@dataclass(frozen=True, slots=True)
class Views:
    """The five views; None where what a view needs is not given."""

    rice: float
    ice: float
    wsjf: float | None
    cd3: float | None
    per_week: float


def views(candidates: Sequence[Candidate], *, weeks: float = 13.0) -> list[Views]:
    """Each candidate's views; `weeks` is how long the quarter is, over which a delay is averaged.

    - RICE = reach × impact × confidence / effort; impact in points, less what guardrails pay.
    - ICE = impact × confidence × ease, each from 0 to 10: impact beside the largest here, ease beside the
      least effort here.
    - WSJF = cost of delay / job size, the size being the effort.
    - CD3 = cost of delay / duration. With a profile, the cost of delay is what a delay by the whole quarter
      loses, a week.
    - progress a person-week = expected value / expected effort.
    """
    found = [each.value for each in candidates]
    largest = max((abs(each.gain - each.harm) for each in found), default=0.0) or 1.0
    least = min((each.effort.mean for each in candidates), default=1.0)
    return [
        _views(each, value, largest=largest, least=least, weeks=weeks)
        for each, value in zip(candidates, found, strict=True)
    ]


def _views(each: Candidate, value: Value, *, largest: float, least: float, weeks: float) -> Views:
    impact, effort = value.gain - value.harm, each.effort.mean
    lost = each.delay.loss(weeks) / weeks if each.delay else None
    return Views(
        rice=each.reach.mean * impact * each.confidence / effort,
        ice=(10 * impact / largest) * (10 * each.confidence) * (10 * least / effort),
        wsjf=None if lost is None else lost / effort,
        cd3=None if lost is None or each.duration is None else lost / each.duration.mean,
        per_week=value.expected / effort,
    )


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Values drawn towards their common mean: trust × estimate + (1 − trust) × mean.

    `spread` is how far the true values lie apart (a standard deviation); trust is spread² / (spread² +
    error²), so a wide range moves far and a certain value stays.
    """

    mean: float
    spread: float
    trust: Numbers
    values: Numbers


def shrink(values: Sequence[float] | Numbers, errors: Sequence[float] | Numbers) -> Shrunk:
    """Expected values without the optimiser's curse: who picks the best of noisy estimates overrates it.

    The estimates are normal around true values that are normal around a common mean (Smith & Winkler 2006,
    §4); mean and spread come from the estimates themselves (Paule & Mandel 1982: the weighted squares around
    the weighted mean add up to n − 1). One candidate alone stays as it is.

    >>> shrink([0.0, 2.0, 4.0], [1.0, 1.0, 1.0]).values.round(6).tolist()
    [0.5, 2.0, 3.5]
    """
    given, squared = np.asarray(values, np.float64), np.asarray(errors, np.float64) ** 2
    if given.size < 2:
        return Shrunk(float(given.sum()), 0.0, np.ones(given.size), given.copy())
    size = float(np.abs(given - given.mean()).max() + np.sqrt(squared.max()))
    if size < _NOTHING:
        return Shrunk(float(given[0]), 0.0, np.ones(given.size), given.copy())
    variance = _between(given, squared, floor=(1e-9 * size) ** 2, ceiling=4 * size**2)
    mean = _weighted(given, squared, max(variance, (1e-9 * size) ** 2))[0]
    certain = squared == 0
    trust = np.where(certain, 1.0, variance / np.where(certain, 1.0, variance + squared))
    return Shrunk(mean, math.sqrt(variance), trust, trust * given + (1 - trust) * mean)


def _weighted(values: Numbers, squared: Numbers, variance: float) -> tuple[float, float]:
    """The weighted mean, and the weighted squares around it."""
    weights = 1 / (squared + variance)
    mean = float((weights * values).sum() / weights.sum())
    return mean, float((weights * (values - mean) ** 2).sum())


def _between(values: Numbers, squared: Numbers, *, floor: float, ceiling: float) -> float:
    """The variance between true values; 0 where the errors explain all that differs."""
    expected = values.size - 1
    if _weighted(values, squared, floor)[1] <= expected:
        return 0.0
    # The squares fall as the variance grows, so halving finds the one place.
    low, high = floor, ceiling * values.size
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _weighted(values, squared, middle)[1] > expected:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def ranks(scores: Sequence[float]) -> list[int]:
    """The rank of each score, the highest first; equals share the better rank.

    >>> ranks([3.0, 5.0, 3.0])
    [2, 1, 2]
    """
    return [1 + sum(other > score for other in scores) for score in scores]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where the vote and the value part: `gap` is how many places the vote puts it higher."""

    key: str
    vote_rank: int
    value_rank: int

    @property
    def gap(self) -> int:
        return self.value_rank - self.vote_rank


def disagreements(votes: Mapping[str, float], values: Mapping[str, float]) -> list[Disagreement]:
    """What people should talk about, the widest gap first; `votes` are points, the more the better.

    Only what has a vote is ranked. Where both agree on a place, there is nothing to say.

    >>> [each.key for each in disagreements({"a": 3, "b": 2, "c": 1}, {"a": 0.1, "b": 0.2, "c": 0.3})]
    ['a', 'c']
    """
    keys = sorted(votes)
    found = map(Disagreement, keys, ranks([votes[key] for key in keys]), ranks([values[key] for key in keys]))
    return sorted((each for each in found if each.gap), key=lambda each: (-abs(each.gap), each.vote_rank))
