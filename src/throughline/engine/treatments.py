"""What security work brings: the loss that it takes away against what it costs, with its interval.

A treatment leaves a part of how often and of how dear, each as a 90 % range, read as a lognormal. The
headline puts every range at its mean. Its interval comes from cases that are spread evenly and not drawn:
a Latin hypercube in the order of a Kronecker sequence (Roberts 2018), so that the same ranges always give
the same interval. Ranges are independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

FORMULA_VERSION = "treatments 1"
Z95 = NormalDist().inv_cdf(0.95)
CASES = 2048
NODES = 33
LOW, HIGH = 0.05, 0.95
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """A positive quantity that lies in `low` to `high` nine times in ten: lognormal, or one value."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high < math.inf:
            raise ValueError(f"expected a range above 0, found {self.low} to {self.high}")

    @property
    def mean(self) -> float:
        """Its mean, which lies above the middle.

        >>> round(Range(0.4, 0.7).mean, 4), Range(2.0, 2.0).mean
        (0.5369, 2.0)
        """
        return self._middle * math.exp(self._sigma**2 / 2)

    def at(self, z: Numbers) -> Numbers:
        """Its values at standard normal deviates."""
        return self._middle * np.exp(self._sigma * z)

    @property
    def _middle(self) -> float:
        return math.sqrt(self.low) * math.sqrt(self.high) if self.low < self.high else self.low

    @property
    def _sigma(self) -> float:
        return math.log(self.high / self.low) / (2 * Z95)


SAME = Range(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What some work leaves of one scenario: parts of how often and of how dear."""

    work: str
    scenario: str
    frequency: Range = SAME
    loss: Range = SAME


@dataclass(frozen=True, slots=True)
class Source:
    """A scenario's mean yearly loss as a function of the part of the loss that remains.

    `ceiling` is how often it may become at most, as a multiple: a probability ends at 1.
    """

    mean: Callable[[float], float]
    ceiling: float = math.inf


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the range that nine in ten of the cases end in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Return:
    """What work brings a year: `value` of `ratio` is (reduction − cost) / cost."""

    reduction: Interval
    cost: Interval
    ratio: Interval
    # The share of the cases in which it takes away more than it costs.
    pays: float


@dataclass(frozen=True, slots=True)
class Swing:
    """How one range moves the reduction while the others stay at their means."""

    work: str
    # The scenario, or empty for the cost.
    scenario: str
    part: str
    low: float
    high: float

    @property
    def size(self) -> float:
        """How far apart its ends are."""
        return abs(self.high - self.low)


def remaining(treatments: Sequence[Treatment], scenario: str) -> tuple[float, float]:
    """What is left of how often and how dear a scenario is after all work, the ranges at their means."""
    own = [each for each in treatments if each.scenario == scenario]
    return math.prod(each.frequency.mean for each in own), math.prod(each.loss.mean for each in own)


def reduction(treatments: Sequence[Treatment], sources: Mapping[str, Source]) -> float:
    """The mean yearly loss that the work takes away, the ranges at their means.

    >>> source = Source(lambda part: 100.0 * part)
    >>> reduction([Treatment("rota", "a", frequency=Range(0.4, 0.4))], {"a": source})
    60.0
    """
    return sum(_taken_away(source, *remaining(treatments, name)) for name, source in sources.items())


def return_of(
    treatments: Sequence[Treatment], sources: Mapping[str, Source], costs: Sequence[Range]
) -> Return:
    """Reduction, cost and what is returned of the cost, each with its interval. ValueError without a cost.

    `sources` holds the scenarios that the treatments name. The formula is (reduction − cost) / cost.
    """
    if not costs:
        raise ValueError("a return needs a cost")
    spread = _cases(2 * len(treatments) + len(costs))
    taken = _reductions(treatments, sources, spread[: 2 * len(treatments)])
    paid = np.sum([cost.at(z) for cost, z in zip(costs, spread[2 * len(treatments) :], strict=True)], axis=0)
    gone, cost = reduction(treatments, sources), sum(each.mean for each in costs)
    return Return(
        reduction=_interval(gone, taken),
        cost=_interval(cost, paid),
        ratio=_interval((gone - cost) / cost, (taken - paid) / paid),
        pays=float(np.mean(taken > paid)),
    )


def reduction_of(treatments: Sequence[Treatment], sources: Mapping[str, Source]) -> Interval:
    """The reduction with its interval, where no cost is known."""
    taken = _reductions(treatments, sources, _cases(2 * len(treatments)))
    return _interval(reduction(treatments, sources), taken)


def swings(treatments: Sequence[Treatment], sources: Mapping[str, Source]) -> list[Swing]:
    """How far each range alone moves the reduction, the widest first; what is certain moves nothing."""
    found = [
        Swing(each.work, each.scenario, part, *_ends(treatments, sources, number, part))
        for number, each in enumerate(treatments)
        for part in ("frequency", "loss")
        if getattr(each, part).low < getattr(each, part).high
    ]
    return sorted(found, key=lambda each: -each.size)


def _ends(
    treatments: Sequence[Treatment], sources: Mapping[str, Source], number: int, part: str
) -> tuple[float, float]:
    """The reduction where most remains, and where least does."""
    own: Range = getattr(treatments[number], part)
    ends = []
    for end in (own.high, own.low):
        said = {"frequency": treatments[number].frequency, "loss": treatments[number].loss}
        fixed = Treatment(
            treatments[number].work, treatments[number].scenario, **{**said, part: Range(end, end)}
        )
        ends.append(reduction([*treatments[:number], fixed, *treatments[number + 1 :]], sources))
    return ends[0], ends[1]


def _taken_away(source: Source, frequency: float, loss: float) -> float:
    return source.mean(1.0) - min(frequency, source.ceiling) * source.mean(loss)


def _reductions(treatments: Sequence[Treatment], sources: Mapping[str, Source], spread: Numbers) -> Numbers:
    total = np.zeros(CASES)
    for name, source in sources.items():
        frequency, loss = np.ones(CASES), np.ones(CASES)
        for number, each in enumerate(treatments):
            if each.scenario == name:
                frequency = frequency * each.frequency.at(spread[2 * number])
                loss = loss * each.loss.at(spread[2 * number + 1])
        total += source.mean(1.0) - np.minimum(frequency, source.ceiling) * _means(source, loss)
    return total


def _means(source: Source, parts: Numbers) -> Numbers:
    """The mean loss at each part: where a cap bends it, read off a curve through evenly spaced nodes."""
    low, high = float(parts.min()), float(parts.max())
    if low == high:
        return np.full(parts.shape, source.mean(low))
    nodes = np.geomspace(low, high, NODES)
    return np.interp(np.log(parts), np.log(nodes), [source.mean(float(each)) for each in nodes])


@lru_cache(maxsize=32)
def _cases(dimensions: int) -> Numbers:
    """Standard normal deviates of shape (dimensions, CASES): every margin has each 2048th quantile once."""
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf((number + 0.5) / CASES) for number in range(CASES)])
    root = _golden(dimensions)
    numbers = np.arange(1, CASES + 1)
    order = [np.argsort(np.argsort((numbers * root ** -(k + 1)) % 1.0)) for k in range(dimensions)]
    spread = quantiles[np.array(order, dtype=np.int64).reshape(dimensions, CASES)]
    spread.flags.writeable = False
    return spread


def _golden(dimensions: int) -> float:
    """The root above 1 of x^(d+1) = x + 1; for one dimension the golden ratio."""
    root = 2.0
    for _ in range(64):
        root = (1 + root) ** (1 / (dimensions + 1))
    return root


def _interval(value: float, cases: Numbers) -> Interval:
    low, high = np.quantile(cases, (LOW, HIGH))
    return Interval(value, float(low), float(high))
