"""Writing the shelf: put on, bring in, withdraw, read, and take something from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name, at_least
from throughline.accounts.models import Role, User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.inspiration.models import Item, Reading
from throughline.objectives.models import Cycle
from throughline.workshops.actions import Written, write
from throughline.workshops.models import Board, Note

LIMITS = {"title": 240, "text": 10_000, "address": 2000}
LONGEST_TAKEAWAY = 500
ADDRESSES = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An item as it was written or read from a file."""

    title: str
    kind: str = Item.Kind.ARTICLE
    text: str = ""
    address: str = ""
    source: str = ""
    source_id: str = ""


def put(actor: str, said: Said, *, now: datetime) -> Item:
    """Put an item on the shelf. Raises Refused with the field."""
    fields = checked(said)
    with transaction.atomic():
        made = Item.objects.create(**fields, author=actor, at=now)
        _told(actor, "item put on the shelf", made, now=now, title=made.title, kind=made.kind)
    return made


def withdraw(actor: str, item: Item, *, now: datetime) -> None:
    """Take an item off the shelf; what was taken from it stays. Saying it twice changes nothing."""
    with transaction.atomic():
        if Item.objects.filter(pk=item.pk, withdrawn_at=None).update(withdrawn_at=now):
            _told(actor, "item withdrawn", item, now=now, title=item.title)


def assign(actor: str, item: Item, *, to: User, cycle: Cycle, now: datetime) -> Reading:
    """Somebody reads an item for a cycle; asked twice it is one reading. Raises Refused."""
    if not (to.is_active and at_least(to, Role.MEMBER)):
        raise Refused(f"{to.name} is a {to.role}: a member reads for the team", place="person")
    with transaction.atomic():
        reading, is_new = Reading.objects.get_or_create(
            item=item, cycle=cycle, person=to, defaults={"at": now}
        )
        if is_new:
            _told(actor, "item assigned", item, now=now, person=to.pk, cycle=cycle.key)
    return reading


def take(
    person: User, reading: Reading, *, takeaway: str, to_board: bool = False, now: datetime
) -> Note | None:
    """Keep the one thing that a reader takes from an item, and on request put it on the board of ideas.

    The note is hers like any other, private until the reveal. Raises Refused with the field.
    """
    words = " ".join(takeaway.split())
    if not words:
        raise Refused("say in one line what you take from it", place="takeaway")
    _fit(words, "takeaway", LONGEST_TAKEAWAY)
    with transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(takeaway=words, taken_at=now)
        detail = {"cycle": reading.cycle.key, "reading": reading.pk}
        _told(actor_name(person), "takeaway written", reading.item, now=now, **detail)
        if not to_board:
            return None
        board = board_for_notes(reading.cycle)
        if board is None:
            raise Refused("there is no board of ideas that takes notes: open one first", place="to_board")
        link = f"/cycles/{reading.cycle.key}/inspiration/#item-{reading.item_id}"
        # Of the token, so that a takeaway sent twice is one note.
        token = f"reading-{reading.pk}"
        return write(person, board, Written(text=words, link=link), token=token, now=now)


def board_for_notes(cycle: Cycle) -> Board | None:
    """The newest board of ideas on which notes are still written."""
    takes = Board.objects.filter(cycle=cycle, purpose=Board.Purpose.IDEAS, closed_at=None)
    return (
        takes.filter(phase__in=(Board.Phase.WRITE, Board.Phase.SORT)).order_by("-created_at", "-id").first()
    )


def checked(said: Said) -> dict[str, str]:
    """The fields of an item as they are kept. Raises Refused with the field."""
    title = " ".join(said.title.split())
    if not title:
        raise Refused("give it a title", place="title", code="missing")
    kind = known_kind(said.kind) if said.kind.strip() else Item.Kind.ARTICLE
    address = said.address.strip()
    if address and (not address.startswith(ADDRESSES) or any(map(str.isspace, address))):
        raise Refused("an address starts with https:// and holds no space", place="address")
    text = said.text.replace("\r\n", "\n").strip()
    for place, value in (("title", title), ("text", text), ("address", address)):
        _fit(value, place, LIMITS[place])
    return {
        "title": title,
        "kind": kind,
        "text": text,
        "address": address,
        "source": said.source,
        "source_id": said.source_id,
    }


def known_kind(said: str) -> str:
    """One of the kinds of items, however it is written. Raises Refused."""
    kind = said.strip().lower()
    if kind not in Item.Kind.values:
        raise Refused(f"expected {', '.join(Item.Kind.values)}; found '{said[:40]}'", place="kind")
    return kind


def _fit(text: str, place: str, most: int) -> None:
    require_readable(text, place=place)
    if len(text) > most:
        raise Refused(f"expected at most {most:,} characters, found {len(text):,}", place=place)


def _told(actor: str, action: str, item: Item, *, now: datetime, **detail: object) -> None:
    audit.record(actor, action, object_type="item", object_id=item.pk, detail=detail, now=now)
