"""Measuring in the background: after imports, at the turn of a day, and when the data moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.jobs.registry import Context, job
from throughline.objectives import actions, queries


@job("measure key results", every=timedelta(minutes=15))
def measure_key_results(context: Context) -> dict[str, Any]:
    """Measure whatever is behind the data or the day; nothing is evaluated where all is up to date."""
    now = datetime.now(UTC)
    if not queries.behind(now):
        return {"measured": 0}
    measured = actions.measure_all(now)
    return {"measured": measured, "address": "/key-results/"}
