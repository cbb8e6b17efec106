"""From the truth to staged rows: records with one event straight from their row, the others folded."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import duckdb
from django.db import connection
from django.db.models import Aggregate, Count, F, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from throughline.engine.vulnerabilities import Change, Version, versions
from throughline.measures.readside.layout import (
    COLUMNS,
    CWE_AT,
    AttributeColumn,
    derived,
    staged_row,
    typed_rows,
)
from throughline.site.instants import at_once
from throughline.vulnerabilities.models import Attribute, Event, Vulnerability

FETCHED_AT_ONCE = 5_000
ASKED_AT_ONCE = 500
_JOINED = {"service": "s.name", "team": "t.name", "feed": "f.name", "scope": "f.scope"}
_TEXT_FIELDS = frozenset(
    field.name
    for field in Vulnerability._meta.get_fields()
    if field.concrete and field.get_internal_type() == "CharField"
)


@dataclass(frozen=True, slots=True)
class Newest:
    """How far the truth has come: its newest event, when it was written, and the types of the attributes."""

    sequence: int = 0
    written: str = ""
    types: str = ""


class _Joined(Aggregate):
    """The texts of a group as one."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s, ',')", **context)


def newest() -> Newest:
    """How far the truth has come, in one query."""
    told = Concat(Cast("id", TextField()), Value(":"), "type", output_field=TextField())
    types = Attribute.objects.order_by().values(one=Value(1)).annotate(types=_Joined(told))
    found = (
        Event.objects.order_by("-id")
        .values_list("id", "recorded_at", Subquery(types.values("types")))
        .first()
    )
    return Newest(found[0], found[1].isoformat(), found[2] or "") if found else Newest()


def written_at(sequence: int) -> str:
    """When the event of this sequence was written down; empty where there is none."""
    found = Event.objects.filter(id=sequence).values_list("recorded_at", flat=True).first()
    return found.isoformat() if found else ""


def attribute_columns() -> list[AttributeColumn]:
    """The attributes of the imports, oldest first."""
    return [
        AttributeColumn(*row) for row in Attribute.objects.order_by("id").values_list("id", "name", "type")
    ]


def changed_since(sequence: int) -> list[int]:
    """The records with an event after this one."""
    # Of the plain column SQLite reads the index of all events, however few are newer.
    record = F("vulnerability_id") + 0
    return list(Event.objects.filter(id__gt=sequence).order_by().values_list(record, flat=True).distinct())


class Underivable(RuntimeError):
    """A stored record does not fit the read side; what it holds is not repeated."""


class Measured:
    """A text file that remembers its longest row."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.longest = 0

    def write(self, row: str) -> int:
        """Write one row."""
        if len(row) > self.longest:
            self.longest = len(row)
        return self.file.write(row)


@dataclass(frozen=True, slots=True)
class Staged:
    """A CSV file of versions, with the size of its longest row in bytes."""

    path: str
    longest: int

    def insert(
        self, connection: duckdb.DuckDBPyConnection, table: str, attributes: Sequence[AttributeColumn]
    ) -> None:
        """Put the versions into a table. Raises Underivable."""
        try:
            connection.execute(
                f"INSERT INTO {table} {typed_rows(self.path, attributes, longest=self.longest)}"
            )
        except duckdb.Error as error:
            # DuckDB repeats the line it stumbled over, which may be of any size and in anybody's scope.
            kind = type(error).__name__
            message = f"a stored record does not fit the read side ({kind}): run 'throughline check'"
            raise Underivable(message) from None


@contextmanager
def staged(ids: Sequence[int] | None, *, folder: Path) -> Iterator[Staged]:
    """A CSV file with every version of the records, or of all records; gone afterwards."""
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".csv", newline="", encoding="utf-8") as file:
        measured = Measured(file)  # type: ignore[arg-type]
        _write(measured, ids)
        file.flush()
        # A character has at most four bytes.
        yield Staged(file.name, 4 * measured.longest)


def _write(file: Measured, ids: Sequence[int] | None) -> None:
    writer = csv.writer(file, lineterminator="\n")
    with at_once(connection):
        for chosen in _chunks(ids):
            for rows in _single(chosen):
                writer.writerows(rows)
            writer.writerows(_folded(chosen))


def _chunks(ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    for start in range(0, len(ids), ASKED_AT_ONCE):
        yield ids[start : start + ASKED_AT_ONCE]


def _single(ids: Sequence[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    """Records whose only event created them: their row is their one version."""
    with connection.cursor() as cursor:
        cursor.execute(_single_query(ids), list(ids or []))
        while rows := cursor.fetchmany(FETCHED_AT_ONCE):
            yield [(*row, *derived(row[CWE_AT])) for row in rows]


@contextmanager
def present(*, folder: Path) -> Iterator[Staged]:
    """A CSV file with every record as its row is now, whatever its history; gone afterwards."""
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".csv", newline="", encoding="utf-8") as file:
        measured = Measured(file)  # type: ignore[arg-type]
        writer = csv.writer(measured, lineterminator="\n")
        with connection.cursor() as cursor:
            cursor.execute(_single_query(None, at_most=None))
            while rows := cursor.fetchmany(FETCHED_AT_ONCE):
                writer.writerows((*row, *derived(row[CWE_AT])) for row in rows)
        file.flush()
        yield Staged(file.name, 4 * measured.longest)


def _single_query(ids: Sequence[int] | None, *, at_most: int | None = 1) -> str:
    """The rows of records with this many events at most, as versions."""
    filled = ", ".join(_selected(column.filled_from) for column in COLUMNS)
    few = "" if at_most is None else f"HAVING COUNT(*) <= {at_most}"
    chosen = "" if ids is None else f"WHERE vulnerability_id IN ({', '.join(['%s'] * len(ids))})"
    # CAST AS text throughout: the database's own dates come as text, which the read side types itself.
    return f"""
        SELECT v.id, CAST(e.known_at AS text), '', {filled}, CAST(v.attributes AS text)
        FROM (SELECT vulnerability_id, MIN(known_at) AS known_at FROM vulnerabilities_event {chosen}
              GROUP BY vulnerability_id {few}) e
        JOIN vulnerabilities_vulnerability v ON v.id = e.vulnerability_id
        JOIN sources_feed f ON f.id = v.feed_id
        LEFT JOIN vulnerabilities_service s ON s.id = v.service_id
        LEFT JOIN accounts_team t ON t.id = v.team_id
        WHERE v.vanished_at IS NULL"""  # noqa: S608 - only names of our own columns


def _selected(field: str) -> str:
    if field in _JOINED:
        return _JOINED[field]
    return f"v.{field}" if field in _TEXT_FIELDS else f"CAST(v.{field} AS text)"


def _folded(ids: Sequence[int] | None) -> Iterator[list[Any]]:
    """Records with a longer history, each version from the fold of its events."""
    feeds = {row[0]: (row[1], row[2]) for row in _feeds()}
    for vid, key, feed_id, changes in _histories(ids):
        for version in versions(changes):
            if not version.values.get("vanished_at"):
                yield _folded_row(vid, key, version, feeds[feed_id])


def _feeds() -> Iterable[tuple[int, str, str]]:
    from throughline.sources.models import Feed

    return Feed.objects.values_list("id", "name", "scope")


def _folded_row(vid: int, key: str, version: Version, feed: tuple[str, str]) -> list[Any]:
    until = version.known_to.isoformat() if version.known_to else ""
    # No event holds the key: it is what a record is known by, and never changes.
    values = {**version.values, "key": key}
    texts = {
        "feed": feed[0],
        "scope": feed[1],
        "tags": json.dumps(values.get("tags") or []),
        "vulnerability_ids": json.dumps(values.get("vulnerability_ids") or []),
        "attributes": json.dumps(values.get("attributes") or {}),
    }
    return staged_row(vid, (version.known_from.isoformat(), until), values, texts)


def _histories(ids: Sequence[int] | None) -> Iterator[tuple[int, str, int, list[Change]]]:
    about = ("vulnerability_id", "vulnerability__key", "vulnerability__feed_id")
    events = Event.objects.order_by("vulnerability_id", "known_at", "id").values_list(
        *about, "known_at", "id", "changes"
    )
    events = events.filter(vulnerability_id__in=_with_history(ids))
    for record, rows in groupby(events.iterator(FETCHED_AT_ONCE), key=itemgetter(0, 1, 2)):
        yield *record, [Change(known_at, number, changes) for *_, known_at, number, changes in rows]


def _with_history(ids: Sequence[int] | None) -> Any:
    counted = Event.objects.order_by().values("vulnerability_id").annotate(events=Count("id"))
    if ids is not None:
        counted = counted.filter(vulnerability_id__in=ids)
    return counted.filter(events__gt=1).values("vulnerability_id")
