"""What is written of a cycle: where its work came from, and the document of its objectives."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles.access import cycle_for, may_lead
from throughline.objectives.access import key_result_for
from throughline.planning import documents
from throughline.planning import provenance as came
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def provenance(request: HttpRequest, key: str) -> HttpResponse:
    """Each cluster with its notes and its rank, and what became of it."""
    cycle = cycle_for(request.user, key)
    context = {"cycle": cycle, "ways": came.ways_of(cycle), "tab": "cycles"}
    return render(request, "planning/provenance.html", context)


@require_safe
def moved_by(request: HttpRequest, id: int) -> HttpResponse:
    """The part of a key result's page that says what work should move it, and where that came from."""
    found = key_result_for(signed_in(request.user), id)
    cycle = found.objective.cycle if found.objective else None
    return render(request, "planning/movers.html", {"movers": came.work_for(found), "cycle": cycle})


@require_safe
def provenance_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    cycle = cycle_for(request.user, key)
    return JsonResponse(plain({"cycle": cycle.key, "ways": came.document(came.ways_of(cycle))}))


@require_safe
def provenance_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a table."""
    cycle = cycle_for(request.user, key)
    return csv_response(f"provenance-{cycle.key}", came.COLUMNS, came.rows_of(came.ways_of(cycle)))


@require_safe
def document(request: HttpRequest, key: str) -> HttpResponse:
    """Why this, why not the others, how measured, why this target: as far as it is written."""
    cycle = cycle_for(request.user, key)
    context = {
        "cycle": cycle,
        "document": documents.document_of(cycle, now=datetime.now(UTC)),
        "may_change": may_lead(request.user),
        "tab": "cycles",
    }
    return render(request, "planning/document.html", context)


@require_safe
def document_md(request: HttpRequest, key: str) -> HttpResponse:
    """The same as Markdown."""
    cycle = cycle_for(request.user, key)
    text = documents.markdown(documents.document_of(cycle, now=datetime.now(UTC)))
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{cycle.key}.md"'
    return answer
