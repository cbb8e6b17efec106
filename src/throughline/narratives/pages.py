"""The library as pages, and the stories of a cycle's work."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles.access import cycle_for, visible_cycles
from throughline.narratives import documents
from throughline.narratives.access import may_tell_any, narrative_for
from throughline.narratives.library import library
from throughline.narratives.telling import Stories, stories_in, telling_after
from throughline.objectives.access import item_for, may_change, require_change
from throughline.objectives.models import Cycle, LongTermObjective, Objective
from throughline.people.access import kinds_in_use
from throughline.site.exports import csv_response
from throughline.site.numbers import whole_number
from throughline.site.plain import plain
from throughline.thread.queries import current_cycle

SERVES = dict(LongTermObjective.Kind.choices)
PLANNED = (Cycle.State.DRAFT, Cycle.State.PROPOSED)


@require_safe
def narratives(request: HttpRequest) -> HttpResponse:
    """The fourteen, each as a card that says enough to choose."""
    signed_in(request.user)
    found = [(each, SERVES[each.serves]) for each in library().values()]
    return render(request, "narratives/library.html", {"found": found, "tab": "stories"})


@require_safe
def narratives_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    signed_in(request.user)
    return JsonResponse(plain(documents.library_document()))


@require_safe
def narrative(request: HttpRequest, key: str) -> HttpResponse:
    """One of them whole, with key results to take along and the work of ours that tells it."""
    found = narrative_for(request.user, key)
    titles = {each.key: each.title for each in kinds_in_use()}
    change = may_change(request.user)
    context = {
        "narrative": found,
        "serves": SERVES[found.serves],
        "work": [titles[key] for key in found.work if key in titles],
        "ours": telling_after(key),
        "objectives": _planned_objectives() if change else [],
        "may_change": change,
    }
    return render(request, "narratives/narrative.html", context)


@require_safe
def narrative_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    found = narrative_for(request.user, key)
    return JsonResponse(plain(documents.narrative_document(found, telling_after(key))))


@require_safe
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Open the editor of a sketch, with what a key result of the library says filled in."""
    person = require_change(request.user)
    found = narrative_for(person, key)
    number = whole_number(request.GET.get("number", "")) or 0
    if not 0 < number <= len(found.key_results):
        raise Http404
    objective = item_for(person, Objective, request.GET.get("objective", ""))
    if not objective.cycle.is_planned:
        messages.error(
            request, f"{objective.cycle.title} is {objective.cycle.state} already: choose another."
        )
        return HttpResponseRedirect(reverse("narrative", args=[key]))
    said = urlencode(found.key_results[number - 1].sketch)
    return HttpResponseRedirect(f"{reverse('sketch-new', args=[objective.key])}?{said}")


@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """The work of a cycle with its stories, what has none first."""
    found = _asked(request)
    context = {
        "found": found,
        "cycle": found.cycle,
        "cycles": visible_cycles(request.user),
        "topic": f"cycle:{found.cycle.pk}" if found.cycle else "",
        "query": f"cycle={found.cycle.key}" if found.cycle else "",
        "tellable": may_tell_any(request.user, [each.of for each in found.work]),
        "tab": "stories",
    }
    return render(request, "narratives/stories.html", context)


@require_safe
def stories_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(plain(documents.document(_asked(request))))


@require_safe
def stories_csv(request: HttpRequest) -> HttpResponseBase:
    """One row a piece of work."""
    return csv_response("stories", documents.COLUMNS, documents.rows(_asked(request)))


def _asked(request: HttpRequest) -> Stories:
    person = signed_in(request.user)
    key = request.GET.get("cycle", "")
    return stories_in(cycle_for(person, key) if key else current_cycle(datetime.now(UTC)))


def _planned_objectives() -> list[Objective]:
    found = Objective.objects.filter(archived_at=None, cycle__state__in=PLANNED).select_related("cycle")
    return list(found.order_by("cycle__start", "position", "id"))
