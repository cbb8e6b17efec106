"""What a metric's page will want to know next, asked while it works on what it shows first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from throughline.engine import metrics
from throughline.engine.language.checked import Count, Share, WithinSla
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import NO_COMPARISON, Question
from throughline.measures.comparing import adds_up
from throughline.measures.earlier import earlier
from throughline.measures.evaluation.population import asks_ahead
from throughline.measures.readside.columns import columns
from throughline.measures.shown import definition_of, twin_of


def begin(question: Question, asker: Asker) -> None:
    """Ask ahead for counts, where dates are from, the twin and the period before, if none is refused."""
    if not asks_ahead(columns().snapshot()):
        return
    with suppress(Refused):
        definition = definition_of(question)
        metric = queries.metric_of(definition, by=question.by)
        if isinstance(metric.measure, Count | Share | WithinSla):
            # First, while the others are put in words. Long lists take longer from a thread beside.
            asker.begin(definition, question, question.by)
        asker.begin(definition, question, question.by, only_bases=True)
        if twin := twin_of(definition):
            sliced = metrics.refine(twin, where=question.where)
            asker.begin(sliced, question, (), wider=metric)
        found = earlier(question, adds_up=adds_up(question), now=asker.now)
        if found is not None and question.compare != NO_COMPARISON:
            # What was known on an earlier day is held against the figure of all periods together.
            is_whole = found.question.known and any(each.unit for each in metric.by)
            by = () if is_whole else question.by
            then = replace(found.question, by=by)
            if not asker.holds(definition, then):
                asker.begin(definition, then, by)
