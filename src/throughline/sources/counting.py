"""How many records there are of each source, counted by the read side: rows of a million take seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.measures.engines.duckdb import is_null, named, number, surely, text
from throughline.measures.evaluation.samples import Sample
from throughline.measures.queries import as_they_are


def _is_paid() -> exp.Expression:
    return surely(exp.GT(this=named("award"), expression=number(0)))


# What is asked of a record besides its own fields.
ASKED: Mapping[str, Callable[[], exp.Expression]] = {
    "is_open": lambda: is_null(named("mitigated")),
    "is_paid": _is_paid,
}


def counted(scope: Scope, *by: str, where: Sequence[exp.Expression] = ()) -> Iterator[tuple[Any, ...]]:
    """How many records of a scope share these values: the values, then the number; None for an empty one.

    Vanished records are in none of them.
    """
    records = as_they_are(scope)
    groups = {name: ASKED[name]() if name in ASKED else named(name) for name in by}
    every = Sample({}, {"n": exp.Count(this=exp.Star())})
    yield from records.rows(records.grouped(groups, every, where=where))


def is_one_of(name: str, values: Iterable[str]) -> exp.Expression:
    """Whether a field has one of the values."""
    return exp.In(this=named(name), expressions=[text(value) for value in values])
