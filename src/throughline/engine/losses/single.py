"""One scenario of at most one event a year: every figure is a closed form of the loss itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine.frequencies import AtMostOnce
from throughline.engine.losses.scenarios import AnyScenario
from throughline.engine.severities import Severity

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Single:
    """With probability p a loss, else nothing."""

    p: float
    loss: Severity

    def quantile(self, level: float) -> float:
        """The smallest x with P(S ≤ x) ≥ level."""
        if level <= 1.0 - self.p:
            return 0.0
        return self.loss.quantile(1.0 - (1.0 - level) / self.p)

    def exceedance(self, x: Floats) -> Floats:
        """P(S > x)."""
        return np.where(x < 0, 1.0, self.p * self.loss.survival(np.maximum(x, 0.0)))

    def stop_loss(self, x: float) -> float:
        """E[(S − x)⁺] for x ≥ 0."""
        return self.p * self.loss.excess(x)


def single(scenarios: Sequence[AnyScenario], events: Sequence[float]) -> Single | None:
    """The closed form, where there is one: of scenarios that can happen, one, and once at most.

    `events` is how many of each a year has on average.
    """
    able = [each for each, count in zip(scenarios, events, strict=True) if count > 0]
    if len(able) != 1 or len(able[0].beliefs) != 1:
        return None
    [belief] = able[0].beliefs
    frequency = belief.frequency
    if isinstance(frequency, AtMostOnce) and frequency.periods == 1:
        return Single(frequency.p, belief.loss)
    return None
