"""The team's plan as who plans it sees it: weights to move, what one change costs, what is left and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.assignments import match_charts, match_documents, match_shown
from throughline.assignments.access import published_plans
from throughline.assignments.asking import Asked, asked_of, weighing_of
from throughline.assignments.differing import differences
from throughline.assignments.glue import glue_of
from throughline.assignments.matched import Found, answer_of
from throughline.assignments.models import Matched
from throughline.assignments.saying import listed, set_aside
from throughline.assignments.spreading import spread
from throughline.assignments.trying import Looked, look, strictly
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.people.access import require_lead
from throughline.people.queries import cycle_to_plan
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def match(request: HttpRequest) -> HttpResponse:
    """The match of the cycle that is being planned."""
    require_lead(request.user)
    cycle = cycle_to_plan()
    if cycle is None:
        return render(request, "assignments/match_nothing.html")
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("match-of", args=[cycle.key]) + (f"?{query}" if query else ""))


@require_safe
def match_of(request: HttpRequest, key: str) -> HttpResponse:
    """Who does what in a cycle, and what would be otherwise under other weights or with a change."""
    person = require_lead(request.user)
    cycle = cycle_for(person, key)
    looked = look(request.GET, cycle, now=_now())
    asked, found = looked.plan
    context = {
        "cycle": cycle,
        "topic": f"cycle:{cycle.pk}",
        "is_open": cycle.state != Cycle.State.CLOSED,
        "looked": looked,
        "asked": asked,
        "is_current": found.is_current,
        "working": found.working,
        "is_crowded": found.is_crowded,
        "set_aside": list(set_aside(asked)),
        "sentence": match_shown.sentence(asked, found.document),
        "weights": match_shown.weight_rows(
            looked.stated, looked.shown.weights, looked.wished.texts, looked.wished.problems
        ),
        "weighing": weighing_of(cycle),
        "published": published_plans(cycle).first(),
        "query": request.GET.urlencode(),
        **_change(looked),
        **_triangle(looked),
        **(_answer(looked, asked, found.document) if found.document else {}),
    }
    return render(request, "assignments/match.html", context, status=422 if looked.wished.problems else 200)


@require_safe
def match_json(request: HttpRequest, key: str) -> JsonResponse:
    """The plan for programs; 202 while it is worked out."""
    looked = strictly(request.GET, cycle_for(require_lead(request.user), key), now=_now())
    said = match_documents.looked_document(looked)
    return JsonResponse(plain(said), status=200 if looked.found.is_current else 202)


@require_safe
def match_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """Who does what as a table."""
    looked = strictly(request.GET, cycle_for(require_lead(request.user), key), now=_now())
    answer = _current(looked.found)
    rows = match_documents.rows(looked.shown, answer) if answer else ()
    return csv_response(f"match-{key}", match_documents.COLUMNS, rows)


@require_safe
def triangle_json(request: HttpRequest, key: str) -> JsonResponse:
    """The plan at each mix of the weights, for programs; 202 while they are worked out."""
    asked = asked_of(cycle_for(require_lead(request.user), key))
    found = answer_of(asked, now=_now(), what=Matched.What.TRIANGLE)
    answer = match_documents.triangle_plain(asked, found.document) if found.document else None
    said = {"cycle": key, "current": found.is_current, "answer": answer}
    return JsonResponse(plain(said), status=200 if found.is_current else 202)


@require_safe
def triangle_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a table: a row a mix of the weights."""
    asked = asked_of(cycle_for(require_lead(request.user), key))
    answer = _current(answer_of(asked, now=_now(), what=Matched.What.TRIANGLE))
    rows = match_documents.triangle_rows(answer) if answer else ()
    return csv_response(f"match-triangle-{key}", match_documents.TRIANGLE, rows)


def _change(looked: Looked) -> dict[str, Any]:
    """The form of one change, and what the changes of the address cost."""
    people = [(key, user.name) for key, user in looked.stated.people.items()]
    works = sorted(
        ((key, looked.stated.titles[key]) for key in looked.stated.works), key=lambda each: each[1]
    )
    found: dict[str, Any] = {"people": people, "works": works}
    if looked.wished.changes:
        found["cost"] = match_shown.cost_looked(looked)
    return found


def _triangle(looked: Looked) -> dict[str, Any]:
    """The plan at every mix of the weights; what is tried changes nothing in it but the mark."""
    found = answer_of(looked.stated, now=_now(), what=Matched.What.TRIANGLE)
    if found.document is None:
        return {"triangle_working": found.working}
    tried = None if looked.wished.changes else looked.wished.weights
    address = reverse("match-of", args=[looked.stated.cycle.key])
    now = looked.stated_found
    stated = now.document["plan"] if now.is_current and now.document else None
    drawn = match_charts.triangle_of(
        looked.stated, found.document, stated=stated, tried=tried, address=address
    )
    return {"triangle": drawn, "triangle_working": found.working}


def _answer(looked: Looked, asked: Asked, document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an answer, which may be that to an earlier question."""
    before = looked.stated_found.document
    parts = spread(asked.cycle, document["plan"], asked.works)
    wanted = {each["objective"]: each["at_least"] for each in document["balance"]}
    other = differences(before["plan"], document["plan"]) if looked.is_tried and before else []
    members = match_shown.members(asked, document)
    return {
        "answer": document,
        "members": members,
        "assumed": listed([each.user.name for each in members if each.is_assumed]),
        "loads": match_charts.loads_of(asked, document),
        "left": match_shown.left(asked, document),
        "differs": [match_charts.said_of(asked, each) for each in other],
        "objectives": match_charts.spread_chart(
            parts.objectives, title="Weeks by objective", of="Objective", asked_for=wanted
        ),
        "aims": match_charts.spread_chart(
            parts.aims, title="Weeks by what they reduce or protect", of="Kind"
        ),
        "kinds": match_charts.spread_chart(parts.kinds, title="Weeks by kind of work", of="Kind of work"),
        "prices": list(match_shown.prices(asked, document)) if looked.has_costs else [],
        "glue": glue_of(asked, document),
        "answers": match_shown.answers(asked),
        "exchanges": match_shown.exchanges_of(asked, document["people"]) if looked.has_costs else [],
    }


def _current(found: Found) -> dict[str, Any] | None:
    if not found.is_current:
        raise Refused("the plan is being worked out anew: ask again in a moment", code="working")
    return found.document


def _now() -> datetime:
    return datetime.now(UTC)
