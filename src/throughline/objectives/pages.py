"""Key results as pages: the list, the form with its live preview, and one key result with its history."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.catalogue import READY_MADE
from throughline.engine.windows import due_text
from throughline.objectives import actions, charts, drafts, history, queries, versions
from throughline.objectives.access import key_result_for, may_change, promised_for, require_change, visible
from throughline.objectives.cards import Card, cards
from throughline.objectives.documents import document
from throughline.objectives.forms import ChangeForm, KeyResultForm, first_values, values_of
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import Stand
from throughline.objectives.terms import Undecidable
from throughline.reviews import queries as reviews
from throughline.reviews.access import answers_for
from throughline.site.exports import csv_response

COLUMNS = (
    *("id", "title", "sentence", "objective", "owner", "status", "reason", "verdict", "value", "low", "high"),
    *("n", "baseline", "target", "unit", "expected", "grade", "start", "due", "measured_at", "data_as_of"),
)
MEASURED = ("at", "version", "value", "low", "high", "n", "n_open", "since", "until", "data_version")


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
    found = drafts.preview(given, now=_now())
    # What is still empty is listed in the box; a message beside it would scold before she got there.
    beside = [
        (name, found.problems.get(name, "") if given.get(name) else "") for name in KeyResultForm.base_fields
    ]
    return render(request, "objectives/preview.html", {"preview": found, "beside": beside})


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
    """Its measurements as a table."""
    found = promised_for(request.user, id)
    rows = (
        [each.version.number if name == "version" else getattr(each, name) for name in MEASURED]
        for each in queries.measurements_of(found)
    )
    return csv_response(f"key-result-{id}", MEASURED, rows)


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
    request: HttpRequest, found: KeyResult, *, form: ChangeForm | None = None, status: int = 200
) -> HttpResponse:
    now = _now()
    stand = queries.stand_of(found, now=now)
    measured = list(queries.measurements_of(found))
    shown = values_of(versions.terms_of(stand.version), due=due_text(stand.version.due))
    context = {
        "stand": stand,
        "card": cards([stand])[0],
        "version": stand.version,
        "measurement": stand.measurement,
        "steps": history.steps(found),
        "chart": charts.progress(stand, measured, now=now),
        "may_change": may_change(request.user) and found.closed_at is None,
        "over": now >= stand.version.due,
        "next_number": stand.version.number + 1,
        "form": form or ChangeForm(initial={**shown, "version": stand.version.number}),
        "suggestions": _suggestions(),
        "look": reviews.look(found),
        "may_answer": answers_for(request.user, found),
        "may_override": may_change(request.user),
    }
    return render(request, "objectives/key_result.html", context, status=status)


def _form(
    request: HttpRequest, form: KeyResultForm, given: dict[str, str], *, status: int = 200
) -> HttpResponse:
    found = drafts.preview(given, now=_now()) if given.get("metric") else None
    context = {"form": form, "preview": found, "suggestions": _suggestions()}
    return render(request, "objectives/new.html", context, status=status)


def _suggestions() -> dict[str, Any]:
    people = User.objects.filter(is_active=True).values_list("name", flat=True)
    return {
        "metrics": READY_MADE.values(),
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
