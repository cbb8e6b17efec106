"""Scenarios as pages: one of them, a new one, changing it, estimating it, and saying what it bears on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.engine.calendar import quarter_of
from throughline.engine.refusals import Refused
from throughline.objectives.plan_forms import people
from throughline.risk import actions
from throughline.risk.access import may_estimate, may_write, require_estimate, require_write, scenario_for
from throughline.risk.documents import estimated
from throughline.risk.doubts import doubts_of, question_of
from throughline.risk.estimating import frequency_said, loss_said
from throughline.risk.forms import EstimateForm, LinkForm, ScenarioForm
from throughline.risk.linking import borne_on, choices, end_named
from throughline.risk.models import Scenario
from throughline.risk.periods import name_of
from throughline.risk.shown import STAGES, conversions, rows_of
from throughline.risk.tables import ESTIMATE_COLUMNS, estimate_rows, scenario_document
from throughline.risk.treatments import treatments_of
from throughline.site.exports import csv_response


@require_safe
def scenario(request: HttpRequest, key: str) -> HttpResponse:
    """One scenario: what is asked, what is estimated, and what it bears on."""
    return _page(request, scenario_for(request.user, key))


@require_safe
def scenario_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(scenario_document(scenario_for(request.user, key), now=_now()))


@require_safe
def scenario_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """Its estimates as a table."""
    found = scenario_for(request.user, key)
    return csv_response(found.key, ESTIMATE_COLUMNS, estimate_rows(found))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new scenario; its POST adds it."""
    person = require_write(request.user)
    form = ScenarioForm(request.POST or None, initial=_first(_now()))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_scenario(actor_name(person), now=_now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The scenario is written. Say how likely it is, and how dear.")
            _warn(request, question_of(made))
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
            actions.change_scenario(actor_name(person), found, now=_now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved.")
            _warn(request, question_of(found))
            return _to(found)
    found.refresh_from_db()
    return _form_page(request, form, scenario=found)


@require_POST
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Take it out of the register, or take it up again."""
    person = require_write(request.user)
    found = scenario_for(person, key)
    done = actions.restore if found.archived_at else actions.archive
    done(actor_name(person), found, now=_now())
    word = "archived" if found.archived_at else "taken up again"
    messages.success(request, f"The scenario is {word}.")
    return _to(found)


@require_POST
def estimate(request: HttpRequest, key: str) -> HttpResponse:
    """Say how often it comes true and how dear it is; what was said before is kept."""
    person = require_estimate(request.user)
    found = scenario_for(person, key)
    form = EstimateForm(request.POST)
    if form.is_valid():
        said, frequency, loss = form.cleaned_data, form.frequency, form.loss
        try:
            given = {"stage": said["stage"], "frequency": frequency, "loss": loss, "note": said["note"]}
            actions.add_estimate(actor_name(person), found, now=_now(), **given)
        except Refused as refused:
            form.refuse(refused)
        else:
            # What was read stands in words, so that 2,500 M shows at once as what it is.
            messages.success(request, f"Read as {frequency_said(frequency)}, each {loss_said(loss)}.")
            return _to(found)
    return _page(request, found, form=form, status=422)


@require_POST
def link(request: HttpRequest, key: str) -> HttpResponse:
    """Say what it bears on."""
    person = require_write(request.user)
    found = scenario_for(person, key)
    form = LinkForm(request.POST, choices=choices(found))
    if form.is_valid():
        try:
            actions.link(actor_name(person), found, end_named(form.cleaned_data["to"]), now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to(found)
    return _page(request, found, link_form=form, status=422)


@require_POST
def unlink(request: HttpRequest, key: str) -> HttpResponse:
    """Take back what it bears on."""
    person = require_write(request.user)
    found = scenario_for(person, key)
    actions.unlink(actor_name(person), found, end_named(request.POST.get("to", "")), now=_now())
    return _to(found)


def _page(
    request: HttpRequest,
    found: Scenario,
    *,
    form: EstimateForm | None = None,
    link_form: LinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stands = estimated([found])[0]
    rows = rows_of((stage, stands.newest.get(stage)) for stage, _ in STAGES)
    last = stands.residual
    writes, estimates = may_write(request.user), may_estimate(request.user)
    context: dict[str, Any] = {
        "scenario": found,
        "period": name_of(found.start, found.period),
        "may_write": writes,
        "may_estimate": estimates,
        "rows": rows,
        "now": rows[1],
        "stale": stands.staleness(_now()),
        "doubts": doubts_of(stands),
        "conversions": conversions(last.frequency) if last and last.frequency else [],
        "history": rows_of((each.stage, each) for each in reversed(stands.all)),
        "form": (form or EstimateForm(estimate=last, per=found.period)) if estimates else None,
        "asked_again": form is not None,
        "links": borne_on(found),
        "link_form": (link_form or LinkForm(choices=choices(found))) if writes else None,
        "treatments": treatments_of(found),
    }
    return render(request, "risk/scenario.html", context, status=status)


def _warn(request: HttpRequest, said: str) -> None:
    if said:
        messages.warning(request, said)


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


def _now() -> datetime:
    return datetime.now(UTC)
