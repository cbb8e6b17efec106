"""Who reaches a board, and whose notes and ballots: before the reveal everybody reads only her own.

This is the only module that reads notes and ballots. Each query below asks for the person's own, or for a
number of rows, or carries the condition that the board is revealed (of ballots: that the vote is over).
What is somebody else's is therefore never selected, and a template, a table or a log cannot leak what was
not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.workshops.models import Ballot, Board, Cluster, Note


def visible_boards(user: User | AnonymousUser) -> QuerySet[Board]:
    """The boards that the person sees: their questions, their progress, and what was revealed."""
    return Board.objects.all() if at_least(user, Role.VIEWER) else Board.objects.none()


def board_for(user: User | AnonymousUser, id: int) -> Board:
    """The board, or the 404 that strangers get."""
    found = visible_boards(user).filter(pk=id).select_related("cycle", "facilitator").first()
    if found is None:
        raise Http404
    return found


def joined_board(user: User | AnonymousUser, id: int) -> Board:
    """The board, if the person may write, sort and vote on it; else the 404 that strangers get."""
    found = board_for(user, id)
    require(user, Role.MEMBER)
    return found


def led_board(user: User | AnonymousUser, id: int) -> Board:
    """The board, if the person leads it; else the 404 that strangers get."""
    found = board_for(user, id)
    if not leads(user, found):
        raise Http404
    return found


def judged_board(user: User | AnonymousUser, id: int) -> Board:
    """The board, if the person sets priorities; else the 404 that strangers get."""
    found = board_for(user, id)
    require(user, Role.MANAGER)
    return found


def may_follow_board(user: User, id: int) -> bool:
    """Whether the person may learn that something on a board is new."""
    return visible_boards(user).filter(pk=id).exists()


def takes_part(user: User | AnonymousUser) -> bool:
    """Whether the person opens boards, joins them by their link, writes, sorts and votes."""
    return at_least(user, Role.MEMBER)


def require_part(user: User | AnonymousUser) -> User:
    """The person, if she may take part; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def leads(user: User | AnonymousUser, board: Board) -> bool:
    """Whether the person moves the board on. It shows her no note and no ballot earlier than others."""
    if at_least(user, Role.MANAGER):
        return True
    return at_least(user, Role.MEMBER) and isinstance(user, User) and board.facilitator_id == user.pk


def sets_priorities(user: User | AnonymousUser) -> bool:
    """Whether the person records her own order beside the vote, and makes work of clusters."""
    return at_least(user, Role.MANAGER)


def own_notes(user: User, board: Board) -> QuerySet[Note]:
    """What the person herself wrote and did not withdraw."""
    return Note.objects.filter(board=board, author=user, withdrawn_at=None).order_by("id")


def own_note(user: User, board: Board, handle: str) -> Note:
    """One of the person's own notes, or the 404 that everybody else gets."""
    found = own_notes(user, board).filter(handle=handle).first()
    if found is None:
        raise Http404
    return found


def sent_before(user: User, board: Board, token: str) -> Note | None:
    """The person's own note that her browser sent under this token, withdrawn or not."""
    return Note.objects.filter(board=board, author=user, token=token).first() if token else None


def revealed_notes(board: Board) -> QuerySet[Note]:
    """What everybody wrote, if the board is revealed; ordered by its words, which name nobody."""
    found = Note.objects.filter(board=board, board__revealed_at__isnull=False, withdrawn_at=None)
    return found.order_by("column", "text", "handle")


def revealed_texts(boards: Iterable[Board]) -> list[tuple[int, str]]:
    """What the notes of each cluster say, by the cluster's id, of those boards that are revealed."""
    found = Note.objects.filter(board__in=list(boards), board__revealed_at__isnull=False, withdrawn_at=None)
    return list(
        found.filter(cluster__isnull=False).order_by("text", "handle").values_list("cluster_id", "text")
    )


def how_many_notes(boards: Iterable[Board]) -> dict[int, int]:
    """The number of notes of each board, and nothing of them."""
    found = Note.objects.filter(board__in=list(boards), withdrawn_at=None).order_by()
    return dict(found.values("board").annotate(n=Count("id")).values_list("board", "n"))


def authors_waited_for(user: User, boards: Sequence[Board]) -> set[int]:
    """Those of the boards on which the person herself has written nothing yet."""
    own = Note.objects.filter(board__in=boards, author=user, withdrawn_at=None)
    return {board.pk for board in boards} - set(own.values_list("board_id", flat=True))


def own_ballot(user: User, board: Board) -> Ballot | None:
    """How the person herself ranked."""
    return Ballot.objects.filter(board=board, voter=user).first()


def own_ballots(user: User, boards: Sequence[Board]) -> set[int]:
    """The boards on which the person herself has voted."""
    return set(Ballot.objects.filter(board__in=boards, voter=user).values_list("board_id", flat=True))


def how_many_ballots(boards: Iterable[Board]) -> dict[int, int]:
    """The number of ballots of each board, and nothing of them."""
    found = Ballot.objects.filter(board__in=list(boards)).order_by()
    return dict(found.values("board").annotate(n=Count("id")).values_list("board", "n"))


def counted_orders(board: Board) -> list[list[int]]:
    """How everybody ranked once the vote is over, without names, in an order that names nobody."""
    over = Ballot.objects.filter(board=board, board__phase=Board.Phase.RESULT)
    return sorted(over.order_by().values_list("order", flat=True))


def live_clusters(board: Board) -> QuerySet[Cluster]:
    """The clusters of a board that were not merged or emptied."""
    return Cluster.objects.filter(board=board, removed_at=None)


def cluster_for(user: User | AnonymousUser, id: int) -> Cluster:
    """A cluster that was not removed, on a board that the person sees; else the 404 that strangers get."""
    found = (
        Cluster.objects.filter(pk=id, removed_at=None, board__in=visible_boards(user))
        .select_related("board__cycle")
        .first()
    )
    if found is None:
        raise Http404
    return found


def cluster_to_turn(user: User | AnonymousUser, id: int) -> Cluster:
    """A cluster of which the person may make something; else the 404 that strangers get."""
    require(user, Role.MANAGER)
    return cluster_for(user, id)
