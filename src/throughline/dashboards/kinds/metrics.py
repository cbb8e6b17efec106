"""A metric of the explorer on a tile: its figure, the period before, and its course or its groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.http import QueryDict

from throughline.annotations.subjects import of_metric
from throughline.charts import Chart
from throughline.dashboards.figures import BEFORE_COLUMNS, Before, Figure, Gone, NotForYou, before_cells
from throughline.dashboards.kinds.naming import PICKED, condition_names, measure_names
from throughline.dashboards.looking import Looking
from throughline.engine.calendar import period_of
from throughline.engine.language.checked import Count
from throughline.engine.language.fields import UNITS_OF_TIME
from throughline.engine.sentences import subject_of
from throughline.measures.asker import Asker
from throughline.measures.asking import Question, question_of
from throughline.measures.comparing import alongside, compared
from throughline.measures.evaluation.answers import Row
from throughline.measures.ranges import Range
from throughline.measures.shown import Shown, definition_of, show
from throughline.ui import words
from throughline.ui.comparing import Was
from throughline.vulnerabilities.selections import FACETS

# How many periods a tile draws: long enough to see a course, few enough to read.
PERIODS = {"week": 13, "month": 12, "quarter": 8, "year": 5}
COLUMNS = ("Value", "Interval", "n", "Open", *BEFORE_COLUMNS)
BY_ROWS = (
    "This tile groups by something that can name single vulnerabilities, so a link shows nothing of it. "
    f"Group by {', '.join(FACETS)} or by time instead."
)


def metric(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """What a metric says over its range."""
    question = question_of(query, now=looking.now)
    if not question.metric:
        raise Gone("This is the catalogue, not a metric: open one of its metrics and add that.")
    if looking.is_shared and not set(question.by) <= {*FACETS, *UNITS_OF_TIME}:
        raise NotForYou(BY_ROWS)
    looking.require_records()
    figure = looking.kept(question.address(), lambda: measured(question, looking))
    if looking.is_shared:
        figure = _for_strangers(figure, question)
    return replace(figure, as_of=looking.as_of, note=figure.note or looking.slice_said)


def _for_strangers(figure: Figure, question: Question) -> Figure:
    """The figure without what its slice says of single records. Raises NotForYou where all of it does."""
    definition = definition_of(question)
    if measure_names(definition.measure):
        raise NotForYou(BY_ROWS)
    if not condition_names(question.where):
        return figure
    said = subject_of(definition.measure, title=definition.title, where="")
    return replace(figure, title=f"{said[:1].upper()}{said[1:]}{PICKED}")


def measured(question: Question, looking: Looking) -> Figure:
    """The figure, asked of the record. Raises Refused for a question that makes no sense."""
    asker = Asker(looking.scope, looking.now)
    shown = show(_drawable(question), asker)
    row = shown.main.row if shown.main else None
    course = _course(shown, question, asker)
    chart = course.chart
    was = compared(question, shown.total, asker)
    return Figure(
        title=_title(shown),
        sentence=_sentence(chart, shown),
        value=row.value if row else None,
        unit=shown.result.unit,
        low=row.low if row else None,
        high=row.high if row else None,
        n=row.n if row else None,
        n_open=row.n_open if row else 0,
        before=Before.of(was),
        reading=shown.main.reading if shown.main else "",
        note=_why_none(shown),
        chart=chart,
        subjects=(of_metric(shown.metric.definition.name or question.metric),),
        rows=shown.main.address if shown.main else "",
        columns=(*(each.capitalize() for each in course.groups if course.rows), *COLUMNS),
        cells=tuple(_cells(course, was)),
    )


def _title(shown: Shown) -> str:
    definition = definition_of(shown.question)
    if not shown.question.where:
        return shown.title
    said = subject_of(definition.measure, title=definition.title, where=shown.question.where)
    return said[:1].upper() + said[1:]


def _drawable(question: Question) -> Question:
    """One chart fits a tile: of a period and a dimension the dimension is drawn."""
    plain = tuple(each for each in question.by if each not in UNITS_OF_TIME)
    return replace(question, by=plain[:1]) if plain else question


def _course(shown: Shown, question: Question, asker: Asker) -> Shown:
    """What the tile draws: by time the periods that lead up to the range; each row beside the one before."""
    if not shown.question.by:
        return shown
    unit = next((each for each in shown.question.by if each in UNITS_OF_TIME), None)
    if unit is None:
        return alongside(shown, asker)
    led_up = replace(question, by=(str(unit),), range=_span(shown, unit, asker.now))
    return alongside(show(led_up, asker), asker)


def _span(shown: Shown, unit: str, now: datetime) -> Range:
    """The periods that lead up to the range; one that still adds up is left out, as it would seem a fall."""
    asked = shown.question.range
    is_all = asked.since is None and asked.until is None
    last = min(asked.until or now, now) - timedelta(microseconds=1)
    end = period_of(unit, last).end  # type: ignore[arg-type]
    if adds_up(shown) and end > now:
        end = period_of(unit, last).start  # type: ignore[arg-type]
    start = end
    for _ in range(PERIODS[unit]):
        start = period_of(unit, start - timedelta(days=1)).start  # type: ignore[arg-type]
    if asked.name == "custom" or (is_all and not adds_up(shown)):
        start = asked.since or start
        end = asked.until or end
    return Range("custom", start, end)


def adds_up(shown: Shown) -> bool:
    """Whether the figure grows with the time that has passed."""
    return isinstance(shown.metric.measure, Count)


def _sentence(chart: Chart | None, shown: Shown) -> str:
    """How it went, without the extremes that the chart shows."""
    if chart is None or shown.main is None or shown.main.row.value is None:
        return ""
    return f"{chart.summary.rstrip('.').split('; highest')[0]}."


def _why_none(shown: Shown) -> str:
    if shown.main is not None and shown.main.row.value is not None:
        return ""
    return next((each.message for each in shown.warnings), "No record falls into this range.")


def _cells(course: Shown, was: Was | None) -> Iterator[tuple[str, ...]]:
    """Each group beside what it was, or the one figure; nothing of a curve, whose chart has a table."""
    for line in course.rows:
        yield (*line.cells, *_said(line.row, course.result.unit), *before_cells(Before.of(line.was)))
    if course.main and not course.rows and not course.chart:
        yield (*_said(course.main.row, course.result.unit), *before_cells(Before.of(was)))


def _said(row: Row, unit: str) -> tuple[str, ...]:
    interval = words.interval(row.low, row.high, unit) or words.NOTHING
    return words.figure(row.value, unit), interval, words.plain_number(row.n), words.plain_number(row.n_open)
