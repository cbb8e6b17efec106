"""What a pull came to, stored: documents as imports, values as readings of series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.connectors.keeping import Kept, write_down
from throughline.connectors.models import Sync
from throughline.connectors.shape import Document, Pulled, SeriesValues
from throughline.connectors.told_apart import Apart
from throughline.engine import spells
from throughline.series.actions import sync_all
from throughline.series.differences import Difference
from throughline.series.files import Row
from throughline.site.progress import Progress
from throughline.sources.actions import Result, import_file
from throughline.sources.scans.actions import ScanResult
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Event
from throughline.vulnerabilities.queries import told as in_words

MOST_CHANGES = 50
# Of records with a long course.
MOST_EVENTS = 2_000
MOST_REFUSED = 50
LONGEST_VALUE = 200


def store_all(
    sync: Sync,
    pulled: Pulled,
    kept: Kept,
    *,
    now: datetime,
    progress: Progress,
    also: Callable[[Pulled], None] = lambda pulled: None,
    dry: bool = False,
) -> None:
    """Store each document in a transaction of its own, and the rest with the last of them.

    `also` is called in that last transaction. What an interrupted sync had stored is not stored again. A dry
    one takes each transaction back at its end, so that it holds no lock while it reads and compares.
    """
    apart = Apart(sync.connector)
    documents = [each for each in pulled.documents if kept.holds(each, apart=apart) or each.is_stored_empty]
    left = [each for each in documents if each.name not in sync.stored]

    def finish() -> None:
        _store_series(sync, pulled, now=now)
        also(pulled)
        apart.keep()

    for number, document in enumerate(left, start=1):
        is_last = number == len(left)

        def with_it(result: Any, document: Document = document, is_last: bool = is_last) -> None:
            _tell(sync, document, result)
            if is_last:
                finish()
            if dry:
                transaction.set_rollback(True)

        # Nobody has seen its file: what its records come from is the connector.
        name = f"{sync.connector.name}: {document.name}"
        with kept.opened(document, apart=apart) as stream:
            import_file(
                stream, name=name, wish=_wish(document), actor=sync.actor, now=now, progress=progress,
                also=with_it,
            )  # fmt: skip
    if not left:
        with transaction.atomic():
            finish()
            if dry:
                transaction.set_rollback(True)


def _wish(document: Document) -> Wish:
    return Wish(
        format=document.format,
        maps=document.maps,
        source=document.source,
        scope=document.scope,
        full=document.full,
        changes_only=document.changes_only,
        state=document.state,
        service=document.service,
        skip_invalid=document.skip_invalid,
        has_course=document.has_course,
    )


def _tell(sync: Sync, document: Document, result: Result | ScanResult) -> None:
    """Write what an import did beside the sync, in the import's transaction."""
    counts = {name: sync.counts.get(name, 0) + count for name, count in result.counts.items()}
    sync.counts = {**sync.counts, **counts}
    sync.imports = [*sync.imports, *result.imports]
    sync.stored = [*sync.stored, document.name]
    sync.changes = [*sync.changes, *_changes(result.imports)][:MOST_CHANGES]
    said = [*result.notices, *(problem["message"] for problem in result.document()["refused"])]
    told = {"counts": sync.counts, "imports": sync.imports, "stored": sync.stored, "changes": sync.changes}
    sync.notices = [*sync.notices, *said][:MOST_REFUSED]
    write_down(sync, **told, notices=sync.notices)


def _changes(imports: tuple[int, ...]) -> list[dict[str, Any]]:
    """The first records that imports changed, each with what it was before and is after, as JSON."""
    events = Event.objects.filter(imported_id__in=imports).select_related("vulnerability").order_by("id")
    told: dict[int, dict[str, Any]] = {}
    for event in events[:MOST_EVENTS]:
        record = event.vulnerability
        new = {
            "id": record.pk,
            "key": record.key,
            "title": record.title,
            "action": event.action,
            "changes": {},
        }
        if event.vulnerability_id not in told and len(told) == MOST_CHANGES:
            continue
        one = told.setdefault(event.vulnerability_id, new)
        if one["action"] != "created":
            _go_on(one["changes"], event.changes)
    return list(told.values())


def _go_on(changes: dict[str, list[str]], said: dict[str, Any]) -> None:
    """Add what an event changed to what the events before it did: from the first old to the last new."""
    for name, (old, new) in _by_name(said):
        before = changes.get(name, [old])[0]
        changes[name] = [before, new]
        if before == new:
            del changes[name]


def _by_name(said: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each change in words, those of attributes by their own names."""
    for name, (old, new) in said.items():
        if name == "attributes":
            before, after = old or {}, new or {}
            for each in {**before, **after}:
                # What a course changed is told by the state and the days.
                if each != spells.COURSE and before.get(each) != after.get(each):
                    yield each, (_cut("", before.get(each)), _cut("", after.get(each)))
        elif not name.endswith("_basis"):
            yield name, (_cut(name, old), _cut(name, new))


def _cut(name: str, value: Any) -> str:
    said = in_words(name, value)
    return said if len(said) <= LONGEST_VALUE else f"{said[: LONGEST_VALUE - 1].rpartition(' ')[0]} …"


def _store_series(sync: Sync, pulled: Pulled, *, now: datetime) -> None:
    for series in pulled.series:
        if not series.values:
            continue
        rows = [Row(at, value) for at, value in sorted(series.values)]
        _, found = sync_all(sync.actor, series.name, rows, now=now, **_said_of(series))
        counts = {
            "added": len(found.added),
            "corrected": len(found.corrected),
            "unchanged": found.unchanged,
        }
        sync.counts = {**sync.counts, **{name: sync.counts.get(name, 0) + n for name, n in counts.items()}}
        sync.changes = [*sync.changes, *_values(series.name, found)][:MOST_CHANGES]


def _values(name: str, found: Difference) -> list[dict[str, Any]]:
    """The newest values that are added, then those that are corrected, in the form of other changes."""
    said: list[tuple[Row, str, str]] = [(row, "corrected", f"{before:g}") for row, before in found.corrected]
    said += [(row, "added", "") for row in reversed(found.added)]
    return [
        {
            "id": None,
            "key": f"{row.at:%Y-%m-%d %H:%M}",
            "title": name,
            "action": action,
            "changes": {"value": [before, f"{row.value:g}"]},
        }
        for row, action, before in said[:MOST_CHANGES]
    ]


def _said_of(series: SeriesValues) -> dict[str, str]:
    return {"unit": series.unit, "title": series.title, "better": series.better}
