"""Somebody who asks the record for a page: what was asked once is not asked again."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from throughline.accounts.access import Scope
from throughline.engine.definitions import Definition
from throughline.engine.language.checked import AverageOpen
from throughline.engine.metrics import Metric
from throughline.measures import queries
from throughline.measures.asking import Question
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.evaluation.past import kept
from throughline.measures.evaluation.population import Moment, Population
from throughline.measures.readside.columns import columns


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the record for one person at one instant."""

    scope: Scope
    now: datetime
    # What was asked already: a page shows groups and their whole, and holds both against another period.
    kept: dict[Hashable, queries.Evaluation] = field(default_factory=dict, repr=False, compare=False)

    def result(self, definition: Definition, question: Question, by: tuple[str, ...]) -> Result:
        """The answer to a definition over the range and knowledge of the question, with its warnings."""
        return self.evaluation(definition, question, by).told()

    def rows(self, definition: Definition, question: Question, by: tuple[str, ...]) -> list[Row]:
        """The figures alone, for what stands beside another answer."""
        snapshot = columns().snapshot()
        metric = queries.metric_of(definition, by=by, snapshot=snapshot)

        def work_out() -> list[Row]:
            return self.evaluation(definition, question, by).bare.rows

        is_cut = question.range.until is not None or any(each.unit for each in metric.by)
        if isinstance(metric.measure, AverageOpen) and is_cut:
            # It says of the whole last period what was known of it, up to this moment.
            return work_out()
        key = partial(self._key, metric, question)
        return kept(snapshot, self.moment(question), key, work_out)

    def holds(self, definition: Definition, question: Question) -> bool:
        """Whether `rows` knows the answer, by the question's own dimensions."""
        snapshot = columns().snapshot()
        metric = queries.metric_of(definition, by=question.by, snapshot=snapshot)
        return self._key(metric, question) in snapshot.past

    def _key(self, metric: Metric, question: Question) -> Hashable:
        asked = (metric, self.scope, question.range.since, question.range.until)
        return *asked, self.moment(question).known_at, queries.outside_the_record(metric)

    def begin(
        self,
        definition: Definition,
        question: Question,
        by: tuple[str, ...],
        *,
        wider: Metric | None = None,
        only_bases: bool = False,
    ) -> None:
        """Ask ahead what `evaluation` will ask."""
        queries.begin_evaluation(
            definition,
            scope=self.scope,
            now=self.now,
            by=by,
            since=question.range.since,
            until=question.range.until,
            known_at=question.known_at,
            wider=wider,
            only_bases=only_bases,
        )

    def twin(self, definition: Definition, question: Question, of: Definition) -> Result:
        """The figure over everything that stands beside the one of a definition."""
        wider = self.evaluation(of, question, ())
        return self.evaluation(definition, question, (), wider=wider).bare

    def evaluation(
        self,
        definition: Definition,
        question: Question,
        by: tuple[str, ...],
        *,
        wider: queries.Evaluation | None = None,
    ) -> queries.Evaluation:
        """What is known of an answer; of one that is narrower than an answer before it, from that one."""
        asked = (definition, question.range.since, question.range.until, question.known_at)
        if (*asked, by) not in self.kept:
            if not by and asked in self.kept:
                found = self.kept[asked].whole()
            else:
                found = queries.evaluation(
                    definition,
                    scope=self.scope,
                    now=self.now,
                    by=by,
                    since=question.range.since,
                    until=question.range.until,
                    known_at=question.known_at,
                    wider=wider or self._finer(asked, by),
                )
            self.kept[*asked, by] = found
            if by and not definition.by:
                self.kept[asked] = found
        return self.kept[*asked, by]

    def _finer(self, asked: tuple[Hashable, ...], by: tuple[str, ...]) -> queries.Evaluation | None:
        """What is known of the same question by these groups and others."""
        finer = ((key, found) for key, found in self.kept.items() if isinstance(key, tuple))
        wanted = (found for (*same, other), found in finer if tuple(same) == asked and set(by) < set(other))
        return next(wanted, None)

    def population(self, metric: Metric, question: Question) -> Population:
        """The records that the question is about."""
        return queries.population_of(metric, scope=self.scope, moment=self.moment(question))

    def moment(self, question: Question) -> Moment:
        """The instants that the question is about."""
        return queries.moment_of(
            now=self.now,
            since=question.range.since,
            until=question.range.until,
            known_at=question.known_at,
        )
