"""What is written down of each step: an audit entry, and a word to the browsers that follow the board."""

from __future__ import annotations

from datetime import datetime

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.live.actions import announce
from throughline.workshops.models import Board, Seat


def held(board: Board) -> Board:
    """The board as it is stored, its row locked: of two people who act at once one comes after the other."""
    return Board.objects.select_for_update().get(pk=board.pk)


def told(person: User, action: str, board: Board, *, what: str, now: datetime, **detail: object) -> None:
    """Record a step inside its transaction and announce which part is new, never what it is now.

    No detail holds what a note says, which one it is, or how somebody ranked: whoever reads the audit would
    know the author of a note that shows none.
    """
    audit.record(actor_name(person), action, object_type="board", object_id=board.pk, detail=detail, now=now)
    announce(f"board:{board.pk}", what, now=now)


def announce_own(person: User, what: str, *, now: datetime) -> None:
    """Tell the other windows of the person herself."""
    announce(f"person:{person.pk}", what, now=now)


def seated(person: User, board: Board, *, now: datetime) -> Seat:
    """The person's seat; whoever does something on a board takes part in it."""
    seat, is_new = Seat.objects.get_or_create(
        board=board, person=person, defaults={"joined_at": now, "seen_at": now}
    )
    if is_new:
        told(person, "board joined", board, what="people", now=now)
    return seat


def require_running(board: Board) -> None:
    """Refuse whatever is done on a board that is over."""
    if board.closed_at is not None:
        raise Refused("this board is closed: nothing more happens on it", code="state")


def said(text: str, *, place: str, most: int, missing: str = "") -> str:
    """A text as it is kept; `missing` is what to say where there is none. Raises Refused with the place."""
    found = text.strip()
    if missing and not found:
        raise Refused(missing, place=place, code="missing")
    require_readable(found, place=place)
    if len(found) > most:
        raise Refused(f"expected at most {most:,} characters, found {len(found):,}", place=place)
    return found
