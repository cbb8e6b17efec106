"""Making, arranging and removing dashboards; each step is written down, and removing can be taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.dashboards.models import READY, Dashboard, SharedLink, Tile
from throughline.dashboards.ready import Placed
from throughline.dashboards.tiles import checked_address
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable

MOST_TILES, MOST_DASHBOARDS = 24, 60
WIDEST = 3
LONGEST = {"name": 120, "title": 160, "annotation": 2000}
# How long what was removed can still be taken back.
KEPT_FOR = timedelta(days=7)
TAKEN = ("add", "links", *READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A tile as somebody describes it."""

    address: str
    title: str = ""
    annotation: str = ""
    width: int = 1


def make(
    person: User, *, name: str, audience: str = Dashboard.Audience.EVERYBODY, now: datetime
) -> Dashboard:
    """A new dashboard without tiles. Raises Refused with the field."""
    said = _name(name)
    with transaction.atomic():
        if Dashboard.objects.filter(owner=person, removed_at=None).count() >= MOST_DASHBOARDS:
            raise Refused(f"you have {MOST_DASHBOARDS} dashboards: remove one first", place="name")
        made = Dashboard.objects.create(
            name=said, slug=_slug(said), owner=person, audience=audience, created_at=now
        )
        _told(person, "dashboard made", made, now=now, name=said, audience=audience)
    return made


def change(person: User, board: Dashboard, *, name: str, audience: str, now: datetime) -> None:
    """Give it another name, or show it to others. Its address stays. Raises Refused with the field."""
    said = _name(name)
    with transaction.atomic():
        Dashboard.objects.filter(pk=board.pk).update(name=said, audience=audience)
        _told(person, "dashboard changed", board, now=now, name=said, audience=audience)


def copy(person: User, board: Dashboard, tiles: list[Placed], *, now: datetime) -> Dashboard:
    """A dashboard of one's own with the same tiles, seen by oneself until one says otherwise."""
    with transaction.atomic():
        name = f"{board.name[: LONGEST['name'] - 8]}, my own"
        made = make(person, name=name, audience=Dashboard.Audience.OWNER, now=now)
        for position, each in enumerate(tiles):
            Tile.objects.create(
                dashboard=made,
                position=position,
                width=each.width,
                address=each.address,
                title=each.title,
                annotation=each.annotation,
            )
    return made


def remove(person: User, board: Dashboard, *, now: datetime) -> None:
    """Take a dashboard away; its links end, and its owner can bring it back, without them, for a week."""
    with transaction.atomic():
        Dashboard.objects.filter(owner=person, removed_at__lt=now - KEPT_FOR).delete()
        Dashboard.objects.filter(pk=board.pk).update(removed_at=now)
        ended = SharedLink.objects.filter(dashboard=board.pk, revoked_at=None).update(revoked_at=now)
        _told(person, "dashboard removed", board, now=now, name=board.name, links=ended)


def restore(person: User, board: Dashboard, *, now: datetime) -> None:
    """Bring a removed dashboard back."""
    with transaction.atomic():
        Dashboard.objects.filter(pk=board.pk).update(removed_at=None)
        _told(person, "dashboard brought back", board, now=now, name=board.name)


def add_tile(person: User, board: Dashboard, said: Said, *, now: datetime) -> Tile:
    """Put an address at the end of a dashboard. Raises Refused with the field."""
    fields = _checked(said)
    with transaction.atomic():
        positions = list(_tiles(board).values_list("position", flat=True))
        if len(positions) >= MOST_TILES:
            raise Refused(f"“{board.name}” holds {MOST_TILES} tiles: remove one, or make another", place="to")
        made = Tile.objects.create(dashboard=board, position=max(positions, default=-1) + 1, **fields)
        _told(person, "tile added", board, now=now, tile=made.pk, address=made.address)
    return made


def change_tile(person: User, tile: Tile, said: Said, *, now: datetime) -> None:
    """Give a tile another address, title, width or annotation. Raises Refused with the field."""
    fields = _checked(said)
    with transaction.atomic():
        Tile.objects.filter(pk=tile.pk).update(**fields)
        _told(person, "tile changed", tile.dashboard, now=now, tile=tile.pk, address=fields["address"])


def remove_tile(person: User, tile: Tile, *, now: datetime) -> None:
    """Take a tile away; it can be brought back for a week, where it was."""
    with transaction.atomic():
        Tile.objects.filter(dashboard=tile.dashboard_id, removed_at__lt=now - KEPT_FOR).delete()
        Tile.objects.filter(pk=tile.pk).update(removed_at=now)
        _told(person, "tile removed", tile.dashboard, now=now, tile=tile.pk, address=tile.address)


def restore_tile(person: User, tile: Tile, *, now: datetime) -> None:
    """Bring a removed tile back."""
    with transaction.atomic():
        Tile.objects.filter(pk=tile.pk).update(removed_at=None)
        _told(person, "tile brought back", tile.dashboard, now=now, tile=tile.pk)


def arrange(person: User, tile: Tile, what: str, *, before: int | None = None, now: datetime) -> str:
    """Move a tile (up, down, before another), or make it wider or narrower; says what it did.

    `before` is the number of the tile that it is put in front of; None puts it last. Raises Refused.
    """
    with transaction.atomic():
        order = list(_tiles(tile.dashboard).select_for_update())
        if what in ("wider", "narrower"):
            said = _resized(tile, 1 if what == "wider" else -1)
        else:
            said = _moved(order, tile, what, before)
        _told(person, "tile arranged", tile.dashboard, now=now, tile=tile.pk, what=what)
    return said


def _resized(tile: Tile, by: int) -> str:
    width = min(max(tile.width + by, 1), WIDEST)
    Tile.objects.filter(pk=tile.pk).update(width=width)
    return f"It is {width} of {WIDEST} columns wide."


def _moved(order: list[Tile], tile: Tile, what: str, before: int | None) -> str:
    numbers = [each.pk for each in order]
    place = numbers.index(tile.pk)
    numbers.remove(tile.pk)
    if what == "before":
        if before is not None and before not in numbers:
            raise Refused("the tile to put it in front of is gone: reload the page", place="before")
        to = numbers.index(before) if before is not None else len(numbers)
    elif what in ("up", "down"):
        to = min(max(place + (1 if what == "down" else -1), 0), len(numbers))
    else:
        raise Refused(f"expected up, down, before, wider or narrower; found '{what[:20]}'", place="what")
    numbers.insert(to, tile.pk)
    by_number = {each.pk: each for each in order}
    for position, number in enumerate(numbers):
        by_number[number].position = position
    Tile.objects.bulk_update(order, ["position"])
    return f"It is tile {to + 1} of {len(numbers)}."


def _tiles(board: Dashboard) -> QuerySet[Tile]:
    return Tile.objects.filter(dashboard=board.pk, removed_at=None)


def _checked(said: Said) -> dict[str, object]:
    if not 1 <= said.width <= WIDEST:
        raise Refused(f"expected 1 to {WIDEST} columns, found {said.width}", place="width")
    return {
        "address": checked_address(said.address),
        "title": _fitting(" ".join(said.title.split()), "title"),
        "annotation": _fitting(said.annotation.replace("\r\n", "\n").strip(), "annotation"),
        "width": said.width,
    }


def _name(text: str) -> str:
    name = _fitting(" ".join(text.split()), "name")
    if not name:
        raise Refused("give it a name", place="name", code="missing")
    return name


def _fitting(text: str, place: str) -> str:
    require_readable(text, place=place)
    if len(text) > LONGEST[place]:
        raise Refused(f"expected at most {LONGEST[place]:,} characters, found {len(text):,}", place=place)
    return text


def _slug(name: str) -> str:
    """An address of its own; one that is taken gets a random end, which says nothing of the other."""
    slug = slugify(name)[:60] or "dashboard"
    if slug in TAKEN or Dashboard.objects.filter(slug=slug).exists():
        return f"{slug}-{secrets.token_hex(3)}"
    return slug


def _told(person: User, action: str, board: Dashboard, *, now: datetime, **detail: object) -> None:
    audit.record(
        actor_name(person), action, object_type="dashboard", object_id=board.pk, detail=detail, now=now
    )
