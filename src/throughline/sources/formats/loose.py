"""JSON records however people keep them: in a list, in pages, one a line, one after another, alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.shapes import text

SHAPES = frozenset({"object", "list", "lines", "stream"})

Record = msgspec.Raw | tuple[int, msgspec.Raw]


def records(content: Content) -> Iterator[Record]:
    """The records, undecoded; those of lines and streams with their numbers."""
    if content.shape == "lines":
        yield from content.lines()
    elif content.shape == "stream":
        yield from content.messages()
    elif content.shape == "object":
        yield msgspec.Raw(content.data)
    for raw in content.records:
        yield from content.items_of(raw) if bytes(memoryview(raw)[:1]) == b"[" else [raw]


def decoded(content: Content, record: Record) -> Any:
    """One record, decoded."""
    return content.value(record[1] if isinstance(record, tuple) else record)


def names(content: Content) -> frozenset[str]:
    """The names of the first record's members; none where there is no record, or it is no object."""
    return frozenset(content.members if content.shape == "object" else first(content))


def first(content: Content) -> dict[str, Any]:
    """The first record, decoded; empty where there is none, or it is no object."""
    found = next((decoded(content, record) for record in records(content)), None)
    return found if isinstance(found, dict) else {}


def told(record: Any, *path: str | int) -> str:
    """The text at a path of what a report says of itself; empty where it is no text: no finding needs it."""
    try:
        return text(record, *path)
    except BadRecord:
        return ""
