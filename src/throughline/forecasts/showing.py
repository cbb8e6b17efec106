"""What the page of a room needs, whole or part by part; each part is asked anew when it is said to be new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.forecasts import charts, sentences
from throughline.forecasts.access import leads, may_open
from throughline.forecasts.forms import GiveForm, SayForm, as_field, written
from throughline.forecasts.models import Room
from throughline.forecasts.opening import may_sit
from throughline.forecasts.queries import Seen, seen_by
from throughline.forecasts.rates import updated_rates
from throughline.forecasts.states import LAST_ROUND, steps
from throughline.live.queries import known_to_a_page
from throughline.risk.periods import name_of

# Which part is asked anew when one of these is announced.
PARTS: Mapping[str, str] = {
    "progress": "live-answers from:body, live-round from:body",
    "mine": "live-round from:body",
    "kept": "live-answers from:body",
    "result": "live-round from:body",
    "talk": "live-round from:body",
    "messages": "live-talk from:body",
    "rates": "live-rates from:body",
}


def room_page(
    request: HttpRequest, room: Room, *, now: datetime, status: int = 200, **refused: Any
) -> HttpResponse:
    """The whole page; `refused` holds a form that was refused, or the message of a step that was."""
    return render(request, "forecasts/room.html", _context(request, room, now=now, **refused), status=status)


def room_part(request: HttpRequest, room: Room, part: str, *, now: datetime) -> HttpResponse:
    """One part of the page, as the person who asks sees it.

    A page that has the part as it is keeps it, with all that is typed in it: what came just before a page was
    drawn is told to it again.
    """
    context = _context(request, room, now=now)
    if request.GET.get("seen") == context["seen_as"]:
        return HttpResponse(status=204)
    return render(request, f"forecasts/{part}.html", context)


def _context(request: HttpRequest, room: Room, *, now: datetime, **refused: Any) -> dict[str, Any]:
    person = signed_in(request.user)
    # Asked before anything is read: what comes meanwhile is told again, never missed.
    since = known_to_a_page(now=now)
    seen = seen_by(person, room)
    is_asked = any(seat.person_id == person.pk for seat in seen.seats)
    return {
        "room": room,
        "scenario": room.scenario,
        "period": name_of(room.scenario.start, room.scenario.period),
        "since": since,
        "seen": seen,
        "stand": seen.stand,
        "seen_as": _seen_as(seen, is_asked=is_asked, now=now),
        "steps": steps(seen.stand),
        "sentence": sentences.sentence(seen),
        "next_step": sentences.next_step(seen),
        "progress": sentences.progress(seen),
        "without_round_two": sentences.without_round_two(seen.stand),
        "is_asked": is_asked,
        "is_late": seen.stand.is_late(now),
        "leads": leads(person, room),
        "may_join": may_open(person) and not is_asked and _has_room(seen),
        "give": GiveForm(room=room, initial=written(seen.mine, room)),
        "say": SayForm(),
        "rates": updated_rates(room.scenario),
        "may_rate": may_open(person),
        "wakes": PARTS,
        **_shown(seen),
        **(_leading(seen) if leads(person, room) else {}),
        **refused,
    }


def _seen_as(seen: Seen, *, is_asked: bool, now: datetime) -> str:
    """In which state a person sees a room: her form and the result are the same as long as this is."""
    words = [seen.stand.word.replace(" ", "-"), *(["asked"] if is_asked else [])]
    return ".".join([*words, *(["late"] if seen.stand.is_late(now) else [])])


def _shown(seen: Seen) -> dict[str, Any]:
    if not seen.shown:
        return {}
    return {
        "chart": charts.chances(seen.shown),
        "losses": charts.losses(seen.shown[-1]),
        "losses_said": charts.losses_said(seen.shown[-1]),
        "rounds": [(each, each.round.result) for each in seen.shown],
    }


def _leading(seen: Seen) -> dict[str, Any]:
    seated = {seat.person_id for seat in seen.seats}
    can_join: list[User] = [each for each in may_sit() if each.pk not in seated] if _has_room(seen) else []
    return {"can_join": can_join, "closes_at": as_field(seen.room.closes_at)}


def _has_room(seen: Seen) -> bool:
    """Whether somebody who joins now still answers in a round."""
    stand = seen.stand
    return not stand.is_over and (stand.is_asking or stand.round.number < LAST_ROUND)
