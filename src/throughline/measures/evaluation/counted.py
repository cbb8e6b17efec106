"""The rows of a count by thousands of groups: of each a few numbers, column by column, without a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from throughline.engine import intervals
from throughline.engine.language.checked import Grouping
from throughline.engine.metrics import Metric
from throughline.measures.evaluation.answers import Row
from throughline.measures.evaluation.estimates import whole
from throughline.measures.evaluation.gaps import every_key
from throughline.measures.evaluation.keys import Key, label, order
from throughline.measures.evaluation.population import Moment

# What a row says beside its count, as far as somebody asked for it.
TOLD = ("n_open", "missing", "negative")


def wholes(column: Sequence[Any]) -> Sequence[int]:
    """How many records, group by group; mostly thousands of plain numbers."""
    return column if set(map(type, column)) == {int} else list(map(whole, column))


def rows_of(metric: Metric, found: Mapping[str, Any], keys: Sequence[Key], moment: Moment) -> list[Row]:
    """A row for each group, in order, with the periods in which nothing was counted."""
    n = wholes(found["n"])
    low, high = (bounds.tolist() for bounds in intervals.count_bounds(n))
    told = (wholes(found[name]) if name in found else [0] * len(n) for name in TOLD)
    cells = dict(zip(keys, zip(map(float, n), low, high, n, *told, strict=True), strict=True))
    none = intervals.count(0)
    nothing = (none.value, none.low, none.high, none.n, *(0 for _ in TOLD))
    every = every_key(metric, cells, moment)
    columns = [list(column) for column in zip(*every, strict=True)]
    groups = _groups(metric.by, columns) if columns else [{} for _ in every]
    return [Row(groups[place], *cells.get(every[place], nothing)) for place in order(columns, len(every))]


def _groups(by: Sequence[Grouping], columns: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """Each key in words: thousands of keys are made of few values."""
    names = [each.label for each in by]
    texts = []
    for each, column in zip(by, columns, strict=True):
        words = {value: label(each, value) for value in set(column)}
        texts.append([words[value] for value in column])
    return [dict(zip(names, key, strict=True)) for key in zip(*texts, strict=True)]
