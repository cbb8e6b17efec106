"""The amounts that a year's loss can be exactly: nothing, and sums of caps.

They are found one by one, with their exact probabilities, so that a grid never has to smear them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.engine.losses.masses import spread
from throughline.engine.losses.scenarios import AnyScenario, Belief

Floats = NDArray[np.float64]
# How often each of some amounts is in a sum.
Counts = tuple[int, ...]
Terms = dict[Counts, float]

# Rarer sums are left to the grid.
LEAST = 1e-9
MOST = 400


@dataclass(frozen=True, slots=True)
class Atoms:
    """Sums of `amounts`, each by how often it holds each of them, with its probability.

    `places` and `masses` are the sums themselves, in order, the year without loss first.
    """

    amounts: tuple[float, ...]
    terms: Terms
    places: Floats
    masses: Floats

    def upto(self, x: Floats) -> Floats:
        """P(the loss is one of them, and at most x)."""
        sums = np.concatenate(([0.0], np.cumsum(self.masses)))
        return sums[np.searchsorted(self.places, x, side="right")]

    def cost_upto(self, x: Floats) -> Floats:
        """E[S; S is one of them, and at most x]."""
        sums = np.concatenate(([0.0], np.cumsum(self.masses * self.places)))
        return sums[np.searchsorted(self.places, x, side="right")]

    def take_from(self, masses: Floats, step: float) -> None:
        """Take them out of masses on a grid that holds them spread like the caps that they are sums of."""
        spreads = [spread(amount, step) for amount in self.amounts]
        for counts, mass in self.terms.items():
            start, parts = 0, np.array([mass])
            for (first, each), count in zip(spreads, counts, strict=True):
                for _ in range(count):
                    start, parts = start + first, np.convolve(parts, each)
            if start < masses.size:
                parts = parts[: masses.size - start]
                masses[start : start + parts.size] -= parts


def atoms(scenarios: Sequence[AnyScenario]) -> Atoms:
    """The sums of caps that have a probability of 1e-9 or more, the likeliest 400 at most; and no loss."""
    amounts = sorted(
        {
            place
            for each in scenarios
            for belief in each.beliefs
            for place, mass in belief.loss.atoms
            if place > 0 and mass > 0
        }
    )
    index = {amount: number for number, amount in enumerate(amounts)}
    nothing = (0,) * len(amounts)
    found: Terms = {nothing: 1.0}
    for scenario in scenarios:
        found = _product(found, _terms(scenario, index))
    sums: dict[float, float] = {}
    for counts, mass in found.items():
        place = math.fsum(count * amount for count, amount in zip(counts, amounts, strict=True))
        sums[place] = sums.get(place, 0.0) + mass
    places = np.array(sorted(sums))
    return Atoms(tuple(amounts), found, places, np.array([sums[each] for each in places]))


def _product(first: Terms, second: Terms) -> Terms:
    if len(second) == 1:
        [(_, mass)] = second.items()
        return {counts: each * mass for counts, each in first.items()}
    found: Terms = {}
    for one, mass in first.items():
        for other, weight in second.items():
            if mass * weight >= LEAST or not (any(one) or any(other)):
                counts = tuple(a + b for a, b in zip(one, other, strict=True))
                found[counts] = found.get(counts, 0.0) + mass * weight
    return _likeliest(found)


def _likeliest(found: Terms) -> Terms:
    if len(found) <= MOST:
        return found
    ordered = sorted(found.items(), key=lambda each: (any(each[0]), -each[1]))
    return dict(ordered[:MOST])


def _terms(scenario: AnyScenario, index: dict[float, int]) -> Terms:
    """The sums of one scenario's caps: every event of the year is capped, or costs nothing."""
    found: Terms = {(0,) * len(index): 0.0}
    for belief in scenario.beliefs:
        for counts, mass in _belief_terms(belief, index).items():
            found[counts] = found.get(counts, 0.0) + belief.weight * mass
    return found


def _belief_terms(belief: Belief, index: dict[float, int]) -> Terms:
    nothing = math.fsum(mass for place, mass in belief.loss.atoms if place == 0.0)
    caps = {index[place]: mass for place, mass in belief.loss.atoms if place > 0 and mass > 0}
    none = (0,) * len(index)
    found: Terms = {none: belief.frequency.term(0, nothing)}
    ways: Terms = {none: 1.0}
    total = math.fsum(caps.values())
    events = 0
    while caps and events < MOST:
        events += 1
        ways = _one_more(ways, caps)
        often = belief.frequency.term(events, nothing)
        mass_of_all = often * total**events
        if mass_of_all < LEAST and events > belief.frequency.mean * total:
            break
        for counts, mass in ways.items():
            if often * mass >= LEAST:
                found[counts] = found.get(counts, 0.0) + often * mass
    return found


def _one_more(ways: Terms, caps: dict[int, float]) -> Terms:
    found: Terms = {}
    for counts, mass in ways.items():
        for number, weight in caps.items():
            more = (*counts[:number], counts[number] + 1, *counts[number + 1 :])
            found[more] = found.get(more, 0.0) + mass * weight
    return found
