"""A cycle with an initiative, a key result in force, and a sketch, for whoever tells their stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from throughline.objectives.models import Cycle, Initiative, KeyResult

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to tell of."""

    cycle: Cycle
    work: Initiative
    other: Initiative
    promise: KeyResult
    sketch: KeyResult


@pytest.fixture
def plan(organisation) -> Plan:
    from throughline.objectives import items, sketches
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.models import KeyResult

    start, end = date(2026, 10, 1), date(2026, 12, 31)
    cycle = items.add_cycle("test", key="2026-q4", title="Q4 2026", start=start, end=end, now=NOW)
    objective = items.add_item("test", "objective", title="Customers sign sooner", cycle=cycle, now=NOW)
    work = items.add_item(
        "test", "initiative", key="report", title="The report", cycle=cycle, owner_name="Mia", now=NOW
    )
    other = items.add_item("test", "initiative", key="scan", title="Scan more", cycle=cycle, now=NOW)
    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Mia"}
    promise = add_key_result("test", now=NOW, start="2026-10-01", due="2026-12-31", **wish)
    KeyResult.objects.filter(pk=promise.pk).update(objective=objective)
    promise.refresh_from_db()
    sketch = sketches.add_sketch("test", objective, now=NOW, metric="count()", title="Fewer reports")
    return Plan(cycle, work, other, promise, sketch)
