"""Cycles as pages: the list, one with everything planned in it, and the steps from draft to closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.models import User
from throughline.cycles import actions, queries
from throughline.cycles.access import cycle_for, may_lead, require_lead
from throughline.cycles.content import content_of
from throughline.cycles.documents import listed_document
from throughline.cycles.gate import gate_of
from throughline.cycles.states import next_step, steps
from throughline.engine.refusals import Refused
from throughline.objectives.items import add_cycle, change_cycle
from throughline.objectives.models import Cycle
from throughline.objectives.planned import plan_of, say_moves


class CycleForm(forms.Form):
    """A name and two days."""

    use_required_attribute = False
    title = forms.CharField(max_length=120, label="Name")
    start = forms.DateField(label="First day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    end = forms.DateField(label="Last day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside its field."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    """All cycles, and what other teams ask of the person's own."""
    person = signed_in(request.user)
    context = {
        "cycles": queries.listed(),
        "suggested": queries.next_quarter(_now()),
        "asked": queries.asked_of(person),
        "may_change": may_lead(person),
        "tab": "cycles",
    }
    return render(request, "cycles/cycles.html", context)


@require_safe
def cycles_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    signed_in(request.user)
    return JsonResponse({"cycles": [listed_document(each) for each in queries.listed()]})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new cycle; the next quarter that has none is suggested."""
    person = require_lead(request.user)
    suggested = queries.next_quarter(_now())
    first = {"title": suggested.title, "start": suggested.start, "end": suggested.end}
    form = CycleForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_cycle(actor_name(person), now=_now(), **form.cleaned_data)
            return HttpResponseRedirect(reverse("cycle", args=[made.key]))
        except Refused as refused:
            form.refuse(refused)
    status = 422 if form.errors else 200
    return render(request, "cycles/new.html", {"form": form, "tab": "cycles"}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Another name or other days, while the cycle is planned."""
    person = require_lead(request.user)
    found = cycle_for(person, key)
    if not found.is_planned:
        return _page(request, found, refused=f"{found.title} is {found.state}: it stands", status=409)
    form = CycleForm(
        request.POST or None, initial={name: getattr(found, name) for name in CycleForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_cycle(actor_name(person), found, now=_now(), **form.cleaned_data)
            messages.success(request, "The cycle is saved.")
            return HttpResponseRedirect(reverse("cycle", args=[key]))
        except Refused as refused:
            form.refuse(refused)
            found.refresh_from_db()
    status = 422 if form.errors else 200
    return render(request, "cycles/edit.html", {"form": form, "cycle": found, "tab": "cycles"}, status=status)


@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Take away a draft that was made by mistake."""
    person = require_lead(request.user)
    found = cycle_for(person, key)
    try:
        actions.discard(actor_name(person), found, now=_now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=409)
    messages.success(request, f"{found.title} is discarded. The audit record keeps its name and days.")
    return HttpResponseRedirect(reverse("cycles"))


@require_safe
def cycle(request: HttpRequest, key: str) -> HttpResponse:
    """One cycle: what is planned in it, what state it is in, and the one next step."""
    return _page(request, cycle_for(request.user, key))


@require_safe
def cycle_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs, as it stands now."""
    found = cycle_for(request.user, key)
    return JsonResponse({"state": found.state, **content_of(found, now=_now())})


@require_safe
def gate(request: HttpRequest, key: str) -> HttpResponse:
    """What the gate still asks; measured now, so it is loaded after the page."""
    found = cycle_for(request.user, key)
    context = {"cycle": found, "gate": gate_of(found, now=_now()) if found.is_planned else None}
    part = "HX-Request" in request.headers
    return render(request, "cycles/gate_part.html" if part else "cycles/gate.html", context)


@require_POST
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """Publish the plan for comments."""
    return _moved(
        request, key, actions.propose, "It is published for comments. Whoever signs in can read it."
    )


@require_POST
def set_cycle(request: HttpRequest, key: str) -> HttpResponse:
    """Put every key result into force and freeze the plan."""
    return _moved(request, key, actions.set_cycle, "It is set. Every key result is in force and measured.")


@require_POST
def close(request: HttpRequest, key: str) -> HttpResponse:
    """End the cycle."""
    return _moved(request, key, actions.close_cycle, "It is closed. Its last state is kept as it is.")


@require_POST
def reopen(request: HttpRequest, key: str) -> HttpResponse:
    """Take a proposed cycle back to draft, with a reason."""
    person = require_lead(request.user)
    found = cycle_for(person, key)
    try:
        actions.reopen(actor_name(person), found, reason=request.POST.get("reason", ""), now=_now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=422)
    messages.success(request, "It is a draft again. What was proposed can still be read.")
    return HttpResponseRedirect(reverse("cycle", args=[key]))


def _moved(request: HttpRequest, key: str, step: Callable[..., Any], done: str) -> HttpResponse:
    person = require_lead(request.user)
    found = cycle_for(person, key)
    try:
        step(actor_name(person), found, now=_now())
    except actions.Blocked as blocked:
        found.refresh_from_db()
        return _page(request, found, blocked=blocked, status=409)
    except Refused as refused:
        found.refresh_from_db()
        return _page(request, found, refused=refused.message, status=409)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("cycle", args=[key]))


def _page(
    request: HttpRequest,
    found: Cycle,
    *,
    refused: str = "",
    blocked: actions.Blocked | None = None,
    status: int = 200,
) -> HttpResponse:
    person: User = signed_in(request.user)
    plan = plan_of(found, now=_now())
    say_moves(plan)
    talk = queries.talk_about(found)
    snapshots = queries.snapshots_of(found)
    context = {
        "cycle": found,
        "plan": plan,
        "steps": steps(found),
        "next": next_step(plan, today=_now().date()),
        "snapshots": snapshots,
        "comments": [comment for each in talk.values() for comment in each.open],
        "unconfirmed": [half for half in plan.counterparts if half.state != half.State.CONFIRMED],
        "refused": refused,
        "gate": blocked.gate if blocked else None,
        "may_change": may_lead(person),
        "person_teams": set(person.teams.values_list("pk", flat=True)),
        "tab": "cycles",
    }
    return render(request, "cycles/cycle.html", context, status=status)


def _now() -> datetime:
    return datetime.now(UTC)
