"""Tables with separators (RFC 4180, and what spreadsheets make of it)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import BinaryIO

from throughline.sources.formats.tables import LONGEST_CELL, BadFile, Row, Table, checked_columns, shown

DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024

# The standard reader's own limit is 128 KiB for every user of the module in this process.
csv.field_size_limit(LONGEST_CELL)


def read(stream: BinaryIO, *, name: str, skip_invalid: bool = False) -> Table:
    """The table in a stream of bytes. Raises BadFile with the line.

    UTF-8 (with or without mark) and marked UTF-16; separated by comma, semicolon, tab or bar. Cells that
    look like formulas stay text.
    """
    encoding = _encoding(stream)
    delimiter = _delimiter(stream, encoding, name)
    reader = _Reader(stream, name=name, encoding=encoding, delimiter=delimiter)
    columns = reader.header()
    if not skip_invalid:
        return Table("csv", columns, reader.rows)
    return Table("csv", columns, reader.whole_rows, passed_over=reader.ragged_rows)


class _Reader:
    def __init__(self, stream: BinaryIO, *, name: str, encoding: str, delimiter: str) -> None:
        self.stream, self.name, self.encoding, self.delimiter = stream, name, encoding, delimiter
        self.columns: tuple[str, ...] = ()

    def header(self) -> tuple[str, ...]:
        for line, cells in self._records():
            self.columns = checked_columns(cells, name=self.name, line=line)
            return self.columns
        raise BadFile("the file is empty: the first line should name the columns", name=self.name)

    def rows(self) -> Iterator[Row]:
        width = len(self.columns)
        for record in self._below_header():
            if len(record[1]) != width:
                raise self._ragged(record)
            yield record

    def whole_rows(self) -> Iterator[Row]:
        return (record for record in self._below_header() if len(record[1]) == len(self.columns))

    def ragged_rows(self, most: int | None) -> Iterator[BadFile]:
        records = islice(self._below_header(), most)
        return (self._ragged(record) for record in records if len(record[1]) != len(self.columns))

    def _below_header(self) -> Iterator[Row]:
        records = self._records()
        next(records, None)
        return records

    def _records(self) -> Iterator[Row]:
        end = 0
        with _text(self.stream, self.encoding) as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            try:
                for cells in reader:
                    if cells:
                        yield end + 1, cells
                    end = reader.line_num
            except csv.Error as error:
                raise self._unreadable(error, start=end + 1) from None
            except UnicodeDecodeError as error:
                raise self._undecodable(error) from None

    def _ragged(self, record: Row) -> BadFile:
        line, cells = record
        if len(self.columns) == 1 and not re.fullmatch(r"\w+", self.columns[0]):
            message = (
                f"the first line, '{self.columns[0][:60]}', names no columns, and this one has {len(cells)} "
                "cells: this looks like plain text, not a table; the first line of a table names its columns"
            )
            return BadFile(message, name=self.name, line=line)
        message = (
            f"{len(cells)} cells where the header names {len(self.columns)} columns: "
            f"put a cell that contains {shown(self.delimiter)} in double quotes, or fill the missing ones"
        )
        return BadFile(message, name=self.name, line=line)

    def _unreadable(self, error: csv.Error, *, start: int) -> BadFile:
        if "field larger" in str(error):
            message = f"a cell has more than {LONGEST_CELL:,} characters: shorten it"
        else:
            message = f'a quoted cell is not closed as it should be ({error}): write " inside quotes as ""'
        return BadFile(message, name=self.name, line=start)

    def _undecodable(self, error: UnicodeDecodeError) -> BadFile:
        line, byte = _first_undecodable(self.stream, self.encoding)
        message = (
            f"byte 0x{byte:02x} is not {self.encoding.upper().replace('-SIG', '')}: save the file as UTF-8 "
            '(in a spreadsheet: "CSV UTF-8"; or: iconv -f cp1252 -t utf-8)'
        )
        return BadFile(message, name=self.name, line=line)


@contextmanager
def _text(stream: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    try:
        yield text
    finally:
        # The caller reads the stream again, or has closed it before an unfinished pass ended.
        with suppress(ValueError):
            text.detach()


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"


def _first_undecodable(stream: BinaryIO, encoding: str) -> tuple[int | None, int]:
    stream.seek(0)
    if encoding == "utf-16":
        return None, (stream.read()[-1:] or b"\0")[0]
    for line, content in enumerate(stream, start=1):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            return line, content[error.start]
    return None, 0


def _delimiter(stream: BinaryIO, encoding: str, name: str) -> str:
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    if b"\0" in sample and encoding != "utf-16":
        line = sample[: sample.index(b"\0")].count(b"\n") + 1
        raise BadFile(
            "a NUL byte: this is no text file (is it a spreadsheet, or cut off?)", name=name, line=line
        )
    header = sample.decode(encoding, errors="replace").lstrip("\r\n").splitlines()[:1]
    return max(DELIMITERS, key=lambda mark: _unquoted(header[0], mark)) if header else ","


def _unquoted(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])
