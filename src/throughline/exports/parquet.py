"""Tables as Parquet files: staged as text on disk, typed and written by DuckDB within a bound of memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb

from throughline.exports.declared import Column, Kind, Table

MEMORY = "256MB"
LINE_AT_LEAST, BUFFER_AT_LEAST = 2 * 1024**2, 32 * 1024**2


class Unwritable(RuntimeError):
    """A stored row does not fit its declared columns; what it holds is not repeated."""


class Staged:
    """Rows as text in a file, with the size of the longest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.longest = 0
        self._file: IO[str] = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self, lineterminator="\n")

    def write(self, row: str) -> int:
        """What csv hands a row to."""
        self.longest = max(self.longest, len(row))
        return self._file.write(row)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Put rows behind those there are."""
        self._writer.writerows(rows)

    def close(self) -> None:
        """Write what is left; a second time changes nothing."""
        self._file.close()


@contextmanager
def engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a bound on memory, that reads and writes in this folder only."""
    with duckdb.connect(":memory:") as connection:
        for setting in (
            f"memory_limit = '{MEMORY}'",
            f"temp_directory = {_quoted(str(folder / 'spill'))}",
            "TimeZone = 'UTC'",
            "threads = 2",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            f"allowed_directories = [{_quoted(str(folder))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        yield connection


def write(connection: duckdb.DuckDBPyConnection, table: Table, staged: Staged, path: Path) -> int:
    """Write the staged rows as Parquet; how many they were. Raises Unwritable."""
    staged.close()
    typed = ", ".join(f'{_typed(column)} AS "{column.name}"' for column in table.columns)
    # Names are of our own tables, and paths are quoted; COPY takes no parameters.
    statement = f"COPY (SELECT {typed} FROM {_source(table, staged)}) TO {_quoted(str(path))}"  # noqa: S608
    try:
        [written] = connection.execute(f"{statement} (FORMAT parquet, COMPRESSION zstd)").fetchone() or (0,)
    except duckdb.Error as error:
        # DuckDB repeats the line it stumbled over, which may hold anything.
        message = f"a row of {table.name} does not fit its columns ({type(error).__name__})"
        raise Unwritable(f"{message}: run 'throughline check'") from None
    return int(written)


def _source(table: Table, staged: Staged) -> str:
    columns = ", ".join(f"'{column.name}': 'VARCHAR'" for column in table.columns)
    # A character has at most four bytes.
    longest = 4 * staged.longest
    return (
        f"read_csv({_quoted(str(staged.path))}, columns = {{{columns}}}, header = false, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        # A text of several lines is one row wherever a portion of the file begins.
        "new_line = '\\n', parallel = false, "
        f"max_line_size = {max(longest, LINE_AT_LEAST)}, buffer_size = {max(2 * longest, BUFFER_AT_LEAST)})"
    )


def _typed(column: Column) -> str:
    name = f'"{column.name}"'
    if column.kind in (Kind.TEXT, Kind.JSON):
        return name
    if column.kind is Kind.TEXTS:
        return f"from_json({name}, '[\"VARCHAR\"]')"
    return f"{name}::{column.kind.value}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
