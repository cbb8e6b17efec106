"""The plan as a file, on a page: download it, or bring one, see what it would change, and apply it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.objectives.models import Cycle
from throughline.plans import queries
from throughline.plans.access import may_add_teams, require_manager
from throughline.plans.actions import Wish, apply, notes
from throughline.plans.differences import Change, differences
from throughline.plans.format.meaning import understood
from throughline.plans.format.problems import Problem, Problems
from throughline.plans.format.reading import Plan
from throughline.plans.forms import PlanForm
from throughline.plans.lines import Line, document, lines, summary


@dataclass(slots=True)
class Outcome:
    """What came of a plan that was brought: what is wrong with it, or what it would change."""

    problems: list[Problem] = field(default_factory=list)
    changes: list[list[Line]] = field(default_factory=list)
    summary: str = ""
    notes: list[str] = field(default_factory=list)
    seen: str = ""
    needs_reason: bool = False
    is_other: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Downloads, and the form; its POST compares, and applies what was compared."""
    person = require_manager(request.user)
    if request.method != "POST":
        return _page(request, PlanForm())
    form = PlanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        read = understood({given["name"]: given["content"]}, queries.known())
        outcome = _outcome(read, person, given, is_applied="apply" in request.POST)
    except Problems as problems:
        return _page(request, _kept(given), Outcome(problems=problems.found), status=422)
    if outcome is None:
        messages.success(request, "The plan is applied.")
        return HttpResponseRedirect(reverse("plan"))
    return _page(request, _kept(given, seen=outcome.seen), outcome)


@require_safe
def plan_yaml(request: HttpRequest) -> HttpResponse:
    """The plan as a file, or one cycle of it."""
    require_manager(request.user)
    cycle = request.GET.get("cycle", "")
    response = HttpResponse(queries.export(cycle), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{cycle or "plan"}.yaml"'
    return response


@require_safe
def plan_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    require_manager(request.user)
    return JsonResponse(queries.sections(request.GET.get("cycle", "")))


def _outcome(read: Plan, person: User, given: dict[str, Any], *, is_applied: bool) -> Outcome | None:
    """What the plan would change; None once it is applied. Raises Problems."""
    with transaction.atomic():
        found = differences(read, prune=given["prune"])
        outcome = Outcome(
            changes=[lines(change) for change in found],
            summary=summary(found),
            notes=notes(read, prune=given["prune"]),
            seen=_mark(found),
            needs_reason=any(change.needs_reason for change in found),
        )
        if not is_applied:
            return outcome
        if given["seen"] != outcome.seen:
            outcome.is_other = True
            return outcome
        wish = Wish(
            reason=given["reason"],
            text=given["reason_text"],
            prune=given["prune"],
            may_add_teams=may_add_teams(person),
        )
        apply(read, actor_name(person), wish=wish, now=datetime.now(UTC))
    return None


def _mark(changes: Iterable[Change]) -> str:
    said = json.dumps([document(change) for change in changes], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _kept(given: dict[str, Any], *, seen: str = "") -> PlanForm:
    """The form with what was brought in its text, so that it can be mended or applied."""
    text = given["content"].decode("utf-8", "replace")
    kept = {name: given[name] for name in ("prune", "reason", "reason_text")}
    return PlanForm(initial={**kept, "text": text, "seen": seen})


def _page(
    request: HttpRequest, form: PlanForm, outcome: Outcome | None = None, *, status: int = 200
) -> HttpResponse:
    cycles = Cycle.objects.order_by("-start", "key")
    context = {"form": form, "outcome": outcome, "cycles": cycles}
    return render(request, "plans/plan.html", context, status=status)
