"""Several questions to one state of the record: what they share is read once, and the answers agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.accounts.access import Scope
from throughline.engine.definitions import Definition
from throughline.engine.language.fields import Schema
from throughline.engine.metrics import check
from throughline.measures import queries
from throughline.measures.evaluation.answers import Row
from throughline.measures.evaluation.figures import aggregates_of, of_groups
from throughline.measures.evaluation.population import Population, services
from throughline.measures.readside.columns import Snapshot, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The record as one person sees it at one instant."""

    scope: Scope
    now: datetime
    schema: Schema
    snapshot: Snapshot
    services: list[Any]

    def rows(
        self, definition: Definition, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Row]:
        """The figures of a count or share by its dimensions, like `queries.evaluate` without its warnings."""
        metric = check(definition, self.schema)
        population = Population(
            snapshot=self.snapshot,
            scope=self.scope,
            moment=queries.moment_of(now=self.now, since=since, until=until),
            condition=metric.condition,
            services=self.services,
        )
        aggregates = aggregates_of(metric, population, policy=())
        return of_groups(metric, population, aggregates, seed=self.snapshot.sequence).rows

    def count(
        self,
        where: str,
        *,
        at: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """How many records fit, in the period since `since`, until now or `until`, by the date `at`."""
        until = until or (self.now if since else None)
        found = self.rows(Definition(measure="count()", where=where, at=at), since=since, until=until)
        return int(found[0].value or 0) if found else 0


def reading(scope: Scope, *, now: datetime) -> Reading:
    """Read what the questions share."""
    snapshot = columns().snapshot()
    return Reading(
        scope=scope,
        now=now,
        schema=queries.schema_of(snapshot),
        snapshot=snapshot,
        services=services(),
    )
