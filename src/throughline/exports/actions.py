"""Writing an export: every table of one instant into a folder that appears whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import duckdb
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from throughline.audit import actions as audit
from throughline.exports import parquet, reading
from throughline.exports.csv_files import CsvFile
from throughline.exports.declared import Table
from throughline.exports.dictionary import dictionary_of, markdown
from throughline.exports.folders import DICTIONARY, appearing
from throughline.exports.tables import TABLES
from throughline.site.instants import apart
from throughline.site.plain import plain
from throughline.site.progress import Progress, quiet


class Format(Enum):
    """What the files are; the value is how their names end."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written: how many rows each table has."""

    format: Format
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """The rows of all tables."""
        return sum(self.rows.values())


def export(
    actor: str,
    target: Path,
    format: Format,
    *,
    now: datetime,
    progress: Progress = quiet,
    place: str = "DIR",
) -> Exported:
    """Write every table and their dictionary into a folder, which is the record of what left the house.

    The folder appears once all is written; whatever `progress` raises leaves none. Raises Refused where the
    target holds what no export wrote.
    """
    with appearing(target, place=place) as folder:
        rows = _written(folder, format, progress)
        _describe(folder, rows, format, now=now)
        # Before the folder gets its name: nothing leaves unrecorded.
        with transaction.atomic():
            detail = {"format": format.value, "rows": sum(rows.values())}
            audit.record(actor, "record exported", object_type="export", detail=detail, now=now)
    return Exported(format, rows)


def _written(folder: Path, format: Format, progress: Progress) -> dict[str, int]:
    with apart() as connection, _writer(folder, format) as engine:
        sizes = {table.name: reading.size(table, connection) for table in TABLES}
        whole, done, rows = sum(sizes.values()), 0, {}
        for table in TABLES:
            said = f"writing {table.name.replace('_', ' ')}"
            told = _Told(progress, done, whole, said)
            rows[table.name] = (
                _as_csv(folder, table, connection, told)
                if engine is None
                else _as_parquet(folder, table, connection, engine, told)
            )
            done += rows[table.name]
        return rows


@contextmanager
def _writer(folder: Path, format: Format) -> Iterator[duckdb.DuckDBPyConnection | None]:
    if format is Format.CSV:
        yield None
        return
    with parquet.engine(folder) as engine:
        yield engine


@dataclass(slots=True)
class _Told:
    """Progress of one table among all of them."""

    progress: Progress
    done: int
    whole: int
    said: str

    def add(self, rows: int) -> None:
        self.done += rows
        # What is under way has not ended, however many rows are read.
        self.progress(min(self.done, max(self.whole - 1, 0)), self.whole, self.said)


def _as_csv(folder: Path, table: Table, connection: BaseDatabaseWrapper, told: _Told) -> int:
    file = CsvFile(table, folder / f"{table.name}.csv")
    with ExitStack() as held:
        held.callback(file.close)
        count = 0
        for portion in reading.portions(table, connection):
            file.add(portion)
            count += len(portion)
            told.add(len(portion))
    return count


def _as_parquet(
    folder: Path,
    table: Table,
    connection: BaseDatabaseWrapper,
    engine: duckdb.DuckDBPyConnection,
    told: _Told,
) -> int:
    staged = parquet.Staged(folder / f"{table.name}.staged")
    with ExitStack() as held:
        held.callback(staged.path.unlink)
        held.callback(staged.close)
        count = 0
        for portion in reading.portions(table, connection):
            staged.add(portion)
            count += len(portion)
            told.add(len(portion))
        written = parquet.write(engine, table, staged, folder / f"{table.name}.parquet")
    if written != count:
        raise parquet.Unwritable(f"of {count} rows of {table.name} {written} were written")
    return written


def _describe(folder: Path, rows: dict[str, int], format: Format, *, now: datetime) -> None:
    said = dictionary_of(rows, suffix=format.value, made_at=now)
    text = json.dumps(plain(said), indent=2, ensure_ascii=False) + "\n"
    (folder / DICTIONARY).write_text(text, encoding="utf-8")
    (folder / "dictionary.md").write_text(markdown(), encoding="utf-8")
