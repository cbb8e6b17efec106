"""A board as most tests open it: Max leads, Mia and Ada write; notes, clusters, ballots in a line each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.organisation import NOW

LATER = NOW + timedelta(hours=1)
NOTES = (
    "Rotate the keys",
    "Keys are never rotated",
    "Test the backups",
    "Nobody restores backups",
    "Train us",
)


def a_cycle():
    from throughline.objectives.items import add_cycle
    from throughline.objectives.models import Cycle

    found = Cycle.objects.filter(title="2027-Q2").first()
    days = {"start": date(2027, 4, 1), "end": date(2027, 6, 30)}
    return found or add_cycle("test", title="2027-Q2", now=NOW, **days)


def a_board(organisation, *, by: str = "max", asked: str = "mia ada", cycle: Any = None, **given: Any):
    from throughline.workshops.opening import open_board

    people = [getattr(organisation, name) for name in asked.split()]
    fields = {"purpose": "ideas", "title": "What next", **given}
    return open_board(getattr(organisation, by), cycle or a_cycle(), asked=people, now=NOW, **fields)


def write(person, board, text: str, *, token: str = "", now=NOW, **given: Any):
    from throughline.workshops import actions

    return actions.write(person, board, actions.Written(text=text, **given), token=token, now=now)


def revealed(organisation, *texts: str, **given: Any):
    """A board with notes of Mia and Ada in turn, revealed; the board and its notes in their order."""
    from throughline.workshops.opening import reveal

    board = a_board(organisation, **given)
    people = (organisation.mia, organisation.ada)
    notes = [write(people[at % 2], board, text) for at, text in enumerate(texts or NOTES)]
    reveal(organisation.max, board, now=NOW)
    board.refresh_from_db()
    return board, notes


def voting(organisation, *titles: str, **given: Any):
    """A board whose vote is open on clusters of one note each; the board and the clusters' ids by title."""
    from throughline.workshops import opening, sorting
    from throughline.workshops.access import live_clusters

    board, _ = revealed(organisation, *(titles or tuple("ABCDEF")), **given)
    sorting.each_its_own(organisation.max, board, now=NOW)
    opening.open_vote(organisation.max, board, now=NOW)
    board.refresh_from_db()
    return board, dict(live_clusters(board).values_list("title", "pk"))


def rank(person, board, ids: dict[str, int], order: str, *, now=NOW):
    """A ballot written as the titles in order, a letter each."""
    from throughline.workshops import voting as vote

    return vote.rank(person, board, [ids[title] for title in order], now=now)


def counted(organisation, **given: Any):
    """A board whose vote is over: Mia ranks ABCDE, Ada BACDF."""
    from throughline.workshops import voting as vote

    board, ids = voting(organisation, **given)
    rank(organisation.mia, board, ids, "ABCDE")
    rank(organisation.ada, board, ids, "BACDF")
    return vote.close_vote(organisation.max, board, now=LATER), ids
