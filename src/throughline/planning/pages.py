"""The plan of a cycle as stages: how each stands, what comes next, and moving one on."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.cycles.access import cycle_for, may_lead
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.planning import actions, queries
from throughline.planning.access import stage_named
from throughline.planning.models import Stage
from throughline.site.plain import plain

DONE = {
    "begin": "“{}” is under way.",
    "finish": "“{}” is done.",
    "skip": "“{}” is left out; the reason stays with it.",
}


@require_safe
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The stages of a cycle, each with what it needs, how it stands and where it is done."""
    return _page(request, cycle_for(request.user, key))


@require_safe
def plan_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    found = queries.stages_of(cycle_for(request.user, key), now=datetime.now(UTC))
    return JsonResponse(plain(queries.document(found, request.user)))


@require_POST
def move(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    """Begin, finish or skip a stage; beginning one that was done or skipped opens it again."""
    person = signed_in(request.user)
    which, cycle = stage_named(person, stage), cycle_for(person, key)
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    try:
        _moved(actor_name(person), cycle, which, do=do, reason=reason)
    except Refused as refused:
        status = 422 if refused.place else 409
        return _page(request, cycle, refused=refused.message, at=which, reason=reason, status=status)
    messages.success(request, DONE[do].format(which.label))
    return HttpResponseRedirect(f"{reverse('cycle-plan', args=[key])}#stage-{which.value}")


def _moved(actor: str, cycle: Cycle, stage: Stage.Key, *, do: str, reason: str) -> None:
    now = datetime.now(UTC)
    match do:
        case "begin":
            actions.begin(actor, cycle, stage, reason=reason, now=now)
        case "finish":
            actions.finish(actor, cycle, stage, now=now)
        case "skip":
            actions.skip(actor, cycle, stage, reason=reason, now=now)
        case _:
            raise Refused(f"expected begin, finish or skip; found '{do[:40]}'", place="do")


def _page(
    request: HttpRequest,
    cycle: Cycle,
    *,
    refused: str = "",
    at: Stage.Key | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    person = signed_in(request.user)
    found = queries.stages_of(cycle, now=datetime.now(UTC))
    context = {
        "cycle": cycle,
        "found": found,
        "stages": [(each, queries.ways_for(person, each.facts.ways)) for each in found.stages],
        "refused": refused,
        "refused_at": at,
        "reason": reason,
        "may_lead": may_lead(person),
        "tab": "cycles",
    }
    return render(request, "planning/plan.html", context, status=status)
