"""The explanation of a time to detection: a part of the metric's page, and a page of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import scope_of
from throughline.measures.asker import Asker
from throughline.measures.asking import Question, question_of
from throughline.measures.detection import Detection, explained_or_refused
from throughline.site.plain import plain


@require_safe
def detection(request: HttpRequest) -> HttpResponse:
    """Why this figure can rise while detection gets better; the part alone where htmx asks for it."""
    question, found = _asked(request)
    in_part = request.headers.get("HX-Request") == "true"
    page = "measures/detection.html" if in_part else "measures/detection_page.html"
    context = {
        "detection": found,
        "in_part": in_part,
        "metric_address": question.address(),
        "json_address": question.address("/metrics/detection.json"),
    }
    return render(request, page, context)


@require_safe
def detection_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(plain(_asked(request)[1].document))


def _asked(request: HttpRequest) -> tuple[Question, Detection]:
    now = datetime.now(UTC)
    question = question_of(request.GET, now=now)
    if not question.metric:
        raise Http404
    return question, explained_or_refused(question, Asker(scope_of(request.user), now))
