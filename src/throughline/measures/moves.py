"""Why a metric moved between any two periods: what its groups did, and what their mix did."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from throughline.engine.calendar import Unit, period_of
from throughline.engine.differences import difference
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import (
    AverageOpen,
    Count,
    OpenAtEnd,
    PeriodSurvival,
    Share,
    Statistic,
    Survival,
    WithinSla,
)
from throughline.engine.language.fields import UNITS_OF_TIME
from throughline.engine.metrics import Metric
from throughline.engine.mix import Part, Split, added, split
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question, question_of
from throughline.measures.earlier import earlier
from throughline.measures.evaluation.answers import Result, Row, Warning
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.evaluation.unknown_values import misnamed
from throughline.measures.ranges import Range, as_date, day_start, range_of
from throughline.measures.shown import definition_of

NO_MEAN = (
    "a {what} is no mean of its groups, so its change cannot be split among them: ask for a mean, a share, a "
    "count, or rmst(identified -> mitigated, 90 days)"
)
AGAINST = "against"
EXAMPLES = "2026-Q1, 2026-03, 2026 or 2026-01-01..2026-04-01"
_LABELS: Mapping[str, Unit] = {
    r"\d{4}-Q\d": "quarter",
    r"\d{4}-W\d{2}": "week",
    r"\d{4}-\d{2}": "month",
    r"\d{4}": "year",
}
BETWEEN = " · "
# The warnings that say why there is no figure; others warn of one.
REASONS = frozenset(
    [
        "no_such_value",
        "no_records",
        "none_fits",
        "no_dates",
        "too_open",
        "too_large",
        "nothing_known_yet",
        "no_overlap",
    ]
) | frozenset(["horizon_beyond_data", "few_in_period", "window_running"])
PAGE = "/metrics/why/"
DEFAULT = ("service",)


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the answer: its values of the dimensions, and its row of each period where it has one."""

    names: dict[str, str]
    then: Row | None
    now: Row | None

    @property
    def clearly(self) -> str:
        """What can be told of the change of its own figure: up, down, none; empty where nothing can."""
        if self.then is None or self.now is None:
            return ""
        found = difference(_estimate(self.now), _estimate(self.then))
        return found.word if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The change of a metric between two periods, split by groups; `question` is that of the later period."""

    question: Question
    before: Range
    metric: Metric
    unit: str
    then: Row
    now: Row
    split: Split
    groups: Mapping[str, Group]
    adds_up: bool
    # Names in the condition that nobody has.
    misnamed: tuple[Warning, ...] = ()

    @property
    def spans(self) -> tuple[str, str]:
        """The two periods in words, the earlier first."""
        return said_of(self.before), said_of(self.question.range)


def moved(question: Question, asker: Asker, *, against: str = "") -> Moved:
    """Why the metric of a question moved to its range from another; without one, from the range before.

    Without a range it is the last whole quarter. Raises Refused with the place.
    """
    said_range = question.range.name != "all"
    if not said_range:
        question = replace(question, range=range_of("last-quarter", since="", until="", now=asker.now))
    metric = _splittable(question)
    adds_up = isinstance(metric.measure, Count | AverageOpen | OpenAtEnd) or _is_sum(metric)
    before = _before(question, asker, against, adds_up=adds_up)
    then_asked = replace(question, range=before)
    definition = definition_of(question)
    # Groups first: their wholes are made of them.
    groups = _groups(
        asker.rows(definition, then_asked, question.by), asker.rows(definition, question, question.by)
    )
    then = _whole(asker.result(definition, then_asked, ()), then_asked, AGAINST if against.strip() else "")
    whole = asker.result(definition, question, ())
    now = _whole(whole, question, "range" if said_range else "")
    parts = [_part(name, group, adds_up=adds_up) for name, group in groups.items()]
    way = added if adds_up else split
    assert then.value is not None
    assert now.value is not None
    return Moved(
        question=question,
        before=before,
        metric=metric,
        unit=metric.unit,
        then=then,
        now=now,
        split=way(parts, then=then.value, now=now.value),
        groups=groups,
        adds_up=adds_up,
        misnamed=tuple(misnamed(whole.warnings)),
    )


def can_be_split(metric: Metric) -> bool:
    """Whether the figure of everything is the sum or, at least about, the weighted mean of its groups."""
    match metric.measure:
        case Count() | Share() | WithinSla() | AverageOpen() | OpenAtEnd() | PeriodSurvival():
            return True
        case Statistic(name):
            return name in ("mean", "sum")
        case Survival(_, _, horizon):
            return horizon is not None
    return False


def span_of(text: str) -> Range:
    """The period that somebody wrote: a year, quarter, month or week, or two days. Raises Refused.

    >>> as_date(span_of("2026-Q1").until)
    '2026-04-01'
    """
    said = text.strip()
    first, between, last = said.partition("..")
    if between:
        since, until = (day_start(each.strip(), place=AGAINST) for each in (first, last))
        if since >= until:
            raise Refused(f"the period '{said}' ends before it starts", place=AGAINST, code="period")
        return Range("custom", since, until)
    unit = next((unit for form, unit in _LABELS.items() if re.fullmatch(form, said)), None)
    if unit is None:
        raise Refused(f"expected a period such as {EXAMPLES}; found '{said}'", place=AGAINST, code="period")
    try:
        period = labelled_period(unit, said)
    except Refused as refused:
        raise Refused(refused.message, place=AGAINST, code="period") from refused
    return Range("custom", period.start, period.end)


def said_of(span: Range) -> str:
    """A range by its name in the calendar, else by its days."""
    if span.since and span.until:
        for unit in ("quarter", "month", "year", "week"):
            period = period_of(unit, span.since)
            if (period.start, period.end) == (span.since, span.until):
                return period.label
        return f"{as_date(span.since)} until before {as_date(span.until)}"
    return f"from {as_date(span.since)}" if span.since else f"until before {as_date(span.until)}"


def question_and_against(query: QueryDict, *, now: datetime) -> tuple[Question, str]:
    """What an address asks. The dimensions are `by`, service where it names none. Raises Refused."""
    question = question_of(query, now=now)
    if "by" not in query:
        question = replace(question, by=DEFAULT)
    return question, query.get("against", "")


def address(question: Question, *, path: str = PAGE, against: str = "") -> str:
    """The address that asks why a metric moved; periods among its dimensions are left out."""
    by = [each for each in question.by if each not in UNITS_OF_TIME]
    said = [(name, value) for name, value in question.parameters() if name not in ("by", "known", "compare")]
    more = [("by", each) for each in by] + ([("against", against)] if against else [])
    return f"{path}?{urlencode([*said, *more])}"


def _before(question: Question, asker: Asker, against: str, *, adds_up: bool) -> Range:
    if against.strip():
        return span_of(against)
    found = earlier(question, adds_up=adds_up, now=asker.now)
    if found is None or found.question.known or found.question.range.since is None:
        raise Refused(
            f"say which period it is held against, such as {EXAMPLES}", place=AGAINST, code="period"
        )
    return found.question.range


def _splittable(question: Question) -> Metric:
    if not question.by:
        raise Refused("say by what to split it, such as service or severity", place="by", code="no_split")
    metric = queries.metric_of(definition_of(question), by=question.by)
    timed = next((each.label for each in metric.by if each.unit), None)
    if timed:
        raise Refused(
            f"'{timed}' is a period, and the two periods are said already: split by a field such as service",
            place="by",
            code="by_time",
        )
    if can_be_split(metric):
        return metric
    match metric.measure:
        case Statistic("p90"):
            what = "90th percentile"
        case Statistic() | Survival():
            what = "median"
        case _:
            what = f"figure such as {metric.measure_text}"
    raise Refused(NO_MEAN.format(what=what), place="metric", code="no_mean")


def _is_sum(metric: Metric) -> bool:
    return isinstance(metric.measure, Statistic) and metric.measure.name == "sum"


def _whole(result: Result, question: Question, place: str) -> Row:
    """The figure over everything. `place` is where its period was said, empty where it was not."""
    row = result.rows[0] if result.rows else None
    if row is not None and row.value is not None:
        return row
    reason = next((each for each in result.warnings if each.code in REASONS), None)
    if not place and reason and reason.code in ("none_fits", "no_such_value") and question.where:
        place = "where"
    told = f": {reason.message}" if reason else ""
    said = f"there is no figure for {said_of(question.range)}{told}"
    raise Refused(said, place=place or None, code="no_figure")


def _groups(then: Sequence[Row], now: Sequence[Row]) -> dict[str, Group]:
    befores, afters = ({_name(row.group): row for row in each} for each in (then, now))
    names = {name: row.group for name, row in (*befores.items(), *afters.items())}
    return {name: Group(group, befores.get(name), afters.get(name)) for name, group in names.items()}


def _name(group: Mapping[str, str]) -> str:
    return BETWEEN.join(group.values())


def _part(name: str, group: Group, *, adds_up: bool) -> Part:
    (n_then, then), (n_now, now) = (_sized(row, adds_up=adds_up) for row in (group.then, group.now))
    return Part(name, n_then, then, n_now, now)


def _sized(row: Row | None, *, adds_up: bool) -> tuple[float, float | None]:
    if row is None:
        return 0.0, 0.0 if adds_up else None
    return float(row.n), row.value


def _estimate(row: Row) -> Estimate:
    return Estimate(row.value, row.low, row.high, row.n)
