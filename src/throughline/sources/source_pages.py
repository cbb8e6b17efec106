"""The sources: what each found, how much of it was real, and what only paid reports found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import at_least, scope_of
from throughline.accounts.models import Role
from throughline.connectors.access import may_connect
from throughline.connectors.queries import connected
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.sources import queries
from throughline.sources.overlap import document, escapes, pairs, seen
from throughline.sources.quality import HEADER, Quality, paid_classes, qualities, row


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with records that the person may see."""
    scope = scope_of(request.user)
    paid = paid_classes(scope)
    found = seen(scope)
    context = {
        "pairs": pairs(found),
        "escaped": escapes(scope, found),
        "sources": [_shown(quality) for quality in qualities(scope)],
        "paid": paid,
        "own": sum(each.own > 0 for each in paid),
        "may_import": at_least(request.user, Role.MANAGER),
        "connectors": connected(request.user, now=datetime.now(UTC)),
        "may_connect": may_connect(request.user),
    }
    return render(request, "sources/sources.html", context)


@require_safe
def sources_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    scope = scope_of(request.user)
    classes = [{"cwe": each.cwe, "paid": each.paid, "own": each.own} for each in paid_classes(scope)]
    found = [plain(row(quality)) for quality in qualities(scope)]
    both = seen(scope)
    told = {"sources": found, "paid_classes": classes, **document(both, escapes(scope, both))}
    return JsonResponse(told)


@require_safe
def sources_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same for spreadsheets."""
    found = (list(row(quality).values()) for quality in qualities(scope_of(request.user)))
    return csv_response("sources", HEADER, found)


def _shown(quality: Quality) -> dict[str, Any]:
    value, low, high = quality.precision or (None, None, None)
    return {
        "quality": quality,
        "where": queries.condition_of(quality.feed),
        "percent": None if value is None else round(100 * value),
        "interval": "" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f} %",
    }
