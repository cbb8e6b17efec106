"""Pages over all key results of a cycle: the monthly review, the grades, and how predictable the team is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name, at_least, require, signed_in
from throughline.accounts.models import Role
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.reviews import actions, charts, comparing, queries
from throughline.reviews.forms import ReviewForm
from throughline.reviews.grades import GRADE_COLUMNS, graded_rows, objectives_of
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.ui import comparing as columns


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Every key result of the cycle with its value, its pace and what was said last; and what was decided."""
    person, now = signed_in(request.user), datetime.now(UTC)
    cycle = cycle_for(person, key)
    form = ReviewForm(initial={"month": now.date()})
    if request.method == "POST":
        require(person, Role.MANAGER)
        form = ReviewForm(request.POST)
        if form.is_valid():
            try:
                actions.hold_review(actor_name(person), cycle, now=now, **form.cleaned_data)
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, "The review is kept.")
                return HttpResponseRedirect(reverse("cycle-review", args=[key]))
    context = {
        "cycle": cycle,
        "asked": [(each, each.is_due(now)) for each in queries.asked_in(cycle, now=now)],
        "reviews": cycle.reviews.order_by("-month", "-id"),
        "form": form,
        "may_review": at_least(person, Role.MANAGER) and cycle.state == Cycle.State.SET,
    }
    return render(request, "reviews/monthly.html", context, status=422 if form.is_bound else 200)


@require_safe
def grades(request: HttpRequest, key: str) -> HttpResponse:
    """The grades of a cycle by objective, the lessons, and what is carried on."""
    person, now = signed_in(request.user), datetime.now(UTC)
    cycle = cycle_for(person, key)
    context = {
        "cycle": cycle,
        "objectives": objectives_of(cycle, now=now),
        "planned": Cycle.objects.filter(state__in=(Cycle.State.DRAFT, Cycle.State.PROPOSED)),
        "may_carry": at_least(person, Role.MANAGER),
        "may_answer": at_least(person, Role.MEMBER),
        "person": person,
    }
    return render(request, "reviews/grades.html", context)


@require_safe
def grades_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    rows = graded_rows(cycle_for(signed_in(request.user), key), now=datetime.now(UTC))
    return JsonResponse(plain({"grades": [dict(zip(GRADE_COLUMNS, row, strict=True)) for row in rows]}))


@require_safe
def grades_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a table."""
    rows = graded_rows(cycle_for(signed_in(request.user), key), now=datetime.now(UTC))
    return csv_response(f"grades-{key}", GRADE_COLUMNS, rows)


@require_safe
def predictability(request: HttpRequest) -> HttpResponse:
    """How right the team was about its own future."""
    signed_in(request.user)
    found = queries.how_predictable(now=datetime.now(UTC))
    context: dict[str, Any] = {"found": found}
    if found.overall is not None:
        context |= {"calibration": charts.calibration(found), "by_quarter": charts.by_quarter(found)}
        context |= {"newest": comparing.by_quarter(found)[-1]}
    return render(request, "reviews/predictability.html", context)


@require_safe
def predictability_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    signed_in(request.user)
    return JsonResponse(plain(comparing.document(queries.how_predictable(now=datetime.now(UTC)))))


@require_safe
def predictability_csv(request: HttpRequest) -> HttpResponseBase:
    """The scores by quarter as a table."""
    signed_in(request.user)
    found = queries.how_predictable(now=datetime.now(UTC))
    header = (
        *("quarter", "brier_first", "low", "high", "brier_last", "said", "hit", "skill", "n"),
        *columns.COLUMNS,
    )
    rows = (
        (
            *(each.quarter, each.headline.value, each.headline.low, each.headline.high, each.last.value),
            *(each.said, each.hit_rate.value, each.skill, each.headline.n),
            *columns.cells(beside.headline.document if beside.headline else None),
        )
        for each, beside in zip(found.quarters, comparing.by_quarter(found), strict=True)
    )
    return csv_response("predictability", header, rows)
