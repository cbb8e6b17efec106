"""The metric explorer: one metric, one chart, its honest and its naive figure side by side."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import Scope, at_least, scope_of
from throughline.accounts.models import Role
from throughline.annotations.queries import on
from throughline.annotations.showing import annotated
from throughline.annotations.subjects import of_metric
from throughline.engine.calendar import Unit
from throughline.engine.language.fields import UNITS_OF_TIME, Schema
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import NO_COMPARISON, Question, question_of
from throughline.measures.beginning import begin
from throughline.measures.comparing import alongside, beside, compared, spans_of
from throughline.measures.detection import PAGE as DETECTION
from throughline.measures.detection import is_explained
from throughline.measures.documents import annotated as annotated_document
from throughline.measures.documents import entry, header, table
from throughline.measures.knowledge import knowledge_dates, newest_knowledge
from throughline.measures.moves import address, can_be_split
from throughline.measures.power_form import power_form
from throughline.measures.ranges import NAMES, cut
from throughline.measures.readside.columns import one_state
from throughline.measures.shelf import shelf, with_figures
from throughline.measures.shown import Shown, answer, show, title_of
from throughline.site.exports import csv_response
from throughline.ui import rows
from throughline.ui.problems import problem_of
from throughline.vulnerabilities.models import Vulnerability

FIELDS = ("metric", "where", "at", "range", "from", "to", "known", "compare", "ratio")
PLACES = {"measure": "metric"}
CACHED_SECONDS = 600


@require_safe
@one_state()
def metrics(request: HttpRequest) -> HttpResponse:
    """The catalogue; with a metric in the address, the metric."""
    now = datetime.now(UTC)
    if not request.GET.get("metric", "").strip():
        return render(request, "measures/catalogue.html", _catalogue(request))
    schema = queries.schema()
    context = _form(request, schema)
    try:
        question = question_of(request.GET, now=now)
        context |= _chosen(question)
        asker = Asker(scope_of(request.user), now)
        begin(question, asker)
        most_of = partial(rows.most_of, everything=rows.wants_all(request.GET))
        shown = alongside(show(question, asker, most_of=most_of), asker)
    except Refused as refused:
        written = {name: request.GET.get(name, "").strip() for name in FIELDS}
        context |= {"problem": problem_of(refused, written, fields=PLACES)}
        return render(request, "measures/metric.html", context, status=400)
    power = power_form(question, request.GET.get("ratio", "").strip(), asker)
    context |= _answered(shown, request, asker=asker) | {"power": power}
    return render(request, "measures/metric.html", context, status=400 if power.problem else 200)


@require_safe
@one_state()
def metrics_json(request: HttpRequest) -> HttpResponse:
    """The answer as the command line's JSON; without a metric, the catalogue."""
    if not request.GET.get("metric", "").strip():
        return JsonResponse({"metrics": [entry(card.definition) for _, cards in shelf() for card in cards]})
    now = datetime.now(UTC)
    question = question_of(request.GET, now=now)
    asker = Asker(scope_of(request.user), now)
    result = answer(question, asker)
    return JsonResponse(annotated_document(result, beside(question, result, asker), question.metric))


@require_safe
def metrics_csv(request: HttpRequest) -> HttpResponseBase:
    """The rows of the answer as a file."""
    now = datetime.now(UTC)
    question = question_of(request.GET, now=now)
    asker = Asker(scope_of(request.user), now)
    result = answer(question, asker)
    lines = table(result, beside(question, result, asker), question.metric)
    return csv_response(question.file_name, header(result), lines)


@require_safe
@one_state()
def shelf_figures(request: HttpRequest) -> HttpResponse:
    """The cards of the catalogue with their figures: a fragment, since it asks twenty questions."""
    now = datetime.now(UTC)
    scope = scope_of(request.user)
    return render(request, "measures/shelf.html", {"shelf": _figures(scope, now), "figures": True})


def _figures(scope: Scope, now: datetime) -> list[tuple[str, Any]]:
    # The day is in the key, since open spells grow with time.
    key = f"shelf:{queries.data_mark()}:{now.date()}:{sorted(scope.teams)}:{scope.everything}"
    found = cache.get(hash_of(key))
    if found is None:
        found = [(question, with_figures(cards, scope=scope, now=now)) for question, cards in shelf()]
        cache.set(hash_of(key), found, CACHED_SECONDS)
    return list(found)


def hash_of(text: str) -> str:
    """A cache key of any text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _catalogue(request: HttpRequest) -> dict[str, Any]:
    return {
        "shelf": list(shelf()),
        "asked": dict.fromkeys(FIELDS, ""),
        "empty": not Vulnerability.objects.exists(),
        "may_import": at_least(request.user, Role.MANAGER),
    }


def _form(request: HttpRequest, schema: Schema) -> dict[str, Any]:
    """The form as it was filled in, whether or not it makes sense."""
    return {
        "asked": {name: request.GET.get(name, "") for name in FIELDS},
        "names": [card.definition for _, cards in shelf() for card in cards],
        "dates": [field.name for field in schema.dates()],
        "units": UNITS_OF_TIME,
        "dimensions": [field.name for field in schema.dimensions()],
        "ranges": NAMES,
        "knowledge": knowledge_dates(),
        "question": Question(metric=""),
        "title": title_of(request.GET.get("metric", "")),
        "by_time": "quarter",
        "by_dimensions": [],
    }


def _chosen(question: Question) -> dict[str, Any]:
    timed = [text for text in question.by if text in UNITS_OF_TIME]
    return {
        "question": question,
        "by_time": timed[0] if timed else "none",
        "by_dimensions": [text for text in question.by if text not in timed[:1]],
    }


def _answered(shown: Shown, request: HttpRequest, *, asker: Asker) -> dict[str, Any]:
    question = shown.question
    charts = [shown.chart] if shown.chart else list(shown.multiples)
    name = shown.metric.definition.name or question.metric
    subject = of_metric(name)
    on_chart = annotated(charts, on([subject]), request.user, subject=subject, now=asker.now)
    chart = on_chart.charts[0] if shown.chart else None
    multiples = on_chart.charts if shown.multiples else ()
    return {
        "shown": replace(shown, chart=chart, multiples=multiples),
        "on_chart": on_chart if any(by in UNITS_OF_TIME for by in question.by) else None,
        "spans": spans_of(question, now=asker.now) if chart or multiples else None,
        "switch_address": question.address(compare="" if question.compare else NO_COMPARISON),
        "cut": " ".join(cut(by, question.range) for by in get_args(Unit) if by in question.by),
        "few": rows.few(shown.rows, request.GET, total=len(shown.result.rows) if question.by else 0),
        "which": "newest" if shown.skipped else "first",
        "compares": any(line.was for line in shown.rows),
        "was": compared(question, shown.total, asker),
        "detection_address": question.address(DETECTION) if is_explained(shown.metric) else "",
        "csv_address": question.address("/metrics.csv"),
        "json_address": question.address("/metrics.json"),
        "key_result_address": _key_result(shown) if at_least(request.user, Role.MANAGER) else "",
        "why_address": address(question) if can_be_split(shown.metric) else "",
        "fresh": newest_knowledge(now=asker.now),
        "command": question.command,
    }


def _key_result(shown: Shown) -> str:
    question = shown.question
    asked = {"metric": question.metric, "where": question.where, "at": question.at}
    return f"/key-results/new?{urlencode({name: text for name, text in asked.items() if text})}"
