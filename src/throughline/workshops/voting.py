"""The vote: private ballots that rank exactly five, their count, and the manager's own order beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine import ballots
from throughline.engine.ballots import RANKED
from throughline.engine.refusals import Refused
from throughline.workshops.access import counted_orders, live_clusters
from throughline.workshops.models import Ballot, Board, Priority
from throughline.workshops.recording import announce_own, held, require_running, said, seated, told

LONGEST_REASON = 1000
RANKS = ("first", "second", "third", "fourth", "fifth")


def rank(person: User, board: Board, order: Sequence[int], *, now: datetime) -> Ballot:
    """Keep how the person ranks the clusters, best first, or change it. Raises Refused.

    A ballot ranks exactly five, or all where there are fewer. Nothing of it is written anywhere else.
    """
    with transaction.atomic():
        stored = _voting(board)
        there = set(live_clusters(stored).values_list("pk", flat=True))
        _check(order, there, exactly=min(RANKED, len(there)))
        seated(person, stored, now=now)
        kept, _ = Ballot.objects.update_or_create(
            board=stored, voter=person, defaults={"order": list(order), "at": now}
        )
        told(person, "ballot cast", stored, what="ballots", now=now)
        announce_own(person, "own-ballot", now=now)
    return kept


def close_vote(person: User, board: Board, *, now: datetime) -> Board:
    """End the vote and freeze its count. Raises Refused where nobody has voted."""
    with transaction.atomic():
        stored = _voting(board)
        # First the vote is over, then its ballots are read: no query ever asks for those of a vote that runs.
        Board.objects.filter(pk=stored.pk).update(phase=Board.Phase.RESULT, ends_at=None)
        found = list(nameless(stored))
        if not found:
            raise Refused("no ballot has come: there is nothing to count", code="too_few")
        stored.result = ballots.document(ballots.tally(found))
        Board.objects.filter(pk=stored.pk).update(result=stored.result)
        told(person, "vote ended", stored, what="phase", now=now, ballots=len(found))
    stored.refresh_from_db()
    return stored


def nameless(board: Board) -> Iterator[ballots.Ballot]:
    """The ballots of a vote that is over, called v1, v2, … in an order that tells nothing."""
    titles = dict(live_clusters(board).values_list("pk", "title"))
    orders = sorted(tuple(titles[pk] for pk in order) for order in counted_orders(board))
    for number, order in enumerate(orders, start=1):
        yield ballots.Ballot(f"v{number}", order)


def set_priority(person: User, board: Board, order: Sequence[int], *, reason: str, now: datetime) -> Priority:
    """Record the manager's own order of the clusters beside the vote. Raises Refused with the field."""
    why = said(
        reason, place="reason", most=LONGEST_REASON, missing="say why: everybody reads it beside the vote"
    )
    with transaction.atomic():
        stored = held(board)
        if stored.phase != Board.Phase.RESULT:
            raise Refused("the vote is not over: it is heard first", code="state")
        there = set(live_clusters(stored).values_list("pk", flat=True))
        if not order:
            raise Refused("choose at least the first", place="order")
        _check(order, there)
        made = Priority.objects.create(
            board=stored, order=list(order), reason=why, author=actor_name(person), at=now
        )
        told(person, "priority recorded", stored, what="phase", now=now, order=list(order), reason=why)
    return made


def _voting(board: Board) -> Board:
    stored = held(board)
    require_running(stored)
    if stored.phase == Board.Phase.RESULT:
        raise Refused("the vote is over: its ballots stand", code="state")
    if stored.phase != Board.Phase.VOTE:
        raise Refused("the vote has not begun", code="state")
    return stored


def _check(order: Sequence[int], there: set[int], *, exactly: int | None = None) -> None:
    if any(each not in there for each in order):
        raise Refused("one of these is no cluster of this board", place="order")
    if exactly is not None and len(order) != exactly:
        every = "every cluster" if exactly < RANKED else "exactly five"
        raise Refused(f"rank {every}: expected {exactly}, found {len(order)}", place="order", code="ranks")
    if len(order) > RANKED:
        raise Refused(f"expected at most {RANKED}, found {len(order)}", place="order", code="ranks")
    for place, each in enumerate(order):
        if each in order[:place]:
            raise Refused(
                f"the {RANKS[order.index(each)]} and the {RANKS[place]} are the same: rank each cluster once",
                place="order",
            )
