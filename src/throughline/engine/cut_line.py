"""Around the cut line: the price of each rule, what just missed, what more people would buy, the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.engine.portfolio import (
    Clause,
    Portfolio,
    Question,
    best,
    conflict,
    effort_to_enter,
)


@dataclass(frozen=True, slots=True)
class Price:
    """What one balance rule costs, and what would be chosen without it."""

    rule: str
    lost: float
    without: Portfolio


@dataclass(frozen=True, slots=True)
class Missed:
    """What would have to change for a candidate to enter: its value, or its effort, alone.

    `value` is how many points more, `effort` how many person-weeks less; None where that alone never does.
    `against` names what cannot all hold once it is chosen, where nothing can bring it in.
    """

    key: str
    value: float | None
    effort: float | None
    against: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class More:
    """What so many person-weeks more would buy."""

    weeks: float
    gain: float
    then: Portfolio


def prices(question: Question, chosen: Portfolio) -> list[Price]:
    """The value lost because of each rule, found by choosing again without it; never below 0."""
    return [
        Price(rule.key, max(0.0, without.net - chosen.net), without)
        for rule in question.rules
        if (without := best(question.without(rule.key)))
    ]


def missed(question: Question, chosen: Portfolio) -> list[Missed]:
    """Every candidate that is not chosen, the one that lacks least value first.

    Both answers are exact: the net value once it is forced in says how much value it lacks, and the cut in
    its effort is an optimum of its own.
    """
    found = [_missed(question, chosen, each.key) for each in question.items if each.key not in chosen.chosen]
    return sorted(found, key=lambda each: (each.value is None, each.value or 0.0, each.key))


def _missed(question: Question, chosen: Portfolio, key: str) -> Missed:
    forced = question.promising(key)
    with_it = best(forced)
    effort = effort_to_enter(question, key, chosen)
    if with_it is None:
        return Missed(key, None, effort, conflict(forced))
    return Missed(key, max(0.0, chosen.net - with_it.net), effort)


def more(question: Question, chosen: Portfolio, weeks: float) -> More:
    """What is chosen with so many person-weeks more; the gain is never below 0."""
    then = best(question.with_capacity(question.capacity + weeks))
    assert then is not None, "more capacity takes no choice away"
    return More(weeks, max(0.0, then.net - chosen.net), then)


def frontier(question: Question, *, points: int = 40) -> list[tuple[float, Portfolio]]:
    """The best portfolio of each capacity at which the value rises, by capacity, on a grid.

    The grid has so many steps from nothing to all the effort there is (or the capacity, where that is more).
    Each capacity is the effort that the portfolio takes: from there to the grid's own nothing is better.
    Capacities at which no choice meets the rules are left out.
    """
    most = max(float(question.efforts.sum()), question.capacity)
    found: list[tuple[float, Portfolio]] = []
    needed = np.inf
    for capacity in _grid(most, points, through=question.capacity):
        # A portfolio that fits here was the best of a larger capacity already.
        if capacity >= needed:
            continue
        portfolio = best(question.with_capacity(capacity))
        if portfolio is None:
            break
        if found and portfolio.net >= found[-1][1].net - 1e-12 * max(1.0, abs(portfolio.net)):
            found.pop()
        found.append((portfolio.effort, portfolio))
        needed = portfolio.effort
    return found[::-1]


def _grid(most: float, points: int, *, through: float) -> Sequence[float]:
    """Capacities from the most to nothing, the one that counts among them."""
    steps = {*np.linspace(0.0, most, points + 1).tolist(), through}
    return sorted(steps, reverse=True)
