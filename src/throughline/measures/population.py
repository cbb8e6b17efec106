"""Which records a question is about: as known at an instant, in somebody's scope, in a slice and a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine.checked import Condition, Grouping
from throughline.engine.fields import Field
from throughline.engine.metrics import Metric
from throughline.measures.columns import Snapshot
from throughline.measures.engines.duckdb import DIALECT, Compiler, both, named, not_null, number, text

SERVICES = ("name", "tier", "usual_environment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a question is asked: instants in days since 1970, the period half-open."""

    now: float
    known_at: float
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The records in question. `select` asks for anything about them."""

    snapshot: Snapshot
    scope: Scope
    moment: Moment
    condition: Condition | None
    services: Sequence[tuple[str, int | None, str]] = ()

    @property
    def compiler(self) -> Compiler:
        return Compiler(self.moment.known_at)

    def known(self) -> list[exp.Expression]:
        """What must hold of every version that this person may see at that instant."""
        at = number(self.moment.known_at)
        return [
            exp.LTE(this=named("known_from"), expression=at),
            exp.GT(this=named("known_to"), expression=at.copy()),
            in_scope(self.scope),
        ]

    def conditions(self) -> list[exp.Expression]:
        sliced = [self.compiler.condition(self.condition)] if self.condition is not None else []
        return [*self.known(), *(exp.paren(each) for each in sliced)]

    def select(
        self,
        columns: Mapping[str, exp.Expression],
        *,
        where: Sequence[exp.Expression] = (),
        groups: int = 0,
    ) -> exp.Select:
        """The query for these columns; the first `groups` of them are the dimensions."""
        query = exp.select(*(value.as_(name, quoted=True) for name, value in columns.items()))
        query = query.from_(exp.to_table(self.snapshot.relation)).where(both(*self.conditions(), *where))
        if groups:
            query = query.group_by(*(exp.Literal.number(place) for place in range(1, groups + 1)))
        if any(column.table == "services" for column in query.find_all(exp.Column)):
            query = query.join(self._services(), on="services.name = service", join_type="left")
        return query

    def _services(self) -> exp.Expression:
        rows = [tuple(exp.convert(value) for value in row) for row in self.services or [("", None, "")]]
        return exp.values(rows, alias="services", columns=list(SERVICES))

    def arrays(self, query: exp.Expression) -> dict[str, Any]:
        """The answer as NumPy arrays by column."""
        return self.snapshot.cursor.execute(query.sql(DIALECT)).fetchnumpy()

    def rows(self, query: exp.Expression) -> list[tuple[Any, ...]]:
        """The answer as plain rows."""
        return self.snapshot.cursor.execute(query.sql(DIALECT)).fetchall()


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
    return [not_null(compiler.column(each.field)) for each in by if each.unit and each.field]


def of_metric(metric: Metric, population: Population) -> list[exp.Expression]:
    """What the period and the periods among the dimensions ask of a record."""
    compiler = population.compiler
    return [*in_period(compiler, metric.at, population.moment), *dated(compiler, metric.by)]
