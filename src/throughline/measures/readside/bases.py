"""Base files of the read side: immutable, named by the newest event in them, replaced by renaming."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from throughline.measures.readside import loading
from throughline.measures.readside.layout import LAYOUT, AttributeColumn, create_table
from throughline.measures.readside.loading import Newest


@dataclass(frozen=True, slots=True)
class Base:
    """A base file: every version known up to the event `sequence`, which was written down at `written`."""

    path: Path
    sequence: int
    written: str
    records: int
    attributes: tuple[AttributeColumn, ...]


def newest_base(folder: Path, attributes: list[AttributeColumn]) -> Base | None:
    """The newest base that the truth still continues and whose attributes have kept their types."""
    known = {(each.id, each.type) for each in attributes}
    for path in sorted(folder.glob("*.duckdb"), reverse=True):
        base = _read(path)
        if base is None or not {(each.id, each.type) for each in base.attributes} <= known:
            continue
        if loading.written_at(base.sequence) == base.written:
            return base
    return None


def write_base(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    newest: Newest,
    attributes: list[AttributeColumn],
    relation: str | None,
) -> None:
    """Write every version into a file, complete before it has its name; older bases go.

    The versions come from a relation that holds them, else from the truth.
    """
    part = folder / f"{os.getpid()}.part"
    part.unlink(missing_ok=True)
    connection.execute(f"ATTACH {quoted(part)} AS part")
    try:
        connection.execute(create_table("part.versions", attributes))
        _fill(connection, folder, attributes=attributes, relation=relation)
        _describe(connection, newest=newest, attributes=attributes)
    finally:
        connection.execute("DETACH part")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    final = folder / f"{newest.sequence:015d}-{os.urandom(3).hex()}.duckdb"
    part.rename(final)
    for old in folder.glob("*.duckdb"):
        if old != final:
            old.unlink(missing_ok=True)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    attributes: list[AttributeColumn],
    relation: str | None,
) -> None:
    if relation is not None:
        connection.execute(f"INSERT INTO part.versions SELECT * FROM {relation}")  # noqa: S608 - a name of ours
        return
    with loading.staged(None, folder=folder) as staged:
        staged.insert(connection, "part.versions", attributes)


def _describe(
    connection: duckdb.DuckDBPyConnection, *, newest: Newest, attributes: list[AttributeColumn]
) -> None:
    connection.execute(
        "CREATE TABLE part.about AS SELECT ?::INT AS layout, ?::BIGINT AS sequence, ?::VARCHAR AS written, "
        "(SELECT COUNT(DISTINCT vid) FROM part.versions) AS records",
        [LAYOUT, newest.sequence, newest.written],
    )
    connection.execute("CREATE TABLE part.attributes (id BIGINT, name VARCHAR, type VARCHAR)")
    for each in attributes:
        connection.execute("INSERT INTO part.attributes VALUES (?, ?, ?)", [each.id, each.name, each.type])
    connection.execute("CHECKPOINT part")


def _read(path: Path) -> Base | None:
    """What a base file says of itself; None for one of another layout, or that another process removed."""
    try:
        with duckdb.connect(str(path), read_only=True) as file:
            about = file.execute("SELECT layout, sequence, written, records FROM about").fetchone()
            attributes = file.execute("SELECT id, name, type FROM attributes ORDER BY id").fetchall()
    except duckdb.Error:
        return None
    if about is None or about[0] != LAYOUT:
        return None
    return Base(path, about[1], about[2], about[3], tuple(AttributeColumn(*row) for row in attributes))


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Held by one process at a time, and let go by the system when that process dies."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def quoted(path: Path) -> str:
    """A path as a text in a statement; ATTACH takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"
