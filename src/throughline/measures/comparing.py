"""A metric's figures beside those of the period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import get_args

from throughline.charts import Spans
from throughline.engine.calendar import DAY, Unit, period_of
from throughline.engine.intervals import Estimate, bare
from throughline.engine.language.checked import Count, Truncated
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import NO_COMPARISON, Question
from throughline.measures.batches import is_count
from throughline.measures.earlier import earlier
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.evaluation.caveats import is_detection
from throughline.measures.evaluation.periods import labelled_period, numbered_period, period_number
from throughline.measures.ranges import NAMES, Range
from throughline.measures.shown import Shown, charted, definition_of, drawn
from throughline.ui.comparing import Was, counted, was

NOT_ASKED = "The question asks for no comparison."
OF_A_DAY = "What was known on a day is held against no other day: leave the day out."
NOTHING_THEN = "There was no figure {when}."
OF_ALL_SO_FAR = (
    "Not comparable: each figure is of all that was found until then, so the later one holds the records of "
    "the earlier one again. Hold cohorts against each other, as in cohort_found_within(90 days, 1 year) by "
    "introduced.quarter."
)
NO_GROUP_THEN = "No group had a figure {when}."
FIRST = "There is no figure in a period before."
# Of a period on average.
DAYS: Mapping[Unit, float] = {"week": 7, "month": 30.44, "quarter": 91.31, "year": 365.25}
# Every group has the same periods.
MOST_LABELS = 10_000
# The group without its period, and the number of its period.
Place = tuple[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison for each row of an answer; `why_none` is a sentence where no row has one."""

    rows: tuple[Was | None, ...]
    why_none: str = ""


def compared(question: Question, total: Result | None, asker: Asker) -> Was | None:
    """What the figure over the whole range was in the period before; None where there is none to compare."""
    if total is None or len(total.rows) != 1 or question.compare == NO_COMPARISON or _is_of_all(question):
        return None
    return _against_earlier(replace(question, by=()), total, asker).rows[0]


def beside(question: Question, result: Result, asker: Asker, *, wanted: Set[int] | None = None) -> Compared:
    """Each row of an answer, or those at the places wanted, beside the period before.

    By time within a range, a period is held against the one at the same place of the range before: week 3 of
    this quarter against week 3 of the last. Without a range it is held against the period just before it.
    """
    unit = unit_of(result)
    if question.compare == NO_COMPARISON:
        return _none(result, NOT_ASKED)
    if _is_of_all(question):
        return _none(result, OF_ALL_SO_FAR)
    if unit is None:
        return _against_earlier(question, result, asker, wanted)
    if question.range.since is None or question.range.until is None or question.known:
        return _one_back(question, result, asker, unit, wanted)
    return _along(question, result, asker, unit, wanted)


def alongside(shown: Shown, asker: Asker) -> Shown:
    """What the explorer shows with each row beside the period before, and the range before on its charts."""
    question, result = shown.question, shown.result
    metric = queries.metric_of(definition_of(question), by=question.by)
    spans = spans_of(question, now=asker.now) if unit_of(result) else None
    # Of thousands of rows a page shows some, and draws a few groups beside the range before.
    within = range(shown.skipped, shown.skipped + len(shown.rows))
    wanted = set(within) | (charted(metric, result) if spans else set())
    found = beside(question, result, asker, wanted=wanted)
    rows = tuple(
        replace(line, was=was) for line, was in zip(shown.rows, found.rows[shown.skipped :], strict=False)
    )
    if spans is None or not any(found.rows):
        return replace(shown, rows=rows)
    chart, multiples, _ = drawn(shown.title, metric, result, beside=found.rows, spans=spans)
    return replace(shown, rows=rows, chart=chart, multiples=multiples)


def spans_of(question: Question, *, now: datetime) -> Spans | None:
    """What the range and the one before are called; None where there is no range before."""
    found = earlier(question, adds_up=False, now=now)
    if found is None or found.question.known:
        return None
    name = question.range.name
    return Spans("the range" if name == "custom" else NAMES[name].lower(), found.said.removeprefix("in "))


def unit_of(result: Result) -> Unit | None:
    """The period that an answer is grouped by."""
    by = result.definition["by"]
    assert isinstance(by, list)
    found: Unit | None = next((unit for unit in get_args(Unit) if unit in by), None)
    return found


def _against_earlier(
    question: Question, result: Result, asker: Asker, wanted: Set[int] | None = None
) -> Compared:
    """Every group against the same group of the period before."""
    definition = definition_of(question)
    found = earlier(question, adds_up=adds_up(question), now=asker.now)
    if found is None:
        return _none(result, OF_A_DAY)
    missing = NO_GROUP_THEN if question.by else NOTHING_THEN
    try:
        before = asker.rows(definition, found.question, question.by)
    except Refused:
        return _none(result, missing.format(when=found.said))
    # What is known later holds the same records again, so that their intervals say nothing of the difference.
    is_other = not found.question.known
    then = {_names(row.group): row for row in before}
    rows = _held(
        result,
        lambda row: (then.get(_names(row.group)), found.said),
        better=_better(question),
        wanted=wanted,
        with_interval=is_other,
    )
    return Compared(rows) if any(rows) else _none(result, missing.format(when=found.said))


def _one_back(
    question: Question, result: Result, asker: Asker, unit: Unit, wanted: Set[int] | None
) -> Compared:
    """Every period against the one just before it; what still adds up, against the same stretch of that."""
    then = _places(result.rows, unit)
    stretch = _stretch(question, unit, now=asker.now) if adds_up(question) else None
    cut: dict[Place, Row] = {}
    if stretch is not None:
        asked = replace(question, range=stretch)
        cut = _places(asker.rows(definition_of(question), asked, question.by), unit)
    cut_at = {number for _, number in cut}

    def find(group: tuple[str, ...], number: int, label: str) -> tuple[Row | None, str]:
        if number in cut_at:
            return cut.get((group, number)), f"at this point of {label}"
        return then.get((group, number)), f"in {label}"

    rows = _by_period(result, find, unit, better=_better(question), wanted=wanted, back=1)
    return Compared(rows) if any(rows) else _none(result, FIRST)


def _stretch(question: Question, unit: Unit, *, now: datetime) -> Range | None:
    """As much of the period before the last as has passed of the last; None where that lies outside."""
    reach = min(each for each in (question.range.until, question.known_at, now) if each is not None)
    last = period_of(unit, reach - timedelta(microseconds=1))
    start = period_of(unit, last.start - DAY).start
    if question.range.since is not None and start < question.range.since:
        return None
    return Range("custom", start, min(start + (reach - last.start), last.start))


def _along(question: Question, result: Result, asker: Asker, unit: Unit, wanted: Set[int] | None) -> Compared:
    """Every period of a range against the one at the same place of the range before."""
    found = earlier(question, adds_up=adds_up(question), now=asker.now)
    assert found is not None
    since, before = question.range.since, found.question.range.since
    assert since is not None
    assert before is not None
    try:
        earlier_rows = asker.rows(definition_of(question), found.question, question.by)
    except Refused:
        return _none(result, NOTHING_THEN.format(when=found.said))
    # Rounded, since a range of days need not begin where a period does.
    back = max(1, round((since - before) / DAY / DAYS[unit]))
    then = _places(earlier_rows, unit)
    rows = _by_period(
        result,
        lambda group, number, label: (then.get((group, number)), f"in {label}"),
        unit,
        better=_better(question),
        wanted=wanted,
        back=back,
    )
    return Compared(rows) if any(rows) else _none(result, NOTHING_THEN.format(when=found.said))


def _by_period(
    result: Result,
    find: Callable[[tuple[str, ...], int, str], tuple[Row | None, str]],
    unit: Unit,
    *,
    better: str,
    wanted: Set[int] | None,
    back: int,
) -> tuple[Was | None, ...]:
    """Every period against one that lies so many periods back."""

    def found(row: Row) -> tuple[Row | None, str]:
        place = _place(row, unit)
        if place is None:
            return None, ""
        number = place[1] - back
        return find(place[0], number, numbered_period(unit, number).label)

    return _held(result, found, better=better, wanted=wanted)


def _places(rows: Sequence[Row], unit: Unit) -> dict[Place, Row]:
    return {place: row for row in rows if (place := _place(row, unit)) is not None}


def _held(
    result: Result,
    find: Callable[[Row], tuple[Row | None, str]],
    *,
    better: str,
    wanted: Set[int] | None,
    with_interval: bool = True,
) -> tuple[Was | None, ...]:
    found: list[Was | None] = [None] * len(result.rows)
    for place in range(len(found)) if wanted is None else wanted:
        row = result.rows[place]
        other, when = find(row)
        if other is None:
            continue
        now, then = (_estimate(each, with_interval=with_interval) for each in (row, other))
        found[place] = was(now, then, when=when, unit=result.unit, better=better)
    if with_interval and is_count(result):
        values = [row.value for row in result.rows]
        return tuple(counted(found, values, better=better, index=result.dispersion))
    return tuple(found)


def _none(result: Result, why: str) -> Compared:
    return Compared((None,) * len(result.rows), why)


def _place(row: Row, unit: Unit) -> Place | None:
    """Where a row stands; None for the records whose date is not known."""
    number = _number(unit, row.group[unit])
    if number is None:
        return None
    return tuple([text for name, text in row.group.items() if name != unit]), number


@lru_cache(MOST_LABELS)
def _number(unit: Unit, label: str) -> int | None:
    try:
        return period_number(unit, labelled_period(unit, label).start)
    except Refused:
        return None


def _names(group: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(group.values())


def _better(question: Question) -> str:
    """The direction that is better; none for a time to detect, which finding more old flaws raises."""
    metric = queries.metric_of(definition_of(question))
    return "" if is_detection(metric.measure) else metric.definition.better


def adds_up(question: Question) -> bool:
    """Whether a figure of a period is the sum of those of its parts."""
    return isinstance(queries.metric_of(definition_of(question)).measure, Count)


def _is_of_all(question: Question) -> bool:
    """Whether a figure is of all that was found until its period ends."""
    return isinstance(queries.metric_of(definition_of(question)).measure, Truncated)


def _estimate(row: Row, *, with_interval: bool) -> Estimate:
    return Estimate(row.value, row.low, row.high, row.n) if with_interval else bare(row.value, row.n)
