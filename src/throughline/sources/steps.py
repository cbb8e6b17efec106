"""Columns into steps: how the cells of one column become values of the record. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from throughline.engine.dates import EARLIEST, LATEST, SHAPES, NotADate, Order, is_nothing, iso, parse_date
from throughline.sources import columns, values
from throughline.sources.fields import AWARD_IN, BY_NAME, Target

Values = dict[str, Any]


# How many characters of a cell are read as what; a list of ids may be long.
LONGEST_READ = {"names": 20_000, "ids": 20_000}
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One column read into one field (or several, where `read` gives a dict)."""

    position: int
    column: str
    name: str
    read: Callable[[str], Any]


class Memo(dict[str, Any]):
    """Values by cell, each computed once: a column of a large file holds few different cells."""

    MOST = 50_000

    def __init__(self, read: Callable[[str], Any], *, longest: int = LONGEST) -> None:
        super().__init__()
        self.read = read
        self.longest = longest

    def __missing__(self, cell: str) -> Any:
        if len(cell) > self.longest:
            raise values.NotAValue(_too_long(cell, self.longest))
        if len(self) >= self.MOST:
            self.clear()
        value = self[cell] = self.read(cell)
        return value


def field_steps(
    maps: Mapping[str, str],
    positions: Mapping[str, int],
    orders: Mapping[str, Order | None],
    *,
    zone: tzinfo,
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps that give one value each, and those that give several fields at once."""
    single: list[Step] = []
    several: list[Step] = []
    for name, column in maps.items():
        target = BY_NAME[name]
        read = _reader(target, column, order=orders.get(column), zone=zone)
        step = Step(positions[column], column, name, read)
        if name != "key":
            (several if target.reads in ("cvss", "money", "basis") else single).append(step)
    # A score that is given stands over the one that its vector spells.
    several.sort(key=lambda step: step.name == "cvss_score")
    return tuple(single), tuple(several)


def _reader(target: Target, column: str, *, order: Order | None, zone: tzinfo) -> Callable[[str], Any]:
    simple: dict[str, Callable[[str], Any]] = {
        "severity": values.severity,
        "state": values.state,
        "kind": values.kind,
        "cwe": values.cwe,
        "cvss": values.cvss,
        "whole": values.whole_number,
        "names": values.names,
        "ids": values.identifiers,
        "money": lambda cell: _award(cell, column),
        "basis": values.basis,
        "date": lambda cell: _date(cell, order=order, zone=zone),
    }
    read = simple.get(target.reads)
    longest = LONGEST_READ.get(target.reads, LONGEST)
    return Memo(read, longest=longest).__getitem__ if read else _text(target.longest)


def _too_long(text: str, longest: int) -> str:
    return f"expected at most {longest:,} characters, not {len(text):,}"


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = cell.strip()
        if len(text) > longest:
            raise values.NotAValue(_too_long(text, longest))
        return text

    return read


def _date(cell: str, *, order: Order | None, zone: tzinfo) -> str | None:
    text = cell.strip()
    if _is_canonical(text):
        return text
    if is_nothing(text):
        return None
    try:
        return iso(parse_date(text, order=order, zone=zone))
    except NotADate as error:
        expected = str(error)
        raise values.NotAValue(
            expected if expected.startswith("expected") else f"{expected}; expected a date such as {SHAPES}"
        ) from None


def _is_canonical(text: str) -> bool:
    """Whether a text is already what history keeps; most files hold little else."""
    if len(text) != 20 or text[4] + text[7] + text[10] + text[13] + text[16] + text[19] != "--T::Z":
        return False
    try:
        return EARLIEST <= datetime.fromisoformat(text).year <= LATEST
    except ValueError:
        return False


def _award(cell: str, column: str) -> Values:
    named = AWARD_IN.fullmatch(column)
    found = values.money(cell)
    return ({"award_currency": named[1].upper()} | found) if named and found else found


def attribute_step(column: str, attribute: str, type: str, position: int, zone: tzinfo) -> Step:
    read = columns.attribute_reader(type, zone=zone)
    return Step(position, column, attribute, str.strip if read is str else _stripped(Memo(read)))


def _stripped(memo: Memo) -> Callable[[str], Any]:
    return lambda cell: memo[cell.strip()] if not cell.isspace() else None
