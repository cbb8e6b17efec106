"""Files that base rates come from: CISA's KEV catalogue, FIRST's EPSS scores, lists of breaches. Pure.

Bytes to dated events or to probabilities, with file, line and column of what cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from throughline.engine.dates import NotADate, Order, day_orders, is_ambiguous, parse_date
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.forecasts.tables import (
    Opened,
    Row,
    number,
    opened,
    opened_below_comment,
    parse_maps,
    require,
    settled,
)
from throughline.sources.formats.tables import shown

KEV_FIELDS = ("cveID", "vendorProject", "product", "dateAdded")
EPSS_FIELDS = ("cve", "epss")
BREACH_FIELDS = ("date", "organisation", "sector", "records", "loss")
# What lists that people publish call these; the first that a file has is meant.
BREACH_NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("breach_date", "date_of_breach", "incident_date", "date_reported", "reported", "reported_on"),
    "organisation": ("organization", "company", "entity", "name_of_covered_entity", "victim", "name"),
    "sector": ("industry", "type_of_organization", "covered_entity_type", "organization_type"),
    "records": ("records_lost", "individuals_affected", "individuals", "affected", "number_of_records"),
    "loss": ("loss_usd", "losses", "cost", "loss_amount", "total_loss"),
}
AS_PUBLISHED = "give the CSV as it was published"
MOST_ROWS = 1_000_000
CVE = re.compile(r"CVE-\d{4}-\d{4,12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; `who` and the amounts are empty where the file does not say."""

    day: date
    who: str = ""
    records: float | None = None
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """The events that were asked for, and the days from which to which the file tells of any."""

    events: tuple[Event, ...]
    first: date
    last: date
    has_names: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """What EPSS gives the CVEs that were asked for, and those it does not have."""

    chances: Mapping[str, float]
    missing: tuple[str, ...]
    score_date: str | None
    model_version: str | None


def read_kev(content: bytes, *, name: str, vendor: str = "", product: str = "") -> Events:
    """The days on which entries of this vendor or product came into CISA's KEV catalogue (CSV).

    Names are compared whole, whatever their case. Raises Refused, with the nearest name where none is so.
    """
    with opened(content, name=name) as table:
        columns = settled(table, fields=KEV_FIELDS, maps={})
        for field in (
            "cveID",
            "dateAdded",
            *(["vendorProject"] if vendor else []),
            *(["product"] if product else []),
        ):
            require(table, columns, field, why="which CISA's KEV catalogue has", way_out=AS_PUBLISHED)
        wanted = {field: text for field, text in (("vendorProject", vendor), ("product", product)) if text}
        found, days, seen = [], [], _Seen(wanted)
        for row in _bounded(table.rows(columns)):
            if not CVE.fullmatch(row.cells["cveID"]):
                message = f"found {shown(row.cells['cveID'])}, expected a CVE such as CVE-2024-0001"
                raise row.refused(message, column="cveID", code="bad_cve")
            days.append(_day(row, "dateAdded"))
            if seen.fits(row):
                found.append(Event(days[-1]))
    return _events(found, days, seen, name=name)


def read_breaches(
    content: bytes,
    *,
    name: str,
    maps: Sequence[str] = (),
    sector: str = "",
    order: Order | None = None,
) -> Events:
    """The breaches of a list with a column of dates, and what it says of organisation, sector and amounts.

    Columns are found by what such lists call them, or as `maps` say. Raises Refused.
    """
    said = parse_maps(maps, fields=BREACH_FIELDS)
    with opened(content, name=name) as table:
        columns = settled(table, fields=BREACH_FIELDS, maps=said)
        columns |= _by_other_names(table, columns, said)
        require(table, columns, "date", why="which says when it happened")
        if sector:
            require(table, columns, "sector", why="which --sector asks of")
        order = order or _order(table, columns)
        found, days, seen = [], [], _Seen({"sector": sector} if sector else {})
        for row in _bounded(table.rows(columns)):
            days.append(_day(row, "date", order=order))
            if seen.fits(row):
                amounts = (_amount(row, field) for field in ("records", "loss"))
                found.append(Event(days[-1], row.cells.get("organisation", ""), *amounts))
    return _events(found, days, seen, name=name, has_names="organisation" in columns)


def read_epss(content: bytes, *, name: str, cves: Iterable[str]) -> Scores:
    """The chances that EPSS gives these CVEs of being exploited within 30 days. Raises Refused."""
    said = [cve.strip() for cve in cves]
    for cve in said:
        if not CVE.fullmatch(cve):
            raise Refused(f"{shown(cve)} is no CVE such as CVE-2024-0001", place="--cve", code="bad_cve")
    wanted = list(dict.fromkeys(cve.upper() for cve in said))
    chances: dict[str, float] = {}
    with opened_below_comment(content, name=name) as (comment, table):
        columns = settled(table, fields=EPSS_FIELDS, maps={})
        for field in EPSS_FIELDS:
            require(table, columns, field, why="which FIRST's EPSS scores have", way_out=AS_PUBLISHED)
        asked = set(wanted)
        for row in _bounded(table.rows(columns)):
            chance = number(row, "epss")
            if not 0 <= chance <= 1:
                message = f"{chance:g} is no probability: EPSS goes from 0 to 1"
                raise row.refused(message, column="epss", code="bad_probability")
            if (cve := row.cells["cve"].upper()) in asked:
                chances[cve] = chance
    if not chances:
        asked_for = "not the CVE" if len(wanted) == 1 else f"none of the {len(wanted):,} CVEs"
        message = f"it has {asked_for} asked for: check the spelling"
        raise Refused(message, place=name, code="no_cve")
    return Scores(
        chances={cve: chances[cve] for cve in wanted if cve in chances},
        missing=tuple(cve for cve in wanted if cve not in chances),
        score_date=_said(comment, "score_date"),
        model_version=_said(comment, "model_version"),
    )


def cves_in(text: str, *, name: str) -> list[str]:
    """Every CVE that a text names, in its order. Raises Refused where it names none."""
    found = list(dict.fromkeys(cve.upper() for cve in CVE.findall(text)))
    if not found:
        raise Refused("it names no CVE such as CVE-2024-0001", place=name, code="no_cve")
    return found


class _Seen:
    """Which rows fit a filter, and which values there were, for the message where none does."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.wanted = {field: text.strip().casefold() for field, text in wanted.items()}
        self.said = wanted
        self.values: dict[str, set[str]] = {field: set() for field in wanted}

    def fits(self, row: Row) -> bool:
        for field in self.wanted:
            self.values[field].add(row.cells[field])
        return all(row.cells[field].casefold() == text for field, text in self.wanted.items())

    def require_known(self, *, name: str) -> None:
        """Raise Refused for a name that no row has: it is more likely mistyped than never hit."""
        for field, text in self.wanted.items():
            if text not in {value.casefold() for value in self.values[field]}:
                near = nearest(text, self.values[field])
                message = f"no row has the {field} {shown(self.said[field])}{near}"
                raise Refused(message, place=name, code="no_such_name")


def _events(
    found: Sequence[Event], days: Sequence[date], seen: _Seen, *, name: str, has_names: bool = False
) -> Events:
    if not days:
        message = "no rows: expected a header and below it an event a line"
        raise Refused(message, place=name, code="empty")
    seen.require_known(name=name)
    return Events(tuple(found), min(days), max(days), has_names)


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise row.refused(f"more than {MOST_ROWS:,} rows: split the file", code="size")
        yield row


def _by_other_names(table: Opened, columns: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The columns of fields that are there under another usual name; blanks and marks in it do not matter."""
    plain = {re.sub(r"\W+", "_", column.casefold()).strip("_"): column for column in table.columns}
    taken, found = set(columns.values()), {}
    for field, names in BREACH_NAMES.items():
        free = [plain[each] for each in names if each in plain and plain[each] not in taken]
        if field not in columns and field not in said and free:
            found[field] = free[0]
            taken.add(free[0])
    return found


def _order(table: Opened, columns: Mapping[str, str]) -> Order | None:
    """Day or month first, where one date of the column decides it for all."""
    texts, undecided = [], None
    for row in table.rows({"date": columns["date"]}):
        texts.append(row.cells["date"])
        undecided = row if undecided is None and is_ambiguous(texts[-1]) else undecided
    orders = day_orders(texts)
    if len(orders) == 1:
        return next(iter(orders))
    if undecided is not None:
        written = shown(undecided.cells["date"])
        message = f"nothing decides whether {written} has its day first: give --date-order dmy or mdy"
        raise undecided.refused(message, column="date", code="date_order")
    return None


def _day(row: Row, field: str, *, order: Order | None = None) -> date:
    text = row.cells[field]
    try:
        return parse_date(text, order=order).date()
    except NotADate as error:
        raise row.refused(f"found {shown(text)}: {error}", column=field, code="bad_date") from None


def _amount(row: Row, field: str) -> float | None:
    """An amount as lists have it, with a currency sign and commas; None where the cell is empty."""
    text = row.cells.get(field, "")
    plain = re.sub(r"[$€£,\s]", "", text)
    if not plain or plain.casefold() in ("unknown", "n/a", "-"):
        return None
    try:
        found = float(plain) if re.fullmatch(r"[\d.]+(e\d+)?", plain, re.IGNORECASE) else -1.0
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e15:
        message = f"found {shown(text)}, expected an amount in digits such as 2500000, or an empty cell"
        raise row.refused(message, column=field, code="no_number")
    return found


def _said(comment: str, field: str) -> str | None:
    match = re.search(rf"{field}:([^,\s]+)", comment)
    return match[1] if match else None
