"""Small tables that somebody gives: read whole, each row with its line, so that a refusal can name it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused

MOST_ROWS = 5_000


def text_of(content: bytes, *, name: str) -> str:
    """The content as UTF-8. Raises Refused with the line that is not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            "this is not UTF-8: save the file as UTF-8 and try again", place=f"{name}:{line}", code="not_utf8"
        ) from None


def rows_of(text: str, *, name: str) -> Iterator[tuple[int, list[str]]]:
    """The line and the trimmed cells of each row of a CSV, blank rows left out. Raises Refused."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refused(
            f"this is not CSV ({error})", place=f"{name}:{reader.line_num}", code="not_csv"
        ) from None


def table_of(
    content: bytes, *, name: str, columns: Sequence[str], required: Sequence[str]
) -> list[tuple[int, dict[str, str]]]:
    r"""The rows of a CSV with a header, by column, each with its line; a missing cell is empty.

    Raises Refused with the line.

    >>> table_of(b"title,team\nShip it,Search\n", name="a.csv", columns=["team", "title"], required=["title"])
    [(2, {'team': 'Search', 'title': 'Ship it'})]
    """
    rows = list(rows_of(text_of(content, name=name), name=name))
    expected = f"expected {', '.join(columns)}"
    if not rows:
        raise Refused(f"there is no row: {expected}", place=f"{name}:1", code="empty")
    line, header = rows[0][0], [cell.lower() for cell in rows[0][1]]
    for index, column in enumerate(header):
        if column not in columns:
            message = f"there is no column '{column[:60]}'{nearest(column, columns)}: {expected}"
            raise Refused(message, place=f"{name}:{line}", code="column")
        if column in header[:index]:
            raise Refused(f"the column '{column}' is there twice", place=f"{name}:{line}", code="column")
    missing = next((column for column in required if column not in header), None)
    if missing:
        raise Refused(f"a column {missing} is missing: {expected}", place=f"{name}:{line}", code="column")
    if len(rows) - 1 > MOST_ROWS:
        raise Refused(f"expected at most {MOST_ROWS:,} rows, found {len(rows) - 1:,}: split it", place=name)
    return [
        (line, _by_column(cells, header, columns, required, f"{name}:{line}")) for line, cells in rows[1:]
    ]


def _by_column(
    cells: list[str], header: list[str], columns: Sequence[str], required: Sequence[str], place: str
) -> dict[str, str]:
    if len(cells) > len(header):
        raise Refused(f"expected {len(header)} cells, found {len(cells)}: quote a comma", place=place)
    said = dict(zip(header, cells, strict=False))
    empty = next((column for column in required if not said.get(column)), None)
    if empty:
        raise Refused(f"the {empty} is empty: fill it in, or leave the row out", place=place, code="missing")
    return {column: said.get(column, "") for column in columns}
