"""What one of the panel does: give her number, see the product of her steps, join late, and talk."""

from __future__ import annotations

from datetime import UTC, datetime
from math import prod

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from throughline.accounts.access import signed_in
from throughline.engine.chances import chance_of
from throughline.engine.refusals import Refused
from throughline.forecasts import actions, opening
from throughline.forecasts.access import asked_room, require_open, room_for
from throughline.forecasts.forms import GiveForm, SayForm
from throughline.forecasts.models import Room
from throughline.forecasts.sentences import percent
from throughline.forecasts.showing import room_page


@require_POST
def give(request: HttpRequest, id: int) -> HttpResponse:
    """Keep the person's number, or change it; what cannot be read is said beside its field."""
    room, now = asked_room(request.user, id), _now()
    form = GiveForm(request.POST, room=room)
    if form.is_valid():
        try:
            actions.give(signed_in(request.user), room, form.cleaned_data["answer"], now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Your number is kept. Nobody else sees it before the reveal.")
            return back_to(room, "mine")
    return room_page(request, room, now=now, give=form, status=422)


@require_POST
def product(request: HttpRequest, id: int) -> HttpResponse:
    """What the steps come to together while they are typed; kept nowhere, and in no address."""
    room = asked_room(request.user, id)
    given = [request.POST.get(f"step_{number}", "") for number in range(len(room.scenario.steps))]
    return render(request, "forecasts/product.html", {"product": _product(given)})


@require_POST
def join(request: HttpRequest, id: int) -> HttpResponse:
    """Take a seat in a panel that is under way."""
    person = require_open(request.user)
    room = room_for(person, id)
    try:
        opening.seat(person, room, who=person, now=_now())
    except Refused as refused:
        return room_page(request, room, now=_now(), refused=refused.message, status=409)
    messages.success(request, "You are of the panel. That you came late is shown beside your name.")
    return back_to(room, "mine")


@require_POST
def say(request: HttpRequest, id: int) -> HttpResponse:
    """Talk about what was revealed; everybody who sees the room may."""
    person = signed_in(request.user)
    room, form = room_for(person, id), SayForm(request.POST)
    if form.is_valid():
        try:
            actions.say(person, room, text=form.cleaned_data["text"], now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return back_to(room, "talk")
    return room_page(request, room, now=_now(), say=form, status=422)


def back_to(room: Room, part: str) -> HttpResponseRedirect:
    """The room's page at the part that was changed."""
    return HttpResponseRedirect(f"{reverse('room', args=[room.pk])}#{part}")


def _product(given: list[str]) -> str:
    """The product in per cent; empty while a step is still to be written or cannot be read."""
    try:
        return percent(prod(chance_of(each, place="step") for each in given)) if given else ""
    except Refused:
        return ""


def _now() -> datetime:
    return datetime.now(UTC)
