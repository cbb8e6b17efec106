"""What whoever takes part does on a board: write, sort, rank, be ready, be there."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from throughline.accounts.access import signed_in
from throughline.engine.refusals import Refused
from throughline.site.numbers import whole_number
from throughline.workshops import actions, sorting, voting
from throughline.workshops.access import board_for, joined_board, own_note
from throughline.workshops.actions import Written
from throughline.workshops.answering import Step, step
from throughline.workshops.models import Board
from throughline.workshops.showing import board_part


@require_POST
def join(request: HttpRequest, id: int) -> HttpResponse:
    """Take a seat."""
    person = signed_in(request.user)
    board = joined_board(person, id)
    return step(request, board, lambda found, now: actions.join(person, found, now=now), part="stand")


@require_POST
def here(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a page is open, and learn who else is here."""
    person, now = signed_in(request.user), datetime.now(UTC)
    board = board_for(person, id)
    if board.closed_at is None:
        actions.be_here(person, board, now=now)
    return board_part(request, board, "people", now=now)


@require_POST
def ready(request: HttpRequest, id: int) -> HttpResponse:
    """Say that one has written all, or take that back."""
    person = signed_in(request.user)
    is_ready = request.POST.get("ready") == "yes"
    return step(
        request,
        joined_board(person, id),
        lambda found, now: actions.say_ready(person, found, ready=is_ready, now=now),
        part="stand",
    )


@require_POST
def write(request: HttpRequest, id: int) -> HttpResponse:
    """Keep a note; the browser sends it again until it hears that it is kept."""
    person, token = signed_in(request.user), request.POST.get("token", "")

    def do(board: Board, now: datetime) -> dict[str, object]:
        made = actions.write(person, board, _written(request), token=token, now=now)
        return {"id": made.handle}

    return step(request, joined_board(person, id), do, part="write", done="Your note is kept.")


@require_POST
def change(request: HttpRequest, id: int, handle: str) -> HttpResponse:
    """Say one's own note in other words, or withdraw it."""
    person = signed_in(request.user)
    board = joined_board(person, id)
    note = own_note(person, board, handle)

    def do(board: Board, now: datetime) -> None:
        if request.POST.get("withdraw"):
            actions.withdraw(person, note, now=now)
        else:
            actions.change(person, note, _written(request), now=now)

    return step(request, board, do, part="mine")


@require_POST
def sort(request: HttpRequest, id: int) -> HttpResponse:
    """One step of sorting, by drag or by button: `what` says which."""
    person = signed_in(request.user)
    board = joined_board(person, id)
    return step(request, board, _sort_step(request), part="sorting")


@require_POST
def rank(request: HttpRequest, id: int) -> HttpResponse:
    """Keep the person's ballot."""
    person = signed_in(request.user)

    def do(board: Board, now: datetime) -> None:
        voting.rank(person, board, _order(request), now=now)

    done = "Your ballot is kept. You may change it until the vote ends."
    return step(request, joined_board(person, id), do, part="ballot", done=done)


def _sort_step(request: HttpRequest) -> Step:
    person, given = signed_in(request.user), request.POST

    def do(board: Board, now: datetime) -> None:
        sorting.sort(person, board, _wanted(given), now=now)

    return do


def _wanted(given: QueryDict) -> sorting.Wanted:
    """The step that a form asks for; moving to "new" is putting together."""
    what, to = given.get("what", "move"), given.get("to", "")
    if what == "move" and to == "new":
        what = "together"
    return sorting.Wanted(
        what=what,
        notes=given.getlist("notes"),
        to=_to(to) if what == "move" else None,
        cluster=_number(given.get("cluster", "")) if what in ("merge", "rename") else 0,
        into=_number(given.get("into", "")) if what == "merge" else 0,
        title=given.get("title", ""),
        step=whole_number(given.get("move", "")) if given.get("move") else None,
    )


def _to(text: str) -> int | None:
    if text == "out":
        return None
    if not text:
        raise Refused("choose where the note goes", place="to")
    return _number(text)


def _number(text: str) -> int:
    found = whole_number(text)
    if found is None:
        raise Refused("choose a cluster", place="to")
    return found


def _written(request: HttpRequest) -> Written:
    given = request.POST
    key_result = given.get("key_result", "").strip()
    number = whole_number(key_result)
    if key_result and number is None:
        raise Refused("choose a key result, or none", place="key_result")
    fields = {name: given.get(name, "") for name in ("text", "column", "link")}
    return Written(**fields, key_result=number)


def _order(request: HttpRequest) -> list[int]:
    """The ranked clusters, best first; an empty rank counts as missing."""
    return [_number(each) for each in request.POST.getlist("order") if each.strip()]
