"""A job as a page, as a fragment that asks again while it runs, and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import signed_in
from throughline.accounts.addresses import is_ours
from throughline.jobs import actions
from throughline.jobs.access import job_for
from throughline.jobs.documents import document
from throughline.jobs.models import BACK, Job, JobState


@require_safe
def job(request: HttpRequest, id: int) -> HttpResponse:
    """Progress while it runs; where its result has an address of its own, that page after it."""
    found = job_for(request.user, id)
    address = _address(found)
    if "HX-Request" in request.headers:
        response = render(request, "jobs/progress.html", _shown(found))
        if address:
            response["HX-Redirect"] = address
        return response
    if address:
        return HttpResponseRedirect(address)
    return render(request, "jobs/job.html", _shown(found))


@require_safe
def job_json(request: HttpRequest, id: int) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(document(job_for(request.user, id)))


@require_POST
def cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Ask the job to stop."""
    found = job_for(request.user, id)
    actions.cancel(found, actor=signed_in(request.user), now=datetime.now(UTC))
    return HttpResponseRedirect(reverse("job", kwargs={"id": id}))


def _shown(found: Job) -> dict[str, Any]:
    back = str(found.arguments.get(BACK, ""))
    running = found.state in actions.UNFINISHED
    return {"job": found, "running": running, "back": back if is_ours(back) and not running else ""}


def _address(found: Job) -> str:
    """The page that shows the result: only ever a path of this site."""
    address = str(found.result.get("address", "")) if found.state == JobState.DONE else ""
    return address if is_ours(address) else ""
