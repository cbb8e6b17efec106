"""Why did it move? The change of a metric between two periods, split by groups."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import scope_of
from throughline.charts.mixes import contributions
from throughline.engine.mix import Term
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.links import address_of_rows
from throughline.measures.move_documents import document, header, left_out, sentence, table, why_rest
from throughline.measures.moves import DEFAULT, Group, Moved, address, moved, question_and_against
from throughline.measures.ranges import NAMES, Range, as_date
from throughline.measures.shelf import shelf
from throughline.measures.shown import title_of
from throughline.site.exports import csv_response
from throughline.ui.comparing import moved_by
from throughline.ui.problems import problem_of

FIELDS = ("metric", "where", "at", "by", "range", "from", "to", "against")
PLACES = {"measure": "metric"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, with the addresses of the records behind its two figures."""

    term: Term
    group: Group
    rate: str
    mix: str
    total: str
    then_address: str
    now_address: str


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """The page: two periods, a dimension, what each group adds."""
    now = datetime.now(UTC)
    context = _form(request)
    if not request.GET.get("metric", "").strip():
        return render(request, "measures/why.html", context)
    try:
        question, against = question_and_against(request.GET, now=now)
        found = moved(question, Asker(scope_of(request.user), now), against=against)
    except Refused as refused:
        written = {name: request.GET.get(name, "").strip() for name in FIELDS}
        context |= {"problem": problem_of(refused, written, fields=PLACES)}
        return render(request, "measures/why.html", context, status=400)
    return render(request, "measures/why.html", context | _answered(found, against, now=now))


@require_safe
def why_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    return JsonResponse(document(_asked(request)))


@require_safe
def why_csv(request: HttpRequest) -> HttpResponseBase:
    """The groups as a file."""
    found = _asked(request)
    return csv_response(f"why-{found.question.file_name}", header(found), table(found))


def _asked(request: HttpRequest) -> Moved:
    now = datetime.now(UTC)
    question, against = question_and_against(request.GET, now=now)
    return moved(question, Asker(scope_of(request.user), now), against=against)


def _form(request: HttpRequest) -> dict[str, Any]:
    by = request.GET.getlist("by") or list(DEFAULT)
    return {
        "asked": {name: request.GET.get(name, "") for name in FIELDS},
        "by": by,
        "names": [card.definition for _, cards in shelf() for card in cards],
        "dimensions": [field.name for field in queries.schema().dimensions()],
        "ranges": {name: title for name, title in NAMES.items() if name not in ("all", "custom")},
        "range": request.GET.get("range") or "last-quarter",
        "title": title_of(request.GET.get("metric", "")),
    }


def _answered(found: Moved, against: str, *, now: datetime) -> dict[str, Any]:
    question, split, unit = found.question, found.split, found.unit
    said = sentence(found)
    chart = contributions(split.terms, unit=unit, adds_up=found.adds_up) if split.terms else None
    return {
        "found": found,
        "said": said,
        "change": moved_by(split.change, unit),
        "rate": moved_by(split.rate, unit),
        "mix": moved_by(split.mix, unit),
        "rest": moved_by(split.rest, unit) if abs(split.rest) > 1e-9 * max(1.0, abs(split.change)) else "",
        "why_rest": why_rest(found),
        "spans": found.spans,
        "chart": chart,
        "lines": [_line(found, term, now=now) for term in split.terms],
        "left_out": left_out(found),
        "explorer": question.address(by=("quarter",)),
        "csv_address": address(question, path="/metrics/why.csv", against=against),
        "json_address": address(question, path="/metrics/why.json", against=against),
        "command": _command(question, against),
    }


def _line(found: Moved, term: Term, *, now: datetime) -> Line:
    group, unit = found.groups[term.name], found.unit

    def rows_in(span: Range) -> str:
        question = replace(found.question, range=span)
        return address_of_rows(found.metric, group.names, question=question, now=now)

    return Line(
        term,
        group,
        rate=moved_by(term.rate, unit),
        mix=moved_by(term.mix, unit),
        total=moved_by(term.total, unit),
        then_address=rows_in(found.before),
        now_address=rows_in(found.question.range),
    )


def _command(question: Question, against: str) -> str:
    """The same question for a terminal."""
    split = [("--why", each) for each in question.by]
    period = [("--from", as_date(question.range.since)), ("--to", as_date(question.range.until))]
    options = [("--where", question.where), ("--at", question.at), *split, *period, ("--against", against)]
    said = [f"{name} {shlex.quote(text)}" for name, text in options if text]
    return " ".join(["throughline metric", shlex.quote(question.metric), *said])
