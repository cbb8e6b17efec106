"""A table and its mapping: everything that is decided before the first row is read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from itertools import islice

from throughline.engine.dates import Order
from throughline.engine.refusals import Refused
from throughline.sources import columns, mapping
from throughline.sources.fields import BY_NAME, DATE_BASES
from throughline.sources.formats.tables import BadFile, Table, shown
from throughline.sources.rows import Rows
from throughline.sources.steps import Step, attribute_step, field_steps

SAMPLE = 500
# Every attribute is a column of the read side, whoever imported it.
MOST_ATTRIBUTES = 500
# Part of every row's hash: rows are looked at again after a change of how they are read.
CODE_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read. `maps` is {field: column}; `known_at` the instant its content was known."""

    known_at: datetime
    maps: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    order: Order | None = None
    state: str = "confirmed"
    as_of_column: str | None = None
    skip_invalid: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything decided about a file before its rows become findings.

    `maps` is {field: column}; `asserted` names the fields that this file speaks about (the others of a known
    record stay as they are); `attributes` is {name: type}, and `kept` also has those without any content.
    `passed_over` are the records that are no rows at all, where such are left out.
    """

    name: str
    table: Table
    options: Options
    maps: dict[str, str]
    asserted: frozenset[str]
    attributes: dict[str, str]
    kept: frozenset[str]
    count: int
    single: tuple[Step, ...]
    several: tuple[Step, ...]
    attribute_steps: tuple[Step, ...]
    digest: bytes
    unread: tuple[mapping.Unread, ...] = ()
    passed_over: tuple[BadFile, ...] = ()

    @property
    def has_keys(self) -> bool:
        """Whether rows name themselves, or are told apart by what they say."""
        return "key" in self.maps

    @property
    def named_maps(self) -> dict[str, str]:
        """The mapping {field: column}, each field under the name that people call it by."""
        return {BY_NAME[field].short: column for field, column in self.maps.items()}

    def rows(self) -> Rows:
        """One pass over all rows of the file."""
        return Rows(self, self.table.rows())


def prepare(
    table: Table, *, name: str, options: Options, stored_types: Mapping[str, str] | None = None
) -> Reading:
    """Settle mapping, types and day order from the header and one pass over the rows.

    `stored_types` are the types of attributes known so far. Raises Refused.
    """
    if options.as_of_column and options.as_of_column not in table.columns:
        message = (
            f"the file has no column '{options.as_of_column}'; its columns are {', '.join(table.columns)}"
        )
        raise Refused(message, place="--as-of-column", code="mapping")
    samples = sampled(table)
    free = [column for column in table.columns if column != options.as_of_column]
    maps = mapping.settle(free, samples, said=options.maps)
    positions = {column: at for at, column in enumerate(table.columns)}
    kept = _kept(free, maps)
    dated = [maps[field] for field in maps if BY_NAME[field].reads == "date"]
    profiles, count = columns.profile(
        table.rows(), attributes=[positions[c] for c in kept], dates=[positions[c] for c in dated]
    )
    types = _types(kept, positions, profiles, stored_types or {})
    orders = {column: _order(column, profiles[positions[column]], options, name) for column in dated}
    single, several = field_steps(maps, positions, orders, zone=options.zone)
    attribute_steps = tuple(
        attribute_step(column, attribute, types[attribute], positions[column], options.zone)
        for column, attribute in kept.items()
        if attribute in types
    )
    return Reading(
        name=name,
        table=table,
        options=options,
        maps=maps,
        asserted=_asserted(maps),
        attributes=types,
        kept=frozenset(kept.values()),
        count=count,
        single=single,
        several=several,
        attribute_steps=attribute_steps,
        digest=_digest(table, maps, types, options),
        unread=tuple(mapping.unread_dates(free, samples, maps=maps, said=options.maps)),
        passed_over=tuple(table.passed_over(None)),
    )


def sampled(table: Table) -> dict[str, list[str]]:
    """The cells of the first rows by column: what a guess looks at."""
    sample = [cells for _, cells in islice(table.rows(), SAMPLE)]
    return {column: [cells[at] for cells in sample] for at, column in enumerate(table.columns)}


def _kept(free: Iterable[str], maps: Mapping[str, str]) -> dict[str, str]:
    """{column: attribute name} of the columns that are kept as attributes."""
    targets = {column: BY_NAME[field] for field, column in maps.items()}
    kept = [c for c in free if c not in targets or mapping.stays_attribute(targets[c], c)]
    named: dict[str, str] = {}
    for column in kept:
        first = named.setdefault(attribute := mapping.attribute_name(column), column)
        if first != column:
            message = (
                f"columns {shown(first)} and {shown(column)} would both be kept as the attribute "
                f"{shown(attribute)}: rename one of them, so that both are kept"
            )
            raise Refused(message, code="mapping")
    return {column: attribute for attribute, column in named.items()}


def _types(
    kept: Mapping[str, str],
    positions: Mapping[str, int],
    profiles: Mapping[int, columns.Column],
    stored: Mapping[str, str],
) -> dict[str, str]:
    joined = {
        attribute: columns.joined_type(stored.get(attribute), profiles[positions[column]].type())
        for column, attribute in kept.items()
    }
    types = {attribute: type for attribute, type in joined.items() if type is not None}
    new = types.keys() - stored.keys()
    if new and len(new) + len(stored) > MOST_ATTRIBUTES:
        message = (
            f"{len(new):,} columns would be new attributes, beside {len(stored):,} that are kept already; "
            f"at most {MOST_ATTRIBUTES} are kept: leave out the columns that nobody asks about"
        )
        raise Refused(message, code="mapping")
    return types


def _order(column: str, profile: columns.Column, options: Options, name: str) -> Order | None:
    if options.order or profile.order():
        return options.order or profile.order()
    if not profile.orders:
        message = "some dates are day first and others month first: write them as 2024-01-31"
        raise BadFile(message, name=name, column=column)
    if profile.ambiguous:
        message = (
            f"{shown(profile.ambiguous)} can be read day first or month first, and no date in the column "
            "decides it: say --date-order dmy or --date-order mdy"
        )
        raise BadFile(message, name=name, column=column)
    return None


def _digest(table: Table, maps: Mapping[str, str], types: Mapping[str, str], options: Options) -> bytes:
    decided = [
        CODE_VERSION,
        list(table.columns),
        sorted(maps.items()),
        sorted(types.items()),
        [str(options.zone), options.order, options.state],
    ]
    return blake2b(json.dumps(decided).encode(), digest_size=16).digest()


def _asserted(maps: Mapping[str, str]) -> frozenset[str]:
    found = set(maps) - {"key"} | {"vanished_at"}
    found |= {basis for date, basis in DATE_BASES.items() if date in maps}
    if "introduced_at" in maps:
        found.add("introduced_method")
    if {"cvss_score", "cvss_vector"} & found:
        found |= {"cvss_score", "cvss_vector", "cvss_version"}
    if "award" in found:
        found.add("award_currency")
    if "service" in found:
        found.add("team")
    if "key" in maps:
        found.add("vulnerability_ids")
    return frozenset(found)
