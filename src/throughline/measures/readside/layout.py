"""How a version of a record lies on the read side: one typed column for each thing known about it.

Instants are days since 1970-01-01 UTC as DOUBLE: exact to the microsecond, and arithmetic on them is plain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from throughline.engine.language.fields import BASES
from throughline.vulnerabilities import weaknesses

# Raised when the columns or their meaning change: bases of another layout are then made anew. So are those
# whose weaknesses were looked up in another edition.
LAYOUT = 6 * 100_000 + weaknesses.edition()
FOREVER = "Infinity"
LINE_AT_LEAST, BUFFER_AT_LEAST = 2 * 1024**2, 32 * 1024**2

_TEXTS = (
    "title rule kind cwe cvss_version component fixed_version file endpoint service team environment "
    "source feed scope state introduced_method award_currency"
)
# Every page of a time counts records by these, which takes half as long as by texts.
_BASES = "introduced_basis identified_basis triaged_basis mitigated_basis"
_BASIS = f"ENUM{BASES}"
_DATES = "introduced identified triaged accepted mitigated"


@dataclass(frozen=True, slots=True)
class Laid:
    """A column of the read side: its type, and the field of the record that fills it."""

    name: str
    type: str
    filled_from: str


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """An attribute of the imports with the column that holds it."""

    id: int
    name: str
    type: str

    @property
    def column(self) -> str:
        return f"attr_{self.id}"

    @property
    def sql_type(self) -> str:
        return {"number": "DOUBLE", "date": "DOUBLE", "boolean": "BOOLEAN"}.get(self.type, "VARCHAR")


def _columns() -> Iterable[Laid]:
    yield Laid("id", "VARCHAR", "key")
    yield Laid("severity", "TINYINT", "severity")
    yield Laid("version", "VARCHAR", "component_version")
    yield from (Laid(name, "VARCHAR", name) for name in _TEXTS.split())
    yield from (Laid(name, _BASIS, name) for name in _BASES.split())
    yield from (Laid(name, "DATE", f"{name}_at") for name in _DATES.split())
    yield from (Laid(n, "DATE", n) for n in ("accepted_until", "introduced_earliest", "introduced_latest"))
    yield Laid("cvss", "DOUBLE", "cvss_score")
    yield Laid("line", "DOUBLE", "line")
    yield Laid("award", "DOUBLE", "award")
    yield Laid("epss", "DOUBLE", "epss")
    yield Laid("kev", "BOOLEAN", "kev")
    yield Laid("kev_added", "DATE", "kev_added")
    yield Laid("tags", "VARCHAR[]", "tags")
    yield Laid("vulnerability_ids", "VARCHAR[]", "vulnerability_ids")


COLUMNS = tuple(_columns())
# What follows from a field: the class of its weakness, and all that this is a kind of, itself included.
DERIVED = (Laid("weakness_class", "VARCHAR", "cwe"), Laid("cwe_within", "VARCHAR[]", "cwe"))
# What a row carries on its way in, all as text; attributes travel as one JSON object.
STAGED = (
    *("vid", "known_from", "known_to", *(column.name for column in COLUMNS), "attributes"),
    *(column.name for column in DERIVED),
)
CWE_AT = STAGED.index("cwe")
_SQL_TYPES = {"DATE": "DOUBLE"}


def table_columns(attributes: Iterable[AttributeColumn]) -> dict[str, str]:
    """Column names of the table `versions` with their SQL types, in order."""
    fixed = {"vid": "BIGINT", "known_from": "DOUBLE", "known_to": "DOUBLE"}
    laid = {column.name: _SQL_TYPES.get(column.type, column.type) for column in (*COLUMNS, *DERIVED)}
    return fixed | laid | {each.column: each.sql_type for each in attributes}


def create_table(name: str, attributes: Iterable[AttributeColumn]) -> str:
    """The statement that makes an empty table of versions."""
    columns = ", ".join(f'"{column}" {kind}' for column, kind in table_columns(attributes).items())
    return f"CREATE TABLE {name} ({columns})"


def typed_rows(csv_path: str, attributes: Iterable[AttributeColumn], *, longest: int) -> str:
    """The query that reads staged rows from a CSV file and gives each column its type.

    `longest` is the size of its longest row in bytes.
    """
    attributes = list(attributes)
    staged = ", ".join(f"'{name}': 'VARCHAR'" for name in STAGED)
    source = (
        f"read_csv({_quoted(csv_path)}, columns = {{{staged}}}, header = false, auto_detect = false, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', new_line = '\\n', "
        f"max_line_size = {max(longest, LINE_AT_LEAST)}, buffer_size = {max(2 * longest, BUFFER_AT_LEAST)})"
    )
    typed = ["vid::BIGINT", _days("known_from"), f"COALESCE({_days('known_to')}, '{FOREVER}'::DOUBLE)"]
    typed += [_typed(column) for column in (*COLUMNS, *DERIVED)]
    if not attributes:
        return f"SELECT {', '.join(typed)} FROM {source}"  # noqa: S608 - names are ours, the path is quoted
    typed += [_typed_attribute(each, index) for index, each in enumerate(attributes, start=1)]
    paths = ", ".join(_quoted(_pointer(each.name)) for each in attributes)
    # One list of paths: the JSON of a row is then parsed once, however many attributes there are.
    taken = f"SELECT *, json_extract_string(attributes, [{paths}]) AS taken FROM {source}"  # noqa: S608
    return f"SELECT {', '.join(typed)} FROM ({taken})"  # noqa: S608 - as above


def staged_row(
    vid: int, known: tuple[str, str], values: Mapping[str, Any], texts: Mapping[str, str]
) -> list[Any]:
    """One version as a staged row: `values` by the record's own field names, `texts` in their place."""
    filled = [texts.get(column.name, values.get(column.filled_from)) for column in COLUMNS]
    row = [vid, *known, *filled, texts["attributes"]]
    return [*row, *derived(row[CWE_AT])]


@lru_cache(maxsize=5_000)
def derived(cwe: str | None) -> tuple[str, str]:
    """The cells of DERIVED for a weakness."""
    if not cwe:
        return "", "[]"
    return weaknesses.class_of(cwe), json.dumps([cwe, *weaknesses.ancestors(cwe)])


def _typed(column: Laid) -> str:
    if column.type == "DATE":
        return _days(f'"{column.name}"')
    if column.type == "VARCHAR[]":
        return f'from_json("{column.name}", \'["VARCHAR"]\')'
    return f'"{column.name}"' if column.type == "VARCHAR" else f'"{column.name}"::{column.type}'


def _typed_attribute(attribute: AttributeColumn, index: int) -> str:
    taken = f"NULLIF(taken[{index}], '')"
    if attribute.type == "date":
        return f"epoch_us(TRY_CAST({taken} AS TIMESTAMP)) / 86400e6"
    # TRY_CAST: an attribute that once was a text may hold what its present type cannot.
    return taken if attribute.type == "text" else f"TRY_CAST({taken} AS {attribute.sql_type})"


def _days(text: str) -> str:
    return f"epoch_us({text}::TIMESTAMP) / 86400e6"


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
