"""Two dashboards with the same tiles, and words for looking at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.test import Client

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
OPEN = "/vulnerabilities/?status=open"
ALL = "/metrics/?metric=count()"
BY_TITLE = "/metrics/?metric=count()&by=title"
GONE = "/series/no_such_series/"


@dataclass(frozen=True, slots=True)
class Boards:
    """By whom each was made."""

    max: object
    mia: object
    key_result: int


def boards_of(organisation) -> Boards:
    from throughline.dashboards.actions import Said, add_tile, make
    from throughline.objectives.actions import add_key_result

    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Vera"}
    promised = add_key_result("test", now=NOW, **wish, start="2026-10-01", due="2026-12-31")
    made = []
    for person, name in ((organisation.max, "Friday"), (organisation.mia, "Mine")):
        board = make(person, name=name, now=NOW)
        for address in (OPEN, ALL, BY_TITLE, f"/key-results/{promised.pk}/", GONE):
            add_tile(person, board, Said(address=address), now=NOW)
        made.append(board)
    return Boards(*made, promised.pk)


def looking(person, **more):
    from throughline.dashboards.looking import Looking

    return Looking(person, NOW, **more)


def shown(board, person, **more):
    """What each tile says to somebody, by its address."""
    from throughline.dashboards.queries import shown_of

    return {each.placed.address: each for each in shown_of(board, looking(person, **more))}


def link_to(board, person, *, days: int = 14, ago: timedelta = timedelta(0)) -> str:
    """The path of a link that was made a while ago."""
    from throughline.dashboards.sharing import share

    return share(person, board, days=days, now=datetime.now(UTC) - ago)[1]


def opened(path: str):
    """What somebody without an account reads there."""
    return Client().get(path)
