"""The home page, and the sample organisation for whoever wants to look around first."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import at_least, require, signed_in
from throughline.accounts.models import Role, User
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.objectives.models import KeyResult
from throughline.risk.models import Scenario
from throughline.ui.documents import glance_document
from throughline.ui.glance import glance, overdue_rows, overdue_where
from throughline.vulnerabilities.models import SlaPolicy, Vulnerability


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The quarter at a glance; a home without any data teaches instead."""
    if is_empty():
        return render(request, "ui/start.html", _may(request))
    person = _person(request)
    return render(request, "ui/home.html", {"glance": glance(person, now=datetime.now(UTC)), **_may(request)})


@require_safe
def home_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(glance_document(glance(_person(request), now=datetime.now(UTC))))


@require_safe
def overdue(request: HttpRequest) -> HttpResponseRedirect:
    """The rows of what is overdue today, of a team where one is named: an address that fits into a mail.

    Without a policy nothing is, and the home page says so.
    """
    signed_in(request.user)
    where = overdue_where(SlaPolicy.objects.all(), now=datetime.now(UTC))
    return HttpResponseRedirect(overdue_rows(where, request.GET.get("team", "")) if where else "/")


@require_POST
def load_sample(request: HttpRequest) -> HttpResponse:
    """Load the sample organisation in the background, into a home without any data only."""
    require(request.user, Role.ADMINISTRATOR)
    if not is_empty():
        raise Refused("The sample organisation is loaded into an empty home only; this one holds data.")
    job = enqueue("load the sample", {}, asked_by=_person(request), now=datetime.now(UTC))
    return HttpResponseRedirect(reverse("job", args=[job.pk]))


def is_empty() -> bool:
    """Whether nothing was imported, nothing promised and nothing feared yet."""
    return not any(kind.objects.exists() for kind in (Vulnerability, KeyResult, Scenario))


def _person(request: HttpRequest) -> User:
    require(request.user, Role.VIEWER)
    assert isinstance(request.user, User)
    return request.user


def _may(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_import": at_least(request.user, Role.MANAGER),
        "may_load_sample": at_least(request.user, Role.ADMINISTRATOR),
    }
