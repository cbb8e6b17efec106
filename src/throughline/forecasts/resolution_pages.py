"""The page on which a judge says what came of a scenario, and where everybody reads what was said."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.refusals import Refused
from throughline.forecasts import outcomes
from throughline.forecasts.judging import may_resolve, require_judge
from throughline.forecasts.models import Resolution
from throughline.forecasts.resolution_forms import ResolutionForm
from throughline.forecasts.resolving import resolve as say
from throughline.risk.access import scenario_for
from throughline.risk.amounts import written
from throughline.site.plain import plain

THANKS = {
    "happened": "It is kept that it happened.",
    "did_not": "It is kept that it did not happen.",
    "void": "It is kept that it cannot be told; nobody is scored on it.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: HttpRequest, key: str) -> HttpResponse:
    """What was said so far, for everybody; and a form for the judge and managers."""
    scenario, now = scenario_for(signed_in(request.user), key), datetime.now(UTC)
    said = outcomes.said_of(scenario)
    newest = said[0] if said else None
    form = ResolutionForm(corrects=newest)
    if request.method == "POST":
        person = require_judge(request.user, scenario)
        form = ResolutionForm(request.POST, corrects=newest)
        if form.is_valid():
            try:
                made = say(actor_name(person), scenario, now=now, **form.cleaned_data)
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _thanks(made))
                return HttpResponseRedirect(reverse("scenario-resolve", args=[key]))
    context = {
        "scenario": scenario,
        "form": form,
        "newest": newest,
        "before": said[1:],
        "may_resolve": may_resolve(request.user, scenario),
        "is_over": now.date() >= scenario.end,
    }
    return render(request, "forecasts/resolve.html", context, status=422 if form.is_bound else 200)


def _thanks(made: Resolution) -> str:
    """What is kept, with the cost as it was read."""
    cost = "" if made.loss is None else f" The cost was read as {written(made.loss)}."
    return f"{THANKS[made.outcome]}{cost}"


@require_safe
def resolve_json(request: HttpRequest, key: str) -> JsonResponse:
    """What was said of the outcome, the newest first, for programs."""
    scenario = scenario_for(signed_in(request.user), key)
    return JsonResponse(plain(outcomes.document(scenario)))
