"""What a person asks of an import, and what that makes of a file; needs no data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from throughline.engine.dates import NotADate, Order, is_epoch, iso, parse_date
from throughline.engine.refusals import Refused
from throughline.sources import formats
from throughline.sources.formats.tables import BadFile, Table, shown
from throughline.sources.reading import Options, Reading, prepare
from throughline.sources.rows import Rows
from throughline.sources.sorting import ByCell


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants a file to be imported; empty texts are guessed.

    `maps` is {field: column} as said for this file; `remembered` what was said for an earlier one of its
    source, used where the file has such a column. `state` is that of records which name none: where it is
    empty, confirmed for tables and potential for reports; `service` is that of a report's findings which name
    none, `default_branch` that of the repository which was scanned. `skip_invalid` leaves unreadable records
    out and lists them, instead of refusing the file. `changes_only` is a report of what changed since the
    last one: of two findings with ids of their tool, none is taken for the other.
    """

    format: str = "auto"
    maps: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    scope: str = ""
    full: bool = False
    as_of: str = ""
    as_of_column: str = ""
    zone: tzinfo = UTC
    order: Order | None = None
    state: str = ""
    service: str = ""
    default_branch: str = ""
    skip_invalid: bool = False
    changes_only: bool = False
    # Rows tell the course of their record (engine.spells): its history is written as it was, not as of today.
    has_course: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of one knowledge instant: those with `cell` in the as-of column, or all."""

    known_at: datetime
    cell: str | None = None
    sorted: ByCell | None = None

    def rows(self, reading: Reading) -> Rows:
        """One pass over the listing's rows."""
        if self.sorted is None or self.cell is None:
            return Rows(reading, reading.table.rows())
        return Rows(reading, self.sorted.rows(self.cell))


def read_file(
    stream: BinaryIO, *, name: str, wish: Wish, now: datetime, stored_types: Mapping[str, str] | None = None
) -> Reading:
    """Everything decided about a file, without any data folder. Raises Refused."""
    table = formats.open_table(stream, name=name, format=wish.format, skip_invalid=wish.skip_invalid)
    options = Options(
        known_at=known_at_of(wish, now),
        maps={**applicable(wish.remembered, table), **wish.maps},
        zone=wish.zone,
        order=wish.order,
        state=wish.state or "confirmed",
        as_of_column=wish.as_of_column or None,
        skip_invalid=wish.skip_invalid,
    )
    return prepare(table, name=name, options=options, stored_types=stored_types)


_NAME_IT = "name its format (--format NAME)"


def refuse_nothing(reading: Reading, *, named: bool) -> None:
    """Raises BadFile for a file that holds no record; `named` is whether a person said what it is.

    Who names a format may mean an empty listing; of a file that is only taken for a table it is a mistake.
    """
    if named or reading.passed_over:
        return
    columns = reading.table.columns
    if len(columns) == 1 and not reading.maps:
        message = (
            "this is neither a report that is recognised nor a table of vulnerabilities: its one column "
            f"{shown(columns[0])} means no field; {_NAME_IT}, or map the column: --map title=COLUMN"
        )
    elif columns and not reading.count:
        message = f"it names columns and holds no row: nothing to import; of an empty listing {_NAME_IT}"
    elif not columns:
        holds = "its records say nothing" if reading.count else "it holds no record"
        message = f"{holds}, and nothing says whose it is; of a report that found nothing {_NAME_IT}"
    else:
        return
    raise BadFile(message, name=reading.name, line=1 if columns else None)


def applicable(remembered: Mapping[str, str], table: Table) -> dict[str, str]:
    """What was said for an earlier file, without the columns that this one does not have."""
    return {target: column for target, column in remembered.items() if not column or column in table.columns}


def source_of(name: str) -> str:
    """The source that a file's name suggests: its stem without a date or number at the end.

    >>> source_of("curl_vulnerabilities.csv"), source_of("scan-2024-01-31.json"), source_of("export (3).csv")
    ('curl_vulnerabilities', 'scan', 'export')
    """
    stem = name.rsplit("/", 1)[-1].split(".")[0]
    return stem.rstrip("0123456789-_ ()T:")[:120] or stem[:120] or "import"


def listings(reading: Reading, *, now: datetime) -> list[Listing]:
    """The knowledge instants of a file in time order. Raises BadFile for one that is none, or to come."""
    column = reading.options.as_of_column
    if column is None:
        return [Listing(reading.options.known_at)]
    by_cell = ByCell(reading.table.rows(), position=reading.table.columns.index(column))
    found = [
        Listing(_as_of_cell(cell, reading, line=line, now=now), cell, by_cell)
        for cell, line in by_cell.first.items()
    ]
    return sorted(found, key=lambda listing: listing.known_at)


def _as_of_cell(cell: str, reading: Reading, *, line: int, now: datetime) -> datetime:
    try:
        known_at = parse_date(cell, zone=reading.options.zone, order=reading.options.order)
    except NotADate as error:
        message, known_at = f"'{cell}' does not say when the row was known: {error}", now
    else:
        message = _impossible(cell, known_at, now=now)
    if message:
        unit = reading.table.unit
        raise BadFile(message, name=reading.name, line=line, column=reading.options.as_of_column, unit=unit)
    return known_at


def _impossible(cell: str, known_at: datetime, *, now: datetime) -> str:
    if is_epoch(iso(known_at)):
        return f"'{cell}' is what tools write where they know no date: it does not say when the row was known"
    return f"'{cell}' is in the future: nothing can be known then" if known_at > now else ""


def known_at_of(wish: Wish, now: datetime) -> datetime:
    """When the content of a file was known: as said, else now. Raises Refused."""
    if not wish.as_of:
        return now
    if wish.as_of_column:
        message = "give one of --as-of (the whole file) and --as-of-column (row by row)"
        raise Refused(message, place="--as-of", code="as_of")
    try:
        known_at = parse_date(wish.as_of, zone=wish.zone, order=wish.order)
    except NotADate as error:
        raise Refused(f"'{wish.as_of}' is no date: {error}", place="--as-of", code="as_of") from None
    if is_epoch(iso(known_at)):
        message = f"{wish.as_of} is what tools write where they know no date: give the day of the file"
        raise Refused(message, place="--as-of", code="as_of")
    if known_at > now:
        message = f"{wish.as_of} is in the future: give the day on which the file was made"
        raise Refused(message, place="--as-of", code="as_of")
    return known_at
