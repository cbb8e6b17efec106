"""Sorting notes into clusters, by steps that can each be taken back.

A step is kept as the places of its notes and the titles of its clusters before and after. A cluster is there
as long as a note is in it, so its coming and going follows from the notes and is not a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.accounts.models import User
from throughline.engine.directions import named
from throughline.engine.refusals import Refused
from throughline.workshops.access import live_clusters, revealed_notes
from throughline.workshops.models import Board, Cluster, Move, Note
from throughline.workshops.recording import held, require_running, said, seated, told

LONGEST_TITLE = 160
SHORT_TITLE = 70
MOST_AT_ONCE = 1000
Places = Mapping[int, int | None]
Titles = Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One step of sorting as somebody asks for it; `what` says which, and which of the others count."""

    what: str
    notes: Sequence[str] = ()
    # None takes the notes out of all clusters.
    to: int | None = None
    cluster: int = 0
    into: int = 0
    title: str = ""
    step: int | None = None


STEPS = ("move", "together", "take", "own", "merge", "rename", "undo")


def sort(person: User, board: Board, wanted: Wanted, *, now: datetime) -> Move | None:
    """Take one step, of any kind; None where nothing changes. Raises Refused."""
    match wanted.what:
        case "move":
            return move(person, board, wanted.notes, to=wanted.to, now=now)
        case "together":
            return put_together(person, board, wanted.notes, title=wanted.title, now=now)
        case "take":
            return take_suggestion(person, board, wanted.notes, now=now)
        case "own":
            return each_its_own(person, board, now=now)
        case "merge":
            return merge(person, board, wanted.cluster, into=wanted.into, now=now)
        case "rename":
            return rename(person, board, wanted.cluster, title=wanted.title, now=now)
        case "undo":
            return undo(person, board, move=wanted.step, now=now)
    raise Refused(f"expected {', '.join(STEPS)}; found '{wanted.what[:20]}'", place="what")


def move(person: User, board: Board, handles: Sequence[str], *, to: int | None, now: datetime) -> Move | None:
    """Put notes into a cluster, or out of all of them; None where they are there already. Raises Refused."""
    with transaction.atomic():
        stored, notes = _notes(board, handles)
        if to is not None:
            _live(stored, to)
        what = "moved" if to is not None else "taken out"
        return _step(person, stored, what, {each.pk: to for each in notes}, {}, now=now)


def put_together(
    person: User, board: Board, handles: Sequence[str], *, title: str = "", now: datetime
) -> Move | None:
    """A new cluster of these notes; without a title it is called after the first. Raises Refused."""
    with transaction.atomic():
        stored, notes = _notes(board, handles)
        made = _cluster(stored, title, notes, now=now)
        return _step(person, stored, "put together", {each.pk: made.pk for each in notes}, {}, now=now)


def take_suggestion(person: User, board: Board, handles: Sequence[str], *, now: datetime) -> Move | None:
    """A new cluster of those of the notes that nobody has sorted since it was suggested. Raises Refused."""
    with transaction.atomic():
        stored, notes = _notes(board, handles)
        loose = [each for each in notes if each.cluster_id is None]
        if len(loose) < 2:
            raise Refused(
                "somebody has sorted these notes since: nothing is left to put together", code="late"
            )
        made = _cluster(stored, "", loose, now=now)
        return _step(person, stored, "suggestion taken", {each.pk: made.pk for each in loose}, {}, now=now)


def each_its_own(person: User, board: Board, *, now: datetime) -> Move | None:
    """A cluster for every loose note, so that each can be voted for. Raises Refused where none is loose."""
    with transaction.atomic():
        stored = _sorted_board(board)
        loose = list(revealed_notes(stored).filter(cluster=None))
        if not loose:
            raise Refused("no note is loose", code="none")
        to = {each.pk: _cluster(stored, "", [each], now=now).pk for each in loose}
        return _step(person, stored, "each its own", to, {}, now=now)


def merge(person: User, board: Board, cluster: int, *, into: int, now: datetime) -> Move | None:
    """Put all notes of one cluster into another; every author and text stays. Raises Refused."""
    with transaction.atomic():
        stored = _sorted_board(board)
        _live(stored, cluster), _live(stored, into)
        if cluster == into:
            raise Refused("choose another cluster to merge it into", place="into")
        notes = revealed_notes(stored).filter(cluster=cluster)
        return _step(person, stored, "merged", {each.pk: into for each in notes}, {}, now=now)


def rename(person: User, board: Board, cluster: int, *, title: str, now: datetime) -> Move | None:
    """Call a cluster something else. Raises Refused with the field."""
    with transaction.atomic():
        stored = _sorted_board(board)
        _live(stored, cluster)
        found = _title(stored, title, besides=cluster)
        return _step(person, stored, "renamed", {}, {cluster: found}, now=now)


def undo(person: User, board: Board, *, move: int | None = None, now: datetime) -> Move:
    """Take a step back: one's own last, or any by its id. Raises Refused where it no longer stands."""
    with transaction.atomic():
        stored = _sorted_board(board)
        found = _to_undo(person, stored, move)
        before, after = _state(found.before), _state(found.after)
        if (now_there := _there(stored, after)) != after:
            raise Refused(_who_since(stored, found, after, now_there), code="moved_since")
        _apply(stored, *before, now=now)
        Move.objects.filter(pk=found.pk).update(undone_at=now)
        seated(person, stored, now=now)
        told(person, "sorting undone", stored, what="sorting", now=now, move=found.pk)
    return found


def moves_to_undo(board: Board, *, most: int) -> list[Move]:
    """The newest steps that were not taken back, the newest first."""
    return list(board.moves.filter(undone_at=None).select_related("person").order_by("-id")[:most])


def _sorted_board(board: Board) -> Board:
    stored = held(board)
    require_running(stored)
    if stored.phase != Board.Phase.SORT:
        word = "private still" if stored.phase == Board.Phase.WRITE else "ranked already"
        raise Refused(f"the notes are {word}: sorting lies between the reveal and the vote", code="state")
    return stored


def _notes(board: Board, handles: Sequence[str]) -> tuple[Board, list[Note]]:
    stored = _sorted_board(board)
    wanted = list(dict.fromkeys(handles))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise Refused("choose a note first", place="notes")
    found = list(revealed_notes(stored).filter(handle__in=wanted))
    if len(found) < len(wanted):
        raise Refused("one of these notes is not on this board", place="notes")
    return stored, found


def _live(board: Board, cluster: int) -> Cluster:
    found = live_clusters(board).filter(pk=cluster).first()
    if found is None:
        raise Refused("this cluster was merged or emptied since: choose another one", place="to", code="gone")
    return found


def _cluster(board: Board, title: str, notes: Sequence[Note], *, now: datetime) -> Cluster:
    """A cluster that is there as soon as its notes are."""
    found = _title(board, title) if title.strip() else _free_title(board, _short(notes[0].text))
    position = Cluster.objects.filter(board=board).count()
    return Cluster.objects.create(board=board, title=found, position=position, created_at=now, removed_at=now)


def _title(board: Board, title: str, *, besides: int | None = None) -> str:
    found = named(said(title, place="title", most=LONGEST_TITLE, missing="say what its notes have in common"))
    if not (found[0].isalnum() or found[0] in "“\"'«(¿¡"):
        raise Refused("a title starts with a letter or a digit: ballots are exported by it", place="title")
    if found.casefold() in _taken(board, besides):
        raise Refused(
            f"another cluster is called “{found}”: merge the two, or say how they differ", place="title"
        )
    return found


def _taken(board: Board, besides: int | None = None) -> set[str]:
    titles = live_clusters(board).exclude(pk=besides or 0).values_list("title", flat=True)
    return {title.casefold() for title in titles}


def _short(text: str) -> str:
    words = " ".join(named(text).split()).lstrip("=+-@*•–— ")
    if len(words) > SHORT_TITLE:
        words = words[:SHORT_TITLE].rsplit(" ", 1)[0] + "…"
    return words or "Untitled"


def _free_title(board: Board, title: str) -> str:
    taken, found, number = _taken(board), title, 1
    # Those made in the same step are not live yet.
    taken |= {each.casefold() for each in Cluster.objects.filter(board=board).values_list("title", flat=True)}
    while found.casefold() in taken:
        number += 1
        found = f"{title} ({number})"
    return found


def _step(
    person: User, board: Board, what: str, places: Places, titles: Titles, *, now: datetime
) -> Move | None:
    after = (dict(places), dict(titles))
    before = _there(board, after)
    if before == after:
        return None
    _apply(board, *after, now=now)
    seated(person, board, now=now)
    made = Move.objects.create(
        board=board, person=person, what=what, before=_kept(*before), after=_kept(*after), at=now
    )
    told(
        person, f"notes {what}" if places else "cluster renamed", board, what="sorting", now=now, move=made.pk
    )
    return made


def _apply(board: Board, places: Places, titles: Titles, *, now: datetime) -> None:
    """Bring notes and titles to this state; clusters come and go with their notes."""
    left = set(revealed_notes(board).filter(pk__in=places).values_list("cluster_id", flat=True))
    for to in set(places.values()):
        Note.objects.filter(pk__in=[pk for pk, at in places.items() if at == to]).update(cluster_id=to)
    for pk, title in titles.items():
        Cluster.objects.filter(pk=pk).update(title=title)
    touched = {pk for pk in (*left, *places.values(), *titles) if pk is not None}
    filled = set(
        revealed_notes(board).filter(cluster__in=touched).order_by().values_list("cluster_id", flat=True)
    )
    live = Cluster.objects.filter(pk__in=touched)
    live.filter(pk__in=filled).update(removed_at=None)
    live.exclude(pk__in=filled).filter(removed_at=None).update(removed_at=now)
    _require_titles_differ(board)


def _require_titles_differ(board: Board) -> None:
    seen: set[str] = set()
    for title in live_clusters(board).values_list("title", flat=True):
        if title.casefold() in seen:
            raise Refused(f"another cluster is called “{title}” now: rename it first", code="taken")
        seen.add(title.casefold())


def _there(board: Board, state: tuple[Places, Titles]) -> tuple[Places, Titles]:
    """What is now where the state speaks of."""
    places, titles = state
    notes = Note.objects.filter(board=board, pk__in=places).order_by()
    clusters = Cluster.objects.filter(board=board, pk__in=titles).order_by()
    return dict(notes.values_list("pk", "cluster_id")), dict(clusters.values_list("pk", "title"))


def _kept(places: Places, titles: Titles) -> dict[str, dict[str, int | str | None]]:
    return {
        "notes": {str(pk): to for pk, to in places.items()},
        "titles": {str(pk): title for pk, title in titles.items()},
    }


def _state(kept: Mapping[str, Mapping[str, int | str | None]]) -> tuple[Places, Titles]:
    places = {int(pk): to if to is None else int(to) for pk, to in kept["notes"].items()}
    return places, {int(pk): str(title) for pk, title in kept["titles"].items()}


def _to_undo(person: User, board: Board, move: int | None) -> Move:
    there = Move.objects.filter(board=board, undone_at=None)
    if move is None:
        found = there.filter(person=person).order_by("-id").first()
        if found is None:
            raise Refused("there is no step of yours to take back", code="none")
        return found
    found = there.filter(pk=move).first()
    if found is None:
        raise Refused("this step was taken back already", code="none")
    return found


def _who_since(board: Board, move: Move, after: tuple[Places, Titles], there: tuple[Places, Titles]) -> str:
    """Whose later step stands in the way."""
    changed = {("notes", str(pk)) for pk in _differing(after[0], there[0])}
    changed |= {("titles", str(pk)) for pk in _differing(after[1], there[1])}
    later = Move.objects.filter(board=board, undone_at=None, pk__gt=move.pk).select_related("person")
    for each in later.order_by("-id"):
        if any(pk in each.after[part] for part, pk in changed):
            subject = "a note of this step" if each.after["notes"] else "this cluster"
            verb = "moved" if each.after["notes"] else "renamed"
            return f"{each.person.name} {verb} {subject} since: take that back first, or move it by hand"
    return "a note of this step was moved since: move it by hand"


def _differing(a: Mapping[int, object], b: Mapping[int, object]) -> Iterable[int]:
    return (key for key in a if a[key] != b.get(key))
