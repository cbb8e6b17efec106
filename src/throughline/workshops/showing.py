"""What the page of a board needs, whole or part by part; a part is asked anew when it is said to be new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import format_html

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.engine.ballots import RANKED
from throughline.live.queries import known_to_a_page
from throughline.workshops import sentences
from throughline.workshops.access import (
    how_many_ballots,
    how_many_notes,
    leads,
    live_clusters,
    own_ballot,
    own_notes,
    sets_priorities,
    takes_part,
)
from throughline.workshops.actions import HERE_FOR
from throughline.workshops.documents import beaten_by, ranked_rows
from throughline.workshops.drawn import drawn
from throughline.workshops.forms import NoteForm
from throughline.workshops.models import Board
from throughline.workshops.queries import (
    key_result_names,
    present,
    priority_of,
    sorted_notes,
    suggested,
)

# Which part is asked anew when one of these is announced; a burst of changes is one question.
PARTS: Mapping[str, str] = {
    "stand": "phase people ballots notes",
    "people": "people phase",
    "write": "phase",
    # It comes with the part to write in, whenever that is asked anew.
    "mine": "own-notes own-sent",
    "sorting": "sorting notes phase outcomes",
    "suggestions": "",
    "ballot": "phase own-ballot",
    "result": "phase outcomes",
}


def board_page(
    request: HttpRequest, board: Board, *, now: datetime, status: int = 200, **refused: Any
) -> HttpResponse:
    """The whole page; `refused` holds a form that was refused, or the message of a step that was."""
    person = signed_in(request.user)
    since = known_to_a_page(now=now)
    context = _frame(request, person, board) | {"since": since}
    for part in PARTS:
        # One's own notes come with the part to write in.
        if part not in ("suggestions", "mine", *_left_out(board)):
            context |= _OF[part](person, board, now)
    shows = {part: part not in _left_out(board) for part in PARTS}
    return render(request, "workshops/board.html", {**context, "shows": shows, **refused}, status=status)


def board_part(
    request: HttpRequest, board: Board, part: str, *, now: datetime, status: int = 200, **refused: Any
) -> HttpResponse:
    """One part of the page, as the person who asks sees it."""
    person = signed_in(request.user)
    context = _frame(request, person, board)
    if part not in _left_out(board):
        context |= _OF[part](person, board, now)
        template = f"workshops/{part}.html"
    else:
        template = "workshops/slot.html"
    return render(request, template, {**context, "part": part, **refused}, status=status)


def _left_out(board: Board) -> set[str]:
    """The parts that have no place in this phase; an empty slot waits where they will be."""
    phase, over = board.phase, board.closed_at is not None
    out = set()
    if over or phase not in (Board.Phase.WRITE, Board.Phase.SORT):
        out |= {"write", "mine"}
    if phase == Board.Phase.WRITE:
        out |= {"sorting", "suggestions"}
    if phase != Board.Phase.VOTE:
        out |= {"ballot"}
    if phase != Board.Phase.RESULT:
        out |= {"result"}
    return out


def _frame(request: HttpRequest, person: User, board: Board) -> dict[str, Any]:
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return {
        # Made once: a board holds a form for every note.
        "token": token,
        "board": board,
        "person": person,
        "takes_part": takes_part(person),
        "leads": leads(person, board),
        "may_turn": sets_priorities(person),
    }


def trigger(part: str) -> str:
    """When the part asks for itself anew, in the words of htmx."""
    events = (f"live-{name} from:body delay:80ms" for name in PARTS[part].split())
    return ", ".join(("part-fresh", *events))


def _stand(person: User, board: Board, now: datetime) -> dict[str, Any]:
    seats = list(board.seats.select_related("person").order_by("person__name", "person_id"))
    mine = next((each for each in seats if each.person_id == person.pk), None)
    progress = sentences.Progress(
        seats=len(seats),
        ready=sum(each.is_ready for each in seats),
        notes=how_many_notes([board]).get(board.pk, 0),
        ballots=how_many_ballots([board]).get(board.pk, 0),
    )
    return {
        "steps": sentences.steps(board),
        "sentence": sentences.sentence(board, progress),
        "next_step": sentences.next_step(board),
        "progress": progress,
        "seat": mine,
        "is_late": board.ends_at is not None and board.ends_at <= now,
        "others": [each.person for each in seats if each.person_id != board.facilitator_id],
    }


def _people(person: User, board: Board, now: datetime) -> dict[str, Any]:
    return {
        "people": present(board, since=now - HERE_FOR),
        "sits": board.seats.filter(person=person).exists(),
    }


def _write(person: User, board: Board, now: datetime) -> dict[str, Any]:
    names = key_result_names() if takes_part(person) else {}
    form = {"write": NoteForm(board=board, key_results=names), "key_results": names}
    return form | _mine(person, board, now)


def _mine(person: User, board: Board, now: datetime) -> dict[str, Any]:
    found = list(own_notes(person, board).select_related("key_result"))
    names = key_result_names({each.key_result_id for each in found if each.key_result_id})
    return {"mine": [(each, names.get(each.key_result_id or 0, "")) for each in found]}


def _sorting(person: User, board: Board, now: datetime) -> dict[str, Any]:
    sorts = takes_part(person) and board.phase == Board.Phase.SORT and board.closed_at is None
    return {
        "found": drawn(board, sorts=sorts, may_turn=sets_priorities(person), now=now),
        "sorts": sorts,
        "may_undo": sorts and board.moves.filter(person=person, undone_at=None).exists(),
    }


def _suggestions(person: User, board: Board, now: datetime) -> dict[str, Any]:
    return {"groups": suggested(board)}


def _ballot(person: User, board: Board, now: datetime) -> dict[str, Any]:
    kept = own_ballot(person, board)
    clusters = sorted_notes(board).clusters
    ranks = min(RANKED, len(clusters))
    order = list(kept.order) if kept else []
    return {
        "clusters": clusters,
        "kept": kept,
        "how_many": ranks,
        "ranked": [(rank, order[rank - 1] if rank <= len(order) else None) for rank in range(1, ranks + 1)],
    }


def _result(person: User, board: Board, now: datetime) -> dict[str, Any]:
    clusters = {each.title: each.pk for each in live_clusters(board)}
    priority = priority_of(board)
    by_id = {pk: title for title, pk in clusters.items()}
    return {
        "rows": ranked_rows(board.result),
        "pairwise": beaten_by(board.result),
        "unranked": [title for title in clusters if title not in board.result.get("pairwise", {})],
        "result_clusters": clusters,
        "priority": priority,
        "priority_order": [by_id.get(pk, "") for pk in priority.order] if priority else [],
        "variant": sentences.VARIANT,
        "may_prioritise": sets_priorities(person),
        "priority_ranks": range(1, min(RANKED, len(clusters)) + 1),
    }


_OF: Mapping[str, Callable[[User, Board, datetime], dict[str, Any]]] = {
    "stand": _stand,
    "people": _people,
    "write": _write,
    "mine": _mine,
    "sorting": _sorting,
    "suggestions": _suggestions,
    "ballot": _ballot,
    "result": _result,
}
