"""The time of introduction of a record, written by what is found and by people: an event each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.engine.introduction.evidence import Evidence
from throughline.engine.vulnerabilities import Change, Values, diff, fold
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.columns import cell_of
from throughline.vulnerabilities.models import Event, Vulnerability

FIELDS = (
    *("introduced_at", "introduced_basis", "introduced_method"),
    *("introduced_earliest", "introduced_latest"),
)
_METHODS = frozenset(each.method for each in Evidence) - {Evidence.UNKNOWN.method, Evidence.PERSON.method}
FOUND, BY_HAND, TAKEN_BACK = "introduction found", "introduction said", "introduction undone"


def write_introduction(
    actor: str, id: int, said: Mapping[str, Any], *, action: str, now: datetime, by_hand: bool | None = None
) -> bool:
    """Write these fields of the introduction on a record and empty its others; whether that was news.

    `by_hand` says whether an import leaves them alone from now on; None: as it was.
    """
    with transaction.atomic():
        # Locked, as imports lock what they change.
        record = Vulnerability.objects.select_for_update().get(pk=id)
        old = bulk.values_by_id([id])[id][0]
        changes = diff({name: old.get(name) for name in FIELDS}, {name: said.get(name) for name in FIELDS})
        if changes:
            bulk.insert_events([(id, Happening(now, action, changes))], author=Author(actor, now))
        cells = {name: cell_of(name, pair[1]) for name, pair in changes.items()}
        if by_hand is not None:
            kept = [name for name in record.pinned if name not in FIELDS]
            cells["pinned"] = [*kept, *(FIELDS if by_hand else ())]
        if by_hand is False:
            # What the source said meanwhile went unheard: its next word is read anew.
            cells["row_hash"] = ""
        if cells:
            Vulnerability.objects.filter(pk=id).update(**cells)
    return bool(changes)


def is_found(values: Mapping[str, Any]) -> bool:
    """Whether the introduction of a record is what was found of it here."""
    return values.get("introduced_method") in _METHODS and bool(values.get("introduced_at"))


def without_hands(id: int) -> Values:
    """The introduction of a record as it would be had nobody written it by hand."""
    events = Event.objects.filter(vulnerability=id).exclude(action__in=[BY_HAND, TAKEN_BACK])
    past = [Change(each.known_at, each.pk, each.changes) for each in events]
    return {name: value for name, value in fold(past).items() if name in FIELDS}
