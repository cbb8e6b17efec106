"""A small plan over a small register: one objective with key results that can be decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.objectives.register import records

from throughline.objectives import items, sketches
from throughline.objectives.models import Cycle, KeyResult, Objective

# A month into the quarter that is planned, so that there is a baseline to measure.
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACTOR = "test"
MEASURABLE = {"metric": "arrivals", "baseline": "measured", "target": "-70%", "owner": "Ada Okafor"}


def a_register() -> None:
    """One found every two days for most of a year, some of them repaired."""
    first = datetime(2026, 1, 5, tzinfo=UTC)
    founds = [first + timedelta(days=2 * number) for number in range(150)]
    fixes = [found + timedelta(days=20 + number % 7) for number, found in enumerate(founds)]
    records(
        (f"{found:%Y-%m-%d}", f"{fixed:%Y-%m-%d}" if fixed < NOW and number % 5 else None)
        for number, (found, fixed) in enumerate(zip(founds, fixes, strict=True))
    )


def a_cycle() -> Cycle:
    return items.add_cycle(ACTOR, title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)


def an_objective(cycle: Cycle, title: str = "Fewer flaws are found by others") -> Objective:
    made = items.add_item(ACTOR, "objective", title=title, cycle=cycle, now=NOW)
    assert isinstance(made, Objective)
    return made


def a_sketch(objective: Objective, **given: Any) -> KeyResult:
    return sketches.add_sketch(ACTOR, objective, now=NOW, **{**MEASURABLE, **given})


def a_plan() -> tuple[Cycle, Objective, KeyResult]:
    """A cycle whose only sketch can be decided."""
    a_register()
    cycle = a_cycle()
    objective = an_objective(cycle)
    return cycle, objective, a_sketch(objective)
