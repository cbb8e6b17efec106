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
from throughline.forecasts import rate_files, rates
from throughline.forecasts.access import rate_for, require_open
from throughline.forecasts.forms import RateFileForm, RateForm
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
    return _page(request, scenario, form=form)


@require_POST
def bring_in(request: HttpRequest, key: str) -> HttpResponse:
    """Count in a file and keep the count; what cannot be read is said beside its field, with its line."""
    person = require_open(request.user)
    scenario = scenario_for(person, key)
    form = RateFileForm(request.POST, request.FILES)
    if form.is_valid():
        given = dict(form.cleaned_data)
        file, kind = given.pop("file"), given.pop("kind")
        try:
            rate_files.bring_in(
                person, scenario, file.read(), name=file.name, kind=kind, asked=given, now=_now()
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "It is counted, and stands beside the question now.")
            return _back(request, scenario)
    return _page(request, scenario, from_file=form)


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


def _page(
    request: HttpRequest,
    scenario: Scenario,
    *,
    form: RateForm | None = None,
    from_file: RateFileForm | None = None,
) -> HttpResponse:
    back = request.POST.get("next") or request.GET.get("next", "")
    context = {
        "form": form or RateForm(),
        "from_file": from_file or RateFileForm(),
        "scenario": scenario,
        "next": back if is_ours(back) else "",
    }
    refused = any(each is not None and each.is_bound for each in (form, from_file))
    return render(request, "forecasts/base_rate.html", context, status=422 if refused else 200)


def _back(request: HttpRequest, scenario: Scenario) -> HttpResponseRedirect:
    asked = request.POST.get("next", "")
    usual = reverse("scenario", args=[scenario.key])
    return HttpResponseRedirect(f"{asked if is_ours(asked) else usual}#rates")


def _now() -> datetime:
    return datetime.now(UTC)
