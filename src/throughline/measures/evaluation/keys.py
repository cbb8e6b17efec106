"""The values of the dimensions of a group: how each is shown, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from throughline.engine.language.checked import Grouping
from throughline.engine.language.fields import SEVERITIES, Kind
from throughline.engine.language.writing import written_number
from throughline.engine.metrics import UNKNOWN
from throughline.measures.evaluation.periods import numbered_period

Key = tuple[Any, ...]


def label(by: Grouping, value: Any) -> str:
    """How a value of a dimension is shown and asked for again."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str) or by.field is None:
        return str(value)
    if by.unit:
        return numbered_period(by.unit, int(value)).label
    match by.field.kind:
        case Kind.SEVERITY:
            return SEVERITIES[int(value)]
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.NUMBER:
            return written_number(float(value))
    return str(value)


def rank(key: Key) -> tuple[Any, ...]:
    """Levels and numbers by size, names by alphabet, what is unknown last."""
    ranked: list[Any] = []
    for value in key:
        ranked += [value is None, _sortable(value)]
    return tuple(ranked)


def order(columns: Sequence[Sequence[Any]], size: int) -> list[int]:
    """The places of so many keys, given as columns, by their rank: each value is ranked once.

    >>> order([["web", None, "App"], [3, 2, 1]], 3)
    [2, 0, 1]
    """
    ranks = np.zeros(size, dtype=np.int64)
    for column in columns:
        distinct = sorted(set(column), key=lambda value: rank((value,)))
        places = {value: place for place, value in enumerate(distinct)}
        ranks *= len(distinct)
        ranks += np.array([places[value] for value in column], dtype=np.int64)
    found: list[int] = np.argsort(ranks, kind="stable").tolist()
    return found


def _sortable(value: Any) -> tuple[float, str, str]:
    if isinstance(value, str):
        return (0.0, value.casefold(), value)
    return (0.0 if value is None else float(value), "", "")
