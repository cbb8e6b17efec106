"""Surveys as pages: all of them, and one with what each wave says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.site.exports import csv_response
from throughline.surveys.access import may_ask, survey_for, visible_surveys
from throughline.surveys.documents import COLUMNS, LISTED, document, summary, table
from throughline.surveys.models import Survey
from throughline.surveys.queries import Result, newest_results, results
from throughline.surveys.sentences import change_said, score_said
from throughline.surveys.showing import page


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """Every survey with what its newest wave says; archived ones below."""
    rows: list[dict[str, Any]] = []
    for survey, found in _all(request):
        last = next((each for each in reversed(found) if each.score is not None), None)
        newest = found[-1] if found else None
        rows.append(
            {
                "survey": survey,
                "said": score_said(last) if last else (score_said(newest) if newest else "Not asked yet."),
                "change": change_said(last) if last else "",
                "waves": len(found),
                "is_open": newest is not None and newest.wave.closed_at is None,
            }
        )
    context = {
        "rows": [each for each in rows if each["survey"].archived_at is None],
        "archived": [each for each in rows if each["survey"].archived_at is not None],
        "may_ask": may_ask(request.user),
    }
    return render(request, "surveys/surveys.html", context)


@require_safe
def surveys_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse({"surveys": [summary(survey, found) for survey, found in _all(request)]})


@require_safe
def surveys_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    rows = (summary(survey, found) for survey, found in _all(request))
    return csv_response("surveys", LISTED, ([row[name] for name in LISTED] for row in rows))


@require_safe
def survey(request: HttpRequest, id: int) -> HttpResponse:
    """One survey: its question, its waves, what they say, and what may be done."""
    return page(request, survey_for(request.user, id))


@require_safe
def survey_json(request: HttpRequest, id: int) -> JsonResponse:
    """The same for programs."""
    found = survey_for(request.user, id)
    return JsonResponse(document(found, results(found)))


@require_safe
def survey_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """Its waves as a table."""
    found = survey_for(request.user, id)
    return csv_response(found.series.name, COLUMNS, table(results(found)))


def _all(request: HttpRequest) -> list[tuple[Survey, list[Result]]]:
    known = list(visible_surveys(request.user).select_related("series"))
    found = newest_results(known)
    return [(each, found[each.pk]) for each in known]
