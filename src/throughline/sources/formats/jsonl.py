"""JSON Lines: one object a line (https://jsonlines.org)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from throughline.sources.formats.records import table_of
from throughline.sources.formats.tables import BadFile, Table

LONGEST_LINE = 16 * 1024 * 1024


def read(stream: BinaryIO, *, name: str, skip_invalid: bool = False) -> Table:
    """The table in a stream of bytes; blank lines are skipped. Raises BadFile with the line."""
    raws = lambda: _lines(stream, name)  # noqa: E731
    return table_of(raws, format="jsonl", name=name, unit="line", skip_invalid=skip_invalid)


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    stream.seek(0)
    number = 0
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(content) > LONGEST_LINE:
            raise BadFile(f"the line is longer than {LONGEST_LINE:,} bytes", name=name, line=number)
        content = content.removeprefix(codecs.BOM_UTF8) if number == 1 else content
        if content.strip():
            yield number, content
