"""The pages of the service catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, at_least, require, scope_of, signed_in
from throughline.accounts.forms import SaysNo
from throughline.accounts.models import Role, Team
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.vulnerabilities.models import Service
from throughline.vulnerabilities.services import TIERS, add_service, assign_service, catalogue


class Ownership(SaysNo, forms.Form):
    """Who owns a service, and how much depends on it."""

    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="Nobody yet", label="Owner")
    tier = forms.TypedChoiceField(
        choices=[("", "Not set"), *((tier, str(tier)) for tier in TIERS)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="1 is the most critical. Deadlines may depend on it.",
    )


class NewService(Ownership):
    name = forms.CharField(max_length=160)
    field_order = ["name"]


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """What runs, who owns it, and what is open in it."""
    return _services_page(request, form=NewService())


def _services_page(request: HttpRequest, *, form: NewService) -> HttpResponse:
    context = {
        "services": catalogue(scope=scope_of(request.user), now=datetime.now(UTC)),
        "may_change": at_least(request.user, Role.MANAGER),
        "form": form,
    }
    return render(request, "vulnerabilities/services.html", context, status=422 if form.errors else 200)


@require_safe
def services_json(request: HttpRequest) -> JsonResponse:
    """The catalogue for programs."""
    return JsonResponse({"services": list(_rows(request))})


@require_safe
def services_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The catalogue for spreadsheets."""
    header = ["name", "team", "tier", "environment", "repository", "open"]
    return csv_response("services", header, ([row[name] for name in header] for row in _rows(request)))


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for listed in catalogue(scope=scope_of(request.user), now=datetime.now(UTC)):
        service = listed.service
        yield {
            "id": service.pk,
            "name": service.name,
            "team": service.team.name if service.team else None,
            "tier": service.tier,
            "environment": service.environment,
            "repository": service.repository,
            "open": listed.open,
        }


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a service."""
    actor = actor_name(require(request.user, Role.MANAGER))
    form = NewService(request.POST)
    if form.is_valid():
        try:
            add_service(actor, now=datetime.now(UTC), **form.cleaned_data)
            return HttpResponseRedirect(reverse("services"))
        except Refused as refused:
            form.refuse(refused)
    return _services_page(request, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, id: int) -> HttpResponse:
    """Change who owns a service."""
    require(request.user, Role.MANAGER)
    found = get_object_or_404(Service.objects.select_related("team"), pk=id)
    form = Ownership(request.POST or None, initial={"team": found.team, "tier": found.tier})
    if request.method == "POST" and form.is_valid():
        actor = actor_name(signed_in(request.user))
        moved = assign_service(actor, found, now=datetime.now(UTC), **form.cleaned_data)
        messages.success(request, f"{found.name} is saved. {_moved(moved)}".strip())
        return HttpResponseRedirect(reverse("services"))
    return render(request, "vulnerabilities/service.html", {"service": found, "form": form})


def _moved(count: int) -> str:
    if not count:
        return ""
    return f"{count} {'vulnerability' if count == 1 else 'vulnerabilities'} moved to the new owner."
