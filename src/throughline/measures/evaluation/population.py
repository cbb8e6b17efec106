"""Which records a question is about: as known at an instant, in somebody's scope, in a slice and a period."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import duckdb
import numpy as np
from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine.language.checked import All, Column, Condition, Grouping, Negation, Unknown
from throughline.engine.language.fields import CORE, Field
from throughline.engine.metrics import Metric
from throughline.measures.engines.duckdb import DIALECT, Compiler, both, named, number, text
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.samples import Sample
from throughline.measures.readside.columns import Snapshot
from throughline.vulnerabilities.models import Service

Of = TypeVar("Of")
# In a register of fewer a second thread, or a second question, costs more than it saves.
MANY_RECORDS = 100_000
KEPT_ANSWERS = 200
# Of ten million records each may hold 160 MB.
KEPT_LISTS = 2
# Of the largest answer that is kept, as rows and as columns of numbers: its rows times its columns.
KEPT_CELLS = 3_000
KEPT_NUMBERS = 20_000
KEPT_TABLES = 50
# Where the short columns of an answer are among what was made of it.
SHORT = "short"
# The columns by which an answer is grouped.
GROUP = re.compile(r"g\d+")
SERVICE_COLUMNS = ("name", "tier", "usual_environment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a question is asked: instants in days since 1970, the period half-open."""

    now: float
    known_at: float
    since: float | None = None
    until: float | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether it is about a period, be it open at one end."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The records in question. `select` asks for anything about them."""

    snapshot: Snapshot
    scope: Scope
    moment: Moment
    condition: Condition | None
    # Read when a question needs them; None until then.
    services: Sequence[tuple[str, int | None, str]] | None = None
    # What no expression can say, such as the words of a search.
    also: Sequence[exp.Expression] = ()
    # Whether none but the mitigated are asked for, which `conditions` then say.
    all_mitigated: bool = False

    @property
    def compiler(self) -> Compiler:
        return Compiler(self.moment.known_at, self.as_of, self.all_mitigated)

    @property
    def as_of(self) -> float:
        """The earliest known instant that no stored date tells from the one asked about.

        While time alone passes a question is then the same statement, whose answer is kept.
        """
        at = self.moment.known_at
        return self.snapshot.as_of(at) if at >= self.moment.now else at

    def known(self) -> list[exp.Expression]:
        """What must hold of every version that this person may see at that instant."""
        at = number(self.as_of)
        return [
            exp.LTE(this=named("known_from"), expression=at),
            exp.GT(this=named("known_to"), expression=at.copy()),
            in_scope(self.scope),
        ]

    def conditions(self) -> list[exp.Expression]:
        compiler = self.compiler
        sliced = [compiler.condition(self.condition)] if self.condition is not None else []
        mitigated = [compiler.has(CORE["mitigated"])] if self.all_mitigated else []
        also = (each.copy() for each in self.also)
        return [*self.known(), *mitigated, *(exp.paren(each) for each in sliced), *also]

    def select(
        self, columns: Mapping[str, exp.Expression], *, where: Sequence[exp.Expression] = ()
    ) -> exp.Select:
        """The query for these values of each record."""
        query = _select(columns).from_(exp.to_table(self.snapshot.relation), copy=False)
        query = query.where(both(*self.conditions(), *where), copy=False)
        if any(column.table == "services" for column in query.find_all(exp.Column)):
            on = "services.name = service"
            query = query.join(self._services(), on=on, join_type="left", copy=False)
        return query

    def grouped(
        self,
        groups: Mapping[str, exp.Expression],
        sample: Sample,
        *,
        where: Sequence[exp.Expression] = (),
    ) -> exp.Select:
        """The query for aggregates of each group; every value of a record is computed once."""
        inner = self.select({**groups, **sample.values}, where=where)
        keys = {name: named(name) for name in groups}
        query = _select({**keys, **sample.aggregates}).from_(inner.subquery("sample", copy=False), copy=False)
        return query.group_by(*(named(name) for name in groups), copy=False) if groups else query

    def _services(self) -> exp.Expression:
        found = services() if self.services is None else self.services
        rows = [tuple(exp.convert(value) for value in row) for row in found or [("", None, "")]]
        return exp.values(rows, alias="services", columns=list(SERVICE_COLUMNS))

    def begin(self, *queries: exp.Expression, as_rows: bool = False) -> None:
        """Ask ahead what `arrays`, or `rows`, will be asked for soon, beside what is done until then."""
        snapshot = self.snapshot
        if not asks_ahead(snapshot):
            return
        for query in queries:
            statement = query.sql(DIALECT, copy=False)
            # Of what is in none of these either nobody knows it, or its lists are wanted again.
            held = (snapshot.answers, snapshot.tables, snapshot.lists, snapshot.made)
            if not any(statement in each for each in held):
                # A cursor of its own, since each reads one answer at a time.
                ask = partial(_listed if as_rows else _fetched, snapshot.cursor.cursor(), statement)
                snapshot.ahead.begin(statement, ask)

    def arrays(self, query: exp.Expression) -> dict[str, Any]:
        """The answer as NumPy arrays by column.

        Numbers are kept while the record stays as it is, the last lists while the snapshot is held.
        """
        return dict(self._arrays(query.sql(DIALECT, copy=False)))

    def _arrays(self, statement: str) -> dict[str, Any]:
        lists, tables = self.snapshot.lists, self.snapshot.tables
        kept = tables.get(statement) or lists.get(statement)
        if kept is None:
            kept = self.snapshot.ahead.take(statement, partial(_fetched, self.snapshot.cursor, statement))
            if _is_small(kept):
                _keep(tables, statement, kept, at_most=KEPT_TABLES)
            else:
                if len(lists) >= KEPT_LISTS:
                    oldest = next(iter(lists))
                    del lists[oldest]
                    self.snapshot.near.pop(oldest, None)
                lists[statement] = kept
        return kept

    def found(self, query: exp.Expression) -> Found:
        """The answer by columns: what is short of it as plain lists, kept like `arrays`."""
        snapshot, statement = self.snapshot, query.sql(DIALECT, copy=False)
        made = snapshot.made.get(statement, {})
        if SHORT not in made:
            columns = self._arrays(statement)
            shorts = {name: values for name, values in columns.items() if not _is_listed(values)}
            short = {n: values.tolist() if values.dtype != object else values for n, values in shorts.items()}
            made[SHORT] = list(columns), short
            if sum(map(len, short.values())) <= KEPT_NUMBERS:
                _keep(snapshot.made, statement, made, at_most=KEPT_TABLES)
        names, short = made[SHORT]

        def read() -> Mapping[str, Any]:
            return _in_order_of(short, self._arrays(statement))

        near = snapshot.near.setdefault(statement, {})
        return Found(names, short, read, made, near, snapshot.bulk)

    def rows(self, query: exp.Expression) -> list[tuple[Any, ...]]:
        """The answer as plain rows; a short one is kept while the record stays as it is."""
        answers, statement = self.snapshot.answers, query.sql(DIALECT, copy=False)
        found = answers.get(statement)
        if found is None:
            ask = partial(_listed, self.snapshot.cursor, statement)
            found = self.snapshot.ahead.take(statement, ask)
            if not found or len(found) * len(found[0]) <= KEPT_CELLS:
                _keep(answers, statement, found, at_most=KEPT_ANSWERS)
        return list(found)


def asks_ahead(snapshot: Snapshot) -> bool:
    """Whether there is a core for it, and so much to read that a thread costs less."""
    base = snapshot.generation.base
    return base is not None and base.records >= MANY_RECORDS and (os.cpu_count() or 1) > 1


def _fetched(cursor: duckdb.DuckDBPyConnection, statement: str) -> dict[str, Any]:
    return {name: _unmasked(values) for name, values in cursor.execute(statement).fetchnumpy().items()}


def _listed(cursor: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    return cursor.execute(statement).fetchall()


def _is_small(found: Mapping[str, Any]) -> bool:
    """Whether an answer has few values, none of which is a list."""
    if sum(len(values) for values in found.values()) > KEPT_NUMBERS:
        return False
    return not any(map(_is_listed, found.values()))


def _is_listed(values: Any) -> bool:
    if values.dtype != object:
        return False
    known = (each for each in values if each is not None)
    return isinstance(next(known, None), np.ndarray | list)


def _unmasked(values: Any) -> Any:
    """A column with None where a list or text is not there: to look at one that is masked takes long."""
    if values.dtype != object or not isinstance(values, np.ma.MaskedArray):
        return values
    plain = values.data
    plain[np.ma.getmaskarray(values)] = None
    return plain


def _in_order_of(short: Mapping[str, Any], columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns with their groups in the order in which they came first: an engine gives them in any."""
    groups = [name for name in short if GROUP.fullmatch(name)]
    kept, found = (
        list(zip(*(_plain(each[name]) for name in groups), strict=True)) for each in (short, columns)
    )
    if kept == found:
        return columns
    places = {key: place for place, key in enumerate(found)}
    order = [places[key] for key in kept]
    return {name: values[order] for name, values in columns.items()}


def _plain(values: Any) -> list[Any]:
    """A column as a list, None for what is unknown."""
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _keep(held: dict[str, Of], statement: str, found: Of, *, at_most: int) -> None:
    """Keep an answer for whoever asks the same; of too many all go."""
    if len(held) >= at_most:
        held.clear()
    held[statement] = found


def services() -> list[tuple[str, int | None, str]]:
    """The services with the tier and environment that they have now."""
    return list(Service.objects.values_list("name", "tier", "environment"))


def _select(columns: Mapping[str, exp.Expression]) -> exp.Select:
    listed = [exp.alias_(value, name, quoted=True, copy=False) for name, value in columns.items()]
    return exp.select(*listed, copy=False)


def in_scope(scope: Scope) -> exp.Expression:
    """Whose records these are; somebody without a team sees none."""
    if scope.everything:
        return exp.true()
    if not scope.teams:
        return exp.false()
    return exp.In(this=named("team"), expressions=[text(team) for team in sorted(scope.teams)])


def in_period(compiler: Compiler, at: Field | None, moment: Moment) -> list[exp.Expression]:
    """The date that puts a record in the half-open period."""
    if at is None:
        return []
    date = compiler.column(at)
    since = [] if moment.since is None else [exp.GTE(this=date, expression=number(moment.since))]
    until = [] if moment.until is None else [exp.LT(this=date.copy(), expression=number(moment.until))]
    return [*since, *until]


def dated(compiler: Compiler, by: Sequence[Grouping]) -> list[exp.Expression]:
    """A record without the date is in none of the periods."""
    return [compiler.has(each.field) for each in by if each.unit and each.field]


def of_metric(metric: Metric, population: Population) -> list[exp.Expression]:
    """What the period and the periods among the dimensions ask of a record."""
    compiler = population.compiler
    return [*in_period(compiler, metric.at, population.moment), *dated(compiler, metric.by)]


def asked_of(metric: Metric, population: Population) -> Population:
    """The records that an answer is made of: where those alone that are mitigated can be in it, those."""
    moment = population.moment
    by_period = any(
        each.unit and each.field is not None and each.field.name == "mitigated" for each in metric.by
    )
    in_range = moment.is_bounded and metric.at is not None and metric.at.name == "mitigated"
    asked = by_period or in_range or demands(population.condition, "mitigated")
    return replace(population, all_mitigated=True) if asked else population


def demands(condition: Condition | None, date: str) -> bool:
    """Whether a condition is that this date is there."""
    match condition:
        case All(parts):
            return any(demands(each, date) for each in parts)
        case Negation(Unknown(Column(field))):
            return field.name == date
    return False


def lacks_dates(metric: Metric, population: Population) -> bool:
    """Whether a record of the slice and its period has no date by which the answer is cut into periods."""
    has = dated(population.compiler, metric.by)
    if not has:
        return False
    wanted = [*in_period(population.compiler, metric.at, population.moment), exp.Not(this=both(*has))]
    query = population.select({"one": number(1)}, where=wanted).limit(1, copy=False)
    return bool(population.rows(query))
