"""Taking jobs from the queue and giving them back: single statements, so that two workers never share one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from throughline.jobs.models import Job, JobState

DEAD_AFTER = timedelta(seconds=30)
MOST_ATTEMPTS = 3


def claim(*, now: datetime, dead_after: timedelta = DEAD_AFTER) -> Job | None:
    """The oldest job that waits, or whose worker died; None when there is none."""
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - dead_after)
    for job in Job.objects.filter(free).order_by("id")[:10]:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, now=now)
        elif _take(job, now=now):
            job.refresh_from_db()
            return job
    return None


def _take(job: Job, *, now: datetime) -> bool:
    # The condition on what was read makes one of two racing workers lose.
    unchanged = Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at)
    return bool(
        unchanged.update(state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=job.attempts + 1)
    )


def _give_up(job: Job, *, now: datetime) -> None:
    message = f"The server stopped {job.attempts} times during this job; it is not tried again."
    finish(job, JobState.FAILED, now=now, message=message)


def beat(job_id: int, *, now: datetime) -> None:
    """Say that the job's worker lives."""
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(heartbeat_at=now)


def finish(
    job: Job, state: JobState, *, now: datetime, message: str = "", result: dict[str, Any] | None = None
) -> None:
    """Write how the job ended."""
    fields: dict[str, Any] = {"state": state, "finished_at": now, "result": result or {}}
    Job.objects.filter(pk=job.pk).update(message=message[:2000], **fields)


def give_back(job: Job) -> None:
    """Put an interrupted job back, without counting the attempt against it."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.WAITING, heartbeat_at=None, attempts=max(0, job.attempts - 1)
    )
