"""Training and one's own calibration. Every page here is of the person who asks, and of nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import signed_in
from throughline.calibration import actions, documents, queries
from throughline.calibration.access import own_runs, run_for, set_for
from throughline.calibration.charts import curve_charts
from throughline.calibration.forms import RangeForm, StatementForm
from throughline.calibration.models import Answer, Run
from throughline.calibration.question_sets import Question
from throughline.calibration.scoring import marked
from throughline.calibration.sentences import LESSONS, WIDE
from throughline.engine.refusals import Refused
from throughline.forecasts.sharing import seats_of
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """How well the person foretells: in rooms and in training apart, and the sets to train with."""
    person = signed_in(request.user)
    mine, seats = queries.mine(person), seats_of(person)
    context = {
        "mine": mine,
        "parts": [
            ("In rooms", "rooms", mine.rooms, curve_charts(mine.rooms)),
            ("In training", "training", mine.training, curve_charts(mine.training)),
        ],
        "shelf": queries.shelf(person),
        "runs": queries.finished(person),
        "shared": [each for each in seats if each.shares_score],
        "kept": [each for each in seats if not each.shares_score],
    }
    return render(request, "calibration/calibration.html", context)


@require_safe
def calibration_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(plain(documents.mine(signed_in(request.user))))


@require_safe
def calibration_csv(request: HttpRequest) -> HttpResponseBase:
    """Everything that the person answered in training, as a table."""
    rows = documents.answered_rows(signed_in(request.user))
    return csv_response("my-training", documents.COLUMNS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def question_set(request: HttpRequest, slug: str) -> HttpResponse:
    """What a set is about; its POST begins a run, or takes up the one that is under way."""
    person, of = signed_in(request.user), set_for(request.user, slug)
    if request.method == "POST":
        run = actions.begin(person, of, now=datetime.now(UTC))
        return HttpResponseRedirect(reverse("calibration-run", args=[run.pk]))
    under_way = own_runs(person).filter(question_set=slug, finished_at=None).first()
    context = {"set": of, "under_way": under_way, "runs": queries.finished(person, slug=slug)}
    return render(request, "calibration/set.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, id: int) -> HttpResponse:
    """The next question of the run, its answer, and at the end what it taught."""
    found = run_for(request.user, id)
    going = queries.going(found)
    if request.method == "POST":
        return _answer(request, found)
    if going.next is None:
        return _result_page(request, going)
    return _question_page(request, going, _form_of(going.next)())


@require_safe
def run_json(request: HttpRequest, id: int) -> JsonResponse:
    """The person's own run for programs: what she answered, and the question that is next."""
    return JsonResponse(plain(documents.run(run_for(request.user, id))))


@require_safe
def answer(request: HttpRequest, id: int, number: int) -> HttpResponse:
    """What was right, right after it was answered: the answer, why, and what the person's own scored."""
    found = run_for(request.user, id)
    going = queries.going(found)
    if not 0 < number <= len(going.answers):
        raise Http404
    given = going.answers[number - 1]
    context = {"going": going, "number": number, "mark": marked(given), "wide": WIDE}
    return render(request, "calibration/answer.html", context)


def _answer(request: HttpRequest, found: Run) -> HttpResponse:
    """Keep an answer and lead to what was right; an answer that is there already stands."""
    going = queries.going(found)
    key = request.POST.get("question", "")
    before = next((at for at, each in enumerate(going.answers, 1) if each.question == key), None)
    if before is not None:
        return _to_answer(found, before)
    question = going.set.question(key)
    if question is None:
        raise Refused("say which question is answered: send the form of its page", place="question")
    form = _form_of(question)(request.POST)
    if form.is_valid():
        try:
            _keep(request, found, question, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to_answer(found, len(going.answers) + 1)
    return _question_page(request, going, form, question=question)


def _keep(request: HttpRequest, found: Run, question: Question, form: Any) -> Answer:
    person, now = signed_in(request.user), datetime.now(UTC)
    if isinstance(form, StatementForm):
        return actions.answer_statement(person, found, question.key, probability=form.probability, now=now)
    return actions.answer_quantity(person, found, question.key, **form.ends, now=now)


def _question_page(
    request: HttpRequest, going: queries.Going, form: Any, *, question: Question | None = None
) -> HttpResponse:
    context = {"going": going, "question": question or going.next, "form": form}
    return render(request, "calibration/question.html", context, status=422 if form.is_bound else 200)


def _result_page(request: HttpRequest, going: queries.Going) -> HttpResponse:
    result = queries.result_of(going.run)
    context = {
        "going": going,
        "result": result,
        "charts": curve_charts(result),
        "marks": [marked(each) for each in going.answers],
        "lessons": LESSONS,
    }
    return render(request, "calibration/result.html", context)


def _form_of(question: Question) -> type[StatementForm | RangeForm]:
    return StatementForm if question.is_true is not None else RangeForm


def _to_answer(found: Run, number: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("calibration-answer", args=[found.pk, number]))
