"""What a whole column says about itself: the type of an attribute, the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice
from typing import Any

from throughline.engine.dates import NotADate, Order, day_orders, is_ambiguous, is_nothing, iso, parse_date
from throughline.sources import values
from throughline.sources.formats.tables import Row

CHUNK = 4096
# Beyond this many different cells a column is looked at again rather than remembered.
MOST_REMEMBERED = 20_000

# 007 and card numbers are names, not amounts.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?|-?\.\d{1,17}")
_DATE = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ].{4,30})?|\d{1,2} [A-Za-z]{3,9} \d{4}.*|"
    r"\d{1,2}([/-])[A-Za-z]{3,9}\1(?:\d{4}|\d\d)(?: .*)?|\d{1,2}[./]\d{1,2}[./]\d{4}.*"
)


@dataclass(slots=True)
class Column:
    """What is known of one column so far. `types` are those that every cell fits."""

    types: set[str] = field(default_factory=lambda: {"number", "boolean", "date"})
    orders: set[Order] = field(default_factory=lambda: set[Order](["dmy", "mdy"]))
    ambiguous: str | None = None
    filled: bool = False
    evidence: bool = False
    seen: set[str] = field(default_factory=set)

    def type(self) -> str | None:
        """text, number, boolean or date; None for a column without any content."""
        if not self.filled:
            return None
        return next((name for name in _FITS if self.evidence and name in self.types), "text")

    def order(self) -> Order | None:
        """Day first or month first, where the cells decide it."""
        return next(iter(self.orders)) if len(self.orders) == 1 else None


def profile(
    rows: Iterable[Row], *, attributes: Iterable[int], dates: Iterable[int]
) -> tuple[dict[int, Column], int]:
    """One pass over the rows: what the columns at these positions say, and how many rows there are."""
    found = {position: Column() for position in (*attributes, *dates)}
    typed, dated = set(attributes), set(dates)
    count = 0
    stream = iter(rows)
    while chunk := list(islice(stream, CHUNK)):
        count += len(chunk)
        for position, column in found.items():
            if position in dated or column.types:
                _look(column, {cells[position] for _, cells in chunk}, typed=position in typed)
    return found, count


def _look(column: Column, cells: set[str], *, typed: bool) -> None:
    new = cells - column.seen
    if len(column.seen) + len(new) > MOST_REMEMBERED:
        column.seen.clear()
    column.seen |= new
    new = {cell.strip() for cell in new if cell and not cell.isspace()}
    column.filled = column.filled or bool(new)
    # 2024-01-31 leaves nothing open; it is what most cells look like.
    slashed = [cell for cell in new if cell[4:5] != "-"]
    column.orders &= day_orders(slashed)
    column.ambiguous = column.ambiguous or next((cell for cell in slashed if is_ambiguous(cell)), None)
    if typed:
        # "-" and "n/a" say that there is no value, of whatever type.
        told = [cell for cell in new if not is_nothing(cell)]
        column.evidence = column.evidence or bool(told)
        column.types = {name for name in column.types if all(map(_FITS[name], told))}


def _is_date(cell: str) -> bool:
    if not _DATE.fullmatch(cell):
        return False
    try:
        parse_date(cell, order="dmy")
    except NotADate:
        return not is_ambiguous(cell) and _is_month_first(cell)
    return not is_ambiguous(cell)


def _is_month_first(cell: str) -> bool:
    try:
        parse_date(cell, order="mdy")
    except NotADate:
        return False
    return True


_FITS: dict[str, Callable[[str], bool]] = {
    "number": lambda cell: _NUMBER.fullmatch(cell) is not None,
    "boolean": lambda cell: cell.casefold() in values.TRUTHS,
    "date": _is_date,
}


def joined_type(stored: str | None, found: str | None) -> str | None:
    """The type of an attribute after a file: as stored, as found, or text where the two differ."""
    if stored is None or found is None or stored == found:
        return found if stored is None else stored
    return "text"


def attribute_reader(type: str, *, zone: tzinfo) -> Callable[[str], Any]:
    """What makes a value of a cell of an attribute; what does not fit a type cannot occur after `profile`."""
    readers: dict[str, Callable[[str], Any]] = {
        "number": values.number,
        "boolean": values.truth,
        "date": lambda cell: iso(parse_date(cell, zone=zone)),
    }
    read = readers.get(type)
    return (lambda cell: None if is_nothing(cell) else read(cell)) if read else str
