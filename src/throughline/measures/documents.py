"""An answer as JSON and as a table: the same from the command line and from a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from throughline.annotations.documents import in_periods, on_metric, told
from throughline.engine.definitions import Definition
from throughline.engine.metrics import UNKNOWN
from throughline.measures.comparing import Compared, unit_of
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.ranges import Range, part_of
from throughline.site.plain import plain
from throughline.ui import comparing

FIGURES = ("value", "low", "high", "n", "n_open", "n_missing", "n_negative", "wide_low", "wide_high")


def document(result: Result, beside: Compared) -> dict[str, Any]:
    """The answer in JSON's own types, instants as UTC text ending in Z."""
    cuts = _cuts(result)
    told = {
        "unit": result.unit,
        "rows": [
            {
                "group": row.group,
                **_figures(row),
                "before": was.document if was else None,
                "cut": cuts(row) or None,
                "why_none": row.why_none or None,
            }
            for row, was in zip(result.rows, beside.rows, strict=True)
        ],
        "why_no_before": beside.why_none or None,
        "warnings": [{"code": each.code, "message": each.message} for each in result.warnings],
        "as_known_at": result.as_known_at,
        "definition": result.definition,
        "data_version": result.data_version,
        "basis_shares": result.basis_shares,
    }
    return dict(plain(told))


def annotated(result: Result, beside: Compared, metric: str) -> dict[str, Any]:
    """The same with what people wrote on the metric's chart."""
    return {**document(result, beside), "annotations": told(on_metric(metric))}


def entry(definition: Definition) -> dict[str, Any]:
    """A metric of the catalogue."""
    names = ("name", "title", "measure", "where", "at", "better", "beside", "description")
    return {name: getattr(definition, name) for name in names}


def header(result: Result) -> list[str]:
    """The columns of the table: dimensions, figures, unit, the period before, and what happened then."""
    happened = ["annotations"] if unit_of(result) else []
    return [
        *dimensions(result),
        *FIGURES,
        "unit",
        *comparing.COLUMNS,
        *comparing.RATIO,
        "cut",
        "why_none",
        *happened,
    ]


def table(result: Result, beside: Compared, metric: str) -> Iterator[list[Any]]:
    """The rows of the table."""
    unit, cuts = unit_of(result), _cuts(result)
    happened = on_metric(metric) if unit else []
    for row, was in zip(result.rows, beside.rows, strict=True):
        told = in_periods(happened, unit, [row.group[unit]]) if unit else []
        groups = (row.group[name] for name in dimensions(result))
        yield [
            *groups,
            *_figures(row).values(),
            result.unit,
            *comparing.cells(was.document if was else None),
            *comparing.ratio_cells(was),
            *(cuts(row), row.why_none),
            *told,
        ]


def dimensions(result: Result) -> list[str]:
    """What the answer is grouped by."""
    named = result.definition["by"]
    return [str(name) for name in named] if isinstance(named, list) else []


def _cuts(result: Result) -> Callable[[Row], str]:
    """Which part of its period a row is of, where the range cuts that; empty for every other row."""
    unit, asked = unit_of(result), result.definition
    ends = (datetime.fromisoformat(str(text)) if text else None for text in (asked["from"], asked["to"]))
    span = Range("custom", *ends)

    def cut(row: Row) -> str:
        if not unit or row.group[unit] == UNKNOWN:
            return ""
        return part_of(labelled_period(unit, row.group[unit]), span)

    return cut


def _figures(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIGURES}
