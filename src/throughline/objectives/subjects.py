"""What a key result measures: a metric over the records, or a series of values from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from throughline.engine import metrics
from throughline.engine.language.checked import Survival
from throughline.engine.language.fields import nearest
from throughline.engine.metrics import Metric
from throughline.engine.windows import Span
from throughline.objectives.figures import Figure, Lexicon, figure, lexicon, metric_of
from throughline.objectives.terms import Undecidable
from throughline.series.models import Reading, Series
from throughline.series.queries import newest, values
from throughline.surveys.queries import score_behind

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A metric or a series, with what both have. Exactly one of `metric` and `series` is there."""

    title: str
    unit: str
    better: str
    cadence_days: int
    # The expression; a series has none.
    measure: str = ""
    is_never_negative: bool = False
    # The days over which a restricted mean looks.
    horizon: float | None = None
    metric: Metric | None = None
    series: Series | None = None

    @property
    def at(self) -> str:
        """The date that puts a record in the window, if there are records and a date."""
        return self.metric.at.name if self.metric and self.metric.at else ""


def subject_of(text: str, *, where: str = "", at: str = "", words: Lexicon | None = None) -> Subject:
    """What a metric field is bound to: names are looked up first. Raises Undecidable beside the field."""
    words = words or lexicon()
    series = words.series.get(text.strip())
    if series is not None:
        return _of_series(series, where=where, at=at)
    if is_name(text) and text.strip() not in metrics.READY_MADE:
        raise unknown(text, words)
    return _of_metric(metric_of(text, where=where, at=at, words=words))


def is_name(text: str) -> bool:
    """Whether a text names a metric or series; anything else is an expression.

    >>> is_name("build_minutes"), is_name("count()")
    (True, False)
    """
    return bool(_NAME.fullmatch(text.strip()))


def is_known(text: str, words: Lexicon | None = None) -> bool:
    """Whether a name is that of a metric or a series."""
    return text.strip() in metrics.READY_MADE or text.strip() in (words or lexicon()).series


def unknown(text: str, words: Lexicon) -> Undecidable:
    """The refusal of a name that nothing has."""
    near = nearest(text, [*metrics.READY_MADE, *words.series])
    return Undecidable(
        f"there is no metric '{text.strip()}'{near}; an expression looks like count()",
        field="metric",
        code="metric",
    )


def figure_of_subject(subject: Subject, span: Span, *, now: datetime) -> Figure:
    """What it says of the span, with what is known now."""
    if subject.series is not None:
        return series_figure(subject.series, span, now=now)
    assert subject.metric is not None
    return figure(subject.metric, span, now=now)


def series_figure(series: Series, span: Span, *, now: datetime) -> Figure:
    """The newest value before the end of the span; a series says how things stand, not what added up.

    Only what a survey says has an interval, with the number of its answers.
    """
    until = span.until if span.until is not None and span.until < now else None
    found = [each for each in values(series, until=until, known_at=now) if each.at <= now]
    last = found[-1] if found else None
    figured = Figure(
        value=last.value if last else None,
        n=sum(1 for each in found if span.since is None or each.at >= span.since),
        since=span.since,
        until=span.until,
        definition=echo(series),
        facts=_entered(last),
    )
    score = score_behind(last) if last else None
    if score is not None:
        figured = replace(figured, low=score.low, high=score.high, n=score.n)
    latest = newest(series, known_at=now)
    recorded = series.readings.order_by("-id").first()
    return replace(
        figured,
        data_as_of=min(latest.at, now) if latest else None,
        data_version=recorded.pk if recorded else 0,
    )


def echo(series: Series) -> dict[str, Any]:
    """The definition that a measurement keeps; the same fields as a metric's."""
    return {
        "name": series.name,
        "title": series.title or series.name,
        "measure": series.name,
        "where": "",
        "assumed": "",
        "at": None,
        "by": [],
        "unit": series.unit,
        "better": series.better,
        "source": "series",
    }


def _of_series(series: Series, *, where: str, at: str) -> Subject:
    for name, text in (("where", where), ("at", at)):
        if text.strip():
            raise Undecidable(
                f"'{series.name}' is a series: it has no records to choose from, so leave this out",
                field=name,
                code="not_of_a_series",
            )
    return Subject(
        title=series.title or series.name,
        unit=series.unit,
        better=series.better,
        cadence_days=series.cadence_days,
        series=series,
    )


def _of_metric(metric: Metric) -> Subject:
    definition = metric.definition
    return Subject(
        title=definition.title,
        measure=metric.measure_text,
        unit=metric.unit,
        better=definition.better,
        cadence_days=definition.cadence_days,
        is_never_negative=metric.is_never_negative,
        horizon=metric.measure.horizon if isinstance(metric.measure, Survival) else None,
        metric=metric,
    )


def _entered(last: Reading | None) -> dict[str, Any]:
    """When a person wrote the value down, where a person did: it is as old as her entry."""
    if last is None or last.origin != Reading.Origin.MANUAL:
        return {}
    return {"entered_at": last.recorded_at.isoformat()}
