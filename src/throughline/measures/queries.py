"""Metrics evaluated: any measure, any slice, any period, as known at any date."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine.calendar import from_days, to_days
from throughline.engine.dates import iso
from throughline.engine.definitions import Definition
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import Area, Survival, WithinSla
from throughline.engine.language.fields import Schema
from throughline.engine.metrics import Metric, check, define, refine
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import DIALECT, both, call, named, number
from throughline.measures.evaluation import estimates
from throughline.measures.evaluation.answers import Result, Warning
from throughline.measures.evaluation.bases import Bases, bases_of, begin_bases
from throughline.measures.evaluation.caveats import Findings, caveats, rekeyed, rests_on_repairs
from throughline.measures.evaluation.ended import closed_of, comes_with, ended_of, fewer_groups, same_spells
from throughline.measures.evaluation.figures import (
    Aggregates,
    Answer,
    aggregates_of,
    begin,
    begin_left_open,
    of_areas,
    of_groups,
    spells_of,
)
from throughline.measures.evaluation.hidden_caveats import begins_with_register
from throughline.measures.evaluation.past import kept
from throughline.measures.evaluation.population import Moment, Population, in_scope, lacks_dates
from throughline.measures.evaluation.population import services as services
from throughline.measures.evaluation.reasons import reasons
from throughline.measures.evaluation.samples import Policy, Sample
from throughline.measures.evaluation.unknown_values import unknown_values
from throughline.measures.readside.columns import Snapshot, columns
from throughline.measures.readside.layout import AttributeColumn
from throughline.sources.sightings import suspected_rates
from throughline.vulnerabilities.models import SlaPolicy

Instant = dt.datetime | dt.date
KNOWN_FROM = (ended_of, fewer_groups, same_spells)
_LAST_INSTANT = dt.timedelta(days=1) - dt.timedelta(microseconds=1)


def schema() -> Schema:
    """The fields that expressions may use now: ours, and the attributes of the imports."""
    return schema_of(columns().snapshot())


def schema_of(snapshot: Snapshot) -> Schema:
    """The fields of one state of the record."""
    return _schema(snapshot.attributes)


def _schema(attributes: Iterable[AttributeColumn]) -> Schema:
    return Schema.of((each.name, each.type, each.column) for each in attributes)


def data_mark(snapshot: Snapshot | None = None) -> str:
    """A text that differs wherever any figure may: what caches of figures are keyed on.

    The change sequence knows records only; tiers, environments and the SLA policy have none of their own.
    """
    sequence = (snapshot or columns().snapshot()).sequence
    told = (sorted(map(repr, services())), sorted(map(repr, _policy())))
    return f"{sequence}-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"


def find(text: str) -> Definition:
    """The metric of the catalogue that a text names, else the one that it spells."""
    return define(text)


def evaluate(
    definition: Definition | str,
    *,
    scope: Scope,
    now: dt.datetime,
    by: tuple[str, ...] = (),
    since: Instant | None = None,
    until: Instant | None = None,
    known_at: Instant | None = None,
) -> Result:
    """The figures of a metric: one row a group, with interval, n and warnings.

    `since` and `until` bound the half-open period of the metric's date (for areas: of the windows). A plain
    date is midnight UTC; as `known_at` it is the end of that day. Raises Refused for what makes no sense.
    """
    return evaluation(
        definition, scope=scope, now=now, by=by, since=since, until=until, known_at=known_at
    ).told()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a metric; how to come by what must be told of them, and by those of all groups together.

    What is only held beside another figure shows no warnings, so nobody asks the record for them.
    """

    metric: Metric
    aggregates: Aggregates
    bare: Result
    told: Callable[[], Result]
    whole: Callable[[], Evaluation]


def evaluation(
    definition: Definition | str,
    *,
    scope: Scope,
    now: dt.datetime,
    by: tuple[str, ...] = (),
    since: Instant | None = None,
    until: Instant | None = None,
    known_at: Instant | None = None,
    wider: Evaluation | None = None,
) -> Evaluation:
    """As `evaluate`; the same without groups then costs no second look at the records.

    Nor does a figure of the repaired ones only, or a count by fewer groups, where `wider` is the answer of
    all, or by more groups, to the same question.
    """
    snapshot = columns().snapshot()
    metric = metric_of(definition, by=by, snapshot=snapshot)
    moment = moment_of(now=now, since=since, until=until, known_at=known_at)
    population = population_of(metric, scope=scope, moment=moment, snapshot=snapshot)
    first = first_report(population) if begins_with_register(metric) else ""
    if first:
        sliced = refine(metric.definition, where=f"introduced >= '{first}'")
        metric = metric_of(sliced, snapshot=snapshot)
        population = replace(population, condition=metric.condition)
    anew = partial(evaluation, definition, scope=scope, now=now, since=since, until=until, known_at=known_at)
    asked = _Answering(
        metric=metric, population=population, since=since, until=until, known_at=known_at, first=first
    )
    seed = snapshot.sequence
    ungrouped = replace(metric, by=())
    measure = metric.measure
    known_from = KNOWN_FROM if moment.is_bounded else (*KNOWN_FROM, closed_of)
    from_wider = (known(metric, wider.metric, wider.aggregates) for known in known_from if wider)
    known = next((each for each in from_wider if each), None)
    if known is not None:
        found = known
    elif isinstance(measure, Area):
        found = spells_of(metric, measure, population)
    else:
        found = aggregates_of(metric, population, policy=_policy_of(metric))

    def answered(metric: Metric, found: Aggregates) -> Answer:
        if isinstance(measure, Area):
            return of_areas(metric, measure, population, found, seed=seed)
        return of_groups(metric, population, found, seed=seed)

    def whole() -> Evaluation:
        if not isinstance(measure, Area) and lacks_dates(metric, population):
            # Such records are in none of the periods.
            return anew()
        together = found.whole()
        return asked.evaluation(ungrouped, together, answered(ungrouped, together), anew)

    return asked.evaluation(metric, found, answered(metric, found), whole)


def begin_evaluation(
    definition: Definition,
    *,
    scope: Scope,
    now: dt.datetime,
    by: tuple[str, ...] = (),
    since: Instant | None = None,
    until: Instant | None = None,
    known_at: Instant | None = None,
    wider: Metric | None = None,
    only_bases: bool = False,
) -> None:
    """Ask ahead what `evaluation` will ask, where it is no part of a `wider` metric asked before."""
    snapshot = columns().snapshot()
    metric = metric_of(definition, by=by, snapshot=snapshot)
    moment = moment_of(now=now, since=since, until=until, known_at=known_at)
    population = population_of(metric, scope=scope, moment=moment, snapshot=snapshot)
    if begins_with_register(metric):
        return
    if wider and comes_with(metric, wider, in_a_period=moment.is_bounded):
        return
    if only_bases:
        begin_left_open(metric, population)
        begin_bases(metric, population)
    else:
        begin(metric, population, policy=_policy_of(metric))


@dataclass(frozen=True, kw_only=True)
class _Answering:
    """The records that were asked of by groups, and what a result repeats of the question."""

    metric: Metric
    population: Population
    since: Instant | None
    until: Instant | None
    known_at: Instant | None
    # The day since which flaws count that were introduced, where the metric begins with the register.
    first: str

    @cached_property
    def bases(self) -> Bases:
        """Where the dates are from: the groups and their whole are of the same records."""
        return bases_of(self.metric, self.population)

    def evaluation(
        self, metric: Metric, found: Aggregates, answer: Answer, whole: Callable[[], Evaluation]
    ) -> Evaluation:
        moment = self.population.moment
        holds_any = answer.total > 0 or _anything_known(self.population)
        known = self.known_at is None or holds_any
        bare = Result(
            unit=metric.unit,
            rows=answer.rows if known else [],
            warnings=[],
            as_known_at=from_days(moment.known_at) if self.known_at is not None else None,
            definition=metric.echo() | _asked(moment, self.since, self.until),
            data_version=self.population.snapshot.sequence,
        )

        def told() -> Result:
            return self._told(metric, answer, bare, holds_any=holds_any, known=known)

        return Evaluation(metric, found, bare, told, whole)

    def _told(self, metric: Metric, answer: Answer, bare: Result, *, holds_any: bool, known: bool) -> Result:
        found = Findings(
            metric=metric,
            rows=bare.rows,
            figures=answer.figures,
            bases=self.bases,
            left_open=answer.left_open,
            total=answer.total,
            n_missing=answer.n_missing,
            n_negative=answer.n_negative,
            holds_any=holds_any,
            ranged=self.since is not None or self.until is not None,
            known=known,
            first_report=self.first,
        )
        warnings = [
            *_nobody_has(metric, self.population, found),
            *caveats(found),
            *reasons(found),
            *_rekeyed(metric, self.population.scope, holds_any=holds_any),
        ]
        shares = {name: dict(each) for name, each in self.bases.items()}
        return replace(bare, warnings=warnings, basis_shares=shares)


def _nobody_has(metric: Metric, population: Population, found: Findings) -> list[Warning]:
    """The names that it asks for and no record has; of what nobody knows yet nothing is told."""
    if not (found.known and found.holds_any):
        return []
    return unknown_values(metric, population, fits=found.total > 0)


def _rekeyed(metric: Metric, scope: Scope, *, holds_any: bool) -> list[Warning]:
    """A time to repair rests on findings that went: how many of them may only have changed their key."""
    if not (holds_any and rests_on_repairs(metric.measure)):
        return []
    rates = suspected_rates(scope)
    return rekeyed(sum(r.gone for r in rates), sum(r.alike for r in rates), [r.source for r in rates])


def metric_of(
    definition: Definition | str, *, by: tuple[str, ...] = (), snapshot: Snapshot | None = None
) -> Metric:
    """The checked metric of a definition, or of a text that names or spells one."""
    found = find(definition) if isinstance(definition, str) else definition
    return _checked(refine(found, by=by), (snapshot or columns().snapshot()).attributes)


# A page asks for its metric two dozen times.
@lru_cache(200)
def _checked(definition: Definition, attributes: tuple[AttributeColumn, ...]) -> Metric:
    return check(definition, _schema(attributes))


def moment_of(
    *,
    now: dt.datetime,
    since: Instant | None = None,
    until: Instant | None = None,
    known_at: Instant | None = None,
) -> Moment:
    """The instants of a question in days. Raises Refused where the period is empty."""
    moment = Moment(
        now=to_days(now),
        known_at=to_days(now if known_at is None else min(_as_known(known_at), now)),
        since=None if since is None else to_days(_midnight(since)),
        until=None if until is None else to_days(_midnight(until)),
    )
    if moment.since is not None and moment.until is not None and moment.since >= moment.until:
        raise Refused(
            "the period ends before it starts: 'from' must be before 'to'", place="from", code="period"
        )
    return moment


def population_of(
    metric: Metric, *, scope: Scope, moment: Moment, snapshot: Snapshot | None = None
) -> Population:
    """The records that a metric is about."""
    return Population(
        snapshot=snapshot or columns().snapshot(),
        scope=scope,
        moment=moment,
        condition=metric.condition,
    )


def as_they_are(scope: Scope) -> Population:
    """The records as their rows say, whatever the clock: what is asked of them is kept until one changes."""
    always = to_days(dt.datetime.max.replace(tzinfo=dt.UTC))
    moment = Moment(now=always, known_at=always)
    return Population(snapshot=columns().snapshot(), scope=scope, moment=moment, condition=None)


def first_report(population: Population) -> str:
    """The day of the first report of all in the slice, whatever the range; empty where there is none."""
    sample = Sample({"at": named("identified")}, {"first": call("min", named("at"))})
    [[first]] = population.rows(population.grouped({}, sample))
    return from_days(float(first)).date().isoformat() if first is not None else ""


def curves_of(survivals: Sequence[Metric], population: Population) -> list[Estimate]:
    """The figures of survivals from the same date to the same date: one look at the records for all."""
    measures = tuple(each.measure for each in survivals if isinstance(each.measure, Survival))

    def work_out() -> list[Estimate]:
        found = aggregates_of(survivals[0], population, policy=()).found
        figures = estimates.survivals(measures, {name: values[0] for name, values in found.items()})
        return [each.estimate for each in figures]

    moment = population.moment

    def key() -> Hashable:
        also = tuple(each.sql(DIALECT) for each in population.also)
        asked = (measures, population.condition, population.scope, also)
        return *asked, moment.known_at, moment.since, moment.until, tuple(services())

    return kept(population.snapshot, moment, key, work_out)


def outside_the_record(metric: Metric) -> Hashable:
    """What figures depend on besides the record and the question."""
    return tuple(services()), tuple(_policy_of(metric))


def _policy_of(metric: Metric) -> Policy:
    return _policy() if metric.measure == WithinSla(None) else ()


def _policy() -> Policy:
    return list(SlaPolicy.objects.values_list("severity", "tier", "days"))


def _anything_known(population: Population) -> bool:
    """Whether this person could know of any record by then, even of one that has vanished since."""
    learnt = exp.LTE(this=named("known_from"), expression=number(population.as_of))
    query = (
        exp.select("1").from_(population.snapshot.relation).where(both(learnt, in_scope(population.scope)))
    )
    return bool(population.rows(query.limit(1)))


def _asked(moment: Moment, since: Instant | None, until: Instant | None) -> dict[str, Any]:
    period = {"from": since, "to": until}
    return {name: iso(_midnight(value)) if value else None for name, value in period.items()} | {
        "now": iso(from_days(moment.now))
    }


def _midnight(instant: Instant) -> dt.datetime:
    if isinstance(instant, dt.datetime):
        return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return dt.datetime(instant.year, instant.month, instant.day, tzinfo=dt.UTC)


def _as_known(instant: Instant) -> dt.datetime:
    whole_day = not isinstance(instant, dt.datetime)
    return _midnight(instant) + (_LAST_INSTANT if whole_day else dt.timedelta(0))
