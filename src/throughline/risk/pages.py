"""Scenarios as pages: one of them, a new one, changing and archiving it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.engine.calendar import quarter_of
from throughline.engine.refusals import Refused
from throughline.objectives.plan_forms import people
from throughline.risk import actions
from throughline.risk.access import may_estimate, may_write, require_write, scenario_for
from throughline.risk.forms import ScenarioForm
from throughline.risk.models import Scenario
from throughline.risk.periods import name_of


@require_safe
def scenario(request: HttpRequest, key: str) -> HttpResponse:
    """One scenario: what is asked, what is estimated, and what it bears on."""
    return _page(request, scenario_for(request.user, key))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new scenario; its POST adds it."""
    person = require_write(request.user)
    form = ScenarioForm(request.POST or None, initial=_first(datetime.now(UTC)))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_scenario(actor_name(person), now=datetime.now(UTC), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The scenario is written. Say how likely it is, and how dear.")
            return _to(made)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a scenario; its POST changes it."""
    person = require_write(request.user)
    found = scenario_for(person, key)
    form = ScenarioForm(request.POST or None, scenario=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_scenario(actor_name(person), found, now=datetime.now(UTC), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved.")
            return _to(found)
    found.refresh_from_db()
    return _form_page(request, form, scenario=found)


@require_POST
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Take it out of the register, or take it up again."""
    person = require_write(request.user)
    found = scenario_for(person, key)
    done = actions.restore if found.archived_at else actions.archive
    done(actor_name(person), found, now=datetime.now(UTC))
    word = "archived" if found.archived_at else "taken up again"
    messages.success(request, f"The scenario is {word}.")
    return _to(found)


def _page(request: HttpRequest, found: Scenario, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "scenario": found,
        "period": name_of(found.start, found.period),
        "may_write": may_write(request.user),
        "may_estimate": may_estimate(request.user),
    }
    return render(request, "risk/scenario.html", context, status=status)


def _form_page(request: HttpRequest, form: ScenarioForm, *, scenario: Scenario | None = None) -> HttpResponse:
    context = {
        "form": form,
        "scenario": scenario,
        "stands": scenario is not None and actions.is_asked(scenario),
        "names": people(),
    }
    return render(request, "risk/scenario_form.html", context, status=422 if form.errors else 200)


def _first(now: datetime) -> dict[str, str]:
    """What a new form says already: the next quarter."""
    return {"period": Scenario.Period.QUARTER, "start": f"{quarter_of(now).end:%Y-%m-%d}"}


def _to(found: Scenario) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("scenario", args=[found.key]))
