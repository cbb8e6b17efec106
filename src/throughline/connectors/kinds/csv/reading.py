"""The bytes of a table at an address, read into dated values. Pure."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from throughline.connectors.dated import PREVIEWED, Columns, Dated, read_table
from throughline.engine.refusals import Refused
from throughline.sources.formats import csv


@dataclass(frozen=True, slots=True)
class Preview:
    """The columns of a table, its first rows, and which columns are read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chosen: Columns


def read(content: bytes, columns: Columns, *, name: str, unit: str, now: datetime) -> Dated:
    """The dated values of a table with separators. Raises Refused with the line."""
    table = csv.read(_stream(content, name), name=name)
    lines = ((f"line {line}", cells) for line, cells in table.rows())
    found = read_table(table.columns, lines, columns, unit=unit, now=now)
    if not found.rows and not found.doubts:
        raise Refused("there is no value under the header", place=name, code="no_data")
    return found


def preview(content: bytes, columns: Columns, *, name: str) -> Preview:
    """What the address holds, for whoever chooses its columns. Raises Refused where it is no table."""
    table = csv.read(_stream(content, name), name=name)
    rows = tuple(tuple(cell[:80] for cell in cells) for _, cells in islice(table.rows(), PREVIEWED))
    return Preview(table.columns, rows, columns.found_in(table.columns))


def is_page(content: bytes) -> bool:
    """Whether this is a page of HTML or another document in tags."""
    return content.lstrip()[:1] == b"<"


def _stream(content: bytes, name: str) -> io.BytesIO:
    if is_page(content):
        raise Refused("this is a page and no table", place=name, code="nonsense")
    return io.BytesIO(content)
