"""The read side: DuckDB tables derived from the truth, followed by the change sequence, safe to delete.

A base file holds every version of every record up to an event; each process attaches it read-only and keeps
the records that changed since in memory. Where many changed, one process writes the next base.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
from django.conf import settings

from throughline.measures.readside import loading
from throughline.measures.readside.ahead import Ahead
from throughline.measures.readside.bases import Base, newest_base, only_writer, quoted, write_base
from throughline.measures.readside.bulk import Bulk
from throughline.measures.readside.layout import AttributeColumn, create_table, table_columns
from throughline.measures.readside.loading import Newest

DELTA_AT_MOST = 5_000
# What lies on top is derived by every process that starts, so it stays small beside the base.
DELTA_SHARE = 0.03
# However few changed: what took this many seconds to derive is kept in a base.
LOAD_AT_MOST = 2.0
MEMORY_LIMIT = "1GB"
# What the clock is held against: a record is known, mitigated, or borne until one of these.
DATES_THAT_TELL = ("known_from", "known_to", "mitigated", "accepted", "accepted_until")


@dataclass(slots=True, eq=False, weakref_slot=True)
class Generation:
    """A base and what lies on top of it. Its tables carry its number, so a reader never sees a swap.

    They are dropped once nobody holds the generation: neither the read side nor a snapshot.
    """

    number: int
    base: Base | None
    attributes: list[AttributeColumn]
    pending: set[int] = field(default_factory=set)

    @property
    def relation(self) -> str:
        return f"record_{self.number}"

    def view(self) -> str:
        """The base without what changed, and the changed on top."""
        over = f"SELECT * FROM delta_{self.number}"  # noqa: S608 - a number of our own
        if self.base is None:
            return over
        held = table_columns(self.base.attributes)
        listed = ", ".join(
            f'"{name}"' if name in held else f'NULL::{kind} AS "{name}"'
            for name, kind in table_columns(self.attributes).items()
        )
        under = f"SELECT {listed} FROM base_{self.number}.versions"  # noqa: S608 - names of our own
        if not self.pending:
            return under
        return f"{under} ANTI JOIN changed_{self.number} USING (vid) UNION ALL {over}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cursor of one's own, the tables it reads (kept while it lives), and the newest event in them."""

    cursor: duckdb.DuckDBPyConnection
    generation: Generation
    sequence: int
    # What was answered of this state, by statement: one page asks the same of a slice more than once.
    answers: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)
    # The lists that were asked for last, by statement, for as long as this snapshot is held.
    lists: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False)
    # What was made of them, by statement, that is as long as they are.
    near: dict[str, dict[Hashable, Any]] = field(default_factory=dict, init=False, repr=False)
    # What a page will want next, asked while it works on something else.
    ahead: Ahead = field(default_factory=Ahead, init=False, repr=False)
    # Short answers as columns, by statement, like `answers`.
    tables: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    # Stretches of time within which no stored date lies, each from its begin to the date that ends it.
    stretches: list[tuple[float, float]] = field(default_factory=list, repr=False)
    # Figures as known on an earlier day, by all that they depend on: the clock does not change them.
    past: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    # What was made of the lists of a statement, by statement, and the room that is taken by it.
    made: dict[str, dict[Hashable, Any]] = field(default_factory=dict, repr=False)
    bulk: Bulk = field(default_factory=Bulk, repr=False)

    @property
    def relation(self) -> str:
        """The relation to ask."""
        return self.generation.relation

    @property
    def attributes(self) -> tuple[AttributeColumn, ...]:
        """The attributes that it knows."""
        return tuple(self.generation.attributes)

    def as_of(self, at: float) -> float:
        """An instant that is no later, and that no date of what is known and stands tells from this one."""
        begun = next((begin for begin, end in list(self.stretches) if begin <= at < end), None)
        if begun is not None:
            return begun
        self.stretches.append((at, self._next_date(at)))
        return at

    def _next_date(self, at: float) -> float:
        """The first date after an instant among those that say what is known and where a record stands."""
        # Each by itself: all at once, without a condition to skip by, they take three times as long.
        looks = [
            f'SELECT min("{name}") FROM {self.relation} WHERE "{name}" > $at'  # noqa: S608 - names of our own
            for name in DATES_THAT_TELL
        ]
        found = self.cursor.execute(" UNION ALL ".join(looks), {"at": at}).fetchall()
        return min((float(date) for [date] in found if date is not None), default=inf)


def _nothing_kept() -> dict[str, Any]:
    """What the snapshots of one state share, before anything was asked of it."""
    return {"answers": {}, "tables": {}, "stretches": [], "past": {}, "made": {}, "bulk": Bulk()}


class Columns:
    """The read side of one process."""

    def __init__(self, folder: Path) -> None:
        # DuckDB compares what it opens with the allowed folder as text.
        folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.lock = threading.Lock()
        self.generation: Generation | None = None
        self.begun = 0
        # Filled by the collector in whatever thread; the tables go under the lock.
        self.released: deque[int] = deque()
        self.seen = Newest()
        self.kept = _nothing_kept()
        self.memory = duckdb.connect(":memory:")
        self.memory.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        self.memory.execute(f"SET temp_directory = {quoted(folder / 'spill')}")
        # Deriving then holds far less in memory; every question that needs an order says so.
        self.memory.execute("SET preserve_insertion_order = false")
        _lock_down(self.memory, folder)

    def snapshot(self) -> Snapshot:
        """The data as of now: one query to the truth when nothing changed, else what changed is followed."""
        if (held := _held.get()) is not None and held[0] is self:
            return held[1]
        newest = loading.newest()
        with self.lock:
            if self.generation is None or newest != self.seen:
                self._follow(newest)
                self.kept = _nothing_kept()
            while self.released:
                self._drop(self.released.popleft())
            assert self.generation is not None
            return Snapshot(self.memory.cursor(), self.generation, self.seen.sequence, **self.kept)

    def begin_anew(self) -> None:
        """Hold nothing that was derived; whoever reads a snapshot reads on in it."""
        with self.lock:
            self.generation, self.seen = None, Newest()

    def _follow(self, newest: Newest) -> None:
        attributes = loading.attribute_columns()
        generation = self._continued(attributes) or self._begin(attributes)
        changed = loading.changed_since(self.seen.sequence)
        pending = generation.pending.union(changed)
        records = generation.base.records if generation.base else 0
        if len(pending) > max(DELTA_AT_MOST, DELTA_SHARE * records):
            generation = self._rebased(newest, attributes)
            changed = loading.changed_since(self.seen.sequence)
        began = monotonic()
        self._load(generation, changed)
        self.seen = newest
        if monotonic() - began > LOAD_AT_MOST:
            self._load(self._settled(generation), loading.changed_since(self.seen.sequence))
            self.seen = newest

    def _continued(self, attributes: list[AttributeColumn]) -> Generation | None:
        """The present generation, unless the attributes changed or the truth went back (a restore)."""
        generation = self.generation
        if generation is None or generation.attributes != attributes:
            return None
        return generation if loading.written_at(self.seen.sequence) == self.seen.written else None

    def _begin(self, attributes: list[AttributeColumn]) -> Generation:
        """A new generation on the newest base, with nothing on top yet."""
        self.begun = number = self.begun + 1
        generation = Generation(number, self._attached(number, attributes), attributes)
        weakref.finalize(generation, self.released.append, number).atexit = False
        self.memory.execute(create_table(f"delta_{number}", attributes))
        self.memory.execute(f"CREATE TABLE changed_{number} (vid BIGINT PRIMARY KEY)")
        self.memory.execute(f"CREATE VIEW {generation.relation} AS {generation.view()}")
        self.seen = Newest(generation.base.sequence, generation.base.written) if generation.base else Newest()
        self.generation = generation
        return generation

    def _attached(self, number: int, attributes: list[AttributeColumn]) -> Base | None:
        while base := newest_base(self.folder, attributes):
            # Another process may remove the file between the look and the attachment.
            with suppress(duckdb.IOException):
                self.memory.execute(f"ATTACH {quoted(base.path)} AS base_{number} (READ_ONLY)")
                return base
        return None

    def _drop(self, number: int) -> None:
        self.memory.execute(f"DROP VIEW IF EXISTS record_{number}")
        self.memory.execute(f"DROP TABLE IF EXISTS delta_{number}")
        self.memory.execute(f"DROP TABLE IF EXISTS changed_{number}")
        self.memory.execute(f"DETACH DATABASE IF EXISTS base_{number}")

    def _rebased(self, newest: Newest, attributes: list[AttributeColumn]) -> Generation:
        """A generation on a new base, written here unless another process just wrote one."""
        with only_writer(self.folder):
            generation = self._begin(attributes)
            behind = loading.changed_since(self.seen.sequence)
            if generation.base is not None and len(behind) <= DELTA_AT_MOST:
                return generation
            relation = None
            if generation.base is not None:
                self._load(generation, behind)
                relation = generation.relation
            write_base(self.memory, self.folder, newest=newest, attributes=attributes, relation=relation)
        return self._begin(attributes)

    def _settled(self, generation: Generation) -> Generation:
        """A generation on a base with what was slow to derive, so that no process does it again."""
        with only_writer(self.folder):
            write_base(
                self.memory,
                self.folder,
                newest=self.seen,
                attributes=generation.attributes,
                relation=generation.relation,
            )
        return self._begin(generation.attributes)

    def _load(self, generation: Generation, ids: Sequence[int]) -> None:
        """Put every version of these records on top of the base, in one step for whoever is reading."""
        if not ids:
            return
        delta, changed = f"delta_{generation.number}", f"changed_{generation.number}"
        generation.pending.update(ids)
        with loading.staged(ids, folder=self.folder) as staged, self._transaction():
            self.memory.execute(f"DELETE FROM {delta} WHERE vid IN (SELECT unnest(?::BIGINT[]))", [list(ids)])  # noqa: S608
            self.memory.execute(f"INSERT OR IGNORE INTO {changed} SELECT unnest(?::BIGINT[])", [list(ids)])
            staged.insert(self.memory, delta, generation.attributes)
            self.memory.execute(f"CREATE OR REPLACE VIEW {generation.relation} AS {generation.view()}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.memory.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.memory.execute("ROLLBACK")
            raise
        self.memory.execute("COMMIT")


def _lock_down(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """No statement reads or writes outside the folder, loads an extension, or takes this back."""
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute(f"SET allowed_directories = [{quoted(folder)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


_open: dict[Path, Columns] = {}
_opening = threading.Lock()


def columns() -> Columns:
    """The read side of this process for its data folder."""
    folder = Path(settings.HOME) / "columns"
    with _opening:
        if folder not in _open:
            _open[folder] = Columns(folder)
        return _open[folder]


_held: ContextVar[tuple[Columns, Snapshot] | None] = ContextVar("held", default=None)


@contextmanager
def one_state() -> Iterator[None]:
    """Within, all is asked of one state of the record, so that the figures of a page agree."""
    side = columns()
    token = _held.set((side, side.snapshot()))
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Drop everything derived, in memory and on disk; the next question derives it anew."""
    here = Path(settings.HOME) / "columns"
    with _opening:
        for folder, held in list(_open.items()):
            if folder == here:
                # Opening it again would cost ten times as much.
                held.begin_anew()
            else:
                _open.pop(folder).memory.close()
        for path in here.glob("*.duckdb"):
            path.unlink(missing_ok=True)
