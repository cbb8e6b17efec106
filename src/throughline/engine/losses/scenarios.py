"""What a portfolio is made of: scenarios, each with how often it happens and what it costs if it does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from throughline.engine.frequencies import Frequency
from throughline.engine.refusals import Refused
from throughline.engine.severities import Severity


@dataclass(frozen=True, slots=True)
class Belief:
    """What one expert says of a scenario, and how much that weighs."""

    weight: float
    frequency: Frequency
    loss: Severity


@dataclass(frozen=True, slots=True)
class Scenario:
    """How often it happens in a year, and what each event costs."""

    id: str
    frequency: Frequency
    loss: Severity

    @property
    def beliefs(self) -> tuple[Belief, ...]:
        """The one thing that is believed of it."""
        return (Belief(1.0, self.frequency, self.loss),)


@dataclass(frozen=True, slots=True)
class Panel:
    """A scenario of which several experts say different things.

    One of them is right for the whole year, each with a probability of their weight over all weights. To mix
    their losses event by event instead would understate the spread.
    """

    id: str
    said: tuple[Belief, ...]

    def __post_init__(self) -> None:
        weights = [each.weight for each in self.said]
        if not weights or not all(math.isfinite(each) and each >= 0 for each in weights) or sum(weights) <= 0:
            raise Refused("a panel needs somebody whose weight is above 0", place=self.id, code="empty_panel")

    @property
    def beliefs(self) -> tuple[Belief, ...]:
        """What is believed, with weights that add to 1."""
        total = math.fsum(each.weight for each in self.said)
        return tuple(
            Belief(each.weight / total, each.frequency, each.loss) for each in self.said if each.weight > 0
        )


AnyScenario: TypeAlias = Scenario | Panel


def mean(scenario: AnyScenario) -> float:
    """The expected loss of a year."""
    return math.fsum(each.weight * each.frequency.mean * each.loss.mean for each in scenario.beliefs)


def variance(scenario: AnyScenario) -> float:
    """The variance of the loss of a year, also between the experts; infinite where a tail is too heavy."""
    square = math.fsum(each.weight * (_variance(each) + _mean(each) ** 2) for each in scenario.beliefs)
    if math.isinf(square):
        return math.inf
    between = square - mean(scenario) ** 2
    return _variance(scenario.beliefs[0]) if len(scenario.beliefs) == 1 else max(between, 0.0)


def p_zero(scenario: AnyScenario) -> float:
    """The probability of a year without loss: no event, or none that costs anything."""
    return math.fsum(each.weight * each.frequency.term(0, _nothing(each)) for each in scenario.beliefs)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a scenario's year in closed form.

    `most` is what it can cost at most, infinite where nothing limits it; `events` the expected number.
    """

    mean: float
    variance: float
    p_zero: float
    most: float
    events: float


def facts(scenario: AnyScenario) -> Facts:
    """The closed forms of one scenario. Refused where its mean is infinite."""
    beliefs = scenario.beliefs
    found = mean(scenario)
    if not math.isfinite(found):
        raise Refused(
            f"the tail of '{scenario.id}' is so heavy that its mean is infinite: give it a cap",
            code="infinite",
        )
    return Facts(
        found,
        variance(scenario),
        p_zero(scenario),
        max(_most(each) for each in beliefs),
        math.fsum(each.weight * each.frequency.mean for each in beliefs),
    )


def require_distinct(scenarios: Sequence[AnyScenario]) -> None:
    """Refused where two have the same id."""
    for name, count in Counter(each.id for each in scenarios).items():
        if count > 1:
            raise Refused(f"the id '{name}' is used {count} times: give each scenario its own", code="twice")


def _nothing(belief: Belief) -> float:
    return math.fsum(mass for place, mass in belief.loss.atoms if place == 0.0)


def _mean(belief: Belief) -> float:
    return belief.frequency.mean * belief.loss.mean


def _variance(belief: Belief) -> float:
    if belief.frequency.mean == 0:
        return 0.0
    return belief.frequency.mean * belief.loss.variance + belief.frequency.variance * belief.loss.mean**2


def _most(belief: Belief) -> float:
    if belief.frequency.most == 0:
        return 0.0
    greatest = belief.loss.quantile(1.0)
    return belief.frequency.most * greatest if greatest > 0 else 0.0
