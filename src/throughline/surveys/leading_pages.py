"""What members do with a survey: make it, open and close its waves; managers put it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import actor_name, signed_in
from throughline.cycles.access import visible_cycles
from throughline.engine.refusals import Refused
from throughline.objectives.models import Initiative
from throughline.site.exports import csv_response
from throughline.surveys import actions, waves
from throughline.surveys.access import archived_survey, asked_survey, require_ask
from throughline.surveys.forms import FIRST, NewForm, OpenForm
from throughline.surveys.models import Survey, Wave
from throughline.surveys.showing import page


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a survey, and with it the series that a key result can name."""
    person = require_ask(request.user)
    initiatives = Initiative.objects.filter(archived_at=None).order_by("title")
    form = NewForm(
        request.POST or None, cycles=visible_cycles(person), initiatives=initiatives, initial=FIRST
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_survey(actor_name(person), now=_now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The survey is made. Open its first wave to ask people.")
            return HttpResponseRedirect(_address(made))
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/new.html", {"form": form}, status=status)


@require_POST
def open_wave(request: HttpRequest, id: int) -> HttpResponseBase:
    """Ask everybody; the links are shown this once."""
    survey = asked_survey(request.user, id)
    form = OpenForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        as_file = given.pop("as_file")
        try:
            opened = waves.open_wave(actor_name(signed_in(request.user)), survey, now=_now(), **given)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _links(request, survey, opened, as_file=as_file)
    return page(request, survey, opening=form)


@require_POST
def renew_link(request: HttpRequest, id: int) -> HttpResponseBase:
    """Make a new shared link; the one before stops working."""
    survey = asked_survey(request.user, id)
    wave = _running(survey)
    if wave is None:
        return page(request, survey, refused="No wave is open.")
    try:
        path = waves.renew_link(actor_name(signed_in(request.user)), wave, now=_now())
    except Refused as refused:
        return page(request, survey, refused=refused.message)
    return _links(request, survey, waves.Opened(wave, path, ()), as_file=False)


@require_POST
def close_wave(request: HttpRequest, id: int) -> HttpResponse:
    """End the open wave."""
    survey = asked_survey(request.user, id)

    def do(actor: str, now: datetime) -> None:
        wave = _running(survey)
        if wave is None:
            raise Refused("no wave is open", code="state")
        waves.close_wave(actor, wave, now=now)

    return _step(request, survey, do, "The wave is closed.")


@require_POST
def archive(request: HttpRequest, id: int) -> HttpResponse:
    """Put a survey away, or take it out again."""
    survey = archived_survey(request.user, id)
    if survey.archived_at is None:
        return _step(request, survey, lambda actor, now: actions.archive(actor, survey, now=now), "Archived.")
    return _step(request, survey, lambda actor, now: actions.restore(actor, survey, now=now), "It is back.")


def _step(
    request: HttpRequest, survey: Survey, do: Callable[[str, datetime], None], done: str
) -> HttpResponse:
    try:
        do(actor_name(signed_in(request.user)), _now())
    except Refused as refused:
        return page(request, survey, refused=refused.message[:1].upper() + refused.message[1:] + ".")
    messages.success(request, done)
    return HttpResponseRedirect(_address(survey))


def _links(request: HttpRequest, survey: Survey, opened: waves.Opened, *, as_file: bool) -> HttpResponseBase:
    """The links, this once. The file holds the shared one too, since nothing shows it again."""
    whole = [request.build_absolute_uri(path) for path in opened.personal]
    shared = request.build_absolute_uri(opened.shared) if opened.shared else ""
    if as_file and whole:
        rows = [["shared", shared], *(["personal", each] for each in whole)]
        name = f"{survey.series.name}-wave-{opened.wave.number}-links"
        return csv_response(name, ("kind", "link"), rows if shared else rows[1:])
    context = {"survey": survey, "wave": opened.wave, "shared": shared, "personal": whole}
    return render(request, "surveys/links.html", context)


def _running(survey: Survey) -> Wave | None:
    return survey.waves.filter(closed_at=None).last()


def _address(survey: Survey) -> str:
    return reverse("survey", args=[survey.pk])


def _now() -> datetime:
    return datetime.now(UTC)
