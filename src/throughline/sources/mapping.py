"""Which column fills which field: guessed from headers and cells, corrected by the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from throughline.engine.dates import SHAPES, NotADate, is_nothing, parse_date
from throughline.engine.language.fields import CORE, Schema, nearest
from throughline.engine.refusals import Refused
from throughline.sources import values
from throughline.sources.fields import AWARD_IN, BY_NAME, TARGETS, Target, plain
from throughline.sources.steps import LONGEST

Columns = Mapping[str, str]
Samples = Mapping[str, Sequence[str]]

_READERS = {
    "severity": values.severity,
    "state": values.state,
    "kind": values.kind,
    "cwe": values.cwe,
    "cvss": values.cvss,
    "whole": values.whole_number,
    "money": values.money,
}


def parse_maps(pairs: Iterable[str]) -> dict[str, str]:
    """{field: column} of `field=column` texts; an empty column takes a guess back. Raises Refused.

    >>> parse_maps(["introduced=introduced_release_at", "state="])
    {'introduced_at': 'introduced_release_at', 'state': ''}
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, mark, column = pair.partition("=")
        if not mark:
            message = f"'{pair}' has no '=': write --map field=column, such as --map severity=Risk"
            raise Refused(message, place="--map", code="mapping")
        target = target_named(name.strip())
        if found.get(target.name, column.strip()) != column.strip():
            raise Refused(f"'{target.short}' is mapped twice", place="--map", code="mapping")
        found[target.name] = column.strip()
    return found


def target_named(name: str) -> Target:
    """The field of a name, in any of its spellings. Raises Refused with the nearest."""
    target = BY_NAME.get(name) or BY_NAME.get(name.casefold())
    if target is None:
        known = ", ".join(each.short for each in TARGETS)
        message = f"there is no field '{name}'{nearest(name, BY_NAME)}; the fields are {known}"
        raise Refused(message, place="--map", code="mapping")
    return target


def settle(columns: Sequence[str], samples: Samples, *, said: Columns) -> dict[str, str]:
    """The mapping {field: column}: what was said, and for the rest what headers and cells suggest.

    Raises Refused for a column that is not there.
    """
    for field, column in said.items():
        if column and column not in columns:
            there = f"{nearest(column, columns)}; the columns are {', '.join(columns[:40])}"
            place = f"--map {BY_NAME[field].short}={column}"
            raise Refused(f"the file has no column '{column}'{there}", place=place, code="mapping")
    taken = set(said.values())
    free = [column for column in columns if column not in taken]
    guessed = {field: column for field, column in guess(free, samples).items() if field not in said}
    settled = guessed | {field: column for field, column in said.items() if column}
    return {target.name: settled[target.name] for target in TARGETS if target.name in settled}


def guess(columns: Sequence[str], samples: Samples) -> dict[str, str]:
    """The mapping {field: column} that headers suggest and cells do not contradict.

    A header that is the field's own name wins over one that only often means it.
    """
    headers = {column: plain(column) for column in columns}
    found: dict[str, str] = {}
    for rank in range(max(len(target.usual) for target in TARGETS)):
        for target in TARGETS:
            if target.name in found or rank >= len(target.usual):
                continue
            for column, header in headers.items():
                if header == target.usual[rank] and column not in found.values():
                    if _plausible(target, samples.get(column, ()), exact=header in target.own):
                        found[target.name] = column
                    break
    return found | _award(columns, found) | _key(columns, samples, found)


@dataclass(frozen=True, slots=True)
class Unread:
    """A column whose header names a date that its cells, such as `cell`, do not hold."""

    field: str
    column: str
    cell: str

    def __str__(self) -> str:
        name = BY_NAME[self.field].short
        return (
            f"column '{self.column}' is called as {name} is, but its cells, such as '{self.cell}', are no "
            f"dates that can be read: it is kept as an attribute; write them as {SHAPES}"
        )


def unread_dates(columns: Sequence[str], samples: Samples, *, maps: Columns, said: Columns) -> list[Unread]:
    """Columns that would be a date by their header; what was mapped or taken back is not among them."""
    found = []
    for target in TARGETS:
        if target.reads == "date" and target.name not in maps and target.name not in said:
            named = [c for c in columns if plain(c) in target.usual and c not in maps.values()]
            cells = [(c, cell.strip()) for c in named for cell in samples.get(c, ()) if cell.strip()]
            column, cell = next(((c, v) for c, v in cells if not _readable(target, v)), ("", ""))
            if column:
                found.append(Unread(target.name, column, cell[:60]))
    return found


def _plausible(target: Target, cells: Sequence[str], *, exact: bool) -> bool:
    """Whether most cells can be read as the field; a column with the field's own name is always meant."""
    filled = [cell for cell in cells if cell.strip()]
    if not filled or exact:
        return True
    if target.name == "key":
        return len(set(cells)) == len(cells)
    readable = sum(_readable(target, cell) for cell in filled)
    needed = len(filled) if target.reads == "kind" else 0.5 * len(filled)
    return readable >= max(1, needed)


def _readable(target: Target, cell: str) -> bool:
    reader = _READERS.get(target.reads)
    if reader is not None and len(cell) > LONGEST:
        return False
    try:
        if reader is not None:
            reader(cell)
        elif target.reads == "date" and not is_nothing(cell.strip()):
            parse_date(cell, order="dmy" if cell[:2].isdecimal() and int(cell[:2]) > 12 else "mdy")
    except (values.NotAValue, NotADate):
        return False
    return True


def _award(columns: Sequence[str], found: Columns) -> dict[str, str]:
    """A header such as award_usd says amount and currency at once."""
    column = next((column for column in columns if AWARD_IN.fullmatch(column)), None)
    return {"award": column} if column and "award" not in found else {}


def _key(columns: Sequence[str], samples: Samples, found: Columns) -> dict[str, str]:
    """Without an id, a column of vulnerability ids is one where no two rows share a cell."""
    column = found.get("vulnerability_ids")
    cells = samples.get(column, ()) if column else ()
    alone = bool(cells) and all(cells) and len(set(cells)) == len(cells)
    return {"key": str(column)} if alone and "key" not in found else {}


def stays_attribute(target: Target, column: str) -> bool:
    """Whether a mapped column also stays an attribute, so that its own name works in expressions.

    It does not where the name is the field's own, or a usual header of a field that expressions know.
    """
    if Schema().find(column) is not None or plain(column) in target.own:
        return False
    return plain(column) not in target.usual or target.short not in CORE


def attribute_name(column: str) -> str:
    """The name under which a column is kept; one that means a field already gets `_column` behind it.

    >>> attribute_name("is_c_mistake"), attribute_name("status")
    ('is_c_mistake', 'status_column')
    """
    name = column.strip()[:112]
    return f"{name}_column" if Schema().find(name) is not None else name
