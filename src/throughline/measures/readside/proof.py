"""The proof that the read side says what the truth says: both are read in full and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from throughline.measures.readside import loading
from throughline.measures.readside.columns import columns
from throughline.measures.readside.layout import FOREVER, AttributeColumn, create_table, table_columns


def differences() -> Iterator[str]:
    """A sentence for each record that the read side holds otherwise than the truth; none where they agree."""
    held = columns()
    snapshot = held.snapshot()
    attributes = loading.attribute_columns()
    # A hash of whole rows on both sides: equal sets of versions have equal sums, whatever their order.
    with _derived_anew(held.folder, attributes) as truth:
        expected = dict(truth.execute(_sums("fresh")).fetchall())
    found = dict(snapshot.cursor.execute(_sums(snapshot.relation)).fetchall())
    wrong = {vid for vid in expected.keys() | found.keys() if expected.get(vid) != found.get(vid)}
    yield from (_sentence(vid, expected, found) for vid in sorted(wrong))
    # Deriving twice repeats its own mistakes: what is known now must be what the rows themselves say.
    rows = _rows(held.folder, attributes)
    newest = dict(snapshot.cursor.execute(_values(snapshot.relation, attributes)).fetchall())
    for vid in sorted((rows.keys() | newest.keys()) - wrong):
        if rows.get(vid) != newest.get(vid):
            yield _sentence(vid, rows, newest)


def _rows(folder: Path, attributes: Sequence[AttributeColumn]) -> dict[int, int]:
    """A hash of each record's row, without when it was known."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(create_table("present", attributes))
        with loading.present(folder=folder) as staged:
            staged.insert(connection, "present", attributes)
        return dict(connection.execute(_values("present", attributes)).fetchall())


def _values(relation: str, attributes: Sequence[AttributeColumn]) -> str:
    names = [name for name in table_columns(attributes) if name not in ("known_from", "known_to")]
    hashed = ", ".join(f'"{name}"' for name in names)
    return f"SELECT vid, hash(({hashed})) FROM {relation} WHERE known_to = '{FOREVER}'"  # noqa: S608 - ours


def _derived_anew(folder: Path, attributes: Sequence[AttributeColumn]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(create_table("fresh", attributes))
    with loading.staged(None, folder=folder) as staged:
        staged.insert(connection, "fresh", attributes)
    return connection


def _sums(relation: str) -> str:
    return f"SELECT vid, SUM(hash({relation})::HUGEINT) FROM {relation} GROUP BY vid"  # noqa: S608 - ours


def _sentence(vid: int, expected: dict[int, int], found: dict[int, int]) -> str:
    if vid not in found:
        return f"record {vid} is missing from the read side: delete the folder 'columns' and it is made anew"
    if vid not in expected:
        return f"record {vid} is on the read side only: delete the folder 'columns' and it is made anew"
    return f"record {vid} differs on the read side: delete the folder 'columns' and it is made anew"
