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
# Which amounts a sum is of, by their number, in order: one of them twice is there twice.
Which = tuple[int, ...]
Terms = dict[Which, float]

# Rarer sums are left to the grid.
LEAST = 1e-9
MOST = 400
# Events of a year that may all be capped, at one amount or at several.
MOST_EVENTS, MOST_OF_SEVERAL = 4000, 60


@dataclass(frozen=True, slots=True)
class Atoms:
    """Sums of `amounts`, each by which of them it is of, with its probability.

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

    def at(self, x: float) -> float:
        """P(the loss is x, as one of them)."""
        return float(self.masses[np.abs(self.places - x) <= 1e-12 * x].sum())

    @property
    def longest(self) -> int:
        """The most caps in a sum that is not rare, 30 at most."""
        return min(max((len(which) for which, mass in self.terms.items() if mass > 1e-6), default=0), 30)

    def cost_upto(self, x: Floats) -> Floats:
        """E[S; S is one of them, and at most x]."""
        sums = np.concatenate(([0.0], np.cumsum(self.masses * self.places)))
        return sums[np.searchsorted(self.places, x, side="right")]

    def take_from(self, masses: Floats, step: float) -> None:
        """Take them out of masses on a grid that holds them spread like the caps that they are sums of."""
        single = [spread(amount, step) for amount in self.amounts]
        known: dict[Which, tuple[int, Floats]] = {(): (0, np.ones(1))}
        for which, mass in sorted(self.terms.items(), key=lambda each: len(each[0])):
            start, parts = _spread_of(which, single, known)
            if start < masses.size:
                parts = mass * parts[: masses.size - start]
                masses[start : start + parts.size] -= parts


def _spread_of(
    which: Which, single: Sequence[tuple[int, Floats]], known: dict[Which, tuple[int, Floats]]
) -> tuple[int, Floats]:
    """A sum on the grid, from the longest beginning of it that was worked out before."""
    length = next(length for length in range(len(which), -1, -1) if which[:length] in known)
    start, parts = known[which[:length]]
    for place in range(length, len(which)):
        first, each = single[which[place]]
        start, parts = start + first, np.convolve(parts, each)
        known[which[: place + 1]] = start, parts
    return start, parts


def atoms(scenarios: Sequence[AnyScenario], nothing: Sequence[float]) -> Atoms:
    """The sums of caps that have a probability of 1e-9 or more, the likeliest 400 at most; and no loss.

    `nothing` is the probability of a year without loss, for each scenario.
    """
    has_caps = [any(_caps(belief) for belief in each.beliefs) for each in scenarios]
    capped = [each for each, has in zip(scenarios, has_caps, strict=True) if has]
    free = [mass for mass, has in zip(nothing, has_caps, strict=True) if not has]
    amounts = sorted({place for each in capped for belief in each.beliefs for place in _caps(belief)})
    index = {amount: number for number, amount in enumerate(amounts)}
    found: Terms = {(): math.prod(free)}
    for scenario in capped:
        found = _product(found, _terms(scenario, index))
    sums: dict[float, float] = {}
    for which, mass in found.items():
        place = math.fsum(amounts[number] for number in which)
        sums[place] = sums.get(place, 0.0) + mass
    places = np.array(sorted(sums))
    return Atoms(tuple(amounts), found, places, np.array([sums[each] for each in places]))


def _product(first: Terms, second: Terms) -> Terms:
    found: Terms = {}
    for one, mass in first.items():
        for other, weight in second.items():
            if mass * weight >= LEAST or not (one or other):
                which = tuple(sorted(one + other))
                found[which] = found.get(which, 0.0) + mass * weight
    return _likeliest(found)


def _likeliest(found: Terms) -> Terms:
    if len(found) <= MOST:
        return found
    ordered = sorted(found.items(), key=lambda each: (bool(each[0]), -each[1]))
    return dict(ordered[:MOST])


def _terms(scenario: AnyScenario, index: dict[float, int]) -> Terms:
    """The sums of one scenario's caps: every event of the year is capped, or costs nothing."""
    found: Terms = {(): 0.0}
    for belief in scenario.beliefs:
        for which, mass in _belief_terms(belief, index).items():
            found[which] = found.get(which, 0.0) + belief.weight * mass
    return found


def _belief_terms(belief: Belief, index: dict[float, int]) -> Terms:
    nothing = math.fsum(mass for place, mass in belief.loss.atoms if place == 0.0)
    caps = {index[place]: mass for place, mass in _caps(belief).items()}
    found: Terms = {(): belief.frequency.term(0, nothing)}
    ways: Terms = {(): 1.0}
    total = math.fsum(caps.values())
    if belief.frequency.term(0, nothing + total) < LEAST:
        return found
    events, most = 0, MOST_EVENTS if len(caps) == 1 else MOST_OF_SEVERAL
    while caps and events < most:
        events += 1
        ways = _one_more(ways, caps)
        often = belief.frequency.term(events, nothing)
        mass_of_all = often * total**events
        if mass_of_all < LEAST and events > belief.frequency.mean * total:
            break
        for which, mass in ways.items():
            if often * mass >= LEAST:
                found[which] = found.get(which, 0.0) + often * mass
    return found


def _caps(belief: Belief) -> dict[float, float]:
    return {place: mass for place, mass in belief.loss.atoms if place > 0 and mass > 0}


def _one_more(ways: Terms, caps: dict[int, float]) -> Terms:
    found: Terms = {}
    for which, mass in ways.items():
        for number, weight in caps.items():
            more = tuple(sorted((*which, number)))
            found[more] = found.get(more, 0.0) + mass * weight
    return found
