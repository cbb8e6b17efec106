"""A key result as a record, as its caller knows it.

None means that the caller does not know, and then no rule asks; an empty text or a missing target is a
finding. What needs history or calculation (chance to hit, smallest change that could be told from chance)
is handed in, so that the rules stay pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

KeyResultKind = Literal["move", "keep", "milestone", "binary", "baseline", "forecast"]
Cycle = Literal["draft", "proposed", "set"]

# Kinds that go from a baseline to a target; D3, D4 and D24 are about these only.
MOVING = ("move", "forecast")
MEASURED = ("move", "forecast", "keep")


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another key result of the same objective."""

    metric: str
    where: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A key result as a record, with what its caller knows about it and its surroundings.

    `population` is the slice in the words of the record ("severity >= 'high'"), "all" where all is meant.
    `where` with `metric` tells it from its siblings. Ages and cadence are days; `p_hit` and `power` lie
    between 0 and 1; `smallest_change` is in the unit of the metric.
    """

    kind: KeyResultKind = "move"
    text: str = ""
    metric: str = ""
    metric_is_known: bool = True
    acceptance_test: str = ""
    judge: str = ""
    unit: str = ""
    aggregation: str = ""
    population: str = ""
    population_list: str = ""
    window: str = ""
    where: str = ""
    better: Literal["lower", "higher"] | None = None
    baseline: float | None = None
    baseline_measured: bool = False
    baseline_as_of: date | None = None
    target: float | None = None
    target_text: str = ""
    due: date | None = None
    start: date | None = None
    end: date | None = None
    owners: tuple[str, ...] = ()
    cycle: Cycle = "proposed"
    siblings: tuple[Sibling, ...] = ()
    key_results: int | None = None
    objective: str = ""
    has_guardrail: bool | None = None
    newest_age: float | None = None
    cadence: float | None = None
    points: int | None = None
    query_runs: bool | None = None
    ever_moved: bool | None = None
    p_hit: float | None = None
    power: float | None = None
    smallest_change: float | None = None
