"""Writing on a chart and taking it away; and all that is written, as a page, CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import signed_in
from throughline.accounts.addresses import is_ours
from throughline.annotations import actions
from throughline.annotations.access import may_annotate, may_remove, removable, require_annotate, visible
from throughline.annotations.forms import AnnotateForm
from throughline.annotations.models import Annotation
from throughline.annotations.queries import about_chart
from throughline.annotations.subjects import EVERY_CHART, about
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.site.plain import plain

COLUMNS = ("id", "start", "end", "text", "subject", "author", "at")


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All that is written, the newest day first, and the form for every chart."""
    form = AnnotateForm(initial={"start": _now().date(), "next": reverse("annotations")})
    return _page(request, form)


@require_safe
def annotations_json(request: HttpRequest) -> JsonResponse:
    """The same for programs; `subject` asks for what stands on one chart."""
    found = [{name: getattr(each, name) for name in COLUMNS} for each in _asked(request)]
    return JsonResponse(plain({"annotations": found}))


@require_safe
def annotations_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    rows = ([getattr(each, name) for name in COLUMNS] for each in _asked(request))
    return csv_response("annotations", COLUMNS, rows)


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Write on a chart, and go back to it."""
    person = require_annotate(request.user)
    form = AnnotateForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        subject = EVERY_CHART if given["everywhere"] else given["subject"]
        said = {name: given[name] for name in ("text", "start", "end")}
        try:
            made = actions.annotate(person, **said, subject=subject, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            undo = reverse("annotation-remove", args=[made.pk])
            messages.success(request, _where(made, given["first"], given["last"]), extra_tags=undo)
            return _back(request)
    return _page(request, form, status=422)


def _where(made: Annotation, first: date | None, last: date | None) -> str:
    """Where it is seen: a chart shows what falls into its time, and no chart is stretched by it."""
    if first is None or last is None:
        charts = "its chart" if made.subject else "every chart"
        return f"It stands on {charts}, where that shows {_day(made.start)}."
    if made.start <= last and (made.end or made.start) >= first:
        return "It stands on the chart."
    return (
        f"It is written, but this chart shows {_day(first)} to {_day(last)} only: it stands on charts "
        f"that show {_day(made.start)}, and under All annotations."
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


@require_POST
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Take it away; the answer offers to put it back."""
    person = signed_in(request.user)
    found = removable(person, id)
    actions.remove(person, found, now=_now())
    messages.success(request, "It is removed.", extra_tags=reverse("annotation-restore", args=[id]))
    return _back(request)


@require_POST
def restore(request: HttpRequest, id: int) -> HttpResponse:
    """Put back what was removed."""
    person = signed_in(request.user)
    actions.restore(person, removable(person, id), now=_now())
    messages.success(request, "It is back.")
    return _back(request)


def _asked(request: HttpRequest) -> Iterator[Annotation]:
    found = visible(request.user).order_by("-start", "-id")
    if "subject" in request.GET:
        found = about_chart(found, request.GET["subject"])
    return iter(found)


def _page(request: HttpRequest, form: AnnotateForm, *, status: int = 200) -> HttpResponse:
    rows = [(each, about(each.subject), may_remove(request.user, each)) for each in _asked(request)]
    context: dict[str, Any] = {"rows": rows, "form": form if may_annotate(request.user) else None}
    return render(request, "annotations/annotations.html", context, status=status)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    asked = request.POST.get("next", "")
    return HttpResponseRedirect(asked if is_ours(asked) else reverse("annotations"))


def _now() -> datetime:
    return datetime.now(UTC)
