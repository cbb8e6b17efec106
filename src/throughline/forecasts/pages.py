"""Rooms to read: all of them, and one with its parts. Each is drawn for the person who asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.forecasts import documents
from throughline.forecasts.access import may_open, room_for, visible_rooms
from throughline.forecasts.queries import Listed, listed, seen_by
from throughline.forecasts.showing import PARTS, room_page, room_part
from throughline.site.exports import csv_response


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """All rooms: those that wait for the person, those that are open, and those that are over."""
    found = _listed(request)
    context = {
        "waiting": [each for each in found if each.waits],
        "open": [each for each in found if not each.waits and not each.stand.is_over],
        "over": [each for each in found if each.stand.is_over],
        "may_open": may_open(request.user),
    }
    return render(request, "forecasts/rooms.html", context)


@require_safe
def rooms_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    return JsonResponse({"rooms": list(_rows(request))})


@require_safe
def rooms_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a table."""
    rows = ([row[name] for name in documents.LISTED] for row in _rows(request))
    return csv_response("rooms", documents.LISTED, rows)


@require_safe
def room(request: HttpRequest, id: int) -> HttpResponse:
    """One room, from the question to what came of it."""
    return room_page(request, room_for(request.user, id), now=_now())


@require_safe
def part(request: HttpRequest, id: int, part: str) -> HttpResponse:
    """One part of a room's page, for a page that was told that it is new."""
    found = room_for(request.user, id)
    if part not in PARTS:
        raise Http404
    return room_part(request, found, part, now=_now())


@require_safe
def room_json(request: HttpRequest, id: int) -> JsonResponse:
    """The room for programs, as the person sees it."""
    person = signed_in(request.user)
    return JsonResponse(documents.document(seen_by(person, room_for(person, id))))


@require_safe
def room_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """What was revealed, as a table: answers by value and without names, then what they pool to."""
    person = signed_in(request.user)
    found = seen_by(person, room_for(person, id))
    return csv_response(f"room-{id}", documents.ANSWERS, documents.table(found))


def _listed(request: HttpRequest) -> list[Listed]:
    rooms = visible_rooms(request.user).select_related("scenario", "facilitator")
    return listed(rooms, signed_in(request.user))


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for each in _listed(request):
        yield documents.summary(each)


def _now() -> datetime:
    return datetime.now(UTC)
