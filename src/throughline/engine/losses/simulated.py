"""Years drawn at random: an independent check of the portfolio's figures, never what is shown for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from throughline.engine.losses.scenarios import AnyScenario, Belief

Floats = NDArray[np.float64]

# Events that are drawn at once: 40 MB.
AT_ONCE = 5_000_000


def years(scenarios: Sequence[AnyScenario], n: int, rng: np.random.Generator) -> Floats:
    """The loss of each of n years: a row a scenario.

    Every scenario draws on from the same generator, so that no two share their draws. In a year every event
    has a loss of its own.
    """
    return np.array([_years_of(each, n, rng) for each in scenarios])


def totals(scenarios: Sequence[AnyScenario], n: int, rng: np.random.Generator) -> Floats:
    """The loss of each of n years over all scenarios, without keeping them apart."""
    found = np.zeros(n)
    for each in scenarios:
        found += _years_of(each, n, rng)
    return found


def _years_of(scenario: AnyScenario, n: int, rng: np.random.Generator) -> Floats:
    beliefs = scenario.beliefs
    if len(beliefs) == 1:
        return _losses(beliefs[0], n, rng)
    # Who is right is right for the whole year.
    right = rng.choice(len(beliefs), size=n, p=[each.weight for each in beliefs])
    found = np.zeros(n)
    for number, belief in enumerate(beliefs):
        mine = np.flatnonzero(right == number)
        found[mine] = _losses(belief, mine.size, rng)
    return found


def _losses(belief: Belief, n: int, rng: np.random.Generator) -> Floats:
    found = np.zeros(n)
    block = max(int(AT_ONCE / (1 + belief.frequency.mean)), 1)
    for start in range(0, n, block):
        counts = belief.frequency.draw(rng, min(block, n - start))
        losses = belief.loss.draw(rng, int(counts.sum()))
        owners = np.repeat(np.arange(counts.size), counts)
        found[start : start + counts.size] = np.bincount(owners, weights=losses, minlength=counts.size)
    return found
