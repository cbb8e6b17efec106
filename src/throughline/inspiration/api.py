"""The shelf of a cycle for programs: what can be read, who reads it, and what was taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query

from throughline.api.files import SentFile, says_where
from throughline.api.paging import Asked, Page, page_of_records, page_of_rows
from throughline.api.subject import Id, Instant, Key, Sent, Subject, Told, actor, person
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.inspiration import access, actions, bringing, queries
from throughline.inspiration.models import Item
from throughline.inspiration.work import bring_later
from throughline.jobs.documents import JobOf
from throughline.jobs.documents import document as job_document
from throughline.objectives.models import Cycle
from throughline.objectives.people import person_named

router = Subject("shelf")
WRITE = "workshops:write"


class OfShelf(Asked):
    """Which items."""

    kind: str = Field("", max_length=40, description="card, talk … as in the page.")
    q: str = Field("", max_length=200, description="Words that it holds.")
    read: Literal["", "1"] = Field("", description="`1`: only what somebody reads for the cycle.")


class ItemOf(Told):
    """An item on the shelf, with who reads it for the cycle and what each takes from it."""

    id: int
    kind: str
    title: str
    address: str
    text: str
    source: str
    source_id: str
    readers: str
    takeaways: str


class NewShelved(Sent):
    """Something to read or watch."""

    title: str = Field("", max_length=240)
    kind: Literal["article", "video", "practice", "card"] = "article"
    address: str = Field("", max_length=2000, description="Where it is.")
    text: str = Field("", max_length=10_000, description="What it is about.")


class Reader(Sent):
    """Who reads it; nobody named is whoever asks. Only managers ask somebody else to."""

    person: str = Field("", max_length=254, description="A name or an e-mail address.")


class Takeaway(Sent):
    """The one thing that is taken from it."""

    takeaway: str = Field("", max_length=500)
    to_board: bool = Field(False, description="Also as a note of one's own on the board of ideas.")


class ReadingOf(Told):
    """An item that somebody reads for a cycle, and what she took from it."""

    id: int
    item: int
    title: str
    cycle: str
    person: str
    takeaway: str
    taken_at: Instant | None


class BroughtItems(Told):
    """How many items were new, changed, and as they were."""

    new: int
    changed: int
    same: int


class WithdrawnItem(Told):
    """What is off the shelf."""

    withdrawn: int


@router.reads("/cycles/{key}/shelf", answer=Page[ItemOf])
def list_shelf(request: HttpRequest, key: Key, asked: Query[OfShelf]) -> dict[str, Any]:
    """What is on the shelf, the newest first, as it is read for a cycle."""
    cycle = cycle_for(request.user, key)
    wanted = queries.Wanted(asked.kind, asked.q, read=asked.read == "1")
    found = queries.wanted_items(access.visible_items(request.user), wanted, cycle)
    return page_of_records(
        request, asked, found, by="-id", show_all=lambda items: [*_documents(items, cycle)]
    )


@router.writes("POST", "/cycles/{key}/shelf", scope=WRITE, answer=ItemOf, status=201)
def put_on_shelf(request: HttpRequest, key: Key, given: NewShelved) -> Any:
    """Put an item on the shelf. Members."""
    cycle = cycle_for(access.require_add(request.user), key)
    made = actions.put(actor(request), actions.Said(**given.model_dump()), now=_now())
    return next(_documents([made], cycle))


@router.writes("DELETE", "/shelf/{int:id}", scope=WRITE, answer=WithdrawnItem)
def withdraw_from_shelf(request: HttpRequest, id: Id) -> dict[str, int]:
    """Take an item off the shelf; what was taken from it stays. Managers."""
    actions.withdraw(actor(request), access.item_to_withdraw(request.user, id), now=_now())
    return {"withdrawn": id}


@router.writes("POST", "/cycles/{key}/shelf/import", scope=WRITE, answer=JobOf, status=202)
def import_shelf(request: HttpRequest, key: Key, given: SentFile) -> Any:
    """Bring in a CSV with title, address, kind and text, or the maturity model as YAML. Managers.

    It happens in the background, all of it or nothing: ask for the job until it is done.
    """
    lead = access.require_arrange(request.user)
    back = reverse("shelf", args=[cycle_for(lead, key).key])
    with says_where():
        found = bring_later(lead, given.content, name=given.file_name, back=back, now=_now())
    return job_document(found)


@router.writes("POST", "/cycles/{key}/shelf/cards", scope=WRITE, answer=BroughtItems)
def bring_cards(request: HttpRequest, key: Key) -> Any:
    """Put the narrative cards of the product on the shelf. Managers."""
    cycle_for(access.require_arrange(request.user), key)
    return bringing.bring_cards(actor(request), now=_now())


@router.reads("/cycles/{key}/readings", answer=Page[ReadingOf])
def list_own_readings(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What the person reads for a cycle."""
    found = queries.own_readings(cycle_for(request.user, key), person(request))
    return page_of_rows(request, asked, found, key=lambda row: row.pk, show=queries.reading_document)


@router.writes("POST", "/cycles/{key}/shelf/{int:id}/readers", scope=WRITE, answer=ReadingOf, status=201)
def read_for_cycle(request: HttpRequest, key: Key, id: Id, given: Reader) -> Any:
    """Read an item for a cycle; a manager may ask somebody else to. Members."""
    item, cycle = access.item_to_read(request.user, id), cycle_for(request.user, key)
    to = person(request)
    if given.person:
        named = person_named(given.person)
        if named != to:
            access.require_arrange(request.user)
        if named is None:
            raise Refused("nobody here is called so, or several are", place="person", code="unknown")
        to = named
    return queries.reading_document(actions.assign(actor(request), item, to=to, cycle=cycle, now=_now()))


@router.writes("PUT", "/readings/{int:id}/takeaway", scope=WRITE, answer=ReadingOf)
def take_from_reading(request: HttpRequest, id: Id, given: Takeaway) -> Any:
    """Keep the one thing that one takes from what one read. Its reader."""
    actions.take(person(request), access.own_reading(request.user, id), now=_now(), **given.model_dump())
    return queries.reading_document(access.own_reading(request.user, id))


def _documents(items: list[Item], cycle: Cycle) -> Iterator[dict[str, Any]]:
    for row in queries.rows_of(queries.shelved(items, cycle)):
        yield dict(zip(queries.COLUMNS, row, strict=True))


def _now() -> datetime:
    return datetime.now(UTC)
