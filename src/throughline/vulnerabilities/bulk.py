"""Many records at once: rows and events written and read in large steps, in portable SQL."""

# Statements are put together from constant names and %s marks only.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from django.db import connection

from throughline.accounts.models import Team
from throughline.engine.vulnerabilities import Change, Changes, Values, fold
from throughline.vulnerabilities.columns import (
    COLUMNS,
    NOTHING,
    SELECT,
    moment,
    row_of,
    stored,
    to_json,
    values_of,
)
from throughline.vulnerabilities.models import Service

STEP = 1000
NO_PAST: Mapping[str, Sequence[Any]] = MappingProxyType({})
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is needed of a stored record to see whether its source says anything new."""

    id: int
    row_hash: str
    asserted_at: datetime
    vanished: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """An event about to be written: when it was known, what it is called, what it changed."""

    known_at: datetime
    action: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of services and teams by name."""

    services: dict[str, int]
    teams: dict[str, int]


def steps(items: Iterable[Item], size: int = STEP) -> Iterator[list[Item]]:
    """The items in lists of a bounded size."""
    stream = iter(items)
    while step := list(islice(stream, size)):
        yield step


def stored_by_key(feed_id: int, keys: Sequence[str]) -> dict[str, Stored]:
    """The stored records of these keys of one feed."""
    found: dict[str, Stored] = {}
    with connection.cursor() as cursor:
        for step in steps(keys):
            cursor.execute(
                "SELECT id, key, row_hash, asserted_at, vanished_at FROM vulnerabilities_vulnerability "
                f"WHERE feed_id = %s AND key IN ({_marks(step)})",
                [feed_id, *step],
            )
            for id, key, row_hash, asserted_at, vanished_at in cursor.fetchall():
                found[key] = Stored(id, row_hash, moment(asserted_at), vanished_at is not None)
    return found


def values_by_id(ids: Sequence[int]) -> dict[int, tuple[Values, list[str]]]:
    """Present values and pinned fields of records."""
    found: dict[int, tuple[Values, list[str]]] = {}
    with connection.cursor() as cursor:
        for step in steps(ids):
            cursor.execute(
                f"SELECT v.id, v.pinned, {SELECT} FROM vulnerabilities_vulnerability v "
                f"WHERE v.id IN ({_marks(step)})",
                step,
            )
            for id, pinned, *row in cursor.fetchall():
                found[id] = (values_of(row), json.loads(pinned) if isinstance(pinned, str) else pinned)
    return found


def feeds_by_id(ids: Sequence[int]) -> dict[int, int]:
    """The feed to which each record belongs."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for step in steps(ids):
            cursor.execute(
                f"SELECT id, feed_id FROM vulnerabilities_vulnerability WHERE id IN ({_marks(step)})", step
            )
            found.update(cursor.fetchall())
    return found


def last_known(ids: Sequence[int]) -> dict[int, datetime]:
    """When anything was last learnt of records, from a source or from a person."""
    found: dict[int, datetime] = {}
    with connection.cursor() as cursor:
        for step in steps(ids):
            cursor.execute(
                "SELECT vulnerability_id, MAX(known_at) FROM vulnerabilities_event "
                f"WHERE vulnerability_id IN ({_marks(step)}) GROUP BY vulnerability_id",
                step,
            )
            found.update((id, moment(known_at)) for id, known_at in cursor.fetchall())
    return found


def histories(ids: Sequence[int]) -> dict[int, list[Change]]:
    """The events of records as the fold takes them."""
    found: dict[int, list[Change]] = {id: [] for id in ids}
    with connection.cursor() as cursor:
        for step in steps(ids):
            cursor.execute(
                "SELECT vulnerability_id, id, known_at, changes, imported_id FROM vulnerabilities_event "
                f"WHERE vulnerability_id IN ({_marks(step)})",
                step,
            )
            for record, id, known_at, changes, imported in cursor.fetchall():
                said = json.loads(changes) if isinstance(changes, str) else changes
                found[record].append(Change(moment(known_at), id, said, asserts=imported is not None))
    return found


def name_all(services: Iterable[str], teams: Iterable[str]) -> tuple[Names, Names]:
    """Ids of services and teams, made where they are new; and those that are."""
    known_services, new_services = _named(Service, services)
    known_teams, new_teams = _named(Team, teams)
    return Names(known_services, known_teams), Names(new_services, new_teams)


def _named(model: Any, names: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    wanted = sorted(set(names))
    known: dict[str, int] = {}
    for step in steps(wanted):
        known.update(model.objects.filter(name__in=step).values_list("name", "id"))
    new = {name: int(model.objects.create(name=name).pk) for name in wanted if name not in known}
    return known | new, new


_FIXED = ("feed_id", "key", "row_hash", "asserted_at", "pinned")
# How SQL spells the cells of a record that says nothing.
_SPELLED = {None: "NULL", "": "''", "[]": "'[]'", "{}": "'{}'"}
_UPDATE = (
    f"UPDATE vulnerabilities_vulnerability SET {', '.join(f'{name} = %s' for name in COLUMNS)}, "
    "row_hash = %s, asserted_at = %s WHERE id = %s"
)
_EVENT = (
    "INSERT INTO vulnerabilities_event "
    "(vulnerability_id, known_at, recorded_at, actor, action, changes, imported_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes events, when, and in which import."""

    actor: str
    now: datetime
    import_id: int | None = None


def insert_records(
    feed_id: int,
    records: Sequence[tuple[str, str, Values]],
    *,
    known_at: datetime,
    names: Names,
    author: Author,
    told: Mapping[str, Sequence[Happening]] = NO_PAST,
) -> dict[str, int]:
    """New records (key, row hash, values), each with its `created` event; their ids by key.

    `told` gives the events of those of which more is known, by key, instead.
    """
    known, recorded = stored(known_at), stored(author.now)
    rows = [
        [feed_id, key, row_hash, known, "[]", *row_of(values, services=names.services, teams=names.teams)]
        for key, row_hash, values in records
    ]
    if not rows:
        return {}
    _insert(rows)
    ids = _ids(feed_id, [key for key, _, _ in records])
    events = [
        [ids[key], known, recorded, author.actor, "created", _first(values), author.import_id]
        for key, _, values in records
        if key not in told
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_EVENT, events)
    insert_events(((ids[key], event) for key, past in told.items() for event in past), author=author)
    return ids


def _insert(rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of records. Where all of a column is empty it stands in the statement: most of it is."""
    columns = list(zip(*rows, strict=True))
    marks = ["%s"] * len(_FIXED)
    for cells, nothing in zip(columns[len(_FIXED) :], NOTHING, strict=True):
        marks.append(_SPELLED[nothing] if cells.count(nothing) == len(cells) else "%s")
    said = [cells for cells, mark in zip(columns, marks, strict=True) if mark == "%s"]
    names = ", ".join([*_FIXED, *COLUMNS])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO vulnerabilities_vulnerability ({names}) VALUES ({', '.join(marks)})",
            list(zip(*said, strict=True)),
        )


def _ids(feed_id: int, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for step in steps(keys):
            cursor.execute(
                "SELECT key, id FROM vulnerabilities_vulnerability "
                f"WHERE feed_id = %s AND key IN ({_marks(step)})",
                [feed_id, *step],
            )
            found.update(cursor.fetchall())
    return found


def update_records(records: Sequence[tuple[int, Values, str, datetime]], *, names: Names) -> None:
    """Known records (id, values, row hash, asserted at) as they are now."""
    rows = [
        [*row_of(values, services=names.services, teams=names.teams), row_hash, stored(asserted_at), id]
        for id, values, row_hash, asserted_at in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, rows)


def insert_events(events: Iterable[tuple[int, Happening]], *, author: Author) -> None:
    """Events of known records."""
    recorded = stored(author.now)
    rows = [
        [
            id,
            stored(event.known_at),
            recorded,
            author.actor,
            event.action,
            to_json(event.changes),
            author.import_id,
        ]
        for id, event in events
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_EVENT, rows)


def assert_again(feed_id: int, ids: Sequence[int], *, known_at: datetime) -> None:
    """Keep that the source said the same of these records again at an instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM vulnerabilities_vulnerability WHERE feed_id = %s AND vanished_at IS NULL",
            [feed_id],
        )
        whole = cursor.fetchone()[0] == len(ids)
        statement = "UPDATE vulnerabilities_vulnerability SET asserted_at = %s WHERE "
        if whole:
            cursor.execute(statement + "feed_id = %s AND vanished_at IS NULL", [stored(known_at), feed_id])
            return
        for step in steps(ids):
            cursor.execute(statement + f"id IN ({_marks(step)})", [stored(known_at), *step])


def unlike_their_history() -> Iterator[str]:
    """A sentence for every record whose row is not the fold of its events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM vulnerabilities_vulnerability ORDER BY id")
        ids = [id for (id,) in cursor.fetchall()]
    for step in steps(ids):
        present, past = values_by_id(step), histories(step)
        for id in step:
            folded = fold(past[id])
            different = sorted(
                name for name in {*folded, *present[id][0]} if folded.get(name) != present[id][0].get(name)
            )
            if different:
                yield f"vulnerability {id}: {', '.join(different)} differ from its history"


def _first(values: Mapping[str, Any]) -> str:
    return to_json({name: [None, value] for name, value in values.items()})


def _marks(items: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(items))
