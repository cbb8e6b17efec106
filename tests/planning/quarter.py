"""A quarter that is over and the one that is planned after it, with lines for what the stages count."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.objectives.register import record
from tests.organisation import NOW

from throughline.planning.models import Stage
from throughline.planning.queries import Planned, Told, stages_of

Key = Stage.Key
ACTOR = "test"


def next_cycle() -> Any:
    """2027-Q2, on which the tests of boards open theirs too."""
    from tests.workshops.meeting import a_cycle

    return a_cycle()


def a_quarter_before(ended: int = 2, running: int = 0) -> Any:
    """2026-Q3, set, with key results that have ended and some that have not."""
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.items import add_cycle, add_item
    from throughline.objectives.models import Cycle, KeyResult, Objective

    record("2026-06-01", None)
    days = {"start": date(2026, 7, 1), "end": date(2026, 9, 30)}
    cycle = add_cycle(ACTOR, title="2026-Q3", now=NOW, **days)
    objective = add_item(ACTOR, "objective", title="Repair first", cycle=cycle, now=NOW)
    assert isinstance(objective, Objective)
    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Mia"}
    for number in range(ended + running):
        made = add_key_result(
            ACTOR, title=f"KR {number}", start="2026-07-01", due="2026-09-30", now=NOW, **wish
        )
        closed = NOW if number < ended else None
        KeyResult.objects.filter(pk=made.pk).update(closed_at=closed, objective=objective)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.SET)
    cycle.refresh_from_db()
    return cycle


def key_results(cycle: Any) -> list[Any]:
    from throughline.objectives.models import KeyResult

    return list(KeyResult.objects.filter(objective__cycle=cycle).order_by("pk"))


def stages(cycle: Any) -> Planned:
    return stages_of(cycle, now=NOW)


def told(cycle: Any, key: Key) -> Told:
    return next(each for each in stages(cycle).stages if each.key == key)
