"""The register of scenarios: what they cost a year, which of them make the tail, and what is stale."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.risk.access import may_write, visible
from throughline.risk.appetites import appetite_now, with_appetite
from throughline.risk.comparing import by_scenario, compared, documented
from throughline.risk.curves import Curves, chart, curves_of
from throughline.risk.register import Chosen, baseline_of, chosen_of, known_then, register, sentence
from throughline.risk.tables import register_figures, register_rows
from throughline.site.exports import csv_response
from throughline.ui import comparing

COLUMNS = (
    *("key", "statement", "mean", "share_of_tail", "stale", "estimated_at"),
    *("period", "start", "end", "judge", "owner", "tags"),
)


@require_safe
def risk(request: HttpRequest) -> HttpResponse:
    """The register, the dearest scenario first, under one sentence and the curve."""
    signed_in(request.user)
    now, chosen = _now(), chosen_of(request.GET)
    found = register(visible(request.user), chosen, now=now)
    since = baseline_of("", now=now)
    before = known_then(visible(request.user), chosen, until=since)
    rows = [each.stands for each in found.lines]
    context: dict[str, Any] = {
        "register": found,
        "chosen": chosen,
        "sentence": sentence(found),
        "was": compared(found.figures, before),
        "since": since,
        "chart": chart(_drawn(rows, since, chosen), kinds=("inherent", "residual", "appetite"), height=260),
        "has_appetite": appetite_now() is not None,
        "may_write": may_write(request.user),
        "query": chosen.address(""),
        "biggest": max((each.of_mean for each in found.lines), default=0.0),
        "sorts": _sorts(chosen),
    }
    return render(request, "risk/register.html", context)


@require_safe
def risk_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    now = _now()
    chosen = chosen_of(request.GET)
    found = register(visible(request.user), chosen, now=now)
    before = known_then(visible(request.user), chosen, until=baseline_of("", now=now))
    figures = {**register_figures(found), "before": documented(compared(found.figures, before))}
    return JsonResponse({**figures, "scenarios": list(register_rows(found, now=now))})


@require_safe
def risk_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table, with what each scenario cost a year when the quarter began."""
    now, chosen = _now(), chosen_of(request.GET)
    found = register(visible(request.user), chosen, now=now)
    before = by_scenario(
        found.lines, known_then(visible(request.user), chosen, until=baseline_of("", now=now))
    )
    rows = (
        [
            *(", ".join(each[name]) if name == "tags" else each[name] for name in COLUMNS),
            *comparing.cells(was.document if was else None),
        ]
        for each, was in zip(register_rows(found, now=now), before, strict=True)
    )
    return csv_response("risk", (*COLUMNS, *comparing.COLUMNS), rows)


@require_safe
def curve_document(request: HttpRequest) -> JsonResponse:
    """The scenarios as they stand in the words of `risk curve`, so that anybody can work the figures out."""
    chosen = chosen_of(request.GET)
    found = register(visible(request.user), chosen, now=_now())
    return JsonResponse(found.document if chosen.is_narrow else with_appetite(found.document))


def _drawn(rows: list[Any], since: datetime, chosen: Chosen) -> Curves:
    return curves_of(rows, [], since=since, is_part=chosen.is_narrow)


def _sorts(chosen: Chosen) -> list[tuple[str, str, bool]]:
    """The orders that may be chosen: in words, by name, whether it is this one."""
    words = {
        "mean": "cost a year",
        "share": "part of the worst year in 100",
        "statement": "name",
        "estimated": "oldest estimate",
    }
    return [(said, name, name == chosen.sort) for name, said in words.items()]


def _now() -> datetime:
    return datetime.now(UTC)
