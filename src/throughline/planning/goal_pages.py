"""Company goals beside a cycle: what serves them, what they claim, and what serves none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.cycles.access import cycle_for, may_lead, require_lead
from throughline.engine.refusals import Refused
from throughline.planning import claiming
from throughline.planning.access import claim_for
from throughline.planning.forms import ClaimForm
from throughline.planning.goals import Goals, capacity_of, document, goals_beside
from throughline.site.plain import plain


@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest, key: str) -> HttpResponse:
    """The goals, what serves each, and how the capacity shrinks by what they claim; POST claims weeks."""
    person = signed_in(request.user)
    cycle = cycle_for(person, key)
    form = ClaimForm(request.POST or None)
    if request.method == "POST":
        require_lead(person)
        if form.is_valid():
            try:
                claiming.claim(actor_name(person), cycle, now=datetime.now(UTC), **form.cleaned_data)
                messages.success(request, "The weeks are taken off the capacity.")
                return HttpResponseRedirect(reverse("cycle-goals", args=[key]))
            except Refused as refused:
                form.refuse(refused)
    found, capacity = goals_beside(cycle), capacity_of(cycle)
    context = {
        "cycle": cycle,
        "found": found,
        **_capacity(found, capacity),
        "form": form,
        "may_change": may_lead(person),
        "tab": "cycles",
    }
    return render(request, "planning/goals.html", context, status=422 if form.is_bound else 200)


@require_safe
def goals_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    cycle = cycle_for(request.user, key)
    return JsonResponse(plain(document(cycle, goals_beside(cycle))))


@require_POST
def release(request: HttpRequest, id: int) -> HttpResponse:
    """Give a goal's weeks back."""
    found = claim_for(request.user, id)
    claiming.release(actor_name(signed_in(request.user)), found, now=datetime.now(UTC))
    messages.success(request, f"{found.goal.title} claims nothing any more.")
    return HttpResponseRedirect(reverse("cycle-goals", args=[found.cycle.key]))


def _capacity(found: Goals, capacity: float | None) -> dict[str, Any]:
    left = None if capacity is None else capacity - found.claimed
    share = min(found.claimed / capacity, 1.0) if capacity else None
    return {"capacity": capacity, "left": left, "share": share}
