"""What every format gives: columns, and rows of text with the line each starts on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from throughline.engine.refusals import Refused

LONGEST_CELL = 100_000
MOST_COLUMNS = 2_000

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows. `rows` may be called again: each call is one pass over the file.

    `unit` is what a row's number counts: "line" of a text, "record" of a JSON list. Where the table was
    opened to leave out what is no row, `passed_over` says what that was, among the first so many records or
    all; else `rows` raises BadFile there.
    """

    format: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    unit: str = "line"
    passed_over: Callable[[int | None], Iterator[BadFile]] = lambda most: iter(())


class BadFile(Refused):
    """A file that cannot be read as what it is. `line` counts from 1; `column` is the header's text."""

    def __init__(
        self,
        message: str,
        *,
        name: str,
        line: int | None = None,
        column: str | None = None,
        unit: str = "line",
    ) -> None:
        parts = [name]
        if line is not None:
            parts.append(f"{unit} {line}")
        if column is not None:
            parts.append(f"column '{column}'")
        super().__init__(message, place=", ".join(parts), code="bad_file")
        self.line = line
        self.column = column


def shown(value: str, *, longest: int = 60) -> str:
    """A value as a message quotes it: short, printable."""
    printable = "".join(character if character.isprintable() else "�" for character in value[: longest + 1])
    return f"'{printable[:longest]}…'" if len(value) > longest else f"'{printable}'"


def checked_columns(columns: list[str], *, name: str, line: int = 1) -> tuple[str, ...]:
    """The header without surrounding blanks. Raises BadFile where a name is missing or twice there."""
    found = [column.strip() for column in columns]
    if len(found) > MOST_COLUMNS:
        raise BadFile(f"{len(found):,} columns; at most {MOST_COLUMNS:,} are read", name=name, line=line)
    seen: dict[str, int] = {}
    for position, column in enumerate(found, start=1):
        if not column:
            message = f"column {position} has no name: give it one, or remove the column"
            raise BadFile(message, name=name, line=line)
        if column in seen:
            message = (
                f"columns {seen[column]} and {position} are both named {shown(column)}: rename one of them"
            )
            raise BadFile(message, name=name, line=line)
        seen[column] = position
    return tuple(found)
