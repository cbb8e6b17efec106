"""The data dictionary: each table and column with type, unit and meaning, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from throughline import __version__
from throughline.exports.declared import Column, Kind, Table
from throughline.exports.folders import FORMAT
from throughline.exports.tables import TABLES

VERSION = 1
TYPES = {
    Kind.TEXT: "text",
    Kind.WHOLE: "whole number",
    Kind.NUMBER: "number",
    Kind.TRUTH: "true or false",
    Kind.DAY: "day",
    Kind.INSTANT: "instant",
    Kind.TEXTS: "list of texts",
    Kind.JSON: "JSON",
}


def dictionary() -> dict[str, Any]:
    """The dictionary of every export of this version."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "throughline": __version__,
        "tables": [_table(table) for table in TABLES],
    }


def dictionary_of(rows: Mapping[str, int], *, suffix: str, made_at: datetime) -> dict[str, Any]:
    """The dictionary of one export: with the file and the number of rows of each table."""
    whole = dictionary()
    tables = [
        {**said, "file": f"{said['name']}.{suffix}", "rows": rows[said["name"]]} for said in whole["tables"]
    ]
    return {**whole, "made_at": made_at, "tables": tables}


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "meaning": table.meaning,
        "key": list(table.key),
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": TYPES[column.kind],
        "parquet": column.kind.value,
        "unit": column.unit,
        "meaning": column.meaning,
        "names": column.to,
    }


def markdown() -> str:
    """The dictionary to be read."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Data dictionary of an export"
    yield ""
    yield "Every table and column that `throughline export` writes. Times are in UTC; nothing said is null."
    yield "→ names the column of another table that a column points to."
    for table in TABLES:
        yield ""
        yield f"## {table.name}"
        yield ""
        yield table.meaning + (f" Key: {', '.join(table.key)}." if table.key else " It has no key.")
        yield ""
        yield "| column | type | unit | meaning |"
        yield "|---|---|---|---|"
        for column in table.columns:
            points = f" → {column.to}" if column.to else ""
            yield f"| {column.name} | {TYPES[column.kind]} | {column.unit} | {column.meaning}{points} |"
