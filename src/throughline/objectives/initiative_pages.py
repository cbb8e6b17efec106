"""Initiatives: the list, and one with its story, its people, and what it should move and did move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.refusals import Refused
from throughline.objectives import efforts
from throughline.objectives.access import effect_for, item_for, may_change, require_change
from throughline.objectives.effects import (
    change_from,
    change_text,
    range_text,
    unit_of,
    unit_said,
    units_of,
    written_change,
)
from throughline.objectives.models import Counterpart, Effect, Initiative, ItemKind
from throughline.objectives.plan_forms import EffectForm
from throughline.objectives.wording import names_of
from throughline.site.exports import csv_response


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect beside the key result that it should move, said in its unit."""

    effect: Effect
    name: str
    unit: str

    @property
    def expected(self) -> str:
        """The range that was stated."""
        return range_text(self.effect.low, self.effect.high, self.unit)

    @property
    def realised(self) -> str:
        """What it changed, where that is said."""
        return "" if self.effect.realised is None else change_text(self.effect.realised, self.unit)

    @property
    def field(self) -> str:
        """The realised change as its field takes it."""
        return written_change(self.effect.realised, self.unit)

    @property
    def unit_said(self) -> str:
        """What the change is written in."""
        return unit_said(self.unit)


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """All work, the newest cycle first, with what each should move."""
    signed_in(request.user)
    context = {
        "initiatives": _every(),
        "may_change": may_change(request.user),
        "tab": "initiatives",
    }
    return render(request, "objectives/initiatives.html", context)


@require_safe
def initiatives_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    signed_in(request.user)
    return JsonResponse({"initiatives": [_document(each) for each in _every()]})


@require_safe
def initiatives_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    signed_in(request.user)
    documents = [_document(each) for each in _every()]
    header = ["key", "title", "cycle", "status", "effort_low", "effort_high", "people", "key_results"]
    return csv_response("initiatives", header, ([each[name] for name in header] for each in documents))


@require_safe
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    """One initiative."""
    return _page(request, item_for(request.user, Initiative, key))


@require_POST
def expect(request: HttpRequest, key: str) -> HttpResponse:
    """State what it should change in a key result."""
    person = require_change(request.user)
    found = item_for(person, Initiative, key)
    form = EffectForm(request.POST, initiative=found)
    if form.is_valid():
        said = dict(form.cleaned_data)
        said["confidence"] = said["confidence"] / 100
        try:
            efforts.expect(actor_name(person), found, now=_now(), **said)
            messages.success(request, "The expected effect is stated.")
            return _back(found)
        except Refused as refused:
            form.refuse(refused)
    return _page(request, found, form=form, status=422)


@require_POST
def realise(request: HttpRequest, id: int) -> HttpResponse:
    """Say what it changed in the end."""
    person = require_change(request.user)
    effect = effect_for(person, id)
    value = change_from(request.POST.get("value", ""), unit_of(effect.key_result), place="value")
    efforts.realise(
        actor_name(person), effect, value=value, note=request.POST.get("note", "").strip(), now=_now()
    )
    messages.success(request, "The realised effect is kept beside the expected one.")
    return _back(effect.initiative)


@require_POST
def expect_nothing(request: HttpRequest, id: int) -> HttpResponse:
    """Take an expected effect back."""
    person = require_change(request.user)
    effect = effect_for(person, id)
    efforts.expect_nothing(actor_name(person), effect.initiative, effect.key_result, now=_now())
    messages.success(request, "The expected effect is taken back.")
    return _back(effect.initiative)


def _page(
    request: HttpRequest, found: Initiative, *, form: EffectForm | None = None, status: int = 200
) -> HttpResponse:
    person = signed_in(request.user)
    effects = list(found.effects.select_related("key_result"))
    moved = [effect.key_result for effect in effects]
    names, units = names_of(moved), units_of(moved)
    change = may_change(person)
    context = {
        "initiative": found,
        "cycle": found.cycle,
        "people": found.assignments.all(),
        "effects": [Shown(each, names[each.key_result_id], units[each.key_result_id]) for each in effects],
        "counterparts": Counterpart.objects.filter(
            of_kind=ItemKind.INITIATIVE, of_id=found.pk
        ).select_related("team"),
        "person_teams": set(person.teams.values_list("pk", flat=True)),
        "may_change": change,
        "form": (form or EffectForm(initiative=found)) if change else None,
    }
    return render(request, "objectives/initiative.html", context, status=status)


def _every() -> list[Initiative]:
    found = Initiative.objects.filter(archived_at=None).select_related("cycle", "story")
    return list(found.prefetch_related("assignments", "effects").order_by("-cycle__start", "position", "id"))


def _document(initiative: Initiative) -> dict[str, object]:
    return {
        "key": initiative.key,
        "title": initiative.title,
        "cycle": initiative.cycle.key if initiative.cycle else None,
        "status": initiative.status,
        "narrative": initiative.narrative,
        "effort_low": initiative.effort_low,
        "effort_high": initiative.effort_high,
        "people": ", ".join(each.name for each in initiative.assignments.all()),
        "key_results": len(initiative.effects.all()),
        "effects": [_effect(each) for each in initiative.effects.all()],
    }


def _effect(effect: Effect) -> dict[str, object]:
    return {
        "key_result": effect.key_result_id,
        "low": effect.low,
        "high": effect.high,
        "confidence": effect.confidence,
        "realised": effect.realised,
    }


def _back(found: Initiative) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("initiative", args=[found.key]))


def _now() -> datetime:
    return datetime.now(UTC)
