"""The audit record for administrators: as a page, as CSV, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import require
from throughline.accounts.models import Role
from throughline.audit import queries
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.ui.rows import A_PAGE


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` is the id at which the next page starts."""
    require(request.user, Role.ADMINISTRATOR)
    asked = request.GET.dict()
    before = asked.pop("before", "")
    try:
        entries = queries.found(asked)
    except Refused as refused:
        return render(request, "audit/audit.html", {"asked": asked, "problem": str(refused)}, status=400)
    if before.isdecimal() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    page = list(entries[: A_PAGE + 1])
    older = page[A_PAGE - 1].pk if len(page) > A_PAGE else None
    context = {"entries": page[:A_PAGE], "asked": asked, "older": older, "query": _query(request)}
    return render(request, "audit/audit.html", context)


@require_safe
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries, all of them."""
    require(request.user, Role.ADMINISTRATOR)
    rows = ([*_cells(entry)] for entry in queries.described(queries.found(request.GET.dict())))
    return csv_response("audit", queries.COLUMNS, rows)


@require_safe
def audit_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries, all of them, streamed."""
    require(request.user, Role.ADMINISTRATOR)
    entries = queries.described(queries.found(request.GET.dict()))
    return StreamingHttpResponse(_json(entries), content_type="application/json")


def _cells(entry: dict[str, Any]) -> Iterator[Any]:
    for column in queries.COLUMNS:
        value = entry[column]
        yield json.dumps(value, ensure_ascii=False) if column == "detail" else value


def _json(entries: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield '{"entries": ['
    for position, entry in enumerate(entries):
        yield (",\n" if position else "\n") + json.dumps(entry, cls=DjangoJSONEncoder, ensure_ascii=False)
    yield "\n]}\n"


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("before", None)
    return kept.urlencode()
