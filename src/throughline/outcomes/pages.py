"""Grading finished work, and what all grades together say of the weights."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.engine.refusals import Refused
from throughline.outcomes import access, actions, drawing, queries, shown
from throughline.outcomes.access import Piece
from throughline.outcomes.documents import WEIGHT_COLUMNS, weight_rows
from throughline.outcomes.forms import GradeForm
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def my_outcomes(request: HttpRequest) -> HttpResponse:
    """The finished work that waits for the person's grades, and what she gave."""
    person = access.grader(request.user)
    found = queries.mine(person)
    context = {"mine": found, "graded": shown.graded(found), "may_lead_team": access.may_lead(person)}
    return render(request, "outcomes/mine.html", context)


@require_safe
def my_outcomes_json(request: HttpRequest) -> JsonResponse:
    """What the person said of finished work, for programs."""
    found = queries.mine(access.grader(request.user))
    rows = [dict(zip(shown.COLUMNS, row, strict=True)) for row in shown.rows(found)]
    return JsonResponse(plain({"outcomes": rows, "waiting": [each.title for each in found.waiting]}))


@require_safe
def my_outcomes_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    found = queries.mine(access.grader(request.user))
    return csv_response("my-outcomes", shown.COLUMNS, shown.rows(found))


@require_http_methods(["GET", "HEAD", "POST"])
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    """Grade an initiative that is done."""
    return _grade(request, access.initiative_for(request.user, key))


@require_http_methods(["GET", "HEAD", "POST"])
def key_result(request: HttpRequest, id: int) -> HttpResponse:
    """Grade the work that a key result was."""
    return _grade(request, access.key_result_for(request.user, id))


@require_POST
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Take back what does not count yet."""
    outcome = access.own_open(request.user, id)
    actions.take_back(outcome.person, outcome, now=_now())
    messages.success(request, "It is taken back.")
    return HttpResponseRedirect(reverse("my-outcomes"))


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """What finished work says of the weights, and when not to believe it."""
    person = access.grader(request.user)
    found = queries.learning()
    context: dict[str, Any] = {
        "found": found,
        "may_lead_team": access.may_lead(person),
        "waiting": shown.waiting(found),
    }
    if found.learnt is not None:
        context |= {
            "weights": shown.weights(found.learnt),
            "errors": shown.errors(found.learnt.leave_one_out),
            "chart": drawing.weights_chart(found.learnt),
            "triangle": drawing.triangle(found.learnt, found.past),
        }
    return render(request, "outcomes/learning.html", context)


@require_safe
def learning_json(request: HttpRequest) -> JsonResponse:
    """The same for programs, to the figures that the page shows."""
    access.grader(request.user)
    return JsonResponse(plain(shown.learning_document(queries.learning())))


@require_safe
def learning_csv(request: HttpRequest) -> HttpResponseBase:
    """The weights as a table."""
    access.grader(request.user)
    learnt = queries.learning().learnt
    return csv_response("learning", WEIGHT_COLUMNS, weight_rows(learnt) if learnt else [])


def _grade(request: HttpRequest, piece: Piece) -> HttpResponse:
    person = access.grader(request.user)
    said = access.own_of(person, piece)
    title = queries.title_of(piece)
    form = GradeForm.of(said, data=request.POST or None, is_own=piece.is_own)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.grade(person, piece, **form.cleaned_data, now=_now())
            messages.success(request, shown.thanks(made, title))
            return HttpResponseRedirect(reverse("my-outcomes"))
        except Refused as refused:
            form.refuse(refused)
    context = {"piece": piece, "title": title, "said": said, "form": form}
    return render(request, "outcomes/grade.html", context, status=422 if form.errors else 200)


def _now() -> datetime:
    return datetime.now(UTC)
