"""Boards to read: all of them, and one with its parts and exports, drawn for the person who asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.objectives.models import Cycle
from throughline.site.exports import csv_response
from throughline.workshops import documents
from throughline.workshops.access import board_for, takes_part, visible_boards
from throughline.workshops.models import Board
from throughline.workshops.queries import Listed, listed
from throughline.workshops.showing import PARTS, board_page, board_part


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """All boards or those of a cycle: those that wait for the person, the open ones, the closed ones."""
    found = _listed(request)
    cycles = Cycle.objects.exclude(state=Cycle.State.CLOSED)
    context = {
        "waiting": [each for each in found if each.waits],
        "open": [each for each in found if not each.waits and each.board.closed_at is None],
        "over": [each for each in found if each.board.closed_at is not None],
        "may_open": takes_part(request.user),
        "cycles": list(cycles),
        "of": request.GET.get("cycle", ""),
        "tab": "boards",
    }
    return render(request, "workshops/boards.html", context)


@require_safe
def boards_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    return JsonResponse({"boards": list(_rows(request))})


@require_safe
def boards_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a table."""
    rows = ([row[name] for name in documents.LISTED] for row in _rows(request))
    return csv_response("boards", documents.LISTED, rows)


@require_safe
def board(request: HttpRequest, id: int) -> HttpResponse:
    """One board, from the question to what came of it."""
    return board_page(request, board_for(request.user, id), now=_now())


@require_safe
def part(request: HttpRequest, id: int, part: str) -> HttpResponse:
    """One part of a board's page, for a page that was told that it is new."""
    found = board_for(request.user, id)
    if part not in PARTS:
        raise Http404
    return board_part(request, found, part, now=_now())


@require_safe
def board_json(request: HttpRequest, id: int) -> JsonResponse:
    """The board for programs, as the person sees it."""
    return JsonResponse(documents.document(board_for(request.user, id)))


@require_safe
def board_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """The revealed notes as a table; without authors where the board shows none."""
    found = _revealed(request, id)
    return csv_response(f"board-{id}", documents.NOTES, documents.table(found))


@require_safe
def board_md(request: HttpRequest, id: int) -> HttpResponse:
    """The same as Markdown, with the count and the priority."""
    found = _revealed(request, id)
    answer = HttpResponse(documents.markdown(found), content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="board-{id}.md"'
    return answer


@require_safe
def ballots_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """The nameless ballots once the vote is over, as `vote tally` reads them."""
    found = _counted(request, id)
    if found.cleared_at is not None:
        raise Http404
    return csv_response(f"board-{id}-ballots", documents.BALLOTS, documents.ballot_rows(found))


@require_safe
def pairwise_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """Who beats whom, a row a pair."""
    found = _counted(request, id)
    return csv_response(f"board-{id}-pairwise", documents.PAIRS, documents.pairwise_rows(found.result))


def _revealed(request: HttpRequest, id: int) -> Board:
    """The board, once its notes are revealed; before, there is nothing to export, as for strangers."""
    found = board_for(request.user, id)
    if found.revealed_at is None:
        raise Http404
    return found


def _counted(request: HttpRequest, id: int) -> Board:
    found = board_for(request.user, id)
    if found.phase != Board.Phase.RESULT:
        raise Http404
    return found


def _listed(request: HttpRequest) -> list[Listed]:
    found = visible_boards(request.user).select_related("cycle", "facilitator")
    if key := request.GET.get("cycle", ""):
        found = found.filter(cycle__key=key)
    return listed(found, signed_in(request.user))


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for each in _listed(request):
        yield documents.summary(each)


def _now() -> datetime:
    return datetime.now(UTC)
