"""A quarter that can be over: key results of Mia, measured on a few records, closed as hit or missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from throughline.objectives.actions import add_key_result
from throughline.objectives.models import Cycle, KeyResult

BEGUN = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
OVER = datetime(2026, 10, 20, tzinfo=UTC)
ACTOR = "test"


def key_result(title: str = "Fewer are open") -> KeyResult:
    return add_key_result(
        ACTOR,
        title=title,
        objective="Repair first",
        metric="count()",
        baseline="40",
        target="20",
        start="2026-07-01",
        due="2026-09-30",
        owner="Mia",
        now=BEGUN,
    )


def ended(found: KeyResult, *, value: float, at: datetime = OVER) -> KeyResult:
    """The key result as its grading at the end would leave it."""
    grade = min(max((40 - value) / 20, 0.0), 1.0)
    KeyResult.objects.filter(pk=found.pk).update(
        closed_at=at, graded_value=value, grade=grade, original_value=value, original_grade=grade
    )
    found.refresh_from_db()
    return found


def after(days: int) -> datetime:
    return BEGUN + timedelta(days=days)


def next_cycle() -> Cycle:
    from datetime import date

    from throughline.objectives.items import add_cycle

    return add_cycle(ACTOR, title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=OVER)
