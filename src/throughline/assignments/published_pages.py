"""Who does what in a cycle as it was published: for everybody who is given work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.assignments.access import published_plans
from throughline.assignments.asking import asked_of
from throughline.assignments.differing import differences
from throughline.assignments.match_charts import said_of
from throughline.assignments.match_documents import published_document
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Plan
from throughline.cycles.access import cycle_for
from throughline.objectives.models import Cycle
from throughline.people.access import may_lead, worker
from throughline.site.exports import csv_response
from throughline.site.plain import plain

COLUMNS = ("person", "name", "work", "title", "weeks", "share")


@require_safe
def published(request: HttpRequest, key: str) -> HttpResponse:
    """The newest plan, or the one of ?plan=; who plans also sees where today's answer differs."""
    person = worker(request.user)
    cycle = cycle_for(person, key)
    plans = list(published_plans(cycle))
    plan = _chosen(request, plans)
    is_newest = bool(plans) and plan == plans[0]
    context = {
        "cycle": cycle,
        "topic": f"cycle:{cycle.pk}",
        "plan": plan,
        "plans": plans,
        "is_newest": is_newest,
        "people": _by_person(plan) if plan else [],
        "may_lead": may_lead(person),
        "differs": _today(cycle, plan) if plan and is_newest and may_lead(person) else None,
    }
    return render(request, "assignments/match_published.html", context)


@require_safe
def published_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    cycle = cycle_for(worker(request.user), key)
    plan = _chosen(request, list(published_plans(cycle)))
    return JsonResponse(plain(published_document(cycle, plan)))


@require_safe
def published_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a table."""
    cycle = cycle_for(worker(request.user), key)
    plan = _chosen(request, list(published_plans(cycle)))
    rows = ([row.get(name) for name in COLUMNS] for row in (plan.document if plan else ()))
    return csv_response(f"published-{key}", COLUMNS, rows)


def _chosen(request: HttpRequest, plans: list[Plan]) -> Plan | None:
    asked = request.GET.get("plan", "")
    if not asked:
        return plans[0] if plans else None
    for each in plans:
        if str(each.pk) == asked:
            return each
    raise Http404


def _by_person(plan: Plan) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of a plan by the name of the person."""
    found: dict[int, tuple[str, list[dict[str, Any]]]] = {}
    for row in plan.document:
        found.setdefault(row["person"], (row["name"], []))[1].append(row)
    return sorted(found.values(), key=lambda each: each[0].casefold())


def _today(cycle: Cycle, plan: Plan) -> list[str] | None:
    """Where the plan by today's records differs, a sentence a person; None where it is not worked out."""
    if cycle.state == Cycle.State.CLOSED:
        return []
    asked = asked_of(cycle)
    found = answer_of(asked, now=datetime.now(UTC))
    if not found.is_current or found.document is None:
        return None
    return list(_said(asked, plan, found.document))


def _said(asked: Any, plan: Plan, document: dict[str, Any]) -> Iterator[str]:
    for each in differences(plan.document, document["plan"]):
        yield f"{said_of(asked, each)}."
