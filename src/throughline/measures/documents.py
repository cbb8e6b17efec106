"""An answer as JSON and as a table: the same from the command line and from a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.engine.definitions import Definition
from throughline.measures.evaluation.answers import Result, Row
from throughline.site.plain import plain

FIGURES = ("value", "low", "high", "n", "n_open", "n_missing", "n_negative")


def document(result: Result) -> dict[str, Any]:
    """The answer in JSON's own types, instants as UTC text ending in Z."""
    told = {
        "unit": result.unit,
        "rows": [{"group": row.group, **_figures(row)} for row in result.rows],
        "warnings": [{"code": each.code, "message": each.message} for each in result.warnings],
        "as_known_at": result.as_known_at,
        "definition": result.definition,
        "data_version": result.data_version,
        "basis_shares": result.basis_shares,
    }
    return dict(plain(told))


def entry(definition: Definition) -> dict[str, Any]:
    """A metric of the catalogue."""
    names = ("name", "title", "measure", "where", "at", "better", "beside", "description")
    return {name: getattr(definition, name) for name in names}


def header(result: Result) -> list[str]:
    """The columns of the table: the dimensions, the figures, the unit."""
    return [*dimensions(result), *FIGURES, "unit"]


def table(result: Result) -> Iterator[list[Any]]:
    """The rows of the table."""
    for row in result.rows:
        yield [*(row.group[name] for name in dimensions(result)), *_figures(row).values(), result.unit]


def dimensions(result: Result) -> list[str]:
    """What the answer is grouped by."""
    named = result.definition["by"]
    return [str(name) for name in named] if isinstance(named, list) else []


def _figures(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIGURES}
