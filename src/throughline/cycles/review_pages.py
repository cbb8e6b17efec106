"""Reviewing a key result: the questions that no machine answers, and the two-person test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.cycles import reviews
from throughline.cycles.models import Answer
from throughline.objectives.access import item_for, key_result_for
from throughline.objectives.models import KeyResult, Objective
from throughline.objectives.wording import name_of_sketch, sentence_of_sketch
from throughline.site.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, id: int) -> HttpResponse:
    """The review of a sketch; anybody who reads the plan may answer."""
    person = signed_in(request.user)
    found = key_result_for(person, id)
    if found.sketch is None:
        return HttpResponseRedirect(reverse("key-result", args=[id]))
    if request.method == "POST":
        _answered(person, found, request)
        messages.success(request, "Your answer is kept.")
        return HttpResponseRedirect(reverse("key-result-review", args=[id]))
    return render(request, "cycles/review.html", _context(person, found))


@require_POST
def review_objective(request: HttpRequest, key: str) -> HttpResponse:
    """Answer the question about an objective."""
    person = signed_in(request.user)
    found = item_for(person, Objective, key)
    _answer_question(person, found, request)
    messages.success(request, "Your answer is kept.")
    number = whole_number(request.POST.get("back", ""))
    address = reverse("key-result-review", args=[number]) if number else reverse("objective", args=[key])
    return HttpResponseRedirect(address)


def _answered(person: User, found: KeyResult, request: HttpRequest) -> None:
    if request.POST.get("rule") == reviews.TWO_PERSONS:
        subject, answer = request.POST.get("subject", ""), request.POST.get("answer", "")
        reviews.answer_case(person, found, subject=subject, answer=answer, now=_now())
    else:
        _answer_question(person, found, request)


def _answer_question(person: User, item: Any, request: HttpRequest) -> None:
    given = {name: request.POST.get(name, "") for name in ("answer", "note")}
    reviews.answer_question(person, request.POST.get("rule", ""), item, now=_now(), **given)


def _context(person: User, found: KeyResult) -> dict[str, Any]:
    objective = found.objective
    assert objective is not None
    asked = reviews.questions_about(found, now=_now())
    mine = {each.rule: each for each in _mine(person, found, objective)}
    seen = reviews.answers_seen_by(person, found)
    cases = reviews.cases_of(found, asked)
    about = [each for each in asked if each.rule != reviews.TWO_PERSONS]
    return {
        "key_result": found,
        "name": name_of_sketch(found),
        "sentence": sentence_of_sketch(found),
        "objective": objective,
        "cycle": objective.cycle,
        "questions": [(each, mine.get(each.rule)) for each in about if each.rule != reviews.WHOLE],
        "objective_questions": [(each, mine.get(each.rule)) for each in about if each.rule == reviews.WHOLE],
        "cases": [(each, seen.get(each.subject, [])) for each in cases],
        "tab": "cycles",
    }


def _mine(person: User, found: KeyResult, objective: Objective) -> list[Answer]:
    given = Answer.objects.filter(author=person).exclude(rule=reviews.TWO_PERSONS)
    return list(given.filter(Q(key_result=found) | Q(objective=objective)))


def _now() -> datetime:
    return datetime.now(UTC)
