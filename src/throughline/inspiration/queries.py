"""The shelf as a page shows it: items with who reads them for a cycle, and what was taken from each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from throughline.accounts.models import User
from throughline.inspiration.models import Item, Reading
from throughline.objectives.models import Cycle
from throughline.ui.rows import A_PAGE

COLUMNS = ("id", "kind", "title", "address", "text", "source", "source_id", "readers", "takeaways")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are asked for: of a kind, holding words, with readers in the cycle."""

    kind: str = ""
    words: str = ""
    read: bool = False


@dataclass(frozen=True, slots=True)
class OnShelf:
    """An item with its readings of one cycle."""

    item: Item
    readings: list[Reading]
    own: Reading | None = None


def wanted_items(found: QuerySet[Item], wanted: Wanted, cycle: Cycle) -> QuerySet[Item]:
    """Those of the items that are asked for, the newest first."""
    if wanted.kind in Item.Kind.values:
        found = found.filter(kind=wanted.kind)
    for word in wanted.words.split()[:10]:
        found = found.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if wanted.read:
        found = found.filter(pk__in=Reading.objects.filter(cycle=cycle).values("item"))
    return found.order_by("-id")


def page_of(
    found: QuerySet[Item], number: str, cycle: Cycle, person: User
) -> tuple[Page[Item], list[OnShelf]]:
    """One page of the items, each with who reads it for the cycle."""
    page = Paginator(found, A_PAGE).get_page(number)
    return page, shelved(list(page), cycle, person)


def shelved(items: list[Item], cycle: Cycle, person: User | None = None) -> list[OnShelf]:
    """The items with their readings of a cycle, in one question."""
    readings: dict[int, list[Reading]] = defaultdict(list)
    for each in Reading.objects.filter(cycle=cycle, item__in=items).select_related("person"):
        readings[each.item_id].append(each)
    return [OnShelf(item, readings[item.pk], _own(readings[item.pk], person)) for item in items]


def own_readings(cycle: Cycle, person: User) -> list[Reading]:
    """What the person reads for a cycle, those without a takeaway first."""
    found = Reading.objects.filter(cycle=cycle, person=person, item__withdrawn_at=None).select_related(
        "item", "cycle", "person"
    )
    return sorted(found, key=lambda each: (bool(each.takeaway), each.pk))


def reading_document(each: Reading) -> dict[str, Any]:
    """A reading as plain data."""
    return {
        "id": each.pk,
        "item": each.item_id,
        "title": each.item.title,
        "cycle": each.cycle.key,
        "person": each.person.name,
        "takeaway": each.takeaway,
        "taken_at": each.taken_at,
    }


def rows_of(found: list[OnShelf]) -> Iterator[tuple[int | str, ...]]:
    """The shelf as rows of a table."""
    for each in found:
        item = each.item
        readers = "; ".join(reading.person.name for reading in each.readings)
        taken = "\n".join(reading.takeaway for reading in each.readings if reading.takeaway)
        said = (item.kind, item.title, item.address, item.text, item.source, item.source_id)
        yield (item.pk, *said, readers, taken)


def _own(readings: list[Reading], person: User | None) -> Reading | None:
    return next((each for each in readings if person is not None and each.person_id == person.pk), None)
