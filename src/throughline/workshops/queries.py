"""Boards as a list and one by one, as one person sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from throughline.accounts.models import User
from throughline.engine.clusters import suggest
from throughline.objectives.models import KeyResult, Version
from throughline.workshops.access import (
    authors_waited_for,
    how_many_ballots,
    how_many_notes,
    live_clusters,
    own_ballots,
    revealed_notes,
)
from throughline.workshops.models import Board, Cluster, Outcome, Priority, Seat


@dataclass(frozen=True, slots=True)
class Listed:
    """A board in a list: how far it is, and what it waits for from the person."""

    board: Board
    seats: int
    notes: int
    ballots: int
    waits: str

    @property
    def word(self) -> str:
        """Its phase in one word."""
        return "closed" if self.board.closed_at else str(self.board.phase)


@dataclass(frozen=True, slots=True)
class NoteSeen:
    """A note as it is shown; without an author where the board shows none."""

    handle: str
    text: str
    column: str
    link: str
    key_result: int | None
    key_result_name: str
    cluster: int | None
    author: str


@dataclass(frozen=True, slots=True)
class ClusterSeen:
    """A cluster with its notes."""

    id: int
    title: str
    notes: tuple[NoteSeen, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """All that is revealed of a board: its clusters, and the notes in none."""

    clusters: tuple[ClusterSeen, ...]
    loose: tuple[NoteSeen, ...]

    @property
    def notes(self) -> int:
        return len(self.loose) + sum(len(each.notes) for each in self.clusters)


@dataclass(frozen=True, slots=True)
class Present:
    """Who has a seat, and whether a page of hers was open within half a minute."""

    name: str
    is_here: bool
    was_here: bool
    leads: bool


def listed(boards: Iterable[Board], person: User | None) -> list[Listed]:
    """Boards with their progress, and what waits for the person; the order is that of the boards."""
    found = list(boards)
    notes, ballots = how_many_notes(found), how_many_ballots(found)
    seats: dict[int, int] = defaultdict(int)
    own: dict[int, bool] = {}
    for board, who, ready in Seat.objects.filter(board__in=found).values_list(
        "board_id", "person_id", "is_ready"
    ):
        seats[board] += 1
        if person is not None and who == person.pk:
            own[board] = ready
    waits = _waits(found, person, own) if person is not None else {}
    return [
        Listed(each, seats[each.pk], notes.get(each.pk, 0), ballots.get(each.pk, 0), waits.get(each.pk, ""))
        for each in found
    ]


def _waits(boards: Sequence[Board], person: User, ready: dict[int, bool]) -> dict[int, str]:
    """What the boards at which the person sits want of her."""
    sits = [each for each in boards if each.closed_at is None and each.pk in ready]
    writing = [each for each in sits if each.phase == Board.Phase.WRITE and not ready[each.pk]]
    voting = [each for each in sits if each.phase == Board.Phase.VOTE]
    waits = dict.fromkeys(authors_waited_for(person, writing), "notes")
    voted = own_ballots(person, voting)
    return waits | {each.pk: "ballot" for each in voting if each.pk not in voted}


def waiting_for(person: User) -> list[Listed]:
    """The open boards that wait for the person's notes or ballot."""
    running = [Board.Phase.WRITE, Board.Phase.VOTE]
    boards = Board.objects.filter(seats__person=person, closed_at=None, phase__in=running)
    return [each for each in listed(boards.select_related("cycle"), person) if each.waits]


def sorted_notes(board: Board) -> Sorted:
    """What is revealed: nothing before the reveal, as the query says."""
    fields = ["handle", "text", "column", "link", "key_result_id", "cluster_id"]
    # Where authors are hidden nobody asks the database for them either.
    fields += ["author__name"] if board.shows_authors else []
    rows = list(revealed_notes(board).values_list(*fields))
    names = key_result_names({row[4] for row in rows if row[4]})
    notes = [
        NoteSeen(
            handle=handle,
            text=text,
            column=column,
            link=link,
            key_result=key_result,
            key_result_name=names.get(key_result, ""),
            cluster=cluster,
            author=author[0] if author else "",
        )
        for handle, text, column, link, key_result, cluster, *author in rows
    ]
    inside: dict[int | None, list[NoteSeen]] = defaultdict(list)
    for note in notes:
        inside[note.cluster].append(note)
    clusters = live_clusters(board) if board.revealed_at else Cluster.objects.none()
    return Sorted(
        tuple(ClusterSeen(each.pk, each.title, tuple(inside[each.pk])) for each in clusters),
        tuple(inside[None]),
    )


def suggested(board: Board) -> list[list[tuple[str, str]]]:
    """Loose notes that seem to say the same, as handle and text, while they are sorted; only a suggestion."""
    if board.phase != Board.Phase.SORT:
        return []
    loose = list(revealed_notes(board).filter(cluster=None).values_list("handle", "text"))
    return [[loose[place] for place in group] for group in suggest([text for _, text in loose])]


def present(board: Board, *, since: datetime) -> list[Present]:
    """The seats by name, those first who are here."""
    seats = board.seats.select_related("person").order_by("person__name", "person_id")
    found = [
        Present(
            each.person.name,
            each.seen_at is not None and each.seen_at >= since,
            each.seen_at is not None,
            each.person_id == board.facilitator_id,
        )
        for each in seats
    ]
    return sorted(found, key=lambda each: not each.is_here)


def key_result_names(ids: Iterable[int] | None = None) -> dict[int, str]:
    """Names of these key results, or of all that have not ended."""
    newest = Version.objects.filter(key_result=OuterRef("pk")).order_by("-number")
    found = KeyResult.objects.annotate(
        title_now=Subquery(newest.values("title")[:1]), metric_now=Subquery(newest.values("metric")[:1])
    ).order_by("pk")
    if ids is None:
        found = found.filter(closed_at=None, dropped_at=None)
    else:
        wanted = list(ids)
        if not wanted:
            return {}
        found = found.filter(pk__in=wanted)
    rows = found.values_list("pk", "title_now", "metric_now", "sketch")
    return {pk: _name(pk, title or metric, sketch) for pk, title, metric, sketch in rows}


def _name(pk: int, said: str | None, sketch: dict[str, object] | None) -> str:
    return said or str((sketch or {}).get("title") or (sketch or {}).get("metric") or f"Key result {pk}")


def priority_of(board: Board) -> Priority | None:
    """The manager's newest order."""
    return board.priorities.last()


def outcomes_of(board: Board) -> list[Outcome]:
    """The scenarios and lessons that were made of the board's clusters."""
    found = Outcome.objects.filter(cluster__board=board)
    return list(found.select_related("scenario", "key_result", "cluster"))
