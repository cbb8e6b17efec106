"""A quarter with two objectives, the key results that decide them, and candidates with plain figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.organisation import NOW

from throughline.objectives import items, sketches
from throughline.objectives.models import Cycle, KeyResult, Objective
from throughline.portfolio.actions import add_candidate
from throughline.portfolio.models import Candidate
from throughline.series.actions import push

ACTOR = "test"


def a_quarter() -> Cycle:
    """2027-Q1 with `repair` (days 40 to 20, a guardrail on builds) and `detect` (a pilot in two steps)."""
    cycle = items.add_cycle(
        ACTOR, key="2027-q1", title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW
    )
    repair = objective(cycle, "repair", "Repair what matters first")
    detect = objective(cycle, "detect", "Know it before others do")
    _series("days_to_repair", 40.0, unit="days", better="lower")
    _series("build_minutes", 10.0, unit="minutes", better="lower")
    days = {"metric": "days_to_repair", "baseline": "40", "target": "20"}
    sketch(repair, "Days to repair", **days)
    bound = sketch(repair, "Minutes of a build", kind="keep", metric="build_minutes", bound_high="14")
    items.join(ACTOR, bound, repair, "balances", now=NOW)
    sketch(detect, "The pilot runs", kind="milestone", steps="40: Chosen\n60: Runs")
    return cycle


def objective(cycle: Cycle, key: str, title: str) -> Objective:
    made = items.add_item(ACTOR, "objective", key=key, title=title, cycle=cycle, now=NOW)
    assert isinstance(made, Objective)
    return made


def sketch(of: Objective, title: str, **given: Any) -> KeyResult:
    return sketches.add_sketch(ACTOR, of, title=title, owner="Max", now=NOW, **given)


def key_result(title: str) -> KeyResult:
    return KeyResult.objects.get(sketch__title=title)


def candidate(cycle: Cycle, title: str, days: float = 4.0, weeks: float = 4.0, **more: Any) -> Candidate:
    """Work that takes so many person-weeks and makes a repair so many days shorter, without doubt."""
    given = {"effort_low": weeks, "effort_high": weeks, "objective": "repair", "confidence": 1.0}
    impacts = {key_result("Days to repair").pk: (-days, -days)} if days else {}
    return add_candidate(ACTOR, cycle=cycle, title=title, now=NOW, **{"impacts": impacts, **given, **more})


def _series(name: str, value: float, **given: Any) -> None:
    push(ACTOR, name, value, at=NOW, now=NOW, title=name.replace("_", " "), cadence_days=7, **given)
