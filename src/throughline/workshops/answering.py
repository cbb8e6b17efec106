"""How a board answers what somebody did: a part of the page to htmx, JSON to programs, else the page anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from throughline.engine.refusals import Refused
from throughline.site.refusals import problem, wants_data
from throughline.workshops.access import board_for
from throughline.workshops.models import Board
from throughline.workshops.showing import board_page, board_part

Step = Callable[[Board, datetime], Any]


def now_utc() -> datetime:
    """The clock, read once by a request and handed on."""
    return datetime.now(UTC)


def step(request: HttpRequest, board: Board, do: Step, *, part: str, done: str = "") -> HttpResponse:
    """Do one thing; what is refused stands in the part that it is about, with its status."""
    now = now_utc()
    try:
        made = do(board, now)
    except Refused as refused:
        return _refused(request, board, refused, part=part, now=now)
    if wants_data(request):
        return JsonResponse({"done": True, **(made if isinstance(made, dict) else {})})
    if is_part(request):
        return board_part(request, board_for(request.user, board.pk), part, now=now, done=done)
    if done:
        messages.success(request, done)
    return HttpResponseRedirect(f"{reverse('board', args=[board.pk])}#{part}")


def _refused(
    request: HttpRequest, board: Board, refused: Refused, *, part: str, now: datetime
) -> HttpResponse:
    status = 422 if refused.place else 409
    if wants_data(request):
        return problem(refused.message, status=status, code=refused.code)
    said = {"refused": refused.message, "refused_at": refused.place or "", "refused_in": part}
    fresh = board_for(request.user, board.pk)
    if is_part(request):
        return board_part(request, fresh, part, now=now, status=status, **said)
    return board_page(request, fresh, now=now, status=status, **said)


def is_part(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for."""
    return request.headers.get("HX-Request") == "true"
