"""The shelf of a cycle for programs: what can be read, who reads it, and what was taken from it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Key, Subject, Told
from throughline.cycles.access import cycle_for
from throughline.inspiration import queries
from throughline.inspiration.access import visible_items
from throughline.inspiration.models import Item
from throughline.objectives.models import Cycle

router = Subject("shelf")


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


@router.reads("/cycles/{key}/shelf", answer=Page[ItemOf])
def list_shelf(request: HttpRequest, key: Key, asked: Query[OfShelf]) -> dict[str, Any]:
    """What is on the shelf, the newest first, as it is read for a cycle."""
    cycle = cycle_for(request.user, key)
    wanted = queries.Wanted(asked.kind, asked.q, read=asked.read == "1")
    found = queries.wanted_items(visible_items(request.user), wanted, cycle)
    return page_of_records(
        request, asked, found, by="-id", show_all=lambda items: [*_documents(items, cycle)]
    )


def _documents(items: list[Item], cycle: Cycle) -> list[dict[str, Any]]:
    rows = queries.rows_of(queries.shelved(items, cycle))
    return [dict(zip(queries.COLUMNS, row, strict=True)) for row in rows]
