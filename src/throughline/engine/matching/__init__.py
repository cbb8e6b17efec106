"""Who should do what next: people and work matched by value, interest and growth, exactly."""

from throughline.engine.matching.advice import (
    TERMS,
    TOSS_UP,
    Begun,
    Matching,
    Suggestion,
    answered,
    matching,
    prices,
    suggestions,
    suited,
)
from throughline.engine.matching.conflicts import Conflict, conflicts
from throughline.engine.matching.plans import Plan, holds, mean_matches, measured
from throughline.engine.matching.question import Balance, Person, Question, Settings, Weights, Work
from throughline.engine.matching.solving import best
from throughline.engine.matching.swaps import Swap, swap, swaps
from throughline.engine.matching.triangle import Triangle, calmed, triangle

__all__ = [
    "TERMS",
    "TOSS_UP",
    "Balance",
    "Begun",
    "Conflict",
    "Matching",
    "Person",
    "Plan",
    "Question",
    "Settings",
    "Suggestion",
    "Swap",
    "Triangle",
    "Weights",
    "Work",
    "answered",
    "best",
    "calmed",
    "conflicts",
    "holds",
    "matching",
    "mean_matches",
    "measured",
    "prices",
    "suggestions",
    "suited",
    "swap",
    "swaps",
    "triangle",
]
