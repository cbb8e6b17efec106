"""One table taken out while somebody waits: streamed as CSV, or written as Parquet and sent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from throughline.audit import actions as audit
from throughline.exports import parquet, reading
from throughline.exports.actions import Format
from throughline.exports.csv_files import csv_text
from throughline.exports.declared import Table
from throughline.exports.queries import folder
from throughline.exports.tables import TABLES
from throughline.site.instants import apart


def table_named(name: str) -> Table | None:
    """The table of a name."""
    return next((table for table in TABLES if table.name == name), None)


def record(actor: str, table: Table, format: Format, *, now: datetime) -> None:
    """Write down that a table leaves the house, before it does."""
    with transaction.atomic():
        detail = {"table": table.name, "format": format.value}
        audit.record(actor, "table exported", object_type="export", detail=detail, now=now)


def as_csv(table: Table) -> Iterator[str]:
    """The table as text, of one instant, as it is read."""
    with apart() as connection:
        yield from csv_text(table, reading.portions(table, connection))


def as_parquet(table: Table) -> IO[bytes]:
    """The table as a file that has no name any more: it is gone once it is closed."""
    with tempfile.TemporaryDirectory(dir=folder(), suffix=".part") as held, apart() as connection:
        staged = parquet.Staged(Path(held) / "staged")
        for portion in reading.portions(table, connection):
            staged.add(portion)
        written = Path(held) / f"{table.name}.parquet"
        with parquet.engine(Path(held)) as engine:
            parquet.write(engine, table, staged, written)
        return written.open("rb")
