"""Finished work as a table: three grades and an outcome a line. Bytes to checked numbers, pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from throughline.engine.language.fields import nearest
from throughline.engine.preferences import HIGHEST, LOWEST, NAMES
from throughline.engine.refusals import Refused
from throughline.site.tables import rows_of, text_of

OUTCOME = "outcome"
COLUMNS = (*NAMES, OUTCOME)
MOST_ROWS = 5_000
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_LONGEST_SHOWN = 60
# What other programs write between columns.
_MARKS = ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"))
_ON_A_SCALE = "expected all grades in 0 to 1 or all in 1 to 5"


class Cell(NamedTuple):
    """A number and where it stands."""

    value: float
    line: int
    column: str


class Finished(NamedTuple):
    """Grades in 0..1, in the order of NAMES, and outcomes in 1..5; `scale` is what the file graded on."""

    grades: list[list[float]]
    outcomes: list[float]
    scale: tuple[float, float]


def read_finished(content: bytes, *, name: str) -> Finished:
    """The finished work in a CSV with a header; other columns are left alone. Raises Refused."""
    rows = list(rows_of(text_of(content, name=name), name=name))
    if not rows:
        message = f"the file is empty: expected a header with {', '.join(COLUMNS)}, and work below it"
        raise Refused(message, place=f"{name}:1", code="empty")
    places = _places(rows[0][1], place=f"{name}:{rows[0][0]}")
    if len(rows) == 1:
        message = "there is no row below the header: expected a piece of finished work a line"
        raise Refused(message, place=f"{name}:{rows[0][0]}", code="empty")
    if len(rows) - 1 > MOST_ROWS:
        message = f"expected at most {MOST_ROWS:,} rows, found {len(rows) - 1:,}: leave the oldest out"
        raise Refused(message, place=name, code="size")
    read = [
        {column: _number(cells, place, line, column, name) for column, place in places.items()}
        for line, cells in rows[1:]
    ]
    low, high = _scale([row[each] for row in read for each in NAMES], name=name)
    return Finished(
        grades=[[(row[each].value - low) / (high - low) for each in NAMES] for row in read],
        outcomes=[_outcome(row[OUTCOME], name=name) for row in read],
        scale=(low, high),
    )


def _places(header: Sequence[str], *, place: str) -> dict[str, int]:
    said = [cell.lower() for cell in header]
    if len(said) == 1 and (mark := next((name for each, name in _MARKS if each in said[0]), "")):
        message = f"the columns are set apart by {mark}: set them apart by commas"
        raise Refused(message, place=place, code="column")
    for column in COLUMNS:
        if column not in said:
            similar = next((each for each in said if nearest(each, [column])), "")
            hint = f", is it '{similar[:_LONGEST_SHOWN]}'?" if similar else ":"
            message = f"the column {column} is missing{hint} expected {', '.join(COLUMNS)} in the header"
            raise Refused(message, place=place, code="column")
        if said.count(column) > 1:
            message = f"the column {column} is there {said.count(column)} times: rename all but one"
            raise Refused(message, place=place, code="column")
    return {column: said.index(column) for column in COLUMNS}


def _number(cells: Sequence[str], place: int, line: int, column: str, name: str) -> Cell:
    text = cells[place] if place < len(cells) else ""
    expected = (
        "a number from 1 to 5" if column == OUTCOME else "a number, all grades in 0 to 1 or all in 1 to 5"
    )
    if not text:
        message = f"it is empty, expected {expected}: fill it in, or leave the row out until it is known"
        raise _refused(message, Cell(0.0, line, column), name, "missing")
    if not _NUMBER.fullmatch(text):
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        message = f"found '{shown}', expected {expected}: write digits with a point, such as 0.7 or 4"
        raise _refused(message, Cell(0.0, line, column), name, "no_number")
    return Cell(float(text), line, column)


def _outcome(cell: Cell, *, name: str) -> float:
    if not LOWEST <= cell.value <= HIGHEST:
        message = (
            f"found {cell.value:g}, expected 1 (the wrong work) to 5 (the right work): grade it on that scale"
        )
        raise _refused(message, cell, name, "range")
    return cell.value


def _scale(grades: Sequence[Cell], *, name: str) -> tuple[float, float]:
    """0 to 1 or 1 to 5, whichever all grades are on. Refused at the first that is on neither or disagrees."""
    for cell in grades:
        if not 0 <= cell.value <= HIGHEST:
            message = f"found {cell.value:g}, {_ON_A_SCALE}: bring it to that scale"
            raise _refused(message, cell, name, "range")
    below, above = _first(grades, lambda value: value < 1), _first(grades, lambda value: value > 1)
    if below and above:
        second = max(below, above, key=grades.index)
        first = below if second is above else above
        other = f"line {first.line} has {first.value:g} as {first.column}"
        message = f"found {second.value:g}, where {other}: {_ON_A_SCALE}; bring them to one scale"
        raise _refused(message, second, name, "scale")
    return (LOWEST, HIGHEST) if above else (0.0, 1.0)


def _first(grades: Sequence[Cell], is_wanted: Callable[[float], bool]) -> Cell | None:
    return next((cell for cell in grades if is_wanted(cell.value)), None)


def _refused(message: str, cell: Cell, name: str, code: str) -> Refused:
    return Refused(message, place=f"{name}:{cell.line}, column '{cell.column}'", code=code)
