"""Sheets to print for 1:1s: one a person, or all of them one after another."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.models import User
from throughline.assignments.asking import asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.sheets import sheets_of
from throughline.cycles.access import cycle_for
from throughline.objectives.models import Cycle
from throughline.people.access import require_lead, worker_for
from throughline.people.models import WorkKind


@require_safe
def sheets(request: HttpRequest, key: str) -> HttpResponse:
    """A sheet for each person of the team."""
    return _page(request, cycle_for(require_lead(request.user), key))


@require_safe
def sheet(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """The sheet of one person."""
    person = worker_for(request.user, id)
    return _page(request, cycle_for(request.user, key), only=person)


def _page(request: HttpRequest, cycle: Cycle, *, only: User | None = None) -> HttpResponse:
    now, viewer = datetime.now(UTC), require_lead(request.user)
    asked = asked_of(cycle)
    found = answer_of(asked, now=now)
    people = [only] if only else list(asked.people.values())
    kinds = dict(WorkKind.objects.values_list("key", "title"))
    context = {
        "cycle": cycle,
        "asked": asked,
        "person_of_sheet": only,
        "is_current": found.is_current,
        "day": now,
        "sheets": sheets_of(asked, found.document, people, viewer, kinds=kinds, now=now)
        if found.document
        else [],
    }
    return render(request, "assignments/match_sheets.html", context)
