"""What the explorer shows of a selection: rows, counts by facet, and honest times; from the read side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import duckdb
from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine import metrics
from throughline.engine.calendar import from_days, to_days
from throughline.engine.intervals import Estimate
from throughline.engine.language.fields import CORE, SEVERITIES, Field, Kind, Schema
from throughline.engine.metrics import UNKNOWN
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.engines.duckdb import call, either, named, text
from throughline.measures.evaluation.population import Moment, Population, asks_ahead
from throughline.measures.evaluation.unknown_values import unknown_names
from throughline.measures.readside.columns import columns
from throughline.vulnerabilities import exploitation, weaknesses
from throughline.vulnerabilities import queries as records
from throughline.vulnerabilities.counting import Standing, begin_by_value, by_value, standing
from throughline.vulnerabilities.selections import FACETS, IN_ORDER, PAGE_SIZE, Selection

LISTED = ("title", "id", "severity", "status", "state", "service", "team", "source", "cwe", "introduced",
          "identified", "mitigated", "kev", "epss")  # fmt: skip
EXPORTED = (*LISTED, "kind", "triaged", "accepted", "component", "version", "file", "endpoint", "environment",
            "cvss", "weakness_class", "kev_added", "introduced_basis", "feed", "scope")  # fmt: skip
# What the page says of a row besides.
SHOWN = ("vulnerability_ids", "accepted_until", "component", "version", "file", "line", "endpoint")
ON_A_PAGE = (*LISTED, *SHOWN)
# Those of few values first: a word found there costs no look at a title.
SEARCHED = ("service", "source", "cwe", "component", "file", "title", "id")
# The facets that one question answers.
STANDING: Mapping[str, Callable[[Standing], Mapping[str | None, int]]] = {
    "status": Standing.by_status,
    "state": Standing.by_state,
}
FETCHED_AT_ONCE = 1_000
MEDIAN, RESTRICTED = (
    metrics.check(metrics.READY_MADE[name], Schema.of())
    for name in ("time_to_remediate_median", "time_to_remediate")
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One record as it was known at the instant asked for, by field name; `pk` names its page.

    `epss` is its chance of exploitation in words, `decider` who decided last what it is.
    """

    pk: int
    values: Mapping[str, Any]
    epss: str = ""
    decider: str = ""

    @property
    def place(self) -> str:
        """What tells it from others of its title: the component, else the line, else the address."""
        said = self.values
        if said["component"]:
            return " ".join(filter(None, [said["component"], said["version"]]))
        if said["file"]:
            return f"{said['file']}:{said['line']}" if said["line"] else str(said["file"])
        return str(said["endpoint"] or "")

    @property
    def is_over(self) -> bool:
        """Whether its risk was accepted until a day that is over."""
        return (self.values["state"], self.values["status"]) == ("accepted", "open")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, how it reads, and the number of records that picking it would show."""

    value: str
    label: str
    n: int
    picked: bool
    address: str


@dataclass(frozen=True, slots=True)
class Times:
    """Honest times of the selection: days by which half are repaired, and the mean of the first 90 days.

    `of_all` says that they are of every row: the selection itself says which states it wants.
    """

    median: Estimate
    restricted: Estimate
    of_all: bool


@dataclass(frozen=True, slots=True)
class Explorer:
    """Answers about one selection for one person, all from the same data."""

    selection: Selection
    schema: Schema
    population: Population
    # By the condition, and whether words are searched for: a page makes several figures of one answer.
    stood: dict[tuple[str, bool], Standing] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def total(self) -> tuple[int, int]:
        """How many records, and how many of them are open."""
        found = self._standing(self.population, self.selection.condition())
        return found.total, found.by_status().get("open", 0)

    def beside(self, *, status: str, state: str) -> tuple[Selection, int]:
        """The selection that picks these alone, as known at the same instant, with its count."""
        asked = self.selection
        chosen = {"status": (status,), "state": (state,)}
        every = replace(self.population, condition=None, also=())
        selection = Selection(chosen=chosen, known=asked.known, known_at=asked.known_at)
        return selection, self._standing(every, "").counts.get((state, status), 0)

    def misnamed(self) -> list[str]:
        """A sentence on the teams, services and sources that nobody has; none before anything was known."""
        found = unknown_names(self.population, fits=self.total()[0] > 0)
        every = replace(self.population, condition=None, also=())
        return [each.message for each in found if self._standing(every, "").total]

    def page(self) -> list[Listed]:
        """The rows of the page asked for, in the order asked for."""
        return [self._listed(ON_A_PAGE, row) for row in self.population.rows(self._of_page())]

    def begin(self) -> None:
        """Ask ahead what `facets` and `page` will ask, beside the figures that stand above them."""
        if asks_ahead(self.population.snapshot):
            begin_by_value(self.population, self._free(FACETS))
            self.population.begin(self._of_page(), as_rows=True)

    def _of_page(self) -> exp.Select:
        first = (self.selection.page - 1) * PAGE_SIZE
        return self._ordered(ON_A_PAGE).limit(PAGE_SIZE).offset(first)

    def after(self, number: int, *, most: int) -> list[Listed]:
        """The first rows by their number beyond one, with every field and attribute."""
        names = self._exported()
        query = self._asked(names).where(exp.GT(this=named("vid"), expression=exp.Literal.number(number)))
        found = self.population.rows(query.order_by(named("vid")).limit(most))
        return [self._listed(names, row) for row in found]

    def ids(self, *, most: int) -> list[int]:
        """Every record of the selection. Raises Refused where there are more than `most`."""
        found = self.population.rows(self.population.select({"vid": named("vid")}).limit(most + 1))
        if len(found) > most:
            raise Refused(f"At most {most:,} vulnerabilities are decided at once: narrow the filter.")
        return [int(id) for (id,) in found]

    def everything(self) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
        """Column names and all rows, in order, fetched a thousand at a time; the first few at once.

        To put a million whole rows in order takes half a second, so that is done once somebody reads on.
        """
        names = self._exported()
        query, cursor = self._ordered(names), self.population.snapshot.cursor
        # One state of the data for both questions, whatever is stored between them.
        cursor.begin()
        # What cannot be read is refused before the head of a file is on its way.
        first = self._fetched(names, cursor.execute(query.limit(PAGE_SIZE).sql("duckdb")))

        def rows() -> Iterator[list[Any]]:
            yield from first
            if len(first) < PAGE_SIZE:
                return
            rest = cursor.execute(query.offset(PAGE_SIZE).sql("duckdb"))
            while found := self._fetched(names, rest):
                yield from found

        return names, rows()

    def _exported(self) -> tuple[str, ...]:
        # A field of ours hides an attribute of its name.
        return tuple(dict.fromkeys((*EXPORTED, *self.schema.attributes)))

    def _fetched(self, names: tuple[str, ...], cursor: duckdb.DuckDBPyConnection) -> list[list[Any]]:
        listed = [self._listed(names, row).values for row in cursor.fetchmany(FETCHED_AT_ONCE)]
        return [[values[name] for name in names] for values in listed]

    def facet(self, name: str) -> list[FacetValue]:
        """The values of a facet with their counts, under every other filter."""
        return self.facets([name])[name]

    def facets(self, names: Iterable[str] = FACETS) -> dict[str, list[FacetValue]]:
        """Several facets: one look at the records for all of which nothing is picked."""
        counts = by_value(self.population, self._free(names))
        return {
            name: self._values(name, counts[name] if name in counts else self._counted(name))
            for name in names
        }

    def _free(self, names: Iterable[str]) -> dict[str, exp.Expression]:
        """Those of which nothing is picked, and that no other question answers."""
        chosen = self.selection.chosen
        return {n: self._field(n) for n in names if n not in chosen and n not in STANDING}

    def _counted(self, name: str) -> Mapping[Any, int]:
        population = self._without(name)
        if name in STANDING:
            return STANDING[name](self._standing(population, self.selection.condition(without=name)))
        return by_value(population, {name: self._field(name)})[name]

    def _values(self, name: str, found: Mapping[Any, int]) -> list[FacetValue]:
        counts = Counter[str]()
        for value, n in found.items():
            counts[_word(name, value)] += n
        picked = self.selection.chosen.get(name, ())
        counts.update({value: 0 for value in picked if value not in counts})
        toggled = self.selection.toggled
        return [
            FacetValue(v, label_of(name, v), counts[v], v in picked, toggled(name, v).address())
            for v in _in_order(name, counts)
        ]

    def times(self) -> Times:
        """Kaplan–Meier median and restricted mean; where no state was asked for, of the confirmed ones."""
        population = self.population
        asked = self.selection.condition()
        of_all = metrics.says_state(asked)
        if not of_all:
            confirmed = metrics.check_where(_and(asked, metrics.ASSUMED_WHERE), self.schema)
            population = replace(population, condition=confirmed)
        median, restricted = queries.curves_of((MEDIAN, RESTRICTED), population)
        return Times(median, restricted, of_all)

    def _standing(self, population: Population, condition: str) -> Standing:
        key = condition, bool(population.also)
        if key not in self.stood:
            self.stood[key] = standing(population)
        return self.stood[key]

    def _without(self, name: str) -> Population:
        if name not in self.selection.chosen:
            return self.population
        condition = metrics.check_where(self.selection.condition(without=name), self.schema)
        return replace(self.population, condition=condition)

    def _asked(self, names: tuple[str, ...]) -> exp.Select:
        compiler = self.population.compiler
        # Numbered: an attribute may have any name, and the engine knows no case.
        numbered = {f"shown_{at}": compiler.column(self._find(name)) for at, name in enumerate(names)}
        return self.population.select({"vid": named("vid"), **numbered})

    def _ordered(self, names: tuple[str, ...]) -> exp.Select:
        compiler, query = self.population.compiler, self._asked(names)
        key = self._find(self.selection.sort.removeprefix("-"))
        descending = self.selection.sort.startswith("-")
        first = exp.Ordered(this=compiler.column(key), desc=descending, nulls_first=False)
        return query.order_by(first, exp.Ordered(this=named("vid"), desc=descending))

    def _listed(self, names: tuple[str, ...], row: tuple[Any, ...]) -> Listed:
        values = {name: _shown(self._find(name), value) for name, value in zip(names, row[1:], strict=True)}
        return Listed(int(row[0]), values)

    def _field(self, name: str) -> exp.Expression:
        return self.population.compiler.column(self._find(name))

    def _find(self, name: str) -> Field:
        found = CORE.get(name) or self.schema.find(name)
        assert found is not None
        return found


def explore(selection: Selection, *, schema: Schema, scope: Scope, now: datetime) -> Explorer:
    """The explorer of a selection in a person's scope. Raises Refused for what cannot be read."""
    if selection.where:
        # Alone first, so that an error points into what the person wrote.
        metrics.check_where(selection.where, schema)
    known_at = selection.known_at or now
    population = Population(
        snapshot=columns().snapshot(),
        scope=scope,
        moment=Moment(now=to_days(now), known_at=to_days(known_at)),
        condition=metrics.check_where(selection.condition(), schema),
        services=queries.services(),
        also=[_holds(word) for word in selection.words],
    )
    return Explorer(selection, schema, population)


def _holds(word: str) -> exp.Expression:
    """Whether a word is in one of the searched fields, whatever its case."""
    # Each by itself, as a word holds no blank: all of them joined would be a text of its own for each record.
    searched = [named(CORE[name].column) for name in SEARCHED]
    if any(sign in word for sign in "%_\\"):
        return either(*(call("contains", call("lower", each), text(word)) for each in searched))
    # The same of a word without signs of patterns, in little more than half the time.
    return either(*(exp.ILike(this=each, expression=text(f"%{word}%")) for each in searched))


def with_epss(rows: Sequence[Listed]) -> list[Listed]:
    """The rows with their EPSS in words, empty where there is none; one look-up for all."""
    ids = {row.pk: row.values["vulnerability_ids"] or () for row in rows if row.values["epss"] is not None}
    of = exploitation.percentiles(id for named in ids.values() for id in named)
    words = exploitation.epss_words
    return [replace(row, epss=words(row.values["epss"], ids.get(row.pk, ()), of)) for row in rows]


def with_deciders(rows: Sequence[Listed]) -> list[Listed]:
    """The rows with the names of those who accepted their risks; one look-up for all."""
    names = records.deciders([row.pk for row in rows if row.values["state"] == "accepted"])
    return [replace(row, decider=names.get(row.pk, "")) for row in rows]


def facets(explorer: Explorer) -> dict[str, list[FacetValue]]:
    """Every facet that tells records apart, or that was picked from."""
    return {
        name: values
        for name, values in explorer.facets().items()
        if len(values) > 1 or any(value.picked for value in values)
    }


def label_of(name: str, value: str) -> str:
    """How the value of a facet reads: an id of a weakness with its name, a truth as yes or no."""
    if name in weaknesses.FIELDS:
        return weaknesses.label(value)
    return {"true": "yes", "false": "no"}.get(value, value) if name == "kev" else value


def _in_order(name: str, counts: Mapping[str, int]) -> list[str]:
    known = IN_ORDER.get(name)
    if known is None:
        return sorted(counts, key=lambda value: (value == UNKNOWN, -counts[value], value))
    rank = {value: place for place, value in enumerate((*known, UNKNOWN))}
    return sorted(counts, key=lambda value: rank.get(value, len(rank)))


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return str(value).lower()
    return SEVERITIES[int(value)] if name == "severity" else str(value)


def _shown(field: Field, value: Any) -> Any:
    """A value of the read side as people and files see it."""
    if value is None or value == "":
        return None
    if field.kind is Kind.DATE:
        return from_days(value)
    if field.kind is Kind.SEVERITY:
        return SEVERITIES[int(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _and(*parts: str) -> str:
    return " and ".join(f"({part})" for part in parts if part)
