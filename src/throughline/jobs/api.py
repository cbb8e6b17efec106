"""Background work for programs: how far it is, and stopping it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Id, Subject, person
from throughline.jobs import actions
from throughline.jobs.access import job_for
from throughline.jobs.documents import JobOf, document
from throughline.jobs.models import Job

router = Subject("jobs")


@router.reads("/jobs", answer=Page[JobOf])
def list_jobs(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The background work that the person asked for, the newest first."""
    return page_of_records(
        request, asked, Job.objects.filter(asked_by=person(request)), by="-id", show=document
    )


@router.reads("/jobs/{int:id}", answer=JobOf)
def read_job(request: HttpRequest, id: Id) -> dict[str, Any]:
    """How far a piece of work is, and what came of it."""
    return document(job_for(request.user, id))


@router.writes("POST", "/jobs/{int:id}/cancel", scope="imports:write", answer=JobOf)
def cancel_job(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Stop work that waits at once, and work that runs at its next step."""
    found = job_for(request.user, id)
    actions.cancel(found, actor=person(request), now=datetime.now(UTC))
    return document(found)
