"""What the metric explorer shows of a question: the figure, its honest or naive twin, course, table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from throughline import charts
from throughline.charts import Chart, Point, Spans
from throughline.engine import metrics
from throughline.engine.definitions import Definition
from throughline.engine.language.checked import Grouping, PeriodSurvival, Survival
from throughline.engine.language.parsing import parse_measure
from throughline.engine.metrics import Metric
from throughline.engine.refusals import Refused
from throughline.engine.sentences import measure_words
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.batches import is_count, widened
from throughline.measures.curves import period_chart, survival_chart
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.evaluation.caveats import leaves_out_open
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.explanations import Explanation, explanation
from throughline.measures.links import address_of_rows
from throughline.ui.comparing import Was
from throughline.vulnerabilities import weaknesses

MOST_MULTIPLES = 12
MOST_BARS = 30
# The warnings that keep periods from being held against each other, as a sentence ends with them.
APART = {
    "detection_truncated": "each says how old its finds were, and what is still hidden is in neither",
    "one_in_another": "each is of all that was found until then, so the later holds the earlier one again",
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of the table; `cells` are the values of its group."""

    cells: tuple[str, ...]
    row: Row
    address: str
    was: Was | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a metric over the whole range, with the address of the rows behind it."""

    title: str
    name: str
    row: Row
    unit: str
    address: str
    explorer: str = ""
    description: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A warning with what it means, and metrics to look at instead."""

    code: str
    message: str
    meaning: str
    instead: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about one answer that the page needs."""

    question: Question
    metric: Metric
    title: str
    main: Figure | None
    beside: Figure | None
    groups: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    # How many rows of the answer stand before the first that is shown.
    skipped: int
    chart: Chart | None
    # Of a metric by period: the curve behind the newest figure beside that of the period before.
    curve: Chart | None
    multiples: tuple[Chart, ...]
    more_series: int
    warnings: tuple[Told, ...]
    result: Result
    # The same without groups.
    total: Result


def definition_of(question: Question) -> Definition:
    """The definition that a question is about, on its slice. Raises Refused with the place."""
    named = queries.find(question.metric)
    return metrics.refine(named, where=question.where, at=question.at or None)


def answer(question: Question, asker: Asker) -> Result:
    """The answer with its groups, as the files and the command line give it."""
    definition = definition_of(question)
    return _widened(asker.result(definition, question, question.by), definition, question, asker)


def _widened(found: Result, definition: Definition, question: Question, asker: Asker) -> Result:
    if not is_count(found):
        return found
    metric = queries.metric_of(definition, by=question.by)

    def by_more(dimension: str) -> Result:
        return asker.result(definition, question, (*question.by, dimension))

    made = asker.evaluation(definition, question, question.by).aggregates.found.made
    return widened(found, metric, question, now=asker.now, ask=by_more, made=made)


def show(question: Question, asker: Asker, *, most_of: Callable[[int], int] | None = None) -> Shown:
    """The page's content. Raises Refused for a metric, slice or grouping that makes no sense.

    `most_of` says how many of so many rows are shown: of periods the newest, of others the first.
    """
    definition = definition_of(question)
    whole = queries.metric_of(definition)
    metric = queries.metric_of(definition, by=question.by)
    grouped = answer(question, asker)
    total = answer(replace(question, by=()), asker) if question.by else grouped
    most = most_of(len(grouped.rows)) if most_of else len(grouped.rows)
    skipped = len(grouped.rows) - most if metric.by and metric.by[0].unit else 0
    within = slice(skipped, skipped + most)
    rows = _rows(metric, grouped, question, within, now=asker.now) if question.by else ()
    title = _title(definition)
    chart, multiples, more = drawn(title, metric, grouped)
    if not metric.by and isinstance(metric.measure, Survival):
        chart = survival_chart(title, metric, asker.evaluation(definition, question, ()).aggregates)
    return Shown(
        question=question,
        metric=whole,
        title=title,
        main=_figure(title, whole, total, question, now=asker.now),
        beside=_beside(definition, question, asker),
        groups=tuple(grouping.label for grouping in metric.by),
        rows=tuple(rows),
        skipped=skipped,
        chart=chart,
        curve=_curve(title, metric, definition, question, asker),
        multiples=multiples,
        more_series=more,
        warnings=tuple(_told(question, [*total.warnings, *grouped.warnings])),
        result=grouped,
        total=total,
    )


def _curve(
    title: str, metric: Metric, definition: Definition, question: Question, asker: Asker
) -> Chart | None:
    if not isinstance(metric.measure, PeriodSurvival):
        return None
    found = asker.evaluation(definition, question, ())
    return period_chart(title, metric, found.aggregates, asker.moment(question))


def title_of(text: str) -> str:
    """What a metric is called, whatever else is wrong with the question; empty for one that is none."""
    try:
        return _title(queries.find(text))
    except Refused:
        return ""


def _title(definition: Definition) -> str:
    return definition.title or measure_words(parse_measure(definition.measure))


def _figure(
    title: str, metric: Metric, result: Result, question: Question, *, now: datetime
) -> Figure | None:
    if len(result.rows) != 1:
        return None
    address = address_of_rows(_as_asked(metric, result), {}, question=question, now=now)
    name = metric.definition.name
    return Figure(title, name, result.rows[0], result.unit, address, reading=_reading(metric))


def _reading(metric: Metric) -> str:
    """How a time is to be read: naive where it leaves out the open ones, honest where it counts them."""
    if leaves_out_open(metric):
        return "naive"
    return "honest" if isinstance(metric.measure, Survival | PeriodSurvival) else ""


def _beside(definition: Definition, question: Question, asker: Asker) -> Figure | None:
    """The honest or naive counterpart on the same slice; none where the slice makes no sense for it."""
    twin = twin_of(definition)
    if twin is None:
        return None
    try:
        sliced = metrics.refine(twin, where=question.where)
        metric = queries.metric_of(sliced)
        result = asker.twin(sliced, question, definition)
    except Refused:
        return None
    figure = _figure(twin.title, metric, result, question, now=asker.now)
    explorer = question.address(metric=twin.name, at="")
    return figure and replace(figure, explorer=explorer, description=twin.description)


def twin_of(definition: Definition) -> Definition | None:
    """The counterpart that it names; of an expression that spells a ready-made metric, the catalogue's."""
    if definition.beside:
        return queries.find(definition.beside)
    written = definition.measure.replace(" ", "")
    for ready in metrics.READY_MADE.values():
        if ready.beside and ready.measure.replace(" ", "") == written and not ready.where:
            return metrics.READY_MADE[ready.beside]
    return None


def _rows(
    metric: Metric, result: Result, question: Question, within: slice, *, now: datetime
) -> Iterator[ShownRow]:
    asked = _as_asked(metric, result)
    for row, named in zip(result.rows[within], _labelled(metric, result).rows[within], strict=True):
        cells = tuple(named.group[grouping.label] for grouping in metric.by)
        address = address_of_rows(asked, row.group, question=question, now=now)
        yield ShownRow(cells, row, address)


def _as_asked(metric: Metric, result: Result) -> Metric:
    """The metric with the condition of its answer, which may be narrower: see `begins_with_register`."""
    return replace(metric, where_text=str(result.definition["where"]))


def _labelled(metric: Metric, result: Result) -> Result:
    """The answer with ids of weaknesses and their names, as people read them."""
    named = [by.label for by in metric.by if by.field and by.field.name in weaknesses.FIELDS]
    if not named:
        return result
    rows = [
        row._replace(group=row.group | {name: weaknesses.label(row.group[name]) for name in named})
        for row in result.rows
    ]
    return replace(result, rows=rows)


def drawn(
    title: str,
    metric: Metric,
    found: Result,
    *,
    beside: Sequence[Was | None] = (),
    spans: Spans | None = None,
) -> tuple[Chart | None, tuple[Chart, ...], int]:
    """One chart, or small multiples where there are a period and a dimension, and how many were left out.

    `beside` holds for each row what it was in the span before, which is drawn where `spans` names it.
    """
    if not metric.by or not found.rows:
        return None, (), 0
    result = _labelled(metric, found)
    befores = beside or (None,) * len(result.rows)
    timed, plain = _timed_and_plain(metric)
    if timed is None:
        points = [_point(row, " · ".join(row.group.values())) for row in result.rows]
        dimension = " and ".join(plain)
        return charts.bars(points[:MOST_BARS], title=title, unit=result.unit, dimension=dimension), (), 0
    series = _series(plain, result)
    chosen = _largest(series, result)
    points = [
        _point(row, row.group[timed.label], unit=timed.unit, series=name, was=was)
        for row, was, name in zip(result.rows, befores, series, strict=True)
        if name in chosen
    ]
    apart = next((APART[each.code] for each in result.warnings if each.code in APART), "")
    if not plain:
        return charts.line(points, title=title, unit=result.unit, spans=spans, apart=apart), (), 0
    small = charts.multiples(points, title=title, unit=result.unit, spans=spans, apart=apart)
    return None, tuple(small), len(set(series)) - len(chosen)


def charted(metric: Metric, result: Result) -> set[int]:
    """The places of the rows that charts over time are drawn of."""
    _, plain = _timed_and_plain(metric)
    series = _series(plain, result)
    chosen = _largest(series, result)
    return {place for place, name in enumerate(series) if name in chosen}


def _timed_and_plain(metric: Metric) -> tuple[Grouping | None, list[str]]:
    """The grouping by time, and the names of the others."""
    timed = next((grouping for grouping in metric.by if grouping.unit), None)
    return timed, [grouping.label for grouping in metric.by if grouping is not timed]


def _series(plain: Sequence[str], result: Result) -> list[str]:
    if len(plain) == 1:
        [name] = plain
        return [row.group[name] for row in result.rows]
    return [" · ".join([row.group[name] for name in plain]) for row in result.rows]


def _largest(series: Sequence[str], result: Result) -> set[str]:
    sizes: dict[str, int] = {}
    for name, row in zip(series, result.rows, strict=True):
        sizes[name] = sizes.get(name, 0) + row.n
    return set(sorted(sizes, key=lambda name: -sizes[name])[:MOST_MULTIPLES])


def _point(
    row: Row, label: str, *, unit: str | None = None, series: str = "", was: Was | None = None
) -> Point:
    at = labelled_period(unit, label).start.date().isoformat() if unit and label != "unknown" else ""
    return Point(
        label=label,
        at=at,
        value=row.value,
        low=row.low,
        high=row.high,
        n=row.n,
        n_open=row.n_open,
        series=series,
        then=was.value if was else None,
        then_label=was.when.removeprefix("in ") if was else "",
    )


def _told(question: Question, warnings: Sequence[Any]) -> Iterator[Told]:
    said: set[str] = set()
    for warning in warnings:
        if warning.code in said:
            continue
        said.add(warning.code)
        about = explanation(warning.code)
        yield Told(warning.code, warning.message, about.meaning, tuple(_instead(question, about)))


def _instead(question: Question, about: Explanation) -> Iterator[tuple[str, str]]:
    for name in about.instead:
        ready = metrics.READY_MADE.get(name)
        if ready is not None and name != question.metric:
            yield ready.title, question.address(metric=name, at="")
