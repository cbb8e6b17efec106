"""A JSON list of objects, bare or inside an object under one key."""

from __future__ import annotations

import codecs
import mmap
from io import UnsupportedOperation
from typing import BinaryIO

import msgspec

from throughline.sources.formats import misread
from throughline.sources.formats.records import table_of
from throughline.sources.formats.tables import BadFile, Table

# Where an object holds the list, under one of these names, best first.
LISTS = ("vulnerabilities", "findings", "issues", "results", "items", "records", "data", "alerts")


def read(stream: BinaryIO, *, name: str, skip_invalid: bool = False) -> Table:
    """The table in a stream of bytes. Raises BadFile with the line, or with the number of the record.

    Only one record at a time is decoded, so that memory stays small whatever the file.
    """
    content = _content(stream)
    records = _list(content, name)
    raws = lambda: enumerate(records, start=1)  # noqa: E731
    return table_of(raws, format="json", name=name, unit="record", skip_invalid=skip_invalid)


def _content(stream: BinaryIO) -> memoryview:
    stream.seek(0)
    try:
        content = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    except (UnsupportedOperation, OSError, ValueError):
        content = memoryview(stream.read())
    return content[3:] if bytes(content[:3]) == codecs.BOM_UTF8 else content


def _list(content: memoryview, name: str) -> list[msgspec.Raw]:
    try:
        if bytes(content[:4096]).lstrip()[:1] != b"{":
            return msgspec.json.decode(content, type=list[msgspec.Raw])
        return _inner(msgspec.json.decode(content, type=dict[str, msgspec.Raw]), name)
    except msgspec.ValidationError:
        raise BadFile("expected a list of objects, [{…}, {…}]", name=name, line=1) from None
    except misread.UNREADABLE as error:
        raise misread.refusal(error, content, name=name) from None


def _inner(members: dict[str, msgspec.Raw], name: str) -> list[msgspec.Raw]:
    lists = [key for key, raw in members.items() if bytes(memoryview(raw)[:1]) == b"["]
    chosen = next((key for key in LISTS if key in lists), lists[0] if len(lists) == 1 else None)
    if chosen is None:
        message = (
            "expected a list of objects, [{…}, {…}], or an object that holds one under a name such as "
            f"'{LISTS[0]}'; found an object with {', '.join(list(members)[:8]) or 'nothing in it'}"
        )
        raise BadFile(message, name=name, line=1)
    return msgspec.json.decode(members[chosen], type=list[msgspec.Raw])
