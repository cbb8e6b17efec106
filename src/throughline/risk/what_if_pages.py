"""What-if on initiatives, and what each of them leaves of scenarios and costs a year."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.losses import FORMULA_VERSION
from throughline.engine.refusals import Refused
from throughline.engine.treatments import FORMULA_VERSION as TREATMENTS_VERSION
from throughline.objectives.access import item_for
from throughline.objectives.models import Initiative
from throughline.risk.access import require_write, visible
from throughline.risk.amounts import written
from throughline.risk.forms import CostForm, TreatmentForm
from throughline.risk.models import Treatment
from throughline.risk.money import money_of
from throughline.risk.tables import what_if_document
from throughline.risk.treating import state_cost, treat, treat_no_more
from throughline.risk.what_if import WhatIf, drawn, sentence, what_if_of


@require_safe
def what_if_page(request: HttpRequest) -> HttpResponse:
    """The register before and after the work of the initiatives that the address names."""
    signed_in(request.user)
    found, statements = _found(request)
    context: dict[str, Any] = {
        "found": found,
        "sentence": sentence(found),
        "chart": drawn(found, statements),
        "choices": _choices({each.key for each in found.initiatives}),
        "formula_version": FORMULA_VERSION,
        "treatments_version": TREATMENTS_VERSION,
        "query": request.GET.urlencode(),
    }
    return render(request, "risk/what_if.html", context)


@require_safe
def what_if_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    found, _ = _found(request)
    return JsonResponse(what_if_document(found))


@require_safe
def initiative_risk(request: HttpRequest, key: str) -> HttpResponse:
    """What one initiative leaves of scenarios, and what it costs a year."""
    person = require_write(request.user)
    return _page(request, item_for(person, Initiative, key))


@require_POST
def treat_page(request: HttpRequest, key: str) -> HttpResponse:
    """State what it leaves of a scenario."""
    person = require_write(request.user)
    found = item_for(person, Initiative, key)
    form = TreatmentForm(request.POST)
    if form.is_valid():
        try:
            treat(actor_name(person), found, form.cleaned_data["scenario"], now=_now(), **form.ends)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "What remains is stated.")
            return HttpResponseRedirect(reverse("initiative-risk", args=[found.key]))
    return _page(request, found, form=form, status=422)


@require_POST
def cost_page(request: HttpRequest, key: str) -> HttpResponse:
    """State what it costs a year."""
    person = require_write(request.user)
    found = item_for(person, Initiative, key)
    form = CostForm(request.POST)
    if form.is_valid():
        try:
            low, high = form.ends
            state_cost(actor_name(person), found, low=low, high=high, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The cost is stated.")
            return HttpResponseRedirect(reverse("initiative-risk", args=[found.key]))
    return _page(request, found, cost_form=form, status=422)


@require_POST
def drop_treatment(request: HttpRequest, id: int) -> HttpResponse:
    """Take back that an initiative changes a scenario."""
    person = require_write(request.user)
    found = Treatment.objects.select_related("initiative", "scenario").filter(pk=id).first()
    if found is None:
        raise Http404
    treat_no_more(actor_name(person), found, now=_now())
    messages.success(request, "It is taken back.")
    return HttpResponseRedirect(reverse("initiative-risk", args=[found.initiative.key]))


def _found(request: HttpRequest) -> tuple[WhatIf, dict[str, str]]:
    return what_if_of(visible(request.user), request.GET.getlist("initiative"), now=_now())


def _choices(named: set[str]) -> list[tuple[Initiative, bool]]:
    """The initiatives that say what they leave of a scenario, and those that are asked about."""
    treating = Q(archived_at=None, treatments__isnull=False) & ~Q(status="dropped")
    found = Initiative.objects.filter(treating | Q(key__in=named)).distinct()
    return [(each, each.key in named) for each in found.order_by("-cycle__start", "position", "id")]


def _page(
    request: HttpRequest,
    found: Initiative,
    *,
    form: TreatmentForm | None = None,
    cost_form: CostForm | None = None,
    status: int = 200,
) -> HttpResponse:
    money = money_of(found)
    cost = money["cost"]
    known = {"low": written(cost.low), "high": written(cost.high)} if cost else {}
    context = {
        "initiative": found,
        **money,
        "form": form or TreatmentForm(initial={"scenario": request.GET.get("scenario", "")}),
        "cost_form": cost_form or CostForm(initial=known),
    }
    return render(request, "risk/initiative_risk.html", context, status=status)


def _now() -> datetime:
    return datetime.now(UTC)
