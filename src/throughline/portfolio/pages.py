"""Prioritising as a page: what fits, why, what just missed, and what it would take to change that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio import shown
from throughline.portfolio.access import may_choose, may_write
from throughline.portfolio.answering import Answer
from throughline.portfolio.answers import answered
from throughline.portfolio.ruling import capacity_of, relations_said
from throughline.portfolio.stored import Stored, stored
from throughline.portfolio.views import BEST, NAMES, compared, ordered
from throughline.site.exports import csv_response

AGENDA = 5
COLUMNS = (
    *(
        "place",
        "key",
        "title",
        "chosen",
        "effort",
        "expected",
        "shrunk",
        "counted",
        "in_best",
        "standard_error",
    ),
    *("rice", "ice", "wsjf", "cd3", "per_week", "why"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks, and the answer where there is one; `problem` is about its capacity."""

    stored: Stored
    view: str
    capacity: str
    problem: str
    found: Answer | None
    document: dict[str, Any] | None


@require_safe
def portfolio(request: HttpRequest, key: str) -> HttpResponse:
    """The candidates of a cycle, chosen and ranked."""
    person = signed_in(request.user)
    cycle = cycle_for(person, key)
    asked = _asked(request, cycle, strictly=False)
    context: dict[str, Any] = {
        "cycle": cycle,
        "asked": asked,
        "sentence": shown.sentence(asked.stored, asked.document),
        "missing": asked.stored.missing,
        "dropped": asked.stored.dropped,
        "views": [(name, label, name == asked.view) for name, (label, _) in NAMES.items()],
        "may_write": may_write(person) and cycle.state != Cycle.State.CLOSED,
        "may_choose": may_choose(person) and cycle.state != Cycle.State.CLOSED,
        "stated_capacity": asked.capacity or asked.stored.document["capacity"],
        "query": request.GET.urlencode(),
        **(_answer(asked) if asked.found else {}),
    }
    return render(request, "portfolio/portfolio.html", context, status=422 if asked.problem else 200)


@require_safe
def portfolio_json(request: HttpRequest, key: str) -> JsonResponse:
    """The answer as the command gives it, with what each candidate lacks."""
    asked = _asked(request, cycle_for(request.user, key))
    missing = [
        {"id": each.candidate.pk, "title": each.candidate.title, "out": each.is_out, "why": list(each.why)}
        for each in asked.stored.missing
    ]
    return JsonResponse({"cycle": key, "answer": asked.document, "missing": missing})


@require_safe
def portfolio_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The candidates as a table, in the order of the view."""
    asked = _asked(request, cycle_for(request.user, key))
    lines = ordered(asked.document, asked.view) if asked.document else []
    rows = (_row(each.row) for each in lines)
    return csv_response(f"portfolio-{key}", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


@require_safe
def portfolio_document(request: HttpRequest, key: str) -> HttpResponse:
    """The file that `throughline portfolio` reads."""
    asked = _asked(request, cycle_for(request.user, key))
    return HttpResponse(asked.stored.content, content_type="application/json")


def _asked(request: HttpRequest, cycle: Cycle, *, strictly: bool = True) -> Asked:
    """What the address asks; a wrong capacity is refused, or said on the page beside its field."""
    view = request.GET.get("view", BEST)
    view = view if view in NAMES else BEST
    text = request.GET.get("capacity", "").strip()
    capacity, problem = None, ""
    try:
        capacity = capacity_of(text) if text else None
    except Refused as refused:
        if strictly:
            raise
        problem = refused.message
    found = stored(cycle, capacity=capacity, now=datetime.now(UTC))
    answer = answered(found)
    return Asked(found, view, text, problem, *(answer or (None, None)))


def _answer(asked: Asked) -> dict[str, Any]:
    """What the page shows of an answer."""
    assert asked.found is not None
    assert asked.document is not None
    document = asked.document
    titles = {each.pk: each.title for each in asked.stored.candidates.values()}
    return {
        "answer": document,
        "lines": [(each, asked.stored.candidates[each.row["key"]]) for each in ordered(document, asked.view)],
        "formula": NAMES[asked.view][1],
        "label": NAMES[asked.view][0],
        "is_best": asked.view == BEST,
        "compared": compared(document, asked.view),
        "scatter": shown.drawn(asked.stored, asked.found, document),
        "frontier": shown.frontier_of(document),
        "bought": list(shown.bought(asked.stored, document)),
        "prices": list(shown.prices(asked.stored, document)),
        "relations": list(relations_said(asked.stored.rules, titles)),
        "order": shown.order(asked.stored, document),
        "agenda": document["disagreement"][:AGENDA],
        "capacities": shown.capacities(document),
        "makeable": any(
            each["chosen"] and asked.stored.candidates[each["key"]].initiative_id is None
            for each in document["candidates"]
        ),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    chance = row["in_best"] or {}
    return {
        "place": row["rank"],
        "key": row["key"],
        "title": row["title"],
        "chosen": "yes" if row["chosen"] else "no",
        "effort": row["effort"]["expected"],
        **{name: row["value"][name] for name in ("expected", "shrunk", "counted")},
        "in_best": chance.get("probability"),
        "standard_error": chance.get("standard_error"),
        **dict(_scores(row)),
        "why": row["why"],
    }


def _scores(row: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for name in ("rice", "ice", "wsjf", "cd3", "per_week"):
        yield name, row["views"][name]["score"]
