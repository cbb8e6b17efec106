"""A record's values (as history holds them) to and from the columns of its table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import msgspec
from django.db import connection

from throughline.engine.dates import iso
from throughline.engine.vulnerabilities import Values, is_empty

TEXTS = (
    *("title", "description", "rule", "kind", "cwe", "cvss_vector", "cvss_version"),
    *("component", "component_version", "fixed_version", "file"),
    *("endpoint", "environment", "source", "state", "state_reason", "introduced_basis", "introduced_method"),
    *("identified_basis", "triaged_basis", "mitigated_basis", "ticket_url", "award_currency"),
)
NUMBERS = ("severity", "cvss_score", "line", "award", "epss", "duplicate_of")
TRUTHS = ("kev",)
DATES = (
    *("introduced_at", "introduced_earliest", "introduced_latest", "identified_at", "triaged_at"),
    *("accepted_at", "accepted_until", "mitigated_at", "vanished_at", "kev_added"),
)
LISTS = ("vulnerability_ids", "tags")
FIELDS = (*TEXTS, *NUMBERS, *TRUTHS, *DATES, *LISTS, "attributes", "service", "team")
COLUMNS = (*TEXTS, *NUMBERS, *TRUTHS, *DATES, *LISTS, "attributes", "service_id", "team_id")

# The select list and the joins under which a row reads back as `values_of` expects it.
SELECT = ", ".join(
    [
        *(f"v.{column}" for column in COLUMNS[:-2]),
        "(SELECT name FROM vulnerabilities_service s WHERE s.id = v.service_id)",
        "(SELECT name FROM accounts_team t WHERE t.id = v.team_id)",
    ]
)


def row_of(values: Mapping[str, Any], *, services: Mapping[str, int], teams: Mapping[str, int]) -> list[Any]:
    """The cells of COLUMNS for some values; services and teams are ids by name."""
    row: list[Any] = list(NOTHING)
    for name, value in values.items():
        if not value and name not in _FALSY:
            continue
        if name in _AS_THEY_ARE:
            row[_AS_THEY_ARE[name]] = value
        elif name in _DATES:
            row[_PLACES[name]] = stored_instant(value)
        elif name in _JSON:
            row[_PLACES[name]] = to_json(value)
        elif name == "service":
            row[_PLACES[name]] = services[value]
        elif name == "team":
            row[_PLACES[name]] = teams[value]
    return row


def cell_of(name: str, value: Any) -> Any:
    """One value as its column in the model takes it; nothing is what the column has for it."""
    if name in _DATES:
        return datetime.fromisoformat(value) if value else None
    return NOTHING_OF[name] if is_empty(value) else value


def values_of(row: Sequence[Any]) -> Values:
    """The non-empty values of a row read by SELECT."""
    found: Values = {}
    for name, cell in zip(FIELDS, row, strict=True):
        if cell is None or cell == "":
            continue
        value = _read(name, cell)
        if value != [] and value != {}:
            found[name] = value
    return found


def _read(name: str, cell: Any) -> Any:
    if name in _DATES:
        return told_instant(cell)
    if name in _JSON:
        return json.loads(cell) if isinstance(cell, str) else cell
    # SQLite keeps a truth as 0 or 1.
    return bool(cell) if name in TRUTHS else cell


_DATES = frozenset(DATES)
_JSON = frozenset([*LISTS, "attributes"])
# Of these nought and false say something.
_FALSY = frozenset([*NUMBERS, *TRUTHS])
_PLACES = {name: place for place, name in enumerate(FIELDS)}
_AS_THEY_ARE = {name: _PLACES[name] for name in (*TEXTS, *NUMBERS, *TRUTHS)}
# The cells of a record that says nothing.
NOTHING = tuple(
    "" if name in TEXTS else "[]" if name in LISTS else "{}" if name == "attributes" else None
    for name in FIELDS
)


# The same for one field, as the model takes it.
NOTHING_OF: dict[str, Any] = {
    name: json.loads(cell) if cell in ("[]", "{}") else cell
    for name, cell in zip(FIELDS, NOTHING, strict=True)
}


def stored_instant(text: str) -> Any:
    """ISO text as this database stores it."""
    if _is_sqlite():
        # What `stored` gives there, without a datetime in between: dates are most of what is written.
        return text[:-1].replace("T", " ")
    return datetime.fromisoformat(text)


@cache
def _is_sqlite() -> bool:
    # Asking the connection takes longer than what it is asked for, a hundred thousand times.
    return connection.vendor == "sqlite"


def stored(instant: datetime) -> Any:
    """An instant as a parameter of this database."""
    return connection.ops.adapt_datetimefield_value(instant)


@lru_cache(maxsize=100_000)
def told_instant(cell: Any) -> str:
    """A stored instant (text in SQLite, a datetime in PostgreSQL) as ISO text in UTC."""
    return iso(moment(cell))


@lru_cache(maxsize=10_000)
def moment(cell: Any) -> datetime:
    """A stored instant as an aware datetime."""
    instant = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def to_json(value: object) -> str:
    """JSON text, compact."""
    return msgspec.json.encode(value).decode()
