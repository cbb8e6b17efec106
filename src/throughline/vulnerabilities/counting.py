"""How many records of a selection stand where: asked once, whatever a page makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from throughline.engine.vulnerabilities import REJECTED_STATES
from throughline.measures.engines.duckdb import both, call, named
from throughline.measures.evaluation.population import Population


@dataclass(frozen=True, slots=True)
class Standing:
    """The number of records by what triage decided of them and by their status."""

    counts: Mapping[tuple[str | None, str], int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def by_state(self) -> dict[str | None, int]:
        """The number of each state that a record has."""
        return self._by(0)

    def by_status(self) -> dict[str | None, int]:
        """The number of each status that a record has."""
        return self._by(1)

    def _by(self, place: int) -> dict[str | None, int]:
        found: Counter[str | None] = Counter()
        for key, n in self.counts.items():
            found[key[place]] += n
        return dict(found)


def standing(population: Population) -> Standing:
    """Where the records of a population stand."""
    # Status as text would take three times as long.
    compiler = population.compiler
    gone = compiler.is_mitigated()
    columns = {
        "state": named("state"),
        "n": exp.Count(this=exp.Star()),
        "gone": call("count_if", gone),
        "borne": call("count_if", both(compiler.is_accepted(), exp.Not(this=gone.copy()))),
    }
    query = population.select(columns).group_by(named("state"), copy=False)
    counts: Counter[tuple[str | None, str]] = Counter()
    for state, *numbers in population.rows(query):
        counts.update({(state, status): n for status, n in _statuses(state, *map(int, numbers)) if n})
    return Standing(counts)


def _statuses(state: str | None, n: int, gone: int, borne: int) -> Iterator[tuple[str, int]]:
    if state in REJECTED_STATES:
        yield "rejected", n
        return
    yield "mitigated", gone
    yield "accepted", borne
    yield "open", n - gone - borne


def by_value(population: Population, values: Mapping[str, exp.Expression]) -> dict[str, dict[Any, int]]:
    """The number of records with each value, for several things at once: the records are looked at once."""
    if not values:
        return {}
    names = _numbered(values)
    # The id has a bit for each that a row is not grouped by, the first of them the highest.
    every, last = 2 ** len(names) - 1, len(names) - 1
    at = {every - 2 ** (last - place): place for place in range(len(names))}
    found: dict[str, dict[Any, int]] = {name: {} for name in values}
    listed = list(values)
    for bits, *row, n in population.rows(_of_values(population, values)):
        place = at[bits]
        found[listed[place]][row[place]] = int(n)
    return found


def begin_by_value(population: Population, values: Mapping[str, exp.Expression]) -> None:
    """Ask ahead what `by_value` will ask."""
    if values:
        population.begin(_of_values(population, values), as_rows=True)


def _of_values(population: Population, values: Mapping[str, exp.Expression]) -> exp.Select:
    names = _numbered(values)
    inner = population.select(dict(zip(names, values.values(), strict=True)))
    columns = [named(name) for name in names]
    query = exp.select(
        exp.GroupingId(expressions=columns), *(each.copy() for each in columns), exp.Count(this=exp.Star())
    ).from_(inner.subquery("found", copy=False), copy=False)
    sets = exp.GroupingSets(expressions=[exp.paren(each.copy()) for each in columns])
    query.set("group", exp.Group(expressions=[sets]))
    return query


def _numbered(values: Mapping[str, exp.Expression]) -> list[str]:
    # A field may have any name.
    return [f"value_{at}" for at in range(len(values))]
