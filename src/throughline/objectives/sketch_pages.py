"""The editor of a key result that is still written: checked as it is typed, kept as far as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.models import User
from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.objectives import sketches
from throughline.objectives.access import item_for, key_result_for, may_change, require_change
from throughline.objectives.examining import Examined, examined, examined_against_history
from throughline.objectives.linting import around
from throughline.objectives.models import Counterpart, ItemKind, KeyResult, Objective
from throughline.objectives.plan_forms import people
from throughline.objectives.sketch_forms import SketchForm, form_values, of_its_kind
from throughline.objectives.wording import name_of_sketch, sentence_of_sketch
from throughline.site.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """The editor of a new sketch under an objective; its POST keeps what is written."""
    person = require_change(request.user)
    objective = item_for(person, Objective, key)
    form = SketchForm(request.POST or None, initial=_first(request, objective, person))
    if request.method == "POST" and form.is_valid():
        try:
            made = sketches.add_sketch(actor_name(person), objective, now=_now(), **form.said)
            messages.success(request, "Kept as a sketch.")
            return HttpResponseRedirect(reverse("sketch", args=[made.pk]))
        except Refused as refused:
            form.refuse_any(refused)
    return _editor(request, form, objective)


@require_http_methods(["GET", "HEAD", "POST"])
def sketch(request: HttpRequest, id: int) -> HttpResponse:
    """One sketch: the editor for those who may change it, a page to read for all others."""
    person = signed_in(request.user)
    found = key_result_for(person, id)
    if found.sketch is None:
        return HttpResponseRedirect(reverse("key-result", args=[id]))
    assert found.objective is not None
    if request.method == "POST":
        person = require_change(person)
    form = SketchForm(request.POST or None, initial=form_values(found.sketch))
    if request.method == "POST" and form.is_valid():
        try:
            sketches.change_sketch(actor_name(person), found, now=_now(), **form.said)
            messages.success(request, "Kept.")
            return HttpResponseRedirect(reverse("sketch", args=[id]))
        except Refused as refused:
            form.refuse_any(refused)
    return _editor(request, form, found.objective, found)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the editor says of the fields as they stand: beside each field, in the text, and in the box."""
    person = require_change(request.user)
    objective = item_for(person, Objective, request.POST.get("objective", ""))
    number = whole_number(request.POST.get("key_result", ""))
    found = _examined(request.POST.dict(), objective, number or 0)
    context = {"found": found, "beside": _beside(found, request.POST.dict()), "may_change": True}
    return render(request, "objectives/sketch_findings.html", context)


@require_POST
def history(request: HttpRequest) -> HttpResponse:
    """How likely the fields as they stand are to be hit: asked when the typing rests, as it takes longer."""
    person = require_change(request.user)
    objective = item_for(person, Objective, request.POST.get("objective", ""))
    number = whole_number(request.POST.get("key_result", "")) or 0
    found = _examined(request.POST.dict(), objective, number, by=examined_against_history)
    return render(
        request, "objectives/sketch_history.html", {"found": found, "beside": found.beside("target")}
    )


@require_POST
def discard(request: HttpRequest, id: int) -> HttpResponse:
    """Take a sketch out of the plan."""
    person = require_change(request.user)
    found = key_result_for(person, id)
    objective = found.objective
    sketches.discard(actor_name(person), found, now=_now())
    messages.success(request, "The sketch is discarded.")
    return HttpResponseRedirect(reverse("objective", args=[objective.key]) if objective else "/cycles/")


def _editor(
    request: HttpRequest, form: SketchForm, objective: Objective, found: KeyResult | None = None
) -> HttpResponse:
    given = request.POST.dict() if request.method == "POST" else _texts(form.initial)
    seen = _examined(given, objective, found.pk if found else 0)
    context: dict[str, Any] = {
        "form": form,
        "objective": objective,
        "cycle": objective.cycle,
        "key_result": found,
        "heading": name_of_sketch(found) if found else "New key result",
        "sentence": sentence_of_sketch(found) if found else "",
        "found": seen,
        "beside": dict(_beside(seen, given)),
        "counterparts": _halves(found),
        "may_change": may_change(request.user),
        "person_teams": set(signed_in(request.user).teams.values_list("pk", flat=True)),
        "suggestions": {
            "metrics": READY_MADE.values(),
            "windows": ("period", "90 days", "180 days", "all"),
            "people": people(),
        },
    }
    status = 422 if form.errors else 200
    return render(request, "objectives/sketch.html", context, status=status)


def _examined(
    given: Mapping[str, Any], objective: Objective, number: int, *, by: Callable[..., Examined] = examined
) -> Examined:
    cycle = objective.cycle
    others = list(objective.key_results.filter(dropped_at=None).exclude(pk=number))
    usual = {"start": cycle.start.isoformat(), "due": cycle.end.isoformat()}
    said = {name: value for name, value in given.items() if value not in (None, "")}
    given = of_its_kind({**usual, **said, "objective": objective.key})
    return by(given, around=around(cycle, others), now=_now())


def _beside(found: Examined, given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What stands beside each field; what is still empty is listed in the box, and scolded nowhere else."""
    return [(name, found.beside(name) if given.get(name) else []) for name in SketchForm.base_fields]


def _first(request: HttpRequest, objective: Objective, person: User) -> dict[str, str]:
    asked = {name: request.GET[name] for name in SketchForm.base_fields if request.GET.get(name)}
    cycle = objective.cycle
    usual = {"start": cycle.start.isoformat(), "due": cycle.end.isoformat(), "baseline": "measured"}
    return {**usual, "owner": person.name, **asked}


def _texts(initial: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if value not in (None, "")}


def _halves(found: KeyResult | None) -> list[Counterpart]:
    if found is None:
        return []
    halves = Counterpart.objects.filter(of_kind=ItemKind.KEY_RESULT, of_id=found.pk)
    return list(halves.select_related("team"))


def _now() -> datetime:
    return datetime.now(UTC)
