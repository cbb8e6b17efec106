"""Loss exceedance curves as pages: each stage, then and now, what is borne, what lies between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.losses import FORMULA_VERSION, breaches
from throughline.engine.refusals import Refused
from throughline.risk.access import may_write, require_write, visible
from throughline.risk.appetites import appetite_now, points_of, verdict
from throughline.risk.curve_asked import answer, asked_of, curves_for, document, layer_of
from throughline.risk.curves import chart, differences, points
from throughline.risk.drivers import drivers
from throughline.risk.forms import AppetiteForm
from throughline.risk.treating import state_appetite
from throughline.site.exports import csv_response


@require_safe
def curve(request: HttpRequest) -> HttpResponse:
    """The curves, the answer for one amount, and what lies between two."""
    return _page(request)


@require_safe
def curve_json(request: HttpRequest) -> JsonResponse:
    """The curves for programs: every place of the chart, none of the tail left out."""
    asked = asked_of(request.GET, now=_now())
    return JsonResponse(document(visible(request.user), asked, now=_now()))


@require_safe
def curve_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    curves = curves_for(visible(request.user), asked_of(request.GET, now=_now()), now=_now())
    header = ["loss", *curves.kinds]
    return csv_response("curve", header, ([each[name] for name in header] for each in points(curves)))


@require_POST
def appetite(request: HttpRequest) -> HttpResponse:
    """State how much loss is borne, and how often."""
    person = require_write(request.user)
    form = AppetiteForm(request.POST)
    if form.is_valid():
        try:
            note = form.cleaned_data["note"]
            state_appetite(actor_name(person), form.points, note=note, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "What is borne is stated.")
            return HttpResponseRedirect(f"{reverse('risk-curve')}#appetite")
    return _page(request, form=form, status=422)


def _page(request: HttpRequest, *, form: AppetiteForm | None = None, status: int = 200) -> HttpResponse:
    signed_in(request.user)
    asked = asked_of(request.GET, now=_now())
    curves, stated = curves_for(visible(request.user), asked, now=_now()), appetite_now()
    writes = may_write(request.user)
    beyond = breaches(curves.now, curves.appetite) if curves.now and curves.appetite else []
    context: dict[str, Any] = {
        "asked": asked,
        "curves": curves,
        "drivers": drivers(curves.documents["residual"], curves.rows),
        "chart": chart(curves, asked=[asked.loss] if asked.loss else []),
        "answer": answer(curves, asked),
        "layer": layer_of(curves, asked),
        "differences": differences(curves),
        "borrowed": [(kind, n) for kind, n in curves.borrowed.items() if n],
        "appetite": stated,
        "appetite_points": points_of(stated, curves.now) if stated and curves.now else [],
        "beyond": beyond,
        "verdict": verdict(beyond),
        "form": (form or AppetiteForm(appetite=stated)) if writes else None,
        "form_open": form is not None or stated is None,
        "formula_version": FORMULA_VERSION,
        "query": request.GET.urlencode(),
    }
    bad = 400 if asked.problems else 200
    return render(request, "risk/curve.html", context, status=status if status != 200 else bad)


def _now() -> datetime:
    return datetime.now(UTC)
