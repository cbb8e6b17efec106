"""Formats: one file each, from bytes to rows of cells; pure, and streamed in passes over the same bytes."""

from __future__ import annotations

import re
from typing import BinaryIO

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.sources.formats import csv, json, jsonl
from throughline.sources.formats.tables import BadFile, Table

FORMATS = {"csv": csv.read, "json": json.read, "jsonl": jsonl.read}
_SAMPLE = 64 * 1024
_LIST = re.compile(rb"\[\s*\{")
_EMPTY = re.compile(rb'"(?:' + "|".join(json.LISTS).encode() + rb')"\s*:\s*\[\s*\]')


def open_table(stream: BinaryIO, *, name: str, format: str = "auto", skip_invalid: bool = False) -> Table:
    """The table in a stream of bytes, of a named format or of the one its content shows. Raises BadFile.

    What is no row is refused when the rows are read, or passed over and told where it is to be skipped.
    """
    if format != "auto" and format not in FORMATS:
        message = f"there is no format '{format}'{nearest(format, FORMATS)}: see 'throughline formats'"
        raise Refused(message, place="--format")
    stream.seek(0)
    start = stream.read(_SAMPLE).strip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        message = (
            "the file is empty: the first line should name the columns; of a report that found nothing, name "
            "its format"
        )
        raise BadFile(message, name=name)
    if format == "auto" and start[:1] == b"<":
        message = "this is XML or HTML, but of no report that is recognised: name its format, or give a table"
        raise BadFile(message, name=name)
    read = FORMATS[detected(stream) if format == "auto" else format]
    return read(stream, name=name, skip_invalid=skip_invalid)


def detected(stream: BinaryIO) -> str:
    """The format that the first bytes show: a list or an object of JSON, objects line by line, or a table."""
    stream.seek(0)
    start = stream.read(_SAMPLE).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"[":
        return "json"
    if start[:1] != b"{":
        return "csv"
    lines = [line.strip() for line in start.splitlines() if line.strip()]
    # An object alone on its line, followed by another, is JSON Lines; one that spreads over lines is JSON.
    whole = lines[0].endswith(b"}")
    return (
        "jsonl" if whole and (len(lines) == 1 or lines[1][:1] == b"{") and not _holds_list(lines) else "json"
    )


def _holds_list(lines: list[bytes]) -> bool:
    """Whether a single line is an object around a list of objects, or around an empty one."""
    return len(lines) == 1 and (_LIST.search(lines[0]) is not None or _EMPTY.search(lines[0]) is not None)
