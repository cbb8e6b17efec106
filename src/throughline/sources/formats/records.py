"""JSON objects as rows of cells: nested objects become dotted columns, lists stay JSON text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from throughline.sources.formats import misread
from throughline.sources.formats.tables import LONGEST_CELL, BadFile, Row, Table, checked_columns, shown

DEEPEST = 3
Undecoded = bytes | memoryview | msgspec.Raw


def flat(record: Mapping[str, Any], *, deepest: int = DEEPEST) -> dict[str, str]:
    """The cells of one object by dotted name.

    >>> flat({"id": 7, "package": {"name": "curl"}, "tags": ["a"], "fixed": None, "open": True})
    {'id': '7', 'package.name': 'curl', 'tags': '["a"]', 'fixed': '', 'open': 'true'}
    """
    cells: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and deepest > 0:
            inner = flat(value, deepest=deepest - 1)
            cells.update((f"{name}.{part}", cell) for part, cell in inner.items())
        else:
            cells[name] = _cell(value)
    return cells


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode()


def table_of(
    raws: Callable[[], Iterable[tuple[int, Undecoded]]],
    *,
    format: str,
    name: str,
    unit: str,
    skip_invalid: bool,
) -> Table:
    """The table of numbered records, a pass over `raws` each time. Raises BadFile."""

    def records() -> Iterator[tuple[int, dict[str, str]]]:
        return whole(raws(), name=name, unit=unit, skip_invalid=skip_invalid)

    columns = columns_of(records(), name=name)
    rows = lambda: rows_of(records(), columns, name=name)  # noqa: E731
    if not skip_invalid:
        return Table(format, columns, rows, unit)
    return Table(format, columns, rows, unit, lambda most: broken(islice(raws(), most), name=name, unit=unit))


def whole(
    raws: Iterable[tuple[int, Undecoded]], *, name: str, unit: str, skip_invalid: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of every record, without those that are none where these are skipped. Raises BadFile."""
    for line, raw in raws:
        try:
            cells = decoded(raw, name=name, line=line, unit=unit)
        except BadFile:
            if not skip_invalid:
                raise
        else:
            yield line, cells


def broken(raws: Iterable[tuple[int, Undecoded]], *, name: str, unit: str) -> Iterator[BadFile]:
    """What is no record, and why."""
    for line, raw in raws:
        try:
            decoded(raw, name=name, line=line, unit=unit)
        except BadFile as error:
            yield error


def columns_of(records: Iterable[tuple[int, dict[str, str]]], *, name: str) -> tuple[str, ...]:
    """Every name that occurs, in the order of first occurrence."""
    found: dict[str, None] = {}
    for _, cells in records:
        found.update(dict.fromkeys(cells))
    return checked_columns(list(found), name=name) if found else ()


def rows_of(
    records: Iterable[tuple[int, dict[str, str]]], columns: tuple[str, ...], *, name: str
) -> Iterator[Row]:
    """The records as rows with one cell a column; what a record lacks is empty."""
    names = columns
    for line, cells in records:
        stripped = cells if all(part in cells for part in names) else {k.strip(): v for k, v in cells.items()}
        row = [stripped.get(column, "") for column in names]
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise BadFile(
                f"a value has more than {LONGEST_CELL:,} characters: shorten it", name=name, line=line
            )
        yield line, row


def decoded(content: Undecoded, *, name: str, line: int, unit: str) -> dict[str, str]:
    """One object's cells. Raises BadFile for anything that is no JSON object."""
    try:
        value = msgspec.json.decode(content)
        if isinstance(value, dict):
            return flat(value)
        kind = shown(str(value), longest=40)
    except RecursionError:
        raise BadFile("it is nested too deeply to be a record", name=name, line=line, unit=unit) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFile(
            f"this is not valid JSON: {misread.reason(error)}", name=name, line=line, unit=unit
        ) from None
    raise BadFile(f"expected an object {{…}} with one record, found {kind}", name=name, line=line, unit=unit)
