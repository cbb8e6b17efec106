"""The proof that the read side says what the truth says: both are read in full and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from throughline.measures.readside import loading
from throughline.measures.readside.columns import columns
from throughline.measures.readside.layout import AttributeColumn, create_table


def differences() -> Iterator[str]:
    """A sentence for each record that the read side holds otherwise than the truth; none where they agree."""
    held = columns()
    snapshot = held.snapshot()
    attributes = loading.attribute_columns()
    # A hash of whole rows on both sides: equal sets of versions have equal sums, whatever their order.
    with _derived_anew(held.folder, attributes) as truth:
        expected = dict(truth.execute(_sums("fresh")).fetchall())
    found = dict(snapshot.cursor.execute(_sums(snapshot.relation)).fetchall())
    for vid in sorted(expected.keys() | found.keys()):
        if expected.get(vid) != found.get(vid):
            yield _sentence(vid, expected, found)


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
