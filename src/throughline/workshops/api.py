"""Boards for programs: notes from the reveal on, the count once the vote is over, ballots never."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query
from pydantic import AfterValidator

from throughline.accounts.scopes import READ_OWN
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import LARGEST_ID, Anything, Id, Instant, Key, Sent, Subject, Told, person
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.people import people_named
from throughline.site.plain import plain
from throughline.workshops import access, actions, documents, opening, outcomes, sorting, voting
from throughline.workshops.access import board_for, visible_boards
from throughline.workshops.models import Board
from throughline.workshops.queries import listed

router = Subject("workshops")
WRITE = "workshops:write"
STEPS = {
    "reveal": opening.reveal,
    "vote": opening.open_vote,
    "sort_again": opening.sort_again,
    "count": voting.close_vote,
    "close": opening.close,
    "clear": opening.clear,
}
Handle = Annotated[str, Path(min_length=1, max_length=16, pattern=r"^[0-9a-z]+$")]
Number = Annotated[int, Field(ge=0, le=LARGEST_ID)]


def _in_utc(value: datetime) -> datetime:
    """An instant without its zone is UTC, as in the page."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("expected a day that a calendar has") from None


When = Annotated[datetime, AfterValidator(_in_utc)]


class OfBoards(Asked):
    """Which boards."""

    cycle: str = Field("", max_length=80, description="The key of a cycle.")


class BoardRow(Told):
    """A board with its progress, in numbers, and what of it waits for the person."""

    id: int
    title: str
    cycle: str
    purpose: str
    phase: str
    seats: int
    notes: int
    ballots: int
    waits_for_you: str
    address: str


class NoteOf(Told):
    """A revealed note; its author only where the board shows authors."""

    id: str
    text: str
    column: str
    link: str
    key_result: Anything
    author: str | None


class ClusterOf(Told):
    """A cluster with its notes."""

    id: int
    title: str
    notes: list[NoteOf]


class BoardOf(Told):
    """A board as far as it is revealed."""

    id: int
    title: str
    cycle: str
    purpose: str
    question: str
    columns: list[str]
    mode: str
    shows_authors: bool
    facilitator: str
    phase: str
    sentence: str
    ends_at: Instant | None
    revealed_at: Instant | None
    closed_at: Instant | None
    cleared_at: Instant | None
    seats: int
    ready: int
    notes: int
    ballots: int
    clusters: list[ClusterOf]
    loose: list[NoteOf]
    result: dict[str, Anything] | None
    variant: Anything
    priority: dict[str, Anything] | None
    outcomes: list[dict[str, Anything]]


class NewBoard(Sent):
    """What is asked, of whom, together or apart, with authors or without."""

    purpose: Literal["lessons", "risks", "ideas"]
    title: str = Field("", max_length=160)
    question: str | None = Field(None, max_length=300, description="That of the purpose if left out.")
    columns: list[Annotated[str, Field(max_length=60)]] | None = Field(
        None, max_length=20, description="Those of the purpose if left out."
    )
    mode: Literal["together", "apart"] = "together"
    ends_at: When | None = Field(None, description="Until when people who come apart are waited for.")
    shows_authors: bool = Field(False, description="Who wrote a note, once it is revealed.")
    asked: list[Annotated[str, Field(max_length=254)]] = Field(
        [], max_length=200, description="Names or e-mail addresses."
    )


class NextStep(Sent):
    """What the facilitator does next; none is taken back but `vote`, by `sort_again`."""

    step: Literal["reveal", "vote", "sort_again", "count", "close", "clear"]


class NewTimer(Sent):
    """How long is left, or until when people who come apart are waited for; neither takes the timer away."""

    minutes: int | None = Field(None, ge=1, le=opening.MOST_MINUTES)
    ends_at: When | None = None


class NextFacilitator(Sent):
    """Who leads from now on."""

    to: str = Field(min_length=1, max_length=254, description="A name or an e-mail address.")


class NewNote(Sent):
    """A note; what is left out of a change stays as it is."""

    text: str = Field("", max_length=500)
    column: str = Field("", max_length=60, description="The first of the board if left out.")
    link: str = Field("", max_length=500, description="What it rests on.")
    key_result: Number | None = Field(None, description="The key result that it would move.")


class SaidReady(Sent):
    """Whether one has written all that one wants to; saying either takes a seat."""

    ready: bool = False


class SortStep(Sent):
    """One step of sorting, of notes by their ids: to a cluster, or out of all of them where `to` is null."""

    what: Literal["move", "together", "take", "own", "merge", "rename", "undo"]
    notes: list[Annotated[str, Field(max_length=16)]] = Field([], max_length=sorting.MOST_AT_ONCE)
    to: Number | None = None
    cluster: Number = Field(0, description="Which one is merged or renamed.")
    into: Number = 0
    title: str = Field("", max_length=160)
    step: Number | None = Field(None, description="Which step is undone; one's own last if left out.")


class Ranking(Sent):
    """Clusters by their ids, best first: five, or all where there are fewer."""

    order: list[Number] = Field(max_length=50)


class NewPriority(Ranking):
    """The manager's own order beside the vote."""

    reason: str = Field("", max_length=1000)


class NewOfCluster(Sent):
    """What is made of a cluster: work that might be done, a scenario, or a lesson of a key result."""

    into: Literal["candidate", "scenario", "lesson"]
    title: str = Field("", max_length=240, description="Of a candidate; the cluster's if left out.")
    statement: str = Field("", max_length=300, description="Of a scenario.")
    criteria: str = Field("", max_length=5000)
    judge: str = Field("", max_length=120)
    start: str = Field("", max_length=40)
    key_result: Number | None = Field(None, description="Of a lesson.")
    kind: Literal["", "worked", "did_not", "lesson"] = ""
    text: str = Field("", max_length=2000)


class OwnNoteOf(Told):
    """A note of one's own."""

    id: str
    text: str
    column: str
    link: str
    key_result: int | None


class OwnOf(Told):
    """What one has on a board oneself, which nobody else is shown."""

    board: int
    has_seat: bool
    ready: bool
    notes: list[OwnNoteOf]
    ballot: list[int] | None


class KeptNote(Told):
    """That a note is kept; what it says stands in `/boards/ID/own` alone until the reveal."""

    id: str


class DoneOnBoard(Told):
    """That it is done."""

    board: int


@router.reads("/boards", answer=Page[BoardRow])
def list_boards(request: HttpRequest, asked: Query[OfBoards]) -> dict[str, Any]:
    """The boards in the order in which they were opened, and which of them wait for the person."""
    boards = visible_boards(request.user).select_related("cycle", "facilitator")
    found = listed(boards.filter(cycle__key=asked.cycle) if asked.cycle else boards, person(request))
    return page_of_rows(request, asked, found, key=lambda each: each.board.pk, show=documents.summary)


@router.reads("/boards/{int:id}", answer=BoardOf)
def read_board(request: HttpRequest, id: Id) -> Any:
    """One board, from the question to what came of it."""
    return plain(documents.document(board_for(request.user, id)))


@router.writes("POST", "/cycles/{key}/boards", scope=WRITE, answer=BoardOf, status=201)
def open_board(request: HttpRequest, key: Key, given: NewBoard) -> Any:
    """Open a board in a cycle, and lead it. Members."""
    by = access.require_part(request.user)
    cycle, said, purpose = cycle_for(by, key), given.model_dump(), Board.Purpose(given.purpose)
    said["asked"] = people_named(given.asked, among=opening.may_sit(), place="asked")
    if given.columns is None:
        said["columns"] = opening.COLUMNS.get(purpose, ())
    if given.question is None:
        said["question"] = opening.QUESTIONS[purpose]
    return plain(documents.document(opening.open_board(by, cycle, now=_now(), **said)))


@router.writes("POST", "/boards/{int:id}/steps", scope=WRITE, answer=BoardOf)
def take_step(request: HttpRequest, id: Id, given: NextStep) -> Any:
    """Reveal the notes, open or end the vote, close the board, clear it. Its facilitator and managers."""
    STEPS[given.step](person(request), access.led_board(request.user, id), now=_now())
    return _shown(request, id)


@router.writes("PUT", "/boards/{int:id}/timer", scope=WRITE, answer=BoardOf)
def set_timer(request: HttpRequest, id: Id, given: NewTimer) -> Any:
    """Say how much time is left; nothing moves on by itself. Its facilitator and managers."""
    board, by = access.led_board(request.user, id), person(request)
    if given.minutes is not None:
        opening.set_timer(by, board, minutes=given.minutes, now=_now())
    elif given.ends_at is not None:
        opening.wait_until(by, board, ends_at=given.ends_at, now=_now())
    else:
        opening.end_timer(by, board, now=_now())
    return _shown(request, id)


@router.writes("PUT", "/boards/{int:id}/facilitator", scope=WRITE, answer=BoardOf)
def hand_over_board(request: HttpRequest, id: Id, given: NextFacilitator) -> Any:
    """Let somebody else of the board lead it. Its facilitator and managers."""
    board = access.led_board(request.user, id)
    try:
        [to] = people_named([given.to], among=opening.may_sit(), place="to")
    except Refused as refused:
        raise Refused(refused.message, place="to", code=refused.code) from None
    opening.hand_over(person(request), board, to=to, now=_now())
    return _shown(request, id)


@router.reads("/boards/{int:id}/own", answer=OwnOf, scope=READ_OWN)
def read_own_notes(request: HttpRequest, id: Id) -> Any:
    """One's own notes and ballot on a board."""
    return documents.own_document(person(request), board_for(request.user, id))


@router.writes("PUT", "/boards/{int:id}/seat", scope=WRITE, answer=DoneOnBoard)
def take_seat(request: HttpRequest, id: Id, given: SaidReady) -> dict[str, int]:
    """Take a seat at a board, and say whether one has written all. Members."""
    by, board = person(request), access.joined_board(request.user, id)
    if given.ready or board.seats.filter(person=by, is_ready=True).exists():
        actions.say_ready(by, board, ready=given.ready, now=_now())
    else:
        actions.join(by, board, now=_now())
    return {"board": id}


@router.writes("POST", "/boards/{int:id}/notes", scope=WRITE, answer=KeptNote, status=201)
def write_note(request: HttpRequest, id: Id, given: NewNote) -> dict[str, str]:
    """Write a note, which nobody else sees before the reveal. Members."""
    board = access.joined_board(request.user, id)
    made = actions.write(person(request), board, actions.Written(**given.model_dump()), now=_now())
    return {"id": made.handle}


@router.writes("PATCH", "/boards/{int:id}/notes/{handle}", scope=WRITE, answer=KeptNote)
def change_note(request: HttpRequest, id: Id, handle: Handle, given: NewNote) -> dict[str, str]:
    """Say a note of one's own in other words, until the vote begins."""
    by, board = person(request), access.joined_board(request.user, id)
    note = access.own_note(by, board, handle)
    stands = {"text": note.text, "column": note.column, "link": note.link, "key_result": note.key_result_id}
    said = actions.Written(**{**stands, **given.model_dump(exclude_unset=True)})
    actions.change(by, note, said, now=_now())
    return {"id": handle}


@router.writes("DELETE", "/boards/{int:id}/notes/{handle}", scope=WRITE, answer=DoneOnBoard)
def withdraw_note(request: HttpRequest, id: Id, handle: Handle) -> dict[str, int]:
    """Take a note of one's own away before anybody else has seen it."""
    by, board = person(request), access.joined_board(request.user, id)
    actions.withdraw(by, access.own_note(by, board, handle), now=_now())
    return {"board": id}


@router.writes("POST", "/boards/{int:id}/sorting", scope=WRITE, answer=BoardOf)
def sort_notes(request: HttpRequest, id: Id, given: SortStep) -> Any:
    """Take one step of sorting notes into clusters, or take one back. Members."""
    board = access.joined_board(request.user, id)
    sorting.sort(person(request), board, sorting.Wanted(**given.model_dump()), now=_now())
    return _shown(request, id)


@router.writes("PUT", "/boards/{int:id}/ballot", scope=WRITE, answer=DoneOnBoard)
def cast_ballot(request: HttpRequest, id: Id, given: Ranking) -> dict[str, int]:
    """Rank the clusters, or change how one ranked them, until the vote ends. Members."""
    voting.rank(person(request), access.joined_board(request.user, id), given.order, now=_now())
    return {"board": id}


@router.writes("PUT", "/boards/{int:id}/priority", scope=WRITE, answer=BoardOf)
def set_priority(request: HttpRequest, id: Id, given: NewPriority) -> Any:
    """Record one's own order beside the vote, with its reason. Managers."""
    board = access.judged_board(request.user, id)
    voting.set_priority(person(request), board, given.order, reason=given.reason, now=_now())
    return _shown(request, id)


@router.writes("POST", "/clusters/{int:id}/outcomes", scope=WRITE, answer=BoardOf, status=201)
def turn_cluster(request: HttpRequest, id: Id, given: NewOfCluster) -> Any:
    """Make a candidate, a scenario or a lesson of a cluster. Managers."""
    cluster = access.cluster_to_turn(request.user, id)
    outcomes.turn(person(request), cluster, now=_now(), **given.model_dump())
    return _shown(request, cluster.board_id)


def _shown(request: HttpRequest, id: int) -> Any:
    return plain(documents.document(board_for(request.user, id)))


def _now() -> datetime:
    return datetime.now(UTC)
