"""What managers decide: the rules of the choice, and which candidates become initiatives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.accounts.access import actor_name
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio import making
from throughline.portfolio.access import candidate_for, require_choose
from throughline.portfolio.forms import RulesForm
from throughline.portfolio.models import Candidate
from throughline.portfolio.ruling import state_rules
from throughline.portfolio.stored import rules_of


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, key: str) -> HttpResponse:
    """State under what is chosen."""
    person = require_choose(request.user)
    cycle = cycle_for(person, key)
    form = RulesForm(request.POST or None, cycle=cycle, rules=rules_of(cycle))
    if request.method == "POST" and form.is_valid():
        try:
            state_rules(actor_name(person), cycle, now=_now(), **form.given)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The rules are stated.")
            return HttpResponseRedirect(reverse("portfolio", args=[cycle.key]))
    context = {"form": form, "cycle": cycle}
    return render(request, "portfolio/rules.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def make_all(request: HttpRequest, key: str) -> HttpResponse:
    """Make initiatives of all that is chosen: first what that would write, then writing it."""
    person = require_choose(request.user)
    cycle = cycle_for(person, key)
    chosen = making.chosen_of(cycle, now=_now())
    if request.method != "POST":
        return _preview(request, cycle, chosen)
    try:
        making.require_as_seen(chosen, request.POST.getlist("candidate"))
    except Refused as refused:
        return _preview(request, cycle, chosen, refused=refused.message, status=409)
    return _made(request, cycle, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def make_one(request: HttpRequest, id: int) -> HttpResponse:
    """The same of one candidate."""
    person = require_choose(request.user)
    found = candidate_for(person, id)
    if request.method != "POST":
        return _preview(request, found.cycle, [found])
    return _made(request, found.cycle, [found])


def _made(request: HttpRequest, cycle: Cycle, candidates: list[Candidate]) -> HttpResponse:
    person = require_choose(request.user)
    try:
        made = making.make_all(actor_name(person), candidates, now=_now())
    except Refused as refused:
        return _preview(request, cycle, candidates, refused=refused.message, status=409)
    count = f"{len(made)} initiative{'s' if len(made) != 1 else ''}"
    messages.success(request, f"{count} made." if made else "All of them are initiatives already.")
    return HttpResponseRedirect(reverse("cycle", args=[cycle.key]) + "#work")


def _preview(
    request: HttpRequest, cycle: Cycle, candidates: list[Candidate], *, refused: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"cycle": cycle, "planned": making.previewed(candidates), "refused": refused}
    return render(request, "portfolio/make.html", context, status=status)


def _now() -> datetime:
    return datetime.now(UTC)
