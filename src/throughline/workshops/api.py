"""Boards for programs: notes from the reveal on, the count once the vote is over, ballots never."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Id, Instant, Subject, Told, person
from throughline.site.plain import plain
from throughline.workshops import documents
from throughline.workshops.access import board_for, visible_boards
from throughline.workshops.queries import listed

router = Subject("workshops")


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
