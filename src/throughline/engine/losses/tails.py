"""Whose losses the worst years are made of: each scenario's part of the mean loss above a level.

Scenario i's part of the years up to v is E[Sᵢ; S ≤ v]. Its transform is that of x·f(x), once for the event
looked at, times the derivative of the frequency's generating function, times all other scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from throughline.engine.losses.crowds import is_crowd
from throughline.engine.losses.masses import grid_masses
from throughline.engine.losses.scenarios import AnyScenario
from throughline.engine.losses.spectra import (
    Complexes,
    Grid,
    Spectrum,
    chunks,
    factor_of,
    is_poisson,
    loss_transforms,
)

Floats = NDArray[np.float64]


def parts_upto(scenarios: Sequence[AnyScenario], spectrum: Spectrum, at: Sequence[float]) -> Floats:
    """E[Sᵢ; S ≤ x] for each x of `at`, all within the grid of the transform: one row an x."""
    grid = spectrum.grid
    weights = np.array([_weights(grid, x) for x in at])
    whole = spectrum.whole()
    found = np.zeros((len(at), len(scenarios)))
    plain = [is_poisson(each) and not is_crowd(each.beliefs[0], grid.step) for each in scenarios]
    poissons, others = (
        [i for i, is_plain in enumerate(plain) if is_plain == which] for which in (True, False)
    )
    if poissons:
        found[:, poissons] = _of_poissons([scenarios[i] for i in poissons], grid, weights, whole)
    for start, stop in chunks(len(others), grid):
        some = others[start:stop]
        found[:, some] = _of_others([scenarios[i] for i in some], spectrum, weights, whole)
    return found


def _weights(grid: Grid, x: float) -> Floats:
    """What sums the masses up to x, as `laws.running` does, undamped."""
    place = min(int(x / grid.step), grid.n - 3)
    share = x / grid.step - place
    found = np.zeros(grid.n)
    for end, part in ((place, 1 - share), (place + 1, share)):
        found[:end] += part
        found[end] += part / 2
        found[end + 1] -= part / 24
        if end:
            found[end - 1] += part / 24
    return found / grid.tilt()


def _of_poissons(scenarios: Sequence[AnyScenario], grid: Grid, weights: Floats, whole: Complexes) -> Floats:
    """λ·E[X·P(S ≤ x − X)]: one correlation for all of them, then a sum over the masses of each."""
    turned = np.fft.rfft(weights, n=2 * grid.n) * np.conj(whole)
    seen = np.fft.irfft(turned, n=2 * grid.n)[:, : grid.n] * grid.tilt() * grid.step * np.arange(grid.n)
    found = np.zeros((len(weights), len(scenarios)))
    for start, stop in chunks(len(scenarios), grid):
        some = scenarios[start:stop]
        rates = np.array([each.beliefs[0].frequency.mean for each in some])
        masses = grid_masses([each.beliefs[0].loss for each in some], grid.step, grid.n)
        found[:, start:stop] = rates * (seen @ masses.T)
    return found


def _of_others(
    scenarios: Sequence[AnyScenario], spectrum: Spectrum, weights: Floats, whole: Complexes
) -> Floats:
    grid = spectrum.grid
    # Σ w·g over the places is Σ ŵ*·ĝ over the frequencies, of which the inner ones count twice.
    turned = np.conj(np.fft.rfft(weights, n=2 * grid.n)) / grid.n
    turned[:, [0, -1]] /= 2
    hard = {name for name, _ in spectrum.hard}
    beliefs = [belief for each in scenarios for belief in each.beliefs]
    losses, costs = loss_transforms(beliefs, grid, with_costs=True)
    found, row = np.zeros((len(weights), len(scenarios))), 0
    for number, each in enumerate(scenarios):
        rows = slice(row, row + len(each.beliefs))
        row = rows.stop
        rest = spectrum.without_factor(each.id) if each.id in hard else whole / factor_of(each, losses[rows])
        seen = turned * rest
        for belief, loss, cost in zip(each.beliefs, losses[rows], costs[rows], strict=True):
            found[:, number] += belief.weight * np.real(seen @ (belief.frequency.slope(loss) * cost))
    return found
