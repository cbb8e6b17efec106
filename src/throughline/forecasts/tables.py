"""Tables that people have, opened within limits: bytes to named cells, with file and line of what is wrong.

Pure: nothing here touches the database, so a panel or a base rate can be asked of without a data folder.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.sources.formats import archives, csv
from throughline.sources.formats.archives import Allowance
from throughline.sources.formats.tables import BadFile, Table, shown

MOST_BYTES = 64_000_000
MOST_UNPACKED = 256_000_000
LONGEST_COMMENT = 10_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells under the names of fields, and where it stands.

    `columns` are the file's own names of the fields, which messages use.
    """

    place: str
    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]

    def refused(self, message: str, *, column: str = "", code: str = "bad_cell") -> Refused:
        """What to raise of this row, naming file, line and, where a field is given, its column."""
        named = self.columns.get(column, column)
        place = f"{self.place}, column '{named}'" if column else self.place
        return Refused(message, place=place, code=code)


class Opened:
    """A table with its columns, whose rows may be read once or again."""

    def __init__(self, table: Table, *, name: str, above: int = 0) -> None:
        self.columns = table.columns
        self.name = name
        self._table, self._above = table, above

    def rows(self, columns: Mapping[str, str]) -> Iterator[Row]:
        """Its rows that hold anything, under the names that `columns` gives: {name: column of the file}."""
        places = {field: self.columns.index(column) for field, column in columns.items()}
        with _placed(self.name, above=self._above):
            for place, cells in self._table.rows():
                line = place + self._above
                if any(cell.strip() for cell in cells):
                    named = {field: cells[at].strip() for field, at in places.items()}
                    yield Row(f"{self.name}:{line}", line, named, columns)


@contextmanager
def opened(content: bytes, *, name: str) -> Iterator[Opened]:
    """A CSV file, plain or packed with gzip.

    Raises Refused, naming the line, for what is empty, packed too well, not UTF-8 or no table.
    """
    with unpacked(content, name=name) as plain, _placed(name):
        table = csv.read(plain, name=name)
        yield Opened(table, name=name)


@contextmanager
def opened_below_comment(content: bytes, *, name: str) -> Iterator[tuple[str, Opened]]:
    """A CSV file with one line of comment above its header, and that line; empty where there is none."""
    with unpacked(content, name=name) as plain:
        start = plain.read(1)
        plain.seek(0)
        comment = plain.readline(LONGEST_COMMENT).decode("utf-8", "replace") if start == b"#" else ""
        above = 1 if comment else 0
        with _placed(name, above=above):
            table = csv.read(io.BytesIO(plain.read()), name=name)
            yield comment.strip(), Opened(table, name=name, above=above)


@contextmanager
def unpacked(content: bytes, *, name: str) -> Iterator[BinaryIO]:
    """The file itself, or the one file in a gzip. Raises Refused beyond the limits."""
    if len(content) > MOST_BYTES:
        message = f"expected at most {MOST_BYTES:,} bytes, found {len(content):,}: split the file"
        raise Refused(message, place=name, code="size")
    allowance = Allowance()
    allowance.bytes = MOST_UNPACKED
    with _placed(name), archives.unpacked(io.BytesIO(content), name=name, allowance=allowance) as members:
        if len(members) != 1:
            raise Refused(
                "expected one file in the archive: give the file itself", place=name, code="archive"
            )
        yield members[0].stream


@contextmanager
def _placed(name: str, *, above: int = 0) -> Iterator[None]:
    """Say of a file that cannot be read where, as file:line."""
    try:
        yield
    except BadFile as error:
        place = name if error.line is None else f"{name}:{error.line + above}"
        raise Refused(error.message, place=place, code=error.code) from None


def parse_maps(pairs: Sequence[str], *, fields: Sequence[str]) -> dict[str, str]:
    """{field: column} of `field=column` texts, as `import --map` has them. Raises Refused.

    >>> parse_maps(["p=Chance"], fields=["question", "p"])
    {'p': 'Chance'}
    """
    found: dict[str, str] = {}
    for pair in pairs:
        field, mark, column = (part.strip() for part in pair.partition("="))
        if not mark:
            message = f"'{pair}' has no '=': write --map field=column, such as --map p=Probability"
            raise Refused(message, place="--map", code="mapping")
        # The other way round is what renaming a column reads like; it can be meant in one way only.
        if field not in fields and column in fields:
            field, column = column, field
        if field not in fields:
            message = (
                f"there is no field '{field}'{nearest(field, fields)}; the fields are {', '.join(fields)}"
            )
            raise Refused(message, place="--map", code="mapping")
        if field in found:
            raise Refused(f"'{field}' is mapped twice", place="--map", code="mapping")
        found[field] = column
    return found


def settled(table: Opened, *, fields: Sequence[str], maps: Mapping[str, str]) -> dict[str, str]:
    """{field: column of the file} for the fields that the file has, by header or by what was mapped.

    Raises Refused for a mapped column that is not there.
    """
    for field, column in maps.items():
        if column and column not in table.columns:
            near = f"{nearest(column, table.columns)}; the columns are {_listed(table.columns)}"
            message = f"the file has no column {shown(column)}{near}"
            raise Refused(message, place=f"--map {field}={column}", code="mapping")
    taken = set(maps.values())
    by_name = {column.casefold(): column for column in reversed(table.columns) if column not in taken}
    found = {
        field: by_name[field.casefold()]
        for field in fields
        if field not in maps and field.casefold() in by_name
    }
    return found | {field: column for field, column in maps.items() if column}


def require(
    table: Opened, columns: Mapping[str, str], field: str, *, why: str, way_out: str | None = None
) -> None:
    """Raise Refused where the file lacks a column that cannot be done without.

    The way out is to rename or to map one, unless another is said.
    """
    if field not in columns:
        free = [column for column in table.columns if column not in columns.values()]
        message = (
            f"there is no column '{field}'{nearest(field, free)}, {why}; the columns are "
            f"{_listed(table.columns)}: {way_out or f'rename one, or give --map {field}=COLUMN'}"
        )
        raise Refused(message, place=f"{table.name}:1", code="no_column")


def number(row: Row, field: str) -> float:
    """A cell as a finite number. Raises Refused, naming file, line and column."""
    text = row.cells[field]
    if not _NUMBER.fullmatch(text):
        hint = "write plain digits with a point, such as 12500 or 0.4"
        raise row.refused(f"found {shown(text)}, expected a number: {hint}", column=field, code="no_number")
    found = float(text)
    if not abs(found) < float("inf"):
        raise row.refused(f"{shown(text)} is too large a number", column=field, code="no_number")
    return found


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(column[:60] for column in columns[:40])
