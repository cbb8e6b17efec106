"""The report of a quarter: its one page, the whole document, the texts that a manager writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import signed_in
from throughline.cycles import queries as cycles
from throughline.cycles.access import cycle_for, may_lead
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.reports import actions, queries
from throughline.reports.access import current_cycle, may_write, require_write
from throughline.reports.forms import WordsForm
from throughline.reports.queries import Told
from throughline.reports.renderings.extras import EXTRA, missing
from throughline.reports.renderings.pdf import as_of, footer


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The report of the quarter that runs; where none does, what one would be."""
    person = signed_in(request.user)
    found = current_cycle(person, today=_now().date())
    if found is None:
        return render(request, "reports/none.html", {"may_plan": may_lead(person)})
    return HttpResponseRedirect(reverse("report", args=[found.key]))


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The one page."""
    return _told(request, key, "reports/page.html")


@require_safe
def full(request: HttpRequest, key: str) -> HttpResponse:
    """The whole document."""
    return _told(request, key, "reports/full.html")


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, key: str) -> HttpResponse:
    """The three texts, each beginning as what the facts say."""
    person, now = require_write(request.user), _now()
    cycle = cycle_for(person, key)
    found = queries.told(cycle, now=now)
    form = WordsForm(request.POST) if request.method == "POST" else WordsForm.of(found.report)
    if form.is_bound and form.is_valid():
        try:
            changed = actions.write(person, cycle, now=now, **form.texts(found.report))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The report says it." if changed else "Nothing changed.")
            return HttpResponseRedirect(reverse("report", args=[key]))
    context = {
        "cycle": cycle,
        "form": form,
        "told": found,
        "drafts": {each.part: each.draft for each in found.report.texts},
        "tab": "cycles",
    }
    return render(request, "reports/words.html", context, status=422 if form.errors else 200)


def _told(request: HttpRequest, key: str, template: str) -> HttpResponse:
    person, now = signed_in(request.user), _now()
    cycle = cycle_for(person, key)
    found = queries.told(cycle, now=now)
    return render(request, template, {**_context(found, cycle, now=now), **_talk(request, cycle, found)})


def _context(found: Told, cycle: Cycle, *, now: datetime) -> dict[str, Any]:
    return {
        "cycle": cycle,
        "told": found,
        "report": found.report,
        "as_of": as_of(found),
        "footer": footer(found),
        "differences": queries.differing(cycle, found, now=now),
        "missing": missing(),
        "extra": EXTRA,
        "tab": "cycles",
    }


def _talk(request: HttpRequest, cycle: Cycle, found: Told) -> dict[str, Any]:
    """What readers say while it is still being written; and who writes it."""
    person = signed_in(request.user)
    is_open = cycle.state == Cycle.State.SET and not found.is_frozen
    return {
        "is_open": is_open,
        "talk": cycles.talk_about(cycle).get(OF) if is_open else None,
        "of": OF,
        "may_change": may_write(person),
        "person_pk": person.pk,
    }


# What comments on the report are said of, among those on its cycle.
OF = "report"


def _now() -> datetime:
    return datetime.now(UTC)
