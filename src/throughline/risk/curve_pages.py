"""Loss exceedance curves as pages: each stage, then and now, what is borne, what lies between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.losses import FORMULA_VERSION, breaches
from throughline.engine.refusals import Refused
from throughline.risk.access import may_write, require_write, visible
from throughline.risk.amounts import amount_of
from throughline.risk.appetites import appetite_now, points_of, verdict
from throughline.risk.curves import Curves, chart, curves_of, differences, points
from throughline.risk.drivers import drivers
from throughline.risk.forms import AppetiteForm
from throughline.risk.portfolios import chances_above, layer
from throughline.risk.register import Chosen, baseline_of, chosen_of, known_then, register
from throughline.risk.treating import state_appetite
from throughline.site.exports import csv_response

T = TypeVar("T")


@dataclass(slots=True)
class Asked:
    """What the address of the page asks for, and beside which field something is wrong."""

    chosen: Chosen
    texts: dict[str, str]
    since: datetime
    loss: float | None = None
    low: float | None = None
    high: float | None = None
    problems: dict[str, str] = field(default_factory=dict)


@require_safe
def curve(request: HttpRequest) -> HttpResponse:
    """The curves, the answer for one amount, and what lies between two."""
    return _page(request)


@require_safe
def curve_json(request: HttpRequest) -> JsonResponse:
    """The curves for programs: every place of the chart, none of the tail left out."""
    asked = _asked(request)
    if asked.problems:
        name, message = next(iter(asked.problems.items()))
        raise Refused(message, place=name)
    curves = _curves(request, asked)
    return JsonResponse(
        {
            "formula_version": FORMULA_VERSION,
            "since": asked.since,
            "estimates": curves.documents,
            "curves": points(curves),
            "answer": _answer(curves, asked),
            "layer": _layer(curves, asked),
        }
    )


@require_safe
def curve_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    curves = _curves(request, _asked(request))
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
    asked = _asked(request)
    curves, stated = _curves(request, asked), appetite_now()
    writes = may_write(request.user)
    beyond = breaches(curves.now, curves.appetite) if curves.now and curves.appetite else []
    context: dict[str, Any] = {
        "asked": asked,
        "curves": curves,
        "drivers": drivers(curves.documents["residual"], curves.rows),
        "chart": chart(curves, asked=[asked.loss] if asked.loss else []),
        "answer": _answer(curves, asked),
        "layer": _layer(curves, asked),
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


def _asked(request: HttpRequest) -> Asked:
    now = _now()
    texts = {name: request.GET.get(name, "").strip() for name in ("loss", "from", "to", "since")}
    asked = Asked(chosen_of(request.GET), texts, baseline_of("", now=now))

    def read(name: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(texts[name]) if texts[name] else otherwise
        except Refused as refused:
            asked.problems[name] = refused.message
            return otherwise

    asked.since = read("since", lambda text: baseline_of(text, now=now), asked.since)
    asked.loss = read("loss", lambda text: amount_of(text, place="loss"), None)
    asked.low = read("from", lambda text: amount_of(text, place="from"), None)
    asked.high = read("to", lambda text: amount_of(text, place="to"), None)
    if asked.low is not None and asked.high is not None and asked.low >= asked.high:
        asked.problems["to"] = f"the layer starts at {texts['from']} and ends at {texts['to']}: swap them"
    return asked


def _curves(request: HttpRequest, asked: Asked) -> Curves:
    found = register(visible(request.user), asked.chosen, now=_now())
    before = known_then(visible(request.user), asked.chosen, until=asked.since)
    return curves_of(
        [each.stands for each in found.lines], before, since=asked.since, is_part=asked.chosen.is_narrow
    )


def _answer(curves: Curves, asked: Asked) -> dict[str, float] | None:
    """The chance that a year costs more than the amount asked for, of each curve."""
    if asked.loss is None or not curves.of:
        return None
    return {"loss": asked.loss, **{kind: curves.chance(kind, asked.loss) for kind in curves.kinds}}


def _layer(curves: Curves, asked: Asked) -> dict[str, float] | None:
    """What a year costs on average between two amounts, and how often it gets there."""
    now = curves.now
    if now is None or asked.low is None or asked.high is None or asked.problems:
        return None
    reached, used_up = chances_above(now, [asked.low, asked.high])
    between = layer(now, asked.low, asked.high)
    return {
        "from": asked.low,
        "to": asked.high,
        "mean": between,
        "reached": reached,
        "used_up": used_up,
        "of_width": between / (asked.high - asked.low),
    }


def _now() -> datetime:
    return datetime.now(UTC)
