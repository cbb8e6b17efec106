"""Dated values as a tool answers them: what can be stored, what is left out, and what cannot be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from throughline.engine.dates import NotADate, Order, day_orders, is_ambiguous, is_nothing, parse_date
from throughline.engine.refusals import Refused
from throughline.series import values as written
from throughline.series.files import LONGEST_NOTE, Row

# Clocks and zones differ: what is of tomorrow waits, what is of next year is no value.
TOMORROW = timedelta(days=1)
MOST_ROWS = 100_000
# A person reads a few; the number of all is said beside them.
MOST_NAMED = 5
# Rows and values that are shown to whoever sets a source up.
PREVIEWED = 5
DATE_COLUMNS = ("at", "date", "day", "time", "timestamp")
VALUE_COLUMNS = ("value",)
Decimal = Literal[".", ","]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that cannot be: where the answer says it, what it says, and why it is none."""

    place: str
    cell: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Dated:
    """What an answer says of a series: rows in order of time, notices in sentences, and what cannot be."""

    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds the day, which the value, and how both are written."""

    at: str = ""
    value: str = ""
    note: str = ""
    order: Order | None = None
    decimal: Decimal = "."

    def found_in(self, columns: Sequence[str]) -> Columns:
        """The same with the columns that were left out found by name, or by being the only two."""
        chosen = {
            "at": _chosen(self.at, columns, DATE_COLUMNS, first=0),
            "value": _chosen(self.value, columns, VALUE_COLUMNS, first=1),
            "note": _chosen(self.note, columns, ("note",), first=None),
        }
        if chosen["at"] == chosen["value"]:
            raise Refused(
                f"day and value are both read from '{chosen['at']}': name two columns", place="value_column"
            )
        return Columns(**chosen, order=self.order, decimal=self.decimal)


def _chosen(named: str, columns: Sequence[str], usual: Sequence[str], *, first: int | None) -> str:
    if named:
        if named in columns:
            return named
        raise Refused(
            f"there is no column '{named}': found {', '.join(columns)}", place="columns", code="no_column"
        )
    by_name = {column.casefold(): column for column in reversed(columns)}
    found = next((by_name[each] for each in usual if each in by_name), "")
    if found or first is None:
        return found
    if len(columns) == 2:
        return columns[first]
    raise Refused(
        f"say which column holds the {('day', 'value')[first]}: found {', '.join(columns)}",
        place="columns",
        code="which_column",
    )


@dataclass(slots=True)
class _Reading:
    """The rows so far, by instant, with what was left out and what cannot be."""

    columns: Columns
    unit: str
    now: datetime
    order: Order | None
    found: dict[datetime, tuple[str, Row]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    empty: int = 0
    ahead: int = 0

    def take(self, place: str, cells: Mapping[str, str]) -> None:
        at_cell, value_cell = (cells[name].strip() for name in (self.columns.at, self.columns.value))
        if is_nothing(value_cell):
            self.empty += 1
            return
        try:
            at = self._instant(at_cell)
            if self.now < at <= self.now + TOMORROW:
                self.ahead += 1
                return
            row = Row(at, self._value(value_cell), self._note(cells))
        except Refused as refused:
            cell = at_cell if refused.place == "at" else value_cell
            self.doubts.append(Doubt(place, cell, refused.message))
            return
        before_place, before = self.found.setdefault(at, (place, row))
        if before.value != row.value:
            reason = f"{before_place} says {before.value:g} for the same instant"
            self.doubts.append(Doubt(place, value_cell, reason))

    def _instant(self, cell: str) -> datetime:
        try:
            at = parse_date(cell, order=self.order)
        except NotADate as error:
            hint = " (say whether day or month comes first)" if is_ambiguous(cell) else ""
            raise Refused(f"'{cell[:60]}' is no date: {error}{hint}", place="at") from None
        if at > self.now + TOMORROW:
            raise Refused(f"'{cell[:60]}' lies in the future", place="at")
        return at

    def _value(self, cell: str) -> float:
        plain = cell
        if self.columns.decimal == ",":
            plain = re.sub(r"[.\s](?=\d{3}(\D|$))", "", cell).replace(",", ".")
        try:
            return written.value_of(plain, unit=self.unit)
        except Refused as refused:
            hint = ""
            if self.columns.decimal == "." and re.fullmatch(r"-?[\d.]*\d,\d+ ?%?", cell):
                hint = " (is the comma its decimal mark? The settings say which)"
            message = refused.message if plain == cell else refused.message.replace(plain, cell)
            raise Refused(f"{message[:200]}{hint}", place="value") from None

    def _note(self, cells: Mapping[str, str]) -> str:
        return cells[self.columns.note].strip()[:LONGEST_NOTE] if self.columns.note else ""


def read_table(
    names: Sequence[str],
    lines: Iterable[tuple[str, Sequence[str]]],
    columns: Columns,
    *,
    unit: str,
    now: datetime,
) -> Dated:
    """The dated values of a table: each line is its place in words and its cells. Raises Refused.

    An empty value is left out, as is one of a day that begins within the next 24 hours: it comes again.
    """
    chosen, kept = columns.found_in(names), list(_bounded(lines))
    order = columns.order or _order(names, kept, chosen.at)
    reading = _Reading(chosen, unit, now, order)
    for place, cells in kept:
        reading.take(place, dict(zip(names, cells, strict=True)))
    rows = [row for _, (_, row) in sorted(reading.found.items())]
    return Dated(tuple(rows), tuple(_notices(reading)), tuple(reading.doubts))


def _bounded(lines: Iterable[tuple[str, Sequence[str]]]) -> Iterable[tuple[str, Sequence[str]]]:
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise Refused(f"more than {MOST_ROWS:,} rows: ask for fewer", code="too_many_rows")
        yield line


def _order(names: Sequence[str], lines: Sequence[tuple[str, Sequence[str]]], at: str) -> Order | None:
    """Day first or month first, where the cells of the whole column decide it."""
    position = names.index(at)
    orders = day_orders(cells[position] for _, cells in lines)
    return next(iter(orders)) if len(orders) == 1 else None


def _notices(reading: _Reading) -> Iterable[str]:
    if reading.empty:
        yield f"{counted(reading.empty, 'row')} without a value: left out."
    if reading.ahead:
        yield f"{counted(reading.ahead, 'value')} of a day that has not begun in UTC: left for the next time."


def counted(n: int, thing: str) -> str:
    """A number with its noun.

    >>> counted(1, "value"), counted(1200, "value")
    ('1 value', '1,200 values')
    """
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def said(doubts: Sequence[Doubt]) -> str:
    """The first few doubts, and how many more there are."""
    shown = [str(each) for each in doubts[:MOST_NAMED]]
    more = len(doubts) - len(shown)
    return "\n".join([*shown, *([f"and {more:,} more"] if more else [])])
