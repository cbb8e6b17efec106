"""Writing notes alone: write, change, withdraw, say that one is ready, and be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.live.actions import announce
from throughline.objectives.models import KeyResult
from throughline.workshops.access import own_notes, sent_before
from throughline.workshops.models import Board, Note, Seat
from throughline.workshops.recording import announce_own, held, require_running, said, seated, told

LONGEST_NOTE, LONGEST_LINK, LONGEST_TOKEN = 500, 500, 40
MOST_NOTES = 200
HERE_FOR = timedelta(seconds=30)
LINKS = ("https://", "http://", "/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a note holds: its words, its column, what it rests on, and the key result that it would move."""

    text: str
    column: str = ""
    link: str = ""
    key_result: int | None = None


def write(person: User, board: Board, note: Written, *, token: str = "", now: datetime) -> Note:
    """Keep a note; sent again under the same token it is the note that is kept already. Raises Refused.

    Before the reveal only its author sees it. While the board sorts, everybody sees it at once.
    """
    if len(token) > LONGEST_TOKEN:
        raise Refused(f"a token has at most {LONGEST_TOKEN} characters, found {len(token)}", place="token")
    with transaction.atomic():
        stored = held(board)
        before = sent_before(person, stored, token)
        if before is not None:
            return before
        fields = _checked(stored, note)
        require_running(stored)
        if stored.phase not in (Board.Phase.WRITE, Board.Phase.SORT):
            raise Refused("the clusters are ranked already: a new note would be on no ballot", code="state")
        if own_notes(person, stored).count() >= MOST_NOTES:
            raise Refused(f"one person writes at most {MOST_NOTES} notes on a board", place="text")
        seated(person, stored, now=now)
        made = Note.objects.create(board=stored, author=person, token=token, at=now, **fields)
        told(person, "note written", stored, what="notes", now=now)
        announce_own(person, "own-notes", now=now)
    return made


def change(person: User, note: Note, to: Written, *, now: datetime) -> None:
    """Say one's own note in other words, until the vote begins. Raises Refused with the field."""
    with transaction.atomic():
        stored = held(note.board)
        fields = _checked(stored, to)
        require_running(stored)
        if stored.phase not in (Board.Phase.WRITE, Board.Phase.SORT):
            raise Refused("the vote has begun: notes stay as they were read", code="state")
        _require_there(person, stored, note)
        Note.objects.filter(pk=note.pk).update(**fields, changed_at=now)
        told(person, "note changed", stored, what="notes", now=now)
        announce_own(person, "own-notes", now=now)


def withdraw(person: User, note: Note, *, now: datetime) -> None:
    """Take one's own note away before anybody else has seen it. Raises Refused."""
    with transaction.atomic():
        stored = held(note.board)
        require_running(stored)
        if stored.revealed_at is not None:
            raise Refused("everybody has read it: say it in other words, or leave it loose", code="revealed")
        _require_there(person, stored, note)
        Note.objects.filter(pk=note.pk).update(withdrawn_at=now)
        told(person, "note withdrawn", stored, what="notes", now=now)
        announce_own(person, "own-notes", now=now)


def say_ready(person: User, board: Board, *, ready: bool, now: datetime) -> None:
    """Say that one has written all one wants to, or take that back. Raises Refused."""
    with transaction.atomic():
        stored = held(board)
        require_running(stored)
        if stored.phase != Board.Phase.WRITE:
            raise Refused("the notes are revealed already", code="state")
        seated(person, stored, now=now)
        Seat.objects.filter(board=stored, person=person).update(is_ready=ready)
        told(person, "ready" if ready else "not ready yet", stored, what="people", now=now)


def join(person: User, board: Board, *, now: datetime) -> Seat:
    """Take a seat. Raises Refused where the board is closed."""
    with transaction.atomic():
        stored = held(board)
        require_running(stored)
        return seated(person, stored, now=now)


def be_here(person: User, board: Board, *, now: datetime) -> None:
    """Note that a page of the person is open, a few times a minute.

    No audit entry: that a browser is open is nothing that the person did.
    """
    seats = Seat.objects.filter(board=board, person=person)
    with transaction.atomic():
        was_away = seats.filter(Q(seen_at=None) | Q(seen_at__lt=now - HERE_FOR)).exists()
        seats.update(seen_at=now)
        if was_away:
            announce(f"board:{board.pk}", "people", now=now)


def _checked(board: Board, note: Written) -> dict[str, object]:
    text = said(note.text, place="text", most=LONGEST_NOTE, missing="write something on it first")
    column = note.column.strip() or (board.columns[0] if board.columns else "")
    if column and column not in board.columns:
        expected = ", ".join(board.columns) or "no column: this board has none"
        raise Refused(f"expected {expected}; found '{column[:60]}'", place="column")
    link = said(note.link, place="link", most=LONGEST_LINK)
    if link and (not link.startswith(LINKS) or link.startswith("//") or any(map(str.isspace, link))):
        raise Refused("a link starts with https:// or, within Throughline, with /", place="link")
    if note.key_result is not None and not KeyResult.objects.filter(pk=note.key_result).exists():
        raise Refused(f"there is no key result {note.key_result}", place="key_result")
    return {"text": text, "column": column, "link": link, "key_result_id": note.key_result}


def _require_there(person: User, board: Board, note: Note) -> None:
    if not own_notes(person, board).filter(pk=note.pk).exists():
        raise Refused("this note was withdrawn", code="gone")
