"""What it costs where two people take each other's work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from throughline.engine.matching.advice import Matching
from throughline.engine.matching.alike import exchanged
from throughline.engine.matching.parts import Pair
from throughline.engine.matching.plans import holds, measured


@dataclass(frozen=True, slots=True)
class Swap:
    """Two people who take each other's work; `cost` is what the team loses, all else left as it is."""

    one: str
    gives: str
    other: str
    takes: str
    cost: float


def swap(found: Matching, one: Pair, other: Pair) -> Swap | None:
    """What it costs where two exchange the work that the plan gives them; None where it cannot be.

    Both are (person, work). Everybody else keeps what they have, so a better plan around it may exist.
    """
    (first, gives), (second, takes) = one, other
    given = found.plan.given
    if first == second or gives == takes or not given[one] or not given[other]:
        return None
    if given[first, takes] or given[second, gives]:
        return None
    given = exchanged(given, one, other)
    if not holds(found.question, given):
        return None
    worth = measured(found.question, found.weights, given).objective
    names = found.question.people, found.question.works
    return Swap(
        names[0][first].key,
        names[1][gives].key,
        names[0][second].key,
        names[1][takes].key,
        found.plan.objective - worth,
    )


def swaps(found: Matching, person: int) -> list[Swap]:
    """Every exchange that a person could make with one other, the cheapest first."""
    mine = [(person, int(work)) for work in np.flatnonzero(found.plan.given[person])]
    others = [(int(who), int(work)) for who, work in zip(*np.nonzero(found.plan.given), strict=True)]
    made = [swap(found, one, other) for one in mine for other in others]
    return sorted(
        (each for each in made if each is not None), key=lambda each: (each.cost, each.other, each.takes)
    )
