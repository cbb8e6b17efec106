"""The plan at every mix of the three weights: 231 points of a triangle, in steps of a twentieth."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.engine import past_choices
from throughline.engine.matching.model import best
from throughline.engine.matching.plans import Plan
from throughline.engine.matching.question import Question, Weights

STEPS = past_choices.STEPS


@dataclass(frozen=True, slots=True)
class Corner:
    """A point of the triangle: its weights, the place of its plan, and what that is worth there."""

    weights: Weights
    plan: int
    objective: float
    short: float


@dataclass(frozen=True, slots=True)
class Triangle:
    """Each point with its best plan; `plans` holds each plan once, in the order in which it is met."""

    points: tuple[Corner, ...]
    plans: tuple[Plan, ...]


def grid(steps: int = STEPS) -> list[Weights]:
    """The points of the triangle, those on which past choices are explained.

    >>> len(grid())
    231
    """
    return [Weights(*each) for each in past_choices.triangle(steps).tolist()]


def triangle(question: Question, *, steps: int = STEPS) -> Triangle | None:
    """The best plan at each point, each solved for itself; None where nothing meets what must be."""
    points: list[Corner] = []
    plans: list[Plan] = []
    places: dict[bytes, int] = {}
    for weights in grid(steps):
        found = best(question, weights)
        if found is None:
            return None
        place = places.setdefault(found.given.tobytes(), len(plans))
        if place == len(plans):
            plans.append(found)
        points.append(Corner(weights, place, found.objective, found.short))
    return Triangle(tuple(points), tuple(plans))
