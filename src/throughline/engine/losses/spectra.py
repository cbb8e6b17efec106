"""The transform of a year's loss on one grid: multiply scenarios in, divide them out, and go back.

The grid holds losses up to its end exactly as if there were nothing beyond: a sum below the end has no part
above it. What would wrap around from beyond is damped by an exponential tilt, e^(−24·j/2n) for 2n places of
which the first n are used: 10⁻¹¹ of the probability, as much as rounding makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine.frequencies import Poisson
from throughline.engine.losses.crowds import is_crowd, shape_of
from throughline.engine.losses.masses import grid_masses
from throughline.engine.losses.scenarios import AnyScenario, Belief

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

TILT = 24.0
# A factor that comes nearer to 0 is kept by itself, since nothing can be divided by it.
LEAST_DIVISOR = 0.05
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Losses 0, step, …, (n − 1)·step."""

    step: float
    n: int

    @property
    def end(self) -> float:
        """Up to here it answers; the last steps lack neighbours."""
        return self.step * (self.n - 8)

    def tilt(self) -> Floats:
        """The damping at each place."""
        return np.exp(-TILT / (2 * self.n) * np.arange(self.n, dtype=np.float64))

    def transform(self, masses: Floats) -> Complexes:
        """The damped transform of masses, of one law or one a row."""
        return np.fft.rfft(masses * self.tilt(), n=2 * self.n)

    def frequencies(self) -> Complexes:
        """The argument s at which each place of a damped transform is E[e^(−sX)]."""
        return np.asarray(
            (TILT / (2 * self.n) + 1j * np.pi / self.n * np.arange(self.n + 1)) / self.step,
            dtype=np.complex128,
        )

    def back(self, spectrum: Complexes) -> Floats:
        """The masses of a damped transform."""
        return np.fft.irfft(spectrum, n=2 * self.n)[: self.n] / self.tilt()


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The transform of a year, as exponent, product and the factors that nothing can be divided by.

    The year's transform is exp(exponent)·product·hard factors.
    """

    grid: Grid
    exponent: Complexes
    product: Complexes
    hard: tuple[tuple[str, Complexes], ...]

    def whole(self) -> Complexes:
        """The transform of the year's loss."""
        return self.without_factor("")

    def without_factor(self, scenario_id: str) -> Complexes:
        """The same without one of the hard factors."""
        found = np.exp(self.exponent) * self.product
        for name, factor in self.hard:
            if name != scenario_id:
                found *= factor
        return found


def spectrum(scenarios: Sequence[AnyScenario], grid: Grid) -> Spectrum:
    """The transform of independent scenarios together."""
    size = grid.n + 1
    nothing = Spectrum(grid, np.zeros(size, complex), np.ones(size, complex), ())
    return with_scenarios(nothing, scenarios)


def with_scenarios(before: Spectrum, scenarios: Sequence[AnyScenario]) -> Spectrum:
    """The transform with these scenarios in."""
    poissons = [each for each in scenarios if is_poisson(each)]
    others = [each for each in scenarios if not is_poisson(each)]
    exponent = before.exponent
    if poissons:
        exponent = exponent + _exponent(poissons, before.grid)
    product, hard = before.product.copy(), list(before.hard)
    for name, factor in _factors(others, before.grid):
        if _is_hard(factor):
            hard.append((name, factor))
        else:
            product *= factor
    return Spectrum(before.grid, exponent, product, tuple(hard))


def without_scenario(before: Spectrum, scenario: AnyScenario) -> Spectrum:
    """The transform with one scenario taken out again."""
    if is_poisson(scenario):
        exponent = before.exponent - _exponent([scenario], before.grid)
        return Spectrum(before.grid, exponent, before.product, before.hard)
    if any(name == scenario.id for name, _ in before.hard):
        hard = tuple(each for each in before.hard if each[0] != scenario.id)
        return Spectrum(before.grid, before.exponent, before.product, hard)
    [(_, factor)] = _factors([scenario], before.grid)
    return Spectrum(before.grid, before.exponent, before.product / factor, before.hard)


def loss_transforms(
    beliefs: Sequence[Belief], grid: Grid, *, with_costs: bool = False
) -> tuple[Complexes, Complexes]:
    """The transforms of the losses of these beliefs, one a row; and, where asked for, those of x·f(x)."""
    masses = grid_masses([each.loss for each in beliefs], grid.step, grid.n)
    losses = grid.transform(masses)
    costs = grid.transform(masses * grid.step * np.arange(grid.n)) if with_costs else losses
    for row, belief in enumerate(beliefs):
        if is_crowd(belief, grid.step):
            shape = shape_of(belief.loss)
            losses[row] = shape.transform(grid.frequencies())
            if with_costs:
                costs[row] = shape.cost(grid.frequencies())
    return losses, costs


def factor_of(scenario: AnyScenario, transforms: Complexes) -> Complexes:
    """The transform of a scenario's year: over its experts, what the frequency makes of the loss's."""
    if len(scenario.beliefs) == 1:
        return scenario.beliefs[0].frequency.pgf(transforms[0])
    found = np.zeros(transforms.shape[1], complex)
    for belief, transform in zip(scenario.beliefs, transforms, strict=True):
        found += belief.weight * belief.frequency.pgf(transform)
    return found


def is_poisson(scenario: AnyScenario) -> bool:
    """Whether it is one Poisson scenario, which adds to others before any transform."""
    return len(scenario.beliefs) == 1 and isinstance(scenario.beliefs[0].frequency, Poisson)


def _exponent(scenarios: Sequence[AnyScenario], grid: Grid) -> Complexes:
    """Poissons add up before they are transformed: all of them cost one transform, but for crowds."""
    crowds = [each.beliefs[0] for each in scenarios if is_crowd(each.beliefs[0], grid.step)]
    single = [each.beliefs[0] for each in scenarios if not is_crowd(each.beliefs[0], grid.step)]
    rates = np.array([each.frequency.mean for each in single])
    total = np.zeros(grid.n)
    for start, stop in chunks(len(single), grid):
        laws = [each.loss for each in single[start:stop]]
        total += rates[start:stop] @ grid_masses(laws, grid.step, grid.n)
    found = grid.transform(total) - float(rates.sum())
    for each in crowds:
        found += each.frequency.mean * (shape_of(each.loss).transform(grid.frequencies()) - 1.0)
    return found


def _factors(scenarios: Sequence[AnyScenario], grid: Grid) -> list[tuple[str, Complexes]]:
    found = []
    for start, stop in chunks(len(scenarios), grid):
        some = scenarios[start:stop]
        transforms, _ = loss_transforms([belief for each in some for belief in each.beliefs], grid)
        row = 0
        for each in some:
            count = len(each.beliefs)
            found.append((each.id, factor_of(each, transforms[row : row + count])))
            row += count
    return found


def chunks(count: int, grid: Grid) -> list[tuple[int, int]]:
    """From and to, so that what is worked out at once stays small."""
    size = max(_AT_ONCE // grid.n, 1)
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def _is_hard(factor: Complexes) -> bool:
    return bool(np.min(factor.real**2 + factor.imag**2) < LEAST_DIVISOR**2)
