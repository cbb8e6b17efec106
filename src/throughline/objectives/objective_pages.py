"""One objective, and what another team is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.refusals import Refused
from throughline.objectives import efforts
from throughline.objectives.access import item_for, may_change, require_change
from throughline.objectives.addresses import address_of
from throughline.objectives.items import MODELS, Joined, kind_of
from throughline.objectives.models import Cycle, ItemKind, KeyResult, Objective
from throughline.objectives.plan_forms import CounterpartForm, people
from throughline.objectives.planned import PlannedObjective, plan_of
from throughline.objectives.wording import names_of


@require_safe
def objective(request: HttpRequest, key: str) -> HttpResponse:
    """One objective: why, what it serves, what is promised for it, and who else has to help."""
    person = signed_in(request.user)
    found = item_for(person, Objective, key)
    plan = plan_of(found.cycle, now=datetime.now(UTC))
    planned = next((each for each in plan.objectives if each.objective == found), PlannedObjective(found))
    context = {
        "planned": planned,
        "objective": found,
        "cycle": found.cycle,
        "may_change": may_change(person),
        "person_teams": set(person.teams.values_list("pk", flat=True)),
    }
    return render(request, "objectives/objective.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Ask another team for its half of an objective, a key result or an initiative."""
    person = require_change(request.user)
    item = item_for(person, MODELS[kind], key)
    form = CounterpartForm(request.POST or None, initial={"due": _last_day(item)})
    if request.method == "POST" and form.is_valid():
        try:
            half = efforts.ask(actor_name(person), item, now=datetime.now(UTC), **form.cleaned_data)
            messages.success(request, f"{half.team.name} is asked. Anybody in it can confirm.")
            return HttpResponseRedirect(address_of(kind, key=key, id=item.pk))
        except Refused as refused:
            form.refuse(refused)
    context = {
        "form": form,
        "names": people(),
        "of": _name(item),
        "back": address_of(kind, key=key, id=item.pk),
    }
    return render(request, "objectives/counterpart_form.html", context, status=422 if form.errors else 200)


def _name(item: Joined) -> str:
    return names_of([item])[item.pk] if isinstance(item, KeyResult) else item.title


def _last_day(item: Joined) -> str:
    cycle: Cycle | None = None
    match kind_of(item):
        case ItemKind.KEY_RESULT:
            cycle = item.objective.cycle if item.objective else None  # type: ignore[union-attr]
        case ItemKind.OBJECTIVE | ItemKind.INITIATIVE:
            cycle = item.cycle  # type: ignore[union-attr]
    return f"{cycle.end:%Y-%m-%d}" if cycle else ""
