"""Whether a change of a metric can be told from noise, as files: the page is the metric's own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from throughline.accounts.access import scope_of
from throughline.measures.asker import Asker
from throughline.measures.asking import Question, question_of
from throughline.measures.power_documents import cells, document, header
from throughline.measures.power_form import FIELD, asked
from throughline.measures.powers import Telling
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def power_json(request: HttpRequest) -> JsonResponse:
    """The answer as the command line's JSON."""
    question, told = _asked(request)
    return JsonResponse(plain(document(question.metric, told)))


@require_safe
def power_csv(request: HttpRequest) -> HttpResponseBase:
    """A row for each group."""
    question, told = _asked(request)
    return csv_response(f"power-{question.file_name}", header(told), map(cells, told.found))


def _asked(request: HttpRequest) -> tuple[Question, Telling]:
    now = datetime.now(UTC)
    question = question_of(request.GET, now=now)
    asker = Asker(scope_of(request.user), now)
    return question, asked(question, request.GET.get(FIELD, "").strip(), asker)
