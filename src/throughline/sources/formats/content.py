"""A report's bytes and what can be seen of them without reading all: shape, names, first record. Pure.

Nothing is held but the file itself (mapped into memory) and one record at a time.
"""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
from collections.abc import Container, Iterator
from functools import cached_property
from io import UnsupportedOperation
from typing import Any, BinaryIO

import msgspec

from throughline.sources.formats import misread
from throughline.sources.formats.elements import Dtd, Element, Root, elements, root_of
from throughline.sources.formats.stream import is_stream, values_in
from throughline.sources.formats.tables import LONGEST_CELL, BadFile

HEAD = 64 * 1024
# Possessive, so that comments after one another are read in one way only.
_HTML = re.compile(
    r"(?:<\?xml[^>]*>|(?><!--.*?-->)|\s)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
LONGEST_RECORD = 16 * 1024 * 1024


class Content:
    """One file.

    `shape` is object or list (JSON), lines (JSON Lines), stream (JSON objects over many lines, one after
    another), xml, html, table, or empty.
    """

    def __init__(self, stream: BinaryIO, *, name: str) -> None:
        self.stream = stream
        self.name = name
        stream.seek(0)
        self.head = stream.read(HEAD).removeprefix(codecs.BOM_UTF8)

    @cached_property
    def start(self) -> str:
        """The first characters, without blanks before them."""
        for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if self.head.startswith(mark):
                return self.head[2:].decode(encoding, "replace").lstrip()
        return self.head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n\0")

    @cached_property
    def shape(self) -> str:
        first = self.start[:1]
        if not first:
            return "empty"
        if first == "<":
            return "html" if _HTML.match(self.start[:4000]) else "xml"
        if first == "[":
            return "list"
        if first == "{":
            if self._is_lines():
                return "lines"
            return "stream" if is_stream(self.start) else "object"
        return "table"

    @cached_property
    def data(self) -> memoryview:
        """All of it, mapped where it can be."""
        try:
            content = memoryview(mmap.mmap(self.stream.fileno(), 0, access=mmap.ACCESS_READ))
        except (UnsupportedOperation, OSError, ValueError):
            self.stream.seek(0)
            content = memoryview(self.stream.read())
        if bytes(content[:2]) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return memoryview(str(content, "utf-16").encode())
        return content[3:] if bytes(content[:3]) == codecs.BOM_UTF8 else content

    @cached_property
    def members(self) -> dict[str, msgspec.Raw]:
        """The members of a JSON object, undecoded; none for another shape. Raises BadFile."""
        found: dict[str, msgspec.Raw] = {}
        return self._decode(self.data, dict[str, msgspec.Raw]) if self.shape == "object" else found

    def member(self, name: str, default: Any = None) -> Any:
        """One member of a JSON object, decoded whole: for small ones."""
        return self.value(self.members[name]) if name in self.members else default

    @cached_property
    def records(self) -> list[msgspec.Raw]:
        """The items of a JSON list, undecoded; none for another shape. Raises BadFile."""
        return self._decode(self.data, list[msgspec.Raw]) if self.shape == "list" else []

    def items(self, name: str) -> list[msgspec.Raw]:
        """The items of the list that is one member of a JSON object, undecoded; none where it is null."""
        if name not in self.members:
            return []
        try:
            return self.items_of(self.members[name])
        except BadFile as error:
            raise BadFile(f"{name}: {error.message}", name=self.name, line=error.line) from None

    def items_of(self, raw: msgspec.Raw) -> list[msgspec.Raw]:
        """The items of an undecoded list; none of null. Raises BadFile for anything else."""
        return self._decode(raw, list[msgspec.Raw] | None) or []

    def objects_of(self, raw: msgspec.Raw) -> list[dict[str, msgspec.Raw]]:
        """The members of every object in an undecoded list, undecoded; none of null. Raises BadFile."""
        found = self._decode(raw, list[dict[str, msgspec.Raw] | None] | None)
        return [members or {} for members in found or ()]

    def members_of(self, raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
        """The members of an undecoded object; none of null. Raises BadFile for anything else."""
        return self._decode(raw, dict[str, msgspec.Raw] | None) or {}

    def value(self, raw: msgspec.Raw | memoryview) -> Any:
        """An undecoded value, decoded. Raises BadFile."""
        return self._decode(raw, Any)

    @cached_property
    def first(self) -> Any:
        """The first item of a list, of the lines or of the stream, decoded; None where there is none."""
        if self.shape == "list":
            return self.value(self.records[0]) if self.records else None
        if self.shape not in ("lines", "stream"):
            return None
        unit, found = ("line", self.lines()) if self.shape == "lines" else ("message", self.messages())
        for number, raw in found:
            try:
                return self.value(raw)
            except BadFile as error:
                raise BadFile(error.message, name=self.name, line=number, unit=unit) from None
        return None

    def lines(self) -> Iterator[tuple[int, msgspec.Raw]]:
        """The objects of JSON Lines (or one JSON value after another), undecoded, with their lines."""
        content = self.data
        start, number = 0, 0
        while start < len(content):
            end = _end_of_line(content, start)
            number += 1
            line = bytes(content[start:end]).strip()
            if len(line) > LONGEST_RECORD:
                raise BadFile(
                    f"the line is longer than {LONGEST_RECORD:,} bytes", name=self.name, line=number
                )
            if line:
                yield number, msgspec.Raw(line)
            start = end + 1

    def messages(self) -> Iterator[tuple[int, msgspec.Raw]]:
        """The objects of a stream, undecoded, with their numbers. Raises BadFile."""
        for number, value in enumerate(values_in(self.data, name=self.name), start=1):
            yield number, msgspec.Raw(value)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The column names of a table, without blanks around; none for another shape."""
        if self.shape != "table":
            return ()
        try:
            return self._columns(csv.reader(self._text(), self._dialect))
        except (csv.Error, UnicodeDecodeError):
            # What is wrong with it is said by whoever reads its rows.
            return ()

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a table by column name, with the line each ends on; what a row lacks is empty."""
        reader = csv.reader(self._text(), self._dialect)
        try:
            columns = self._columns(reader)
            for cells in reader:
                if not any(cells):
                    continue
                if len(cells) > len(columns) and any(cells[len(columns) :]):
                    message = f"{len(cells)} cells under {len(columns)} columns: check the quotes of this row"
                    raise BadFile(message, name=self.name, line=reader.line_num)
                row = dict(zip(columns, cells, strict=False))
                yield reader.line_num, row | dict.fromkeys(columns[len(cells) :], "")
        except csv.Error as error:
            raise BadFile(f"this is not a table: {error}", name=self.name, line=reader.line_num) from None
        except UnicodeDecodeError as error:
            message = f"byte {error.start} is not UTF-8: save the file as UTF-8"
            raise BadFile(message, name=self.name) from None

    @staticmethod
    def _columns(rows: Iterator[list[str]]) -> tuple[str, ...]:
        """The names in the first row that is not blank."""
        return tuple(column.strip() for column in next((cells for cells in rows if any(cells)), ()))

    @cached_property
    def root(self) -> Root:
        """Name and attributes of an XML document's root. Raises BadFile."""
        return root_of(self.stream, name=self.name) if self.shape == "xml" else Root("", {})

    def elements(
        self, *names: str, dtd: Dtd = False, without: Container[str] = (), until: Container[str] = ()
    ) -> Iterator[Element]:
        """The elements of these names, each whole, wherever they are; see elements.elements."""
        return elements(self.stream, *names, name=self.name, dtd=dtd, without=without, until=until)

    def _text(self) -> io.TextIOBase:
        csv.field_size_limit(LONGEST_CELL)
        self.stream.seek(0)
        encoding = "utf-16" if self.head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
        return _Lines(self.stream, encoding)

    @cached_property
    def _dialect(self) -> type[csv.Dialect]:
        first = self.start.splitlines()[0] if self.start else ""
        counts = {mark: first.count(mark) for mark in ",;\t|"}

        class Found(csv.excel):
            delimiter = max(counts, key=lambda mark: counts[mark])

        return Found

    def _is_lines(self) -> bool:
        """Whether an object alone on its line is followed by another, or is all there is on many lines."""
        first, ended, rest = self.start.partition("\n")
        if not ended:
            return self._goes_on()
        return first.rstrip().endswith("}") and rest.lstrip().startswith("{")

    def _goes_on(self) -> bool:
        """Whether an object whose line is longer than the head is followed by another."""
        end = _end_of_line(self.data, 0)
        after = bytes(self.data[end : end + HEAD]).lstrip()
        return bytes(self.data[max(end - 8, 0) : end]).rstrip().endswith(b"}") and after.startswith(b"{")

    def _decode(self, content: Any, type: Any) -> Any:
        try:
            return msgspec.json.decode(content, type=type)
        except msgspec.ValidationError as error:
            raise BadFile(f"this is not shaped as its format: {error}", name=self.name) from None
        except misread.UNREADABLE as error:
            if content is self.data or not isinstance(error, msgspec.DecodeError):
                raise misread.refusal(error, self.data, name=self.name) from None
            # A line or a message: whoever reads it knows which.
            raise BadFile(f"this is not valid JSON: {misread.reason(error)}", name=self.name) from None


class _Lines(io.TextIOWrapper):
    """Text over a stream that somebody else closes."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__(stream, encoding=encoding, newline="")

    def __del__(self) -> None:
        if not self.closed:
            self.detach()


def _end_of_line(content: memoryview, start: int) -> int:
    step = 64 * 1024
    for at in range(start, len(content), step):
        found = bytes(content[at : at + step]).find(b"\n")
        if found >= 0:
            return at + found
    return len(content)
