"""Base rates beside a question: added by hand or from a file, withdrawn, put back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.addresses import is_ours
from throughline.engine.refusals import Refused
from throughline.forecasts import rates
from throughline.forecasts.access import rate_for, require_open
from throughline.forecasts.forms import RateForm
from throughline.risk.access import scenario_for
from throughline.risk.models import Scenario


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a base rate; its POST keeps it and leads back to where the person came from."""
    person = require_open(request.user)
    scenario = scenario_for(person, key)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rates.add_rate(person, scenario, now=_now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "It stands beside the question now.")
            return _back(request, scenario)
    back = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "scenario": scenario, "next": back if is_ours(back) else ""}
    return render(request, "forecasts/base_rate.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Take a base rate away; the toast offers to take that back."""
    person = require_open(request.user)
    found = rate_for(person, id)
    rates.withdraw(person, found, now=_now())
    undo = reverse("base-rate-restore", args=[id])
    messages.success(request, "Withdrawn. It stays in the record.", extra_tags=undo)
    return _back(request, found.scenario)


@require_POST
def restore(request: HttpRequest, id: int) -> HttpResponse:
    """Put a withdrawn base rate back."""
    person = require_open(request.user)
    found = rate_for(person, id)
    rates.restore(person, found, now=_now())
    messages.success(request, "It is back.")
    return _back(request, found.scenario)


def _back(request: HttpRequest, scenario: Scenario) -> HttpResponseRedirect:
    asked = request.POST.get("next", "")
    usual = reverse("scenario", args=[scenario.key])
    return HttpResponseRedirect(f"{asked if is_ours(asked) else usual}#rates")


def _now() -> datetime:
    return datetime.now(UTC)
