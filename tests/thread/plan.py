"""A small plan with everything in it, made through the actions that pages use."""

from __future__ import annotations

from datetime import UTC, date, datetime

from throughline.objectives import efforts, items
from throughline.objectives.actions import add_key_result
from throughline.objectives.models import Cycle

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACTOR = "test"


def small_plan() -> Cycle:
    """One unbroken line from a goal to Mia, a guardrail, and an initiative that moves nothing."""
    quarter = {"title": "2026-Q4", "start": date(2026, 10, 1), "end": date(2026, 12, 31)}
    cycle = items.add_cycle(ACTOR, now=NOW, **quarter)
    Cycle.objects.update(state="set")
    goal = items.add_item(ACTOR, "goal", title="Win enterprise customers", owner_name="Cleo", now=NOW)
    secure, deliver = (
        items.add_item(ACTOR, "long_term_objective", title=title, kind=kind, now=NOW)
        for title, kind in (("Secure the product", "actual_risk"), ("Deliver value rapidly", "delivery"))
    )
    repair, speed = (
        items.add_item(ACTOR, "objective", title=title, cycle=cycle, now=NOW)
        for title in ("Repair what matters first", "Stay out of the way")
    )
    for lower, upper in ((secure, goal), (deliver, goal), (repair, secure), (speed, deliver)):
        items.join(ACTOR, lower, upper, "contributes", now=NOW)
    faster, guard = (
        _key_result(objective.key, title)
        for objective, title in ((repair, "Fewer are open"), (speed, "Builds stay fast"))
    )
    items.join(ACTOR, guard, repair, "balances", now=NOW)
    robot = items.add_item(
        ACTOR, "initiative", title="Patch by robot", cycle=cycle, narrative="Robots patch", now=NOW
    )
    efforts.expect(ACTOR, robot, faster, low=-8, high=-3, confidence=0.7, now=NOW)
    efforts.assign(ACTOR, robot, ["Mia"], now=NOW)
    items.add_item(ACTOR, "initiative", title="Tidy the wiki", cycle=cycle, now=NOW)
    return cycle


def _key_result(objective: str, title: str):
    dates = {"start": "2026-10-01", "due": "2026-12-31"}
    given = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Mia"}
    return add_key_result(ACTOR, title=title, objective=objective, now=NOW, **given, **dates)
