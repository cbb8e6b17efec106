"""Why a mean time to detection can rise while detection gets better, said with the reader's own figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from throughline.charts import Chart
from throughline.engine.calendar import Unit, period_of
from throughline.engine.definitions import Definition
from throughline.engine.intervals import Estimate
from throughline.engine.language.checked import Statistic
from throughline.engine.metrics import Metric, refine
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.evaluation.caveats import is_detection
from throughline.measures.evaluation.periods import labelled_period
from throughline.measures.ranges import Range
from throughline.measures.shown import definition_of, drawn
from throughline.ui import words
from throughline.ui.comparing import was

PAGE = "/metrics/detection/"
PERIODS = 8
DAYS: Mapping[Unit, int] = {"quarter": 91, "year": 365}
WORDS = {"mean": "mean", "median": "median", "p90": "90th percentile"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts as soon, and as old, with the period by which the figures go."""

    soon: str
    old: str
    unit: Unit
    years: int


QUICK = Terms("90 days", "1 year", "quarter", 1)
SLOW = Terms("1 year", "5 years", "year", 5)


@dataclass(frozen=True, slots=True)
class Line:
    """What was found in a period: the figure, how many of those are old, and the figure of the others."""

    period: str
    figure: Row
    old: Row | None
    others: Row | None
    hidden: Row | None

    @property
    def n_old(self) -> int:
        """How many of those found are old."""
        return round((self.old.value or 0) * self.old.n) if self.old else 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was introduced in a period."""

    period: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The explanation: its sentences, two charts, and the tables behind them."""

    title: str
    statistic: str
    terms: Terms
    # The first report of all: cohorts and the median are of what was introduced since.
    first: str
    lines: tuple[Line, ...]
    cohorts: tuple[Cohort, ...]
    hidden: Row | None
    window: str
    said: tuple[str, ...]
    # " so far" where the last period is not over.
    running: str
    charts: tuple[Chart, ...]
    links: tuple[tuple[str, str], ...]
    address: str

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "said": list(self.said),
            "soon": self.terms.soon,
            "old": self.terms.old,
            "found": [
                {
                    "period": line.period,
                    "figure": _told(line.figure),
                    "old": _told(line.old),
                    "others": _told(line.others),
                    "truncated_median": _told(line.hidden),
                }
                for line in self.lines
            ],
            "introduced": [{"period": each.period, "found_soon": _told(each.row)} for each in self.cohorts],
            "truncated_median": _told(self.hidden),
            "window": self.window,
            "introduced_since": self.first,
        }


def is_explained(metric: Metric) -> bool:
    """Whether it is a mean, median or p90 of the time to detection, by the time of the report."""
    measure = metric.measure
    named = isinstance(measure, Statistic) and measure.name in WORDS
    return named and is_detection(measure) and metric.at is not None and metric.at.name == "identified"


def explained(question: Question, asker: Asker) -> Detection | None:
    """The explanation of a question; None where it is about something else. Raises Refused."""
    definition = definition_of(question)
    metric = queries.metric_of(definition)
    if not is_explained(metric):
        return None
    assert isinstance(metric.measure, Statistic)
    ask = _Asking(definition, question, asker, _terms(definition, question, asker))
    lines, cohorts = tuple(ask.lines()), tuple(ask.cohorts())
    total = ask.hidden(())
    statistic = WORDS[metric.measure.name]
    found = Detection(
        title=definition.title or f"{statistic.capitalize()} time to detect",
        statistic=statistic,
        terms=ask.terms,
        first=ask.first,
        lines=lines,
        cohorts=cohorts,
        hidden=total.rows[0] if total.rows else None,
        window=next((each.message for each in total.warnings if each.code == "given_found"), ""),
        said=(),
        running=" so far" if lines and _runs(lines[-1], ask) else "",
        charts=tuple(ask.charts),
        links=tuple(ask.links()),
        address=question.address(PAGE),
    )
    return replace(found, said=tuple(_sentences(found)))


def explained_or_refused(question: Question, asker: Asker) -> Detection:
    """The explanation of a question. Raises Refused where it is about something else."""
    found = explained(question, asker)
    if found is None:
        raise Refused(
            "expected a mean, median or p90 of identified - introduced by the date of the report: there is "
            "nothing to explain of another",
            place="metric",
        )
    return found


def _runs(line: Line, ask: _Asking) -> bool:
    return labelled_period(ask.terms.unit, line.period).end > (ask.question.known_at or ask.asker.now)


def _terms(definition: Definition, question: Question, asker: Asker) -> Terms:
    """A year is long where most are found within weeks, and short where it takes a decade."""
    median = asker.result(replace(definition, measure="median(identified - introduced)"), question, ())
    value = median.rows[0].value if median.rows else None
    terms = SLOW if value is not None and value > 365 else QUICK
    return replace(terms, unit="year") if "year" in question.by else terms


def _first_report(definition: Definition, question: Question, asker: Asker) -> str:
    """The day of the first report of all in the slice; empty where there is none."""
    every = asker.population(queries.metric_of(definition), replace(question, range=Range("all")))
    return queries.first_report(every)


class _Asking:
    """The questions behind one explanation; what was drawn of their answers is kept in `charts`."""

    def __init__(self, definition: Definition, question: Question, asker: Asker, terms: Terms) -> None:
        self.title = definition.title or "Time to detect"
        self.definition = replace(definition, name="", title="", beside="", by=())
        self.asker, self.terms = asker, terms
        self.first = _first_report(self.definition, question, asker)
        self.question = replace(question, by=(terms.unit,), range=self._lately(question))
        self.charts: list[Chart] = []

    def _lately(self, question: Question) -> Range:
        """The range asked for, else the last periods."""
        if question.range.since is not None or question.range.until is not None:
            return question.range
        first = (question.known_at or self.asker.now) - timedelta(days=(PERIODS - 1) * DAYS[self.terms.unit])
        return Range("custom", period_of(self.terms.unit, first).start, None)

    def result(self, definition: Definition, by: tuple[str, ...], within: Range, title: str = "") -> Result:
        """An answer, drawn where it has a title."""
        found = self.asker.result(definition, replace(self.question, range=within), by)
        chart = drawn(title, queries.metric_of(definition, by=by), found)[0] if title else None
        self.charts += [chart] if chart else []
        return found

    def lines(self) -> Iterator[Line]:
        """What was found in each period."""
        unit, within = self.terms.unit, self.question.range
        figures = self.result(self.definition, (unit,), within, f"{self.title}, by when it was found")
        share = replace(self.definition, measure=f"share(identified - introduced > {self.terms.old})")
        young = refine(self.definition, where=f"identified - introduced <= {self.terms.old}")
        old, others, hidden = (
            {row.group[unit]: row for row in each.rows}
            for each in (
                self.result(share, (unit,), within),
                self.result(young, (unit,), within),
                self.hidden((unit,)),
            )
        )
        for row in figures.rows:
            period = row.group[unit]
            yield Line(period, row, old.get(period), others.get(period), hidden.get(period))

    def hidden(self, by: tuple[str, ...]) -> Result:
        """The median with what is hidden reckoned with, now or at the end of each period."""
        # One window for all periods, or they could not be held against each other.
        window = f", {self.terms.old}" if by else ""
        measure = f"truncated_median(identified - introduced{window})"
        definition = self.recorded(replace(self.definition, measure=measure, at=None))
        within = self.question.range if by else Range("custom", None, self.question.range.until)
        return self.result(definition, by, within)

    def cohorts(self) -> Iterator[Cohort]:
        """What was introduced in the last periods whose window is over."""
        by = f"introduced.{self.terms.unit}"
        definition = self.recorded(replace(self.definition, measure=self._soon(), at=None))
        reach = (PERIODS + 1) * DAYS[self.terms.unit] + self.terms.years * 366
        first = period_of(self.terms.unit, (self.question.known_at or self.asker.now) - timedelta(days=reach))
        name = f"Found within {self.terms.soon}, by when it was introduced"
        found = self.result(definition, (by,), Range("custom", first.start, None), name)
        yield from (Cohort(row.group[by], row) for row in found.rows if row.n)

    def recorded(self, definition: Definition) -> Definition:
        """The same of what was introduced since the first report: of before, only slow finds are recorded."""
        return refine(definition, where=self._since()) if self.first else definition

    def _since(self) -> str:
        return f"introduced >= '{self.first}'"

    def _soon(self) -> str:
        return f"cohort_found_within({self.terms.soon}, {self.terms.old})"

    def links(self) -> Iterator[tuple[str, str]]:
        """The honest questions, on the same slice."""
        where = " and ".join(f"({each})" for each in (self.question.where, self._since()) if each)
        asked = replace(
            self.question,
            range=Range("all"),
            at="",
            compare="",
            where=where if self.first else self.question.where,
        )
        unit = self.terms.unit
        yield (
            f"Found within {self.terms.soon}, by when it was introduced",
            asked.address(metric=self._soon(), by=(f"introduced.{unit}",)),
        )
        yield (
            "Median with the hidden reckoned with",
            asked.address(metric="truncated_median(identified - introduced)"),
        )
        yield (
            f"Found within {self.terms.soon}, the hidden reckoned with",
            asked.address(metric=f"found_within({self.terms.soon})"),
        )
        yield "Present and open, on average", asked.address(metric="latent_open_average")


def _sentences(found: Detection) -> Iterator[str]:
    lines = [line for line in found.lines if line.figure.value is not None]
    if len(lines) > 1:
        yield from _course(found, lines[-2], lines[-1])
    yield from _by_cohort(found)
    if found.hidden is not None and found.hidden.value is not None:
        row = found.hidden
        span = words.interval(row.low, row.high, "days")
        half = f"{words.figure(row.value, 'days')}{f' ({span})' if span else ''}"
        yield f"With what is still hidden reckoned with, half are found within {half}. {found.window}"


def _course(found: Detection, before: Line, last: Line) -> Iterator[str]:
    """What moved the figure between the last two periods."""
    value, then = (words.figure(line.figure.value, "days") for line in (last, before))
    yield f"The {found.statistic} was {value} in {last.period}{found.running}, and {then} in {before.period}."
    shares = [f"{line.n_old} of the {line.figure.n} found in {line.period}" for line in (last, before)]
    others = [words.figure(line.others.value if line.others else None, "days") for line in (last, before)]
    yield (
        f"{shares[0]} had been there for more than {found.terms.old}, and {shares[1]}. Of the others alone "
        f"the {found.statistic} was {others[0]}, and {others[1]} before."
    )
    yield _conclusion(found.statistic, before, last)


def _conclusion(statistic: str, before: Line, last: Line) -> str:
    rise = (last.figure.value or 0) - (before.figure.value or 0)
    old = [(line.old.value or 0) if line.old else 0 for line in (before, last)]
    if rise > 0 and old[1] > old[0]:
        return (
            f"So more of what was found was old, and that lifts the {statistic}, though finding old flaws is "
            "what one wants: each of them was hidden before, and in no figure."
        )
    if rise < 0 and old[1] < old[0]:
        return (
            f"So less of what was found was old, and that lowers the {statistic}. It would fall just so if "
            "nobody looked for old flaws any more: they would stay hidden, and in no figure."
        )
    return (
        f"The {statistic} says how old the finds of a period are, and not how long flaws stay hidden: those "
        "that are hidden still are in no figure of this kind."
    )


def _by_cohort(found: Detection) -> Iterator[str]:
    soon, old = found.terms.soon, found.terms.old
    if len(found.cohorts) < 2:
        passed = "a year has" if old == "1 year" else f"{old} have"
        yield (
            f"Whether new flaws are found sooner shows by when they were introduced, once {passed} passed "
            "since. There are no two such periods yet."
        )
        return
    before, last = found.cohorts[-2:]
    now, then = (Estimate(each.row.value, each.row.low, each.row.high, each.row.n) for each in (last, before))
    moved = was(now, then, when=f"of {before.period}", unit="share", better="higher")
    word = (f"clearly {moved.badge}" if moved.badge else moved.word) if moved else ""
    shares = [words.figure(each.row.value, "share") for each in (last, before)]
    yield (
        f"Whether new flaws are found sooner shows by when they were introduced. Of the {last.row.n} of "
        f"{last.period} that were found within {old}, {shares[0]} were found within {soon}; of the "
        f"{before.row.n} of {before.period}, {shares[1]}{f': {word}' if word else ''}."
    )


def _told(row: Row | None) -> dict[str, Any] | None:
    return {name: getattr(row, name) for name in ("value", "low", "high", "n")} if row else None
