"""A metric's figure beside that of the period before."""

from __future__ import annotations

from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import Count
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asking import Question
from throughline.measures.earlier import earlier
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.shown import Asker, definition_of
from throughline.ui.comparing import Was, was


def compared(question: Question, total: Result | None, asker: Asker) -> Was | None:
    """What the figure over the whole range was in the period before; None where there is none to compare."""
    definition = definition_of(question)
    metric = queries.metric_of(definition)
    found = earlier(question, adds_up=isinstance(metric.measure, Count), now=asker.now)
    now = _only(total)
    if found is None or now is None:
        return None
    try:
        then = _only(asker.result(definition, found.question, ()))
    except Refused:
        return None
    if then is None or total is None:
        return None
    # What is known later holds the same records again, so that their intervals say nothing of the difference.
    is_other = not found.question.known
    one, other = (_estimate(each, with_interval=is_other) for each in (now, then))
    return was(one, other, when=found.said, unit=total.unit, better=metric.definition.better)


def whole(question: Question, asker: Asker) -> Result:
    """The answer without groups."""
    return asker.result(definition_of(question), question, ())


def _only(result: Result | None) -> Row | None:
    return result.rows[0] if result is not None and len(result.rows) == 1 else None


def _estimate(row: Row, *, with_interval: bool) -> Estimate:
    return Estimate(row.value, row.low if with_interval else None, row.high if with_interval else None, row.n)
