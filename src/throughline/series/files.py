"""A file of readings: CSV with the columns at, value and, where there is one, note."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.refusals import Refused
from throughline.series import values as written

REQUIRED = ("at", "value")
COLUMNS = (*REQUIRED, "note")
MOST_ROWS = 100_000
LONGEST_NOTE = 500
# A person mends a few at a time; the file is refused whole for one of them as well.
MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A value of an instant, as a file or a person says it."""

    at: datetime
    value: float
    note: str = ""


def rows_of(content: bytes, *, file_name: str, unit: str, now: datetime) -> list[Row]:
    """The rows of the file. Refused with file and line of what cannot be read, the first few at once."""
    lines = _lines(_text(content, file_name), file_name)
    found: dict[datetime, tuple[int, Row]] = {}
    problems: list[str] = []
    for number, cells in lines:
        try:
            row = _row(cells, unit=unit, now=now)
            _require_one(found, row)
        except Refused as refused:
            problems.append(f"{file_name}:{number}: {refused.message}")
            continue
        found[row.at] = (number, row)
        if len(found) > MOST_ROWS:
            raise Refused(f"expected at most {MOST_ROWS:,} rows: split the file", place=file_name)
    if problems:
        raise Refused(_said(problems), code="bad_rows")
    if not found:
        raise Refused("there is no row under the header: expected at least one value", place=file_name)
    return [row for _, row in found.values()]


def _text(content: bytes, file_name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            "this is not UTF-8: save the file as UTF-8 and try again", place=f"{file_name}:{line}"
        ) from None


def _lines(text: str, file_name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The line's number and its cells by column, blank lines left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells, f"{file_name}:{reader.line_num}")
            elif len(cells) != len(header):
                message = f"expected {len(header)} cells as in the header, found {len(cells)}"
                raise Refused(message, place=f"{file_name}:{reader.line_num}")
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise Refused(f"this is not CSV ({error})", place=f"{file_name}:{reader.line_num}") from None
    if not header:
        raise Refused("the file is empty: expected the columns at,value", place=file_name)


def _header(cells: list[str], place: str) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    is_known = len(set(header)) == len(header) and set(REQUIRED) <= set(header) <= set(COLUMNS)
    if not is_known:
        raise Refused(
            f"expected the columns at, value and, where you have one, note; found {', '.join(cells)}",
            place=place,
            code="bad_header",
        )
    return header


def _row(cells: dict[str, str], *, unit: str, now: datetime) -> Row:
    note = cells.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(f"expected a note of at most {LONGEST_NOTE} characters, found {len(note):,}")
    return Row(
        at=written.instant_of(cells["at"].strip(), now=now),
        value=written.value_of(cells["value"], unit=unit),
        note=note,
    )


def _require_one(found: dict[datetime, tuple[int, Row]], row: Row) -> None:
    line, before = found.get(row.at, (0, row))
    if before.value != row.value:
        raise Refused(f"line {line} gives {before.value:g} for the same instant: keep one of them")


def _said(problems: list[str]) -> str:
    shown = problems[:MOST_PROBLEMS]
    more = len(problems) - len(shown)
    return "\n".join([*shown, *([f"and {more} more"] if more else []), "Nothing was imported."])
