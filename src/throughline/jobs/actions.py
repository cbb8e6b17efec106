"""Asking for background work, and asking it to stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.jobs import bell
from throughline.jobs.models import BACK, Job, JobState
from throughline.jobs.registry import work_of

UNFINISHED = [JobState.WAITING, JobState.RUNNING]


def enqueue(
    kind: str, arguments: dict[str, Any], *, asked_by: User | None, now: datetime, back: str = ""
) -> Job:
    """Put work in the queue; the worker starts it after the surrounding transaction commits.

    `back` is the path that the job's page leads back to.
    """
    work_of(kind)
    if back:
        arguments = {**arguments, BACK: back}
    with transaction.atomic():
        job = Job.objects.create(kind=kind, arguments=arguments, asked_by=asked_by, created_at=now)
        # What the server asks of itself each quarter of an hour is no deed of anybody's.
        if asked_by:
            actor = actor_name(asked_by)
            audit.record(actor, f"job asked: {kind}", object_type="job", object_id=job.pk, now=now)
        transaction.on_commit(bell.ring)
    return job


def cancel(job: Job, *, actor: User, now: datetime) -> None:
    """Stop a waiting job at once and a running one at its next step."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
        stopped = waiting.update(state=JobState.CANCELLED, cancel_asked=True, finished_at=now)
        if not stopped and not Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            cancel_asked=True
        ):
            raise Refused("This job has ended already; there is nothing to cancel.")
        audit.record(actor_name(actor), "job cancelled", object_type="job", object_id=job.pk, now=now)
    job.refresh_from_db()
