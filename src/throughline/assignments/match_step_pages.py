"""What who plans the team decides: the weights, a change that is kept, and publishing who does what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import actor_name
from throughline.assignments import match_shown
from throughline.assignments.asking import Asked, asked_of, weighing_of
from throughline.assignments.changing import keep_changes
from throughline.assignments.matched import answer_of
from throughline.assignments.publishing import Prepared, prepared, publish, require_unfinished
from throughline.assignments.weighing import history, weigh
from throughline.assignments.weighing_forms import WeighingForm
from throughline.assignments.wishing import wished
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.people.access import require_lead


@require_http_methods(["GET", "HEAD", "POST"])
def weights(request: HttpRequest, key: str) -> HttpResponse:
    """State what counts how much, and why; the form starts with the weights of the address."""
    person = require_lead(request.user)
    cycle = cycle_for(request.user, key)
    tried = wished(request.GET, people=(), works=()).weights
    form = WeighingForm(request.POST or None, cycle=cycle, stated=weighing_of(cycle), tried=tried)
    if request.method == "POST" and form.is_valid():
        try:
            weigh(actor_name(person), cycle, now=_now(), **form.given)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The weights are stated.")
            return _back(cycle)
    context = {
        "form": form,
        "cycle": cycle,
        "weighings": history(cycle),
        "is_open": cycle.state != Cycle.State.CLOSED,
    }
    return render(request, "assignments/match_weights.html", context, status=422 if form.errors else 200)


@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Make ties of the changes that were tried."""
    person = require_lead(request.user)
    cycle = _open_cycle(request, key)
    asked = asked_of(cycle)
    said = wished(request.POST, people=asked.people, works=asked.works)
    for place, message in said.problems.items():
        raise Refused(message, place=place, code="bad_change")
    tried = asked_of(cycle, ties=said.changes)
    if tried.conflicts:
        raise Refused(" ".join(tried.conflicts), code="conflict")
    keep_changes(actor_name(person), cycle, said.changes, people=asked.people, works=asked.works, now=_now())
    kept = "; ".join(match_shown.change_said(asked, each) for each in said.changes)
    messages.success(request, f"Kept: {kept}.")
    return _back(cycle)


@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: HttpRequest, key: str) -> HttpResponse:
    """Publish who does what: first what that would write, then writing it."""
    person = require_lead(request.user)
    cycle = _open_cycle(request, key)
    asked = asked_of(cycle)
    found = answer_of(asked, now=_now())
    if not found.is_current or found.document is None:
        return _preview(request, asked, None, working=found.working)
    if request.method != "POST":
        return _preview(request, asked, prepared(asked, found.document))
    try:
        plan = publish(
            actor_name(person),
            asked,
            found.document,
            seen=request.POST.get("seen", ""),
            leave=_numbers(request, "leave"),
            hand_over=_numbers(request, "hand_over"),
            note=request.POST.get("note", ""),
            now=_now(),
        )
    except Refused as refused:
        status = 422 if refused.place else 409
        return _preview(request, asked, prepared(asked, found.document), refused=refused, status=status)
    count = len(plan.document)
    messages.success(
        request, f"Published: {count} piece{'s' if count != 1 else ''} of work have their people."
    )
    return HttpResponseRedirect(reverse("match-published", args=[cycle.key]))


def _preview(
    request: HttpRequest,
    asked: Asked,
    ready: Prepared | None,
    *,
    working: Any = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "cycle": asked.cycle,
        "asked": asked,
        "ready": ready,
        "working": working,
        "note": request.POST.get("note", ""),
        "note_problem": refused.message if refused and refused.place == "note" else "",
        "refused": refused.message if refused and refused.place != "note" else "",
    }
    return render(request, "assignments/match_publish.html", context, status=status)


def _open_cycle(request: HttpRequest, key: str) -> Cycle:
    cycle = cycle_for(request.user, key)
    if request.method == "POST":
        require_unfinished(cycle)
    return cycle


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(each) for each in request.POST.getlist(name) if each.isdecimal() and len(each) < 19]


def _back(cycle: Cycle) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("match-of", args=[cycle.key]))


def _now() -> datetime:
    return datetime.now(UTC)
