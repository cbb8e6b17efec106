"""Tables as CSV files: RFC 4180, times in ISO 8601, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from throughline.exports.declared import Column, Kind, Table
from throughline.site.exports import cell


class CsvFile:
    """A table that is being written."""

    def __init__(self, table: Table, path: Path) -> None:
        self._file: IO[str] = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow([column.name for column in table.columns])
        self._shown = [_shown(column) for column in table.columns]

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Put rows behind those there are."""
        shown = self._shown
        self._writer.writerows(
            [[show(value) for show, value in zip(shown, row, strict=True)] for row in rows]
        )

    def close(self) -> None:
        """Write what is left; a second time changes nothing."""
        self._file.close()


def csv_text(table: Table, portions: Iterable[Sequence[Sequence[Any]]]) -> Iterator[str]:
    """The same file, a portion at a time, for whoever fetches it while it is read."""
    shown = [_shown(column) for column in table.columns]
    yield _lines([[column.name for column in table.columns]])
    for portion in portions:
        yield _lines([[show(value) for show, value in zip(shown, row, strict=True)] for row in portion])


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerows(rows)
    return held.getvalue()


def _shown(column: Column) -> Callable[[Any], Any]:
    return {Kind.INSTANT: _instant, Kind.DAY: _day, Kind.TRUTH: _truth}.get(column.kind, cell)


def _instant(value: str | None) -> str:
    """The database's text of an instant in UTC as ISO 8601.

    >>> _instant("2026-10-01 08:00:00"), _instant("2026-10-01 08:00:00.250000+00")
    ('2026-10-01T08:00:00Z', '2026-10-01T08:00:00.250000Z')
    """
    return value.removesuffix("+00").removesuffix("+00:00").replace(" ", "T", 1) + "Z" if value else ""


def _day(value: str | None) -> str:
    return value or ""


def _truth(value: Any) -> str:
    return "" if value is None or value == "" else "true" if value else "false"
