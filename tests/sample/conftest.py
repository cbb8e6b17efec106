"""What the sample's register and rooms lean on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest


@pytest.fixture
def plan(db):
    """What the register leans on: the work that treats it, and what it bears on, by their titles."""
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.items import add_cycle, add_item
    from throughline.sample import risks
    from throughline.sample.plan import ASSURE

    now = datetime(2026, 9, 1, tzinfo=UTC)
    cycle = add_cycle("test", title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=now)
    cycle.state = "set"
    cycle.save()
    add_item("test", "objective", title=ASSURE, cycle=cycle, now=now)
    for title in risks.COSTS:
        add_item("test", "initiative", title=title, cycle=cycle, now=now)
    when = {"start": "2026-10-01", "due": "2026-12-31", "owner": "Max"}
    for title in {title for each in risks.SCENARIOS for title in each.bears_on} - {ASSURE}:
        add_key_result("test", kind="binary", title=title, acceptance="It is done.", now=now, **when)
