"""Series as pages: all of them, and one with its chart, its readings and the form for another value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.annotations.queries import on
from throughline.annotations.showing import annotated
from throughline.annotations.subjects import of_series
from throughline.connectors.queries import reading
from throughline.connectors.silence import silent_now
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.measures.asking import wants_comparison
from throughline.series import actions
from throughline.series.access import (
    may_define,
    may_enter,
    require_define,
    require_enter,
    series_for,
    visible,
)
from throughline.series.comparing import compared
from throughline.series.documents import COLUMNS, document, summary, table
from throughline.series.drawing import course, of_this_quarter
from throughline.series.forms import AboutForm, DefineForm, EnterForm
from throughline.series.models import Reading, Series
from throughline.series.queries import history, is_written_by_panels, is_written_by_surveys, values
from throughline.site.exports import csv_response

LISTED = ("name", "title", "unit", "better", "cadence_days", "value", "at")
FIRST = {"unit": "count", "cadence_days": "7"}


@require_safe
def all_series(request: HttpRequest) -> HttpResponse:
    """Every series with its newest value."""
    return render(
        request,
        "series/all.html",
        {"rows": list(_rows(request)), "may_define": may_define(request.user)},
    )


@require_safe
def all_series_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse({"series": list(_rows(request))})


@require_safe
def all_series_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    return csv_response("series", LISTED, ([row[name] for name in LISTED] for row in _rows(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Define a series; values follow by hand, by command or from a file."""
    person = require_define(request.user)
    form = DefineForm(request.POST or None, initial=FIRST)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = actions.define(actor_name(person), given.pop("name"), now=_now(), **given)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The series is defined. Enter its first value.")
            return HttpResponseRedirect(_address(made))
    return render(request, "series/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One series: its newest value, its course, and every reading with where it came from."""
    found = series_for(request.user, name)
    try:
        compares = wants_comparison(request.GET)
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=400)
    return _page(request, found, compares=compares)


@require_safe
def one_json(request: HttpRequest, name: str) -> JsonResponse:
    """The same for programs."""
    found = series_for(request.user, name)
    return JsonResponse(document(found, now=_now(), compares=wants_comparison(request.GET)))


@require_safe
def one_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """Its values as a table."""
    found = series_for(request.user, name)
    return csv_response(
        found.name, COLUMNS, table(document(found, now=_now(), compares=wants_comparison(request.GET)))
    )


@require_POST
def enter(request: HttpRequest, name: str) -> HttpResponse:
    """Write a value down by hand."""
    person = require_enter(request.user)
    found = series_for(person, name)
    form = EnterForm(request.POST)
    if form.is_valid():
        try:
            entered = actions.push(
                actor_name(person),
                found.name,
                form.cleaned_data["value"],
                at=form.cleaned_data["at"],
                note=form.cleaned_data["note"],
                origin=Reading.Origin.MANUAL,
                now=_now(),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            _told(request, entered)
            return HttpResponseRedirect(_address(found))
    return _page(request, found, enter=form, status=422)


@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take back a value that was wrong and has no right one."""
    person = require_enter(request.user)
    found = series_for(person, name)
    at, reason = (request.POST.get(field, "") for field in ("at", "reason"))
    try:
        actions.withdraw(actor_name(person), found, at=at, reason=reason, now=_now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=422)
    enqueue("measure key results", {}, asked_by=None, now=_now())
    messages.success(request, "The value is taken back. It stays in the list, crossed out.")
    return HttpResponseRedirect(_address(found))


@require_POST
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change what is said of a series."""
    person = require_define(request.user)
    found = series_for(person, name)
    form = AboutForm(request.POST)
    if form.is_valid():
        try:
            actions.redefine(actor_name(person), found, now=_now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The series is saved.")
            return HttpResponseRedirect(_address(found))
    found.refresh_from_db()
    return _page(request, found, about=form, status=422)


def _told(request: HttpRequest, entered: actions.Entered) -> None:
    if not entered.added:
        messages.info(request, "This value was known already.")
        return
    # Whatever is promised on the series is measured anew.
    enqueue("measure key results", {}, asked_by=None, now=_now())
    messages.success(request, "The value is entered.")


def _page(
    request: HttpRequest,
    found: Series,
    *,
    enter: EnterForm | None = None,
    about: AboutForm | None = None,
    refused: str = "",
    compares: bool = True,
    status: int = 200,
) -> HttpResponse:
    known = values(found)
    subject, now = of_series(found.name), _now()
    chart = course(found, known, known=known, now=now, compares=compares) if known else None
    charts = [chart] if chart else []
    on_chart = annotated(charts, on([subject]), request.user, subject=subject, now=now, of_instants=True)
    by_panels, by_surveys = is_written_by_panels(found), is_written_by_surveys(found)
    sources = reading(found.name)
    context = {
        "series": found,
        "sources": sources,
        "silent": [each.said for each in silent_now(now=now) if found.name in each.series] if sources else [],
        "last": known[-1] if known else None,
        "was": compared(found, known, now=now),
        "compares": compares,
        "has_ghost": bool(chart) and bool(of_this_quarter(found, known, now=now)),
        "asked": "" if compares else "?compare=none",
        "chart": on_chart.chart if known else None,
        "on_chart": on_chart if known else None,
        "readings": list(history(found)),
        "refused": refused,
        "may_enter": may_enter(request.user) and not (by_panels or by_surveys),
        "by_panels": by_panels,
        "by_surveys": by_surveys,
        "may_define": may_define(request.user),
        "enter": enter or EnterForm(initial={"at": f"{_now():%Y-%m-%d}"}),
        "about": about or AboutForm(initial={name: getattr(found, name) for name in AboutForm.base_fields}),
    }
    return render(request, "series/one.html", context, status=status)


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for found in visible(request.user):
        yield summary(found)


def _address(found: Series) -> str:
    return reverse("series", args=[found.name])


def _now() -> datetime:
    return datetime.now(UTC)
