"""What a facilitator does: open a room, reveal, ask again, close; extend, seat somebody late, call it off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.forecasts import actions, opening
from throughline.forecasts.access import led_room, may_appoint, require_open, visible_rooms
from throughline.forecasts.answer_pages import back_to
from throughline.forecasts.forms import OpenForm, chosen, moment_of
from throughline.forecasts.models import Room
from throughline.forecasts.showing import room_page
from throughline.risk.access import scenario_for
from throughline.risk.models import Scenario
from throughline.risk.periods import name_of
from throughline.site.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Open a room about a scenario; `?repeats=12` asks the panel of that room again."""
    person = require_open(request.user)
    scenario, before = scenario_for(person, key), _repeated(request, person)
    appoints = may_appoint(person)
    first = _first(before) if before else {"panel": [person.pk]}
    form = OpenForm(request.POST or None, people=opening.may_sit(), appoints=appoints, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            room = opening.open_room(
                person, scenario, panel=list(given.pop("panel")), repeats=before, now=_now(), **given
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The room is open. Everybody in the panel may give a number now.")
            return HttpResponseRedirect(reverse("room", args=[room.pk]))
    context = {
        "form": form,
        "scenario": scenario,
        "period": name_of(scenario.start, scenario.period),
        "before": before,
        "why_not": "" if form.is_bound else _why_not(scenario),
    }
    return render(request, "forecasts/new.html", context, status=422 if form.is_bound else 200)


@require_POST
def reveal(request: HttpRequest, id: int) -> HttpResponse:
    """Show everybody what was answered."""
    return _step(request, id, actions.reveal, "It is revealed. Talk about why the numbers differ.", "result")


@require_POST
def again(request: HttpRequest, id: int) -> HttpResponse:
    """Open round two."""

    def step(person: User, room: Room, *, now: datetime) -> None:
        actions.ask_again(person, room, closes_at=_moment(request), now=now)

    return _step(request, id, step, "Round two is open. Each answers alone again.", "mine")


@require_POST
def close(request: HttpRequest, id: int) -> HttpResponse:
    """End the room and write down what the panel said."""
    done = "The room is closed. What the panel says is in the scenario's series now."
    return _step(request, id, actions.close, done, "result")


@require_POST
def extend(request: HttpRequest, id: int) -> HttpResponse:
    """Wait longer for answers."""

    def step(person: User, room: Room, *, now: datetime) -> None:
        opening.extend(person, room, closes_at=_moment(request), now=now)

    return _step(request, id, step, "The time is moved.", "progress")


@require_POST
def seat(request: HttpRequest, id: int) -> HttpResponse:
    """Let somebody join late."""

    def step(person: User, room: Room, *, now: datetime) -> None:
        who = opening.may_sit().filter(pk=whole_number(request.POST.get("person", "")) or 0).first()
        if who is None:
            raise Refused("choose who joins")
        opening.seat(person, room, who=who, now=now)

    return _step(request, id, step, "Seated. That it was late is shown beside the name.", "progress")


@require_POST
def cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Call the room off; the toast offers to take that back."""
    undo = reverse("room-restore", args=[id])
    return _step(request, id, opening.cancel, "The room is called off.", "progress", undo=undo)


@require_POST
def restore(request: HttpRequest, id: int) -> HttpResponse:
    """Take calling off back."""
    return _step(request, id, opening.restore, "The room is open again.", "progress")


def _step(
    request: HttpRequest, id: int, step: Callable[..., Any], done: str, part: str, *, undo: str = ""
) -> HttpResponse:
    """One step of the person who leads; what is refused stands on the page with its status."""
    room, now = led_room(request.user, id), _now()
    try:
        step(signed_in(request.user), room, now=now)
    except Refused as refused:
        return room_page(request, led_room(request.user, id), now=now, refused=refused.message, status=409)
    messages.success(request, done, extra_tags=undo)
    return back_to(room, part)


def _moment(request: HttpRequest) -> datetime | None:
    try:
        return moment_of(request.POST.get("closes_at", ""))
    except forms.ValidationError as error:
        raise Refused(error.messages[0]) from None


def _repeated(request: HttpRequest, person: User) -> Room | None:
    number = whole_number(request.GET.get("repeats", ""))
    return visible_rooms(person).filter(pk=number).first() if number else None


def _first(before: Room) -> dict[str, Any]:
    """What the form of a repeated room says already: the same panel, asked in the same way."""
    return {
        "title": before.title,
        "mode": before.mode,
        "asks_loss": before.asks_loss,
        "panel": chosen(list(opening.panel_again(before))),
    }


def _why_not(scenario: Scenario) -> str:
    """Why no room can be opened about it, told before anything is filled in."""
    try:
        opening.require_askable(scenario, now=_now())
        opening.require_no_open(scenario)
    except Refused as refused:
        return refused.message
    return ""


def _now() -> datetime:
    return datetime.now(UTC)
