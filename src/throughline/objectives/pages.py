"""Key results as pages: the list, the form with its live preview, and one key result with its history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.annotations.queries import on_key_result
from throughline.annotations.showing import annotated
from throughline.annotations.subjects import of_key_result
from throughline.engine.catalogue import READY_MADE
from throughline.engine.linting import Finding
from throughline.engine.refusals import Refused
from throughline.engine.windows import due_text
from throughline.measures.asking import wants_comparison
from throughline.objectives import actions, charts, completions, drafts, history, queries, versions
from throughline.objectives.access import (
    key_result_for,
    may_change,
    may_complete,
    promised_for,
    require_change,
    require_complete,
    visible,
)
from throughline.objectives.cards import Card, cards
from throughline.objectives.comparing import around, earlier
from throughline.objectives.documents import MEASURED_COLUMNS, document, measured_rows
from throughline.objectives.examining import examined
from throughline.objectives.forms import ChangeForm, KeyResultForm, first_values, values_of
from throughline.objectives.linting import Around
from throughline.objectives.models import KeyResult, Version
from throughline.objectives.queries import Stand
from throughline.objectives.tasks import tasks
from throughline.objectives.terms import Undecidable, instant
from throughline.reviews import queries as reviews
from throughline.reviews.access import answers_for
from throughline.series.models import Series
from throughline.site.exports import csv_response

_INSTANT = timedelta(microseconds=1)
COLUMNS = (
    *("id", "title", "sentence", "objective", "owner", "status", "reason", "verdict", "value", "low", "high"),
    *("n", "baseline", "target", "unit", "expected", "grade", "start", "due", "measured_at", "data_as_of"),
    *("kind", "commitment", "weight", "aim", "score", "chance"),
)
# A forecast is a series: its form asks nothing about records.
OF_RECORDS = ("where", "at", "window")


@require_safe
def key_results(request: HttpRequest) -> HttpResponse:
    """All key results by quarter, the running one first."""
    found = _asked(request)
    return render(
        request,
        "objectives/key_results.html",
        {
            "quarters": [(label, list(group)) for label, group in groupby(cards(_by_quarter(found)), _label)],
            "none_at_all": not visible(request.user).exists(),
            "filters": _filters(request),
            "may_change": may_change(request.user),
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def key_results_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    return JsonResponse({"key_results": [document(each, full=False) for each in _asked(request)]})


@require_safe
def key_results_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a table."""
    documents = [document(stand, full=False) for stand in _asked(request)]
    rows = ([each[name] for name in COLUMNS] + [each["progress"]["raw"]] for each in documents)
    return csv_response("key-results", [*COLUMNS, "progress"], rows)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; its POST publishes the key result or says beside the field why it cannot be decided."""
    person = require_change(request.user)
    if request.method != "POST":
        first = first_values(request.GET.dict(), owner=person.name, now=_now())
        return _form(request, KeyResultForm(initial=first), first)
    form = KeyResultForm(request.POST)
    if form.is_valid():
        try:
            made = actions.add_key_result(actor_name(person), now=_now(), **form.cleaned_data)
        except Undecidable as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The key result is published and measured.")
            return HttpResponseRedirect(reverse("key-result", args=[made.pk]))
    return _form(request, form, request.POST.dict(), status=422)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What the form says so far: today's figure, the baseline, the sentence, and what is refused."""
    require_change(request.user)
    given = request.GET.dict()
    found, doubts = _examined(given)
    # What is still empty is listed in the box; a message beside it would scold before she got there.
    shown = KeyResultForm(initial=given)
    beside = [
        (name, found.problems.get(name, "") if given.get(name) else "")
        for name in shown.fields
        if name != "kind" and not (shown.of_kind == Version.Kind.FORECAST and name in OF_RECORDS)
    ]
    return render(request, "objectives/preview.html", {"preview": found, "beside": beside, "doubts": doubts})


def _examined(given: dict[str, str]) -> tuple[drafts.Preview, list[Finding]]:
    """What the fields say, and what the linter doubts of them beside what they refuse themselves."""
    now = _now()
    try:
        start, due = instant(given.get("start"), field="start"), instant(given.get("due"), field="due")
    except Undecidable:
        return drafts.preview(given, now=now), []
    around = Around(start.date(), (due - _INSTANT).date(), "set")
    seen = examined(given, around=around, now=now)
    return seen.preview, [each for each in seen.findings if each.field not in seen.preview.problems]


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """The fields of another kind, with what was written in them so far: a fragment of the form."""
    require_change(request.user)
    form = KeyResultForm(initial=request.GET.dict())
    context = {"form": form, "suggestions": _suggestions(), "refresh": not request.GET.get("of")}
    return render(request, "objectives/fields.html", context)


@require_safe
def key_result(request: HttpRequest, id: int) -> HttpResponse:
    """One key result: the sentence, what decides it, its chart, its versions."""
    found = key_result_for(request.user, id)
    if found.sketch is not None:
        return HttpResponseRedirect(reverse("sketch", args=[id]))
    return _page(request, found)


@require_safe
def key_result_json(request: HttpRequest, id: int) -> JsonResponse:
    """The same for programs."""
    stand = queries.stand_of(promised_for(request.user, id), now=_now())
    return JsonResponse(document(stand))


@require_safe
def key_result_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """Its measurements as a table, each beside that of a month before, then those of the quarter before."""
    stand = queries.stand_of(promised_for(request.user, id), now=_now())
    rows = measured_rows(stand, compares=wants_comparison(request.GET))
    return csv_response(f"key-result-{id}", MEASURED_COLUMNS, rows)


@require_POST
def change(request: HttpRequest, id: int) -> HttpResponse:
    """A new version with a reason."""
    person = require_change(request.user)
    found = promised_for(person, id)
    form = ChangeForm(request.POST)
    if form.is_valid() and _changed(form, found, person):
        messages.success(request, "The new version is in force.")
        return HttpResponseRedirect(reverse("key-result", args=[id]))
    return _page(request, found, form=form, status=422)


@require_POST
def close(request: HttpRequest, id: int) -> HttpResponse:
    """Grade one whose due day is over with the data as it stands."""
    person = require_change(request.user)
    actions.close(promised_for(person, id), _now(), actor=actor_name(person))
    messages.success(request, "The key result is graded.")
    return HttpResponseRedirect(reverse("key-result", args=[id]))


@require_POST
def done(request: HttpRequest, id: int) -> HttpResponse:
    """Say with evidence that a step is done, or that the event happened."""
    person = require_complete(request.user)
    found = promised_for(person, id)
    given = {name: request.POST.get(name, "").strip() for name in ("step", "evidence", "at")}
    try:
        completions.complete(found, actor_name(person), now=_now(), **given)
    except Refused as refused:
        told = {"refused_step": given["step"], "refused_given": given, "refused_message": refused.message}
        return _page(request, found, told=told, status=422)
    messages.success(request, "It is done.")
    return HttpResponseRedirect(reverse("key-result", args=[id]))


@require_POST
def withdraw(request: HttpRequest, id: int, completion: int) -> HttpResponse:
    """Take back that something is done."""
    person = require_complete(request.user)
    said = get_object_or_404(promised_for(person, id).completions, pk=completion)
    completions.withdraw(said, actor_name(person), now=_now())
    messages.success(request, "It is taken back; the record keeps that it was said.")
    return HttpResponseRedirect(reverse("key-result", args=[id]))


def _changed(form: ChangeForm, found: KeyResult, person: User) -> bool:
    given = dict(form.cleaned_data)
    why = {name: given.pop(name) for name in ("reason", "text")}
    seen = given.pop("version")
    current = versions.current_version(found)
    # The form shows the fields in force: what was left alone is not given anew.
    shown = values_of(versions.terms_of(current), due=due_text(current.due))
    fresh = {name: value for name, value in given.items() if name in form.data and value != shown[name]}
    try:
        actions.change_key_result(found, actor_name(person), **why, seen=seen, now=_now(), **fresh)
    except Undecidable as refused:
        form.refuse(refused)
        return False
    return True


def _page(
    request: HttpRequest,
    found: KeyResult,
    *,
    form: ChangeForm | None = None,
    told: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = _now()
    series = list(Series.objects.all())
    stand = queries.stand_of(found, now=now, series=series)
    # The same row: reading it once more would be one question for nothing.
    stand.version.key_result = found
    found_around = around(stand)
    before = found_around.moved
    shown = values_of(versions.terms_of(stand.version), due=due_text(stand.version.due))
    # Without scripts another kind is chosen by the address.
    chosen = request.GET.get("kind", "")
    compares = wants_comparison(request.GET)
    chart = charts.progress(stand, found_around.own, now=now, before=before if compares else ())
    steps = history.steps(found)
    happened = on_key_result([step.version for step in steps[::-1]])
    on_chart = annotated([chart], happened, request.user, subject=of_key_result(found.pk), now=now)
    kind = {"kind": chosen} if chosen else {}
    context = {
        "stand": stand,
        "card": cards([stand])[0],
        "version": stand.version,
        "measurement": stand.measurement,
        "steps": steps,
        "chart": on_chart.chart,
        "earlier": earlier(stand, found_around.own) if compares else None,
        "has_ghost": bool(before),
        "compares": compares,
        "on_chart": on_chart,
        "may_change": may_change(request.user) and found.closed_at is None,
        "may_complete": may_complete(request.user) and found.closed_at is None,
        "tasks": tasks(stand.version, now=now),
        "chosen_kind": chosen,
        "over": now >= stand.version.due,
        "next_number": stand.version.number + 1,
        "form": form or ChangeForm(initial={**shown, **kind, "version": stand.version.number}),
        "suggestions": _suggestions(series),
        "look": reviews.look(found),
        "may_answer": answers_for(request.user, found),
        "may_override": may_change(request.user),
        **(told or {}),
    }
    return render(request, "objectives/key_result.html", context, status=status)


def _form(
    request: HttpRequest, form: KeyResultForm, given: dict[str, str], *, status: int = 200
) -> HttpResponse:
    found, doubts = _examined(given) if _says_something(given) else (None, [])
    context = {"form": form, "preview": found, "doubts": doubts, "suggestions": _suggestions()}
    return render(request, "objectives/new.html", context, status=status)


def _says_something(given: dict[str, str]) -> bool:
    return any(given.get(name) for name in ("metric", "steps", "acceptance"))


def _suggestions(series: list[Series] | None = None) -> dict[str, Any]:
    people = User.objects.filter(is_active=True).values_list("name", flat=True)
    return {
        "metrics": [*READY_MADE.values(), *(Series.objects.all() if series is None else series)],
        "windows": ("period", "90 days", "180 days", "all"),
        "people": people,
    }


def _asked(request: HttpRequest) -> list[Stand]:
    found = queries.stands(visible(request.user), now=_now())
    wanted = {name: request.GET.get(name, "") for name in ("quarter", "status", "owner")}
    return [
        stand
        for stand in found
        if all(not value or _says(stand, name) == value for name, value in wanted.items())
    ]


def _says(stand: Stand, name: str) -> str:
    said = {"quarter": stand.quarter.label, "status": stand.status.word, "owner": stand.version.owner_name}
    return said[name]


def _filters(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(name, value, the address without it) of each filter in the address."""
    found = []
    for name in ("quarter", "status", "owner"):
        if request.GET.get(name):
            rest = request.GET.copy()
            del rest[name]
            found.append((name, request.GET[name], f"{request.path}?{rest.urlencode()}"))
    return found


def _label(card: Card) -> str:
    return card.stand.quarter.label


def _by_quarter(found: list[Stand]) -> list[Stand]:
    # Stable: inside a quarter the most urgent stay first.
    return sorted(found, key=lambda stand: stand.quarter.label, reverse=True)


def _now() -> datetime:
    return datetime.now(UTC)
