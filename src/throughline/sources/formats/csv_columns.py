"""Tables whose columns are spelled in several ways, or come after a preamble. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.marks import encoding_of
from throughline.sources.formats.tables import LONGEST_CELL, BadFile

Row = dict[str, str]
Says = Callable[[Row, str], str]
IsHeader = Callable[[list[str]], bool]

# A preamble names the company, the scan and its hosts; none is longer.
LONGEST_PREAMBLE = 60


def plain_name(column: str) -> str:
    """A column's name as it is compared: letters and digits, in lower case.

    >>> plain_name("CVSS v3.0 Base Score")
    'cvssv30basescore'
    """
    return "".join(filter(str.isalnum, column)).lower()


def reader(header: tuple[str, ...], names: Mapping[str, tuple[str, ...]]) -> Says:
    """What a row says of a thing: the first of its columns, by plain names, that is there and not empty."""
    columns = {plain_name(column): column for column in header}
    chosen = {name: [columns[each] for each in known if each in columns] for name, known in names.items()}

    def says(row: Row, name: str) -> str:
        for column in chosen[name]:
            if said := row.get(column, "").strip():
                return said
        return ""

    return says


def header_after(content: Content, is_header: IsHeader) -> tuple[str, ...]:
    """The column names of a table that may start with a preamble; none where no line is a header."""
    with _cells(content, errors="replace") as found:
        try:
            lines = islice(found, LONGEST_PREAMBLE)
            return next((tuple(cell.strip() for cell in cells) for cells in lines if is_header(cells)), ())
        except csv.Error:
            return ()


def rows_after(content: Content, is_header: IsHeader) -> Iterator[tuple[int, Row]]:
    """The rows below the header by column name, with the line each ends on. Raises BadFile."""
    header = header_after(content, is_header)
    with _cells(content) as found:
        try:
            next(cells for cells in found if is_header(cells))
            for cells in found:
                if any(cells):
                    yield found.line_num, dict(zip(header, cells, strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            raise _unreadable(error, content, found.line_num) from None
        except StopIteration:
            return


def tables_in(content: Content, table_of: Callable[[list[str]], str]) -> Iterator[tuple[int, str, Row]]:
    """The rows of several tables below one another: line, table, and cells by the plain names of its columns.

    `table_of` names the table whose columns some cells are; empty for cells of another row. Raises BadFile.
    """
    table, columns = "", [""]
    with _cells(content) as found:
        try:
            for cells in found:
                if begun := table_of(cells):
                    table, columns = begun, [plain_name(cell) for cell in cells]
                elif table and len(cells) > 1 and any(cells):
                    yield found.line_num, table, dict(zip(columns, cells, strict=False))
        except (csv.Error, UnicodeDecodeError) as error:
            raise _unreadable(error, content, found.line_num) from None


def _unreadable(error: Exception, content: Content, line: int) -> BadFile:
    if isinstance(error, UnicodeDecodeError):
        message = f"byte {error.start} is not UTF-8: save the file as UTF-8"
        return BadFile(message, name=content.name)
    return BadFile(f"this is not a table: {error}", name=content.name, line=line)


@contextmanager
def _cells(content: Content, *, errors: str = "strict") -> Iterator[Any]:
    csv.field_size_limit(LONGEST_CELL)
    encoding = encoding_of(content.stream)
    text = io.TextIOWrapper(content.stream, encoding=encoding, errors=errors, newline="")
    try:
        yield csv.reader(text)
    finally:
        # Others read the stream again.
        with suppress(ValueError):
            text.detach()
