"""Keeps the list of jobs short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.jobs.models import Job
from throughline.jobs.registry import Context, job

KEPT = timedelta(days=30)
# What the server asks of itself is no news days later, and there are many of them.
OWN_KEPT = timedelta(days=2)


@job("forget ended jobs", every=timedelta(days=1))
def forget_ended_jobs(context: Context) -> dict[str, Any]:
    """Delete jobs that ended long ago; the audit record keeps who asked for them."""
    now = datetime.now(UTC)
    old = Job.objects.filter(finished_at__lt=now - KEPT).delete()[0]
    own = Job.objects.filter(asked_by=None, finished_at__lt=now - OWN_KEPT).delete()[0]
    return {"forgotten": old + own}
