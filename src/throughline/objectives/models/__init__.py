"""The plan and how it goes: goals, objectives, key results, initiatives, and what joins them."""

from throughline.objectives.models.initiatives import Assignment, Effect, Initiative
from throughline.objectives.models.key_results import Completion, KeyResult, Measurement, Version
from throughline.objectives.models.plan import (
    Counterpart,
    Cycle,
    Edge,
    Goal,
    ItemKind,
    LongTermObjective,
    Objective,
)

__all__ = [
    "Assignment",
    "Completion",
    "Counterpart",
    "Cycle",
    "Edge",
    "Effect",
    "Goal",
    "Initiative",
    "ItemKind",
    "KeyResult",
    "LongTermObjective",
    "Measurement",
    "Objective",
    "Version",
]
