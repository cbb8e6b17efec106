"""Losses so small beside a grid's step, and so many a year, that only their first three moments count.

On the grid the sum of thousands of them would be askew by what a step is wider than they are. The transform
of a shifted gamma law with their mean, variance and skewness stands for theirs: what it leaves is the fourth
cumulant, which for n events is of the order of 1/n of the sum's spread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine.losses.scenarios import Belief
from throughline.engine.severities import Severity

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

FEWEST_EVENTS = 1000.0
# A sum of which the transform ends before the grid's does: a narrower one would swing all over it.
SMOOTH_STEPS = 2.5
_POINTS = 4000


def is_crowd(belief: Belief, step: float) -> bool:
    """Whether the events of a belief are that many, that small, and their sum no spike beside a step."""
    if belief.frequency.mean < FEWEST_EVENTS or belief.loss.mean >= step:
        return False
    square = belief.loss.variance + belief.loss.mean**2
    return belief.frequency.mean * square >= (SMOOTH_STEPS * step) ** 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A gamma law, moved: shape and scale, and from where it starts."""

    start: float
    shape: float
    scale: float

    def transform(self, s: Complexes) -> Complexes:
        """E[e^(−sX)]."""
        return np.asarray(
            np.exp(-s * self.start - self.shape * np.log1p(s * self.scale)), dtype=np.complex128
        )

    def cost(self, s: Complexes) -> Complexes:
        """E[X·e^(−sX)]."""
        grown = self.start + self.shape * self.scale / (1.0 + s * self.scale)
        return np.asarray(self.transform(s) * grown, dtype=np.complex128)


def shape_of(law: Severity) -> Shape:
    """The shifted gamma law with the mean, variance and skewness of a law."""
    mean, spread = law.mean, math.sqrt(max(law.variance, (1e-6 * law.mean) ** 2))
    central = _third(law) - 3 * mean * spread**2 - mean**3
    # A law with the smallest skewness is as good as one with none.
    skewness = max(central / spread**3, 1e-3)
    shape = 4 / skewness**2
    scale = spread * skewness / 2
    return Shape(mean - shape * scale, shape, scale)


def _third(law: Severity) -> float:
    """E[X³] = ∫ 3x²·P(X > x) dx, on a grid of logarithms."""
    low, high = law.ends
    low = max(low, high * 1e-12)
    if high <= low * (1 + 1e-12):
        return law.mean**3
    logs = np.linspace(math.log(low), math.log(high), _POINTS)
    x = np.exp(logs)
    values = 3 * x**3 * law.survival(x)
    return float(low**3 + np.sum((values[1:] + values[:-1]) / 2) * (logs[1] - logs[0]))
