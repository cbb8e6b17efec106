"""A board from its opening to its clearing: phases, time, and who leads. Each step is audited with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.workshops.access import how_many_ballots, live_clusters
from throughline.workshops.models import Ballot, Board, Move, Note, Seat
from throughline.workshops.recording import held, require_running, said, told

LONGEST_TITLE, LONGEST_QUESTION, LONGEST_COLUMN = 160, 300, 60
MOST_COLUMNS = 6
MOST_MINUTES = 240
COLUMNS = {Board.Purpose.LESSONS: ("What worked", "What did not")}
QUESTIONS = {
    Board.Purpose.LESSONS: "What worked last quarter, and what did not?",
    Board.Purpose.RISKS: "What keeps you up at night?",
    Board.Purpose.IDEAS: "What should we do next quarter?",
}
FEWEST_CLUSTERS = 2


def open_board(
    person: User,
    cycle: Cycle,
    *,
    purpose: str,
    title: str = "",
    question: str = "",
    columns: Sequence[str] = (),
    mode: str = Board.Mode.TOGETHER,
    ends_at: datetime | None = None,
    shows_authors: bool = False,
    asked: Iterable[User] = (),
    now: datetime,
) -> Board:
    """A new board that the person leads; `asked` have a seat before they come. Raises Refused."""
    if purpose not in Board.Purpose.values:
        raise Refused(f"expected {', '.join(Board.Purpose.values)}; found '{purpose}'", place="purpose")
    label = Board.Purpose(purpose).label
    fields = {
        "title": said(title, place="title", most=LONGEST_TITLE) or f"{label}, {cycle.title}"[:LONGEST_TITLE],
        "question": said(question, place="question", most=LONGEST_QUESTION),
        "columns": _columns(columns),
        "ends_at": _end(mode, ends_at, now=now),
    }
    with transaction.atomic():
        made = Board.objects.create(
            cycle=cycle,
            purpose=purpose,
            mode=mode,
            shows_authors=shows_authors,
            facilitator=person,
            created_at=now,
            **fields,
        )
        for each in {person.pk: person, **{other.pk: other for other in asked}}.values():
            seen = now if each.pk == person.pk else None
            Seat.objects.create(board=made, person=each, joined_at=now, seen_at=seen)
        detail = {"cycle": cycle.key, "purpose": purpose, "mode": mode, "shows_authors": shows_authors}
        told(person, "board opened", made, what="phase", now=now, **detail)
    return made


def may_sit() -> QuerySet[User]:
    """Whoever can be asked to a board or lead one: active members and those above them."""
    roles = [role for role in Role.values if role != Role.VIEWER]
    return User.objects.filter(is_active=True, role__in=roles).order_by("name", "id")


def reveal(person: User, board: Board, *, now: datetime) -> None:
    """Show everybody every note, and begin to sort. There is no way back. Raises Refused."""
    with transaction.atomic():
        stored = _in_phase(board, Board.Phase.WRITE, "the notes are revealed already")
        Board.objects.filter(pk=stored.pk).update(
            phase=Board.Phase.SORT, revealed_at=now, ends_at=_kept_end(stored)
        )
        told(person, "board revealed", stored, what="phase", now=now)


def open_vote(person: User, board: Board, *, now: datetime) -> None:
    """End sorting; from now on everybody ranks the clusters. Raises Refused with fewer than two."""
    with transaction.atomic():
        stored = _in_phase(board, Board.Phase.SORT, "a vote follows sorting")
        found = live_clusters(stored).count()
        if found < FEWEST_CLUSTERS:
            raise Refused(
                f"there {'is one cluster' if found else 'are no clusters'}: with two or more there is "
                "something to rank",
                code="too_few",
            )
        Board.objects.filter(pk=stored.pk).update(phase=Board.Phase.VOTE, ends_at=_kept_end(stored))
        told(person, "vote opened", stored, what="phase", now=now, clusters=found)


def sort_again(person: User, board: Board, *, now: datetime) -> None:
    """Go back to sorting while nobody has voted. Raises Refused."""
    with transaction.atomic():
        stored = _in_phase(board, Board.Phase.VOTE, "only a vote goes back to sorting")
        n = how_many_ballots([stored]).get(stored.pk, 0)
        if n:
            raise Refused(
                f"{n} {'ballot ranks' if n == 1 else 'ballots rank'} these clusters already: they stay as "
                "they are",
                code="voted",
            )
        Board.objects.filter(pk=stored.pk).update(phase=Board.Phase.SORT)
        told(person, "sorting resumed", stored, what="phase", now=now)


def hand_over(person: User, board: Board, *, to: User, now: datetime) -> None:
    """Let somebody else of the board lead it. Raises Refused."""
    with transaction.atomic():
        stored = held(board)
        require_running(stored)
        if not stored.seats.filter(person=to).exists():
            raise Refused(f"{to.name} is not at this board: send the link first", place="to")
        if not (to.is_active and at_least(to, Role.MEMBER)):
            raise Refused(f"{to.name} is a {to.role}: a member leads a board", place="to")
        Board.objects.filter(pk=stored.pk).update(facilitator=to)
        told(person, "board handed over", stored, what="phase", now=now, to=to.name)


def set_timer(person: User, board: Board, *, minutes: int, now: datetime) -> None:
    """Show everybody how much time is left; nothing moves on by itself. Raises Refused with the field."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refused(f"expected between 1 and {MOST_MINUTES} minutes, found {minutes}", place="minutes")
    _set_end(person, board, now + timedelta(minutes=minutes), now=now)


def add_minute(person: User, board: Board, *, now: datetime) -> None:
    """One minute more than is left."""
    stored = Board.objects.get(pk=board.pk)
    _set_end(person, board, max(stored.ends_at or now, now) + timedelta(minutes=1), now=now)


def end_timer(person: User, board: Board, *, now: datetime) -> None:
    """Take the timer away."""
    _set_end(person, board, None, now=now)


def wait_until(person: User, board: Board, *, ends_at: datetime | None, now: datetime) -> None:
    """Until when people who work apart are waited for. Raises Refused with the field."""
    _set_end(person, board, _end(Board.Mode.APART, ends_at, now=now), now=now)


def close(person: User, board: Board, *, now: datetime) -> None:
    """End the board; what is on it stays to be read. Raises Refused while a vote runs."""
    with transaction.atomic():
        stored = held(board)
        require_running(stored)
        if stored.phase == Board.Phase.VOTE:
            raise Refused("the vote runs: end it first", code="state")
        Board.objects.filter(pk=stored.pk).update(closed_at=now, ends_at=None)
        told(person, "board closed", stored, what="phase", now=now, phase=stored.phase)


def clear(person: User, board: Board, *, now: datetime) -> None:
    """Remove the raw notes, ballots and steps of sorting for good; clusters and the count stay.

    Raises Refused while the board runs.
    """
    with transaction.atomic():
        stored = held(board)
        if stored.closed_at is None:
            raise Refused("close the board first: people are still at work on it", code="state")
        if stored.cleared_at is not None:
            raise Refused("its notes and ballots are gone already", code="state")
        gone = {
            "notes": Note.objects.filter(board=stored).delete()[0],
            "ballots": Ballot.objects.filter(board=stored).delete()[0],
            "moves": Move.objects.filter(board=stored).delete()[0],
        }
        Board.objects.filter(pk=stored.pk).update(cleared_at=now)
        told(person, "board cleared", stored, what="phase", now=now, **gone)


def _in_phase(board: Board, phase: str, otherwise: str) -> Board:
    stored = held(board)
    require_running(stored)
    if stored.phase != phase:
        raise Refused(f"the board is at “{stored.get_phase_display()}”: {otherwise}", code="state")
    return stored


def _set_end(person: User, board: Board, ends_at: datetime | None, *, now: datetime) -> None:
    with transaction.atomic():
        stored = held(board)
        require_running(stored)
        Board.objects.filter(pk=stored.pk).update(ends_at=ends_at)
        told(person, "board timed", stored, what="phase", now=now, ends_at=ends_at and ends_at.isoformat())


def _kept_end(board: Board) -> datetime | None:
    """A timer belongs to its phase; the end that people apart were told of stays until it is moved."""
    return board.ends_at if board.mode == Board.Mode.APART else None


def _end(mode: str, ends_at: datetime | None, *, now: datetime) -> datetime | None:
    if mode not in Board.Mode.values:
        raise Refused(f"expected together or apart, found '{mode}'", place="mode")
    if mode == Board.Mode.TOGETHER:
        return None
    if ends_at is None:
        raise Refused("say until when it waits: people come each in their own time", place="ends_at")
    if ends_at <= now:
        raise Refused("this time has passed: choose a later one", place="ends_at")
    return ends_at


def _columns(columns: Sequence[str]) -> list[str]:
    found = [said(each, place="columns", most=LONGEST_COLUMN) for each in columns if each.strip()]
    if len(found) > MOST_COLUMNS:
        raise Refused(f"expected at most {MOST_COLUMNS} columns, found {len(found)}", place="columns")
    twice = next((each for each in found if found.count(each) > 1), None)
    if twice:
        raise Refused(f"'{twice}' is there twice: name each column once", place="columns")
    return found
