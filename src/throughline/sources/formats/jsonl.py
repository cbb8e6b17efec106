"""JSON Lines: one object a line (https://jsonlines.org)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from throughline.sources.formats.records import columns_of, decoded, rows_of
from throughline.sources.formats.tables import BadFile, Table

LONGEST_LINE = 16 * 1024 * 1024


def read(stream: BinaryIO, *, name: str) -> Table:
    """The table in a stream of bytes; blank lines are skipped. Raises BadFile with the line."""
    columns = columns_of(_records(stream, name), name=name)
    return Table("jsonl", columns, lambda: rows_of(_records(stream, name), columns, name=name))


def _records(stream: BinaryIO, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    stream.seek(0)
    number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(content) > LONGEST_LINE:
            raise BadFile(f"the line is longer than {LONGEST_LINE:,} bytes", name=name, line=number)
        content = content.removeprefix(codecs.BOM_UTF8) if number == 1 else content
        if content.strip():
            yield number, decoded(content, name=name, line=number, unit="line")
