"""Terms worked out: bound to a metric, baseline measured, target in figures, or refused beside the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Q

from throughline.engine import key_results, sentences
from throughline.engine.language.checked import Survival
from throughline.engine.metrics import Metric
from throughline.engine.refusals import Refused
from throughline.engine.sentences import Promise
from throughline.engine.windows import Span, Window, due_text, parse_window
from throughline.objectives.figures import LARGEST, NOT_FINITE, Figure, figure, metric_of
from throughline.objectives.terms import (
    LONGEST_OWNER,
    LONGEST_TITLE,
    MEASURED,
    Terms,
    Undecidable,
    fitting_window,
    terms_from,
)
from throughline.vulnerabilities.models import Vulnerability

LONGEST_TARGET = 40
# The warnings that say why a metric has records and no value.
NO_VALUE = ("horizon_beyond_data", "no_dates", "too_open", NOT_FINITE["code"])
_SIDES: dict[str, key_results.Better] = {"lower": "lower", "higher": "higher"}
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A key result that can be decided."""

    terms: Terms
    metric: Metric
    window: Window
    better: str
    baseline: float
    baseline_figure: Figure | None
    target: float
    cadence_days: int
    warnings: tuple[dict[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        return sentences.sentence(
            Promise(
                measure=self.metric.measure_text,
                title=self.metric.definition.title,
                where=self.terms.where,
                baseline=self.baseline,
                target=self.target,
                unit=self.metric.unit,
                due=self.terms.due,
            )
        )


@dataclass(slots=True)
class Preview:
    """As much of a draft as the form allows so far, and what is wrong beside each field."""

    draft: Draft | None = None
    now_figure: Figure | None = None
    baseline: float | None = None
    baseline_figure: Figure | None = None
    unit: str = ""
    window_said: str = ""
    baseline_said: str = ""
    notes: list[dict[str, str]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What the figures and the direction warn of, each once."""
        found = [*(self.draft.warnings if self.draft else ()), *self.notes]
        for each in (self.now_figure, self.baseline_figure):
            found += [warning for warning in (each.warnings if each else ()) if warning not in found]
        return found

    def attempt(self, step: Callable[[], Found]) -> Found | None:
        """The step's result, or None with its refusal noted beside the field."""
        try:
            return step()
        except Undecidable as refused:
            self.problems.setdefault(refused.field, refused.message)
            return None


def draft(terms: Terms, *, now: datetime) -> Draft:
    """The terms worked out. Raises Undecidable with the first field that keeps it from being decided."""
    metric = metric_of(terms.metric, where=terms.where, at=terms.at)
    window = window_of(terms)
    check_dates(terms)
    check_texts(terms)
    baseline = baseline_of(terms, metric, window=window, now=now)
    return _drafted(terms, metric, window=window, baseline=baseline)


def _drafted(terms: Terms, metric: Metric, *, window: Window, baseline: tuple[float, Figure | None]) -> Draft:
    value, measured = baseline
    target = target_of(terms, metric, baseline=value)
    return Draft(
        terms=terms,
        metric=metric,
        window=window,
        better="lower" if target < value else "higher",
        baseline=value,
        baseline_figure=measured,
        target=target,
        cadence_days=terms.cadence_days or metric.definition.cadence_days,
        warnings=(
            *warnings_of(metric, baseline=value, target=target),
            *too_short(metric, window, start=terms.start, due=terms.due),
        ),
    )


def preview(given: Mapping[str, Any], *, now: datetime) -> Preview:
    """What the form says so far: today's figure, the baseline, the sentence, and every refusal at once."""
    found = Preview()
    metric = found.attempt(
        lambda: metric_of(
            str(given.get("metric") or ""), where=str(given.get("where") or ""), at=str(given.get("at") or "")
        )
    )
    terms = found.attempt(lambda: terms_from(given))
    if metric is None or terms is None:
        return found
    found.unit = metric.unit
    window = found.attempt(lambda: window_of(terms))
    found.attempt(lambda: check_texts(terms))
    if window is None or found.attempt(lambda: _checked(terms)) is None:
        return found
    span = window.span(terms.start, terms.due, now=now)
    found.now_figure, found.window_said = figure(metric, span, now=now), _looked_at(metric, span)
    found.notes = window_notes(terms, metric, window, now=now)
    baseline = found.attempt(lambda: baseline_of(terms, metric, window=window, now=now))
    if baseline is not None:
        found.baseline, found.baseline_figure = baseline
        measured = baseline[1]
        found.baseline_said = said(Span(measured.since, measured.until)) if measured else ""
        drafted = found.attempt(lambda: _drafted(terms, metric, window=window, baseline=baseline))
        found.draft = None if found.problems else drafted
    return found


def _checked(terms: Terms) -> bool:
    check_dates(terms)
    return True


def window_of(terms: Terms) -> Window:
    """The window of the terms. Raises Undecidable."""
    return _beside("window", lambda: parse_window(terms.window))


def check_dates(terms: Terms) -> None:
    """Refuse a due date that is not after the start."""
    if terms.due <= terms.start:
        raise Undecidable(
            f"the due date {due_text(terms.due)} is not after the start {terms.start:%Y-%m-%d}: "
            "choose a later due date",
            field="due",
            code="due_before_start",
        )


def check_texts(terms: Terms) -> None:
    """Refuse a key result without an owner, and texts that do not fit."""
    if not terms.owner:
        raise Undecidable("a key result has one owner: name a person", field="owner", code="no_owner")
    for name, limit in (("owner", LONGEST_OWNER), ("title", LONGEST_TITLE), ("objective", LONGEST_TITLE)):
        if len(getattr(terms, name)) > limit:
            raise Undecidable(f"expected at most {limit} characters", field=name, code="too_long")


def baseline_of(
    terms: Terms, metric: Metric, *, window: Window, now: datetime
) -> tuple[float, Figure | None]:
    """The baseline: the number given, or the metric over the same length of time before the start."""
    if terms.baseline.lower() != MEASURED:
        return given_number(terms.baseline, unit=metric.unit), None
    span = window.baseline_span(terms.start, terms.due, now=now)
    measured = figure(metric, span, now=now)
    if measured.value is None or not _anything_known(span):
        raise Undecidable(
            f"the baseline cannot be measured: {_why_empty(measured, span)}; "
            f"give a number{_window_that_works(terms, metric, tried=window, now=now)}",
            field="baseline",
            code="baseline_not_measurable",
        )
    return measured.value, measured


def _window_that_works(terms: Terms, metric: Metric, *, tried: Window, now: datetime) -> str:
    """Another window over which the baseline has a value, as advice; empty where none of the usual has."""
    for text in (fitting_window(terms.metric), "all"):
        window = parse_window(text)
        if window != tried and _measured(
            metric, window.baseline_span(terms.start, terms.due, now=now), now=now
        ):
            return f", or take the window '{text}', over which it has a value"
    return ""


def _measured(metric: Metric, span: Span, *, now: datetime) -> Figure | None:
    """The figure of a baseline, if there is anything to measure it by."""
    found = figure(metric, span, now=now)
    return found if found.value is not None and _anything_known(span) else None


def given_number(text: str, *, unit: str) -> float:
    """A baseline that a person gave; 85% is 0.85 where the unit is a share."""
    try:
        percent = text.endswith("%") and unit == "share"
        value = float(text.removesuffix("%")) / 100 if percent else float(text)
    except ValueError:
        raise Undecidable(
            f"expected a number or 'measured', found '{text}'", field="baseline", code="bad_baseline"
        ) from None
    if not abs(value) <= LARGEST:
        raise Undecidable(f"expected a finite number, found '{text}'", field="baseline", code="bad_baseline")
    if unit == "share" and not 0 <= value <= 1:
        raise Undecidable(
            f"a share lies between 0 and 1 (or 0% and 100%); found '{text}'",
            field="baseline",
            code="bad_baseline",
        )
    return value


def target_of(terms: Terms, metric: Metric, *, baseline: float) -> float:
    """The target in the unit of the metric. Raises Undecidable, also where it equals the baseline."""
    if not terms.target:
        raise Undecidable(
            "say the target: a number, or a change such as -30%", field="target", code="no_target"
        )
    if len(terms.target) > LONGEST_TARGET:
        raise Undecidable(f"expected at most {LONGEST_TARGET} characters", field="target", code="too_long")
    side = _SIDES.get(metric.definition.better)
    target, _ = _beside(
        "target",
        lambda: key_results.target_from(terms.target, baseline, unit=metric.unit, better=side),
    )
    if target < 0 and metric.is_never_negative:
        raise Undecidable(
            _below_nothing(terms.target, metric, baseline), field="target", code="below_nothing"
        )
    return target


def _below_nothing(text: str, metric: Metric, baseline: float) -> str:
    never = f"{_what(metric)} is never below 0"
    if text.endswith("%"):
        return (
            f"{text} of {sentences.amount(baseline, metric.unit)} is below 0, and {never}: -100% is the most"
        )
    return f"{never}: did you mean {text.replace('−', '-')}%?"


def _what(metric: Metric) -> str:
    return {"days": "a time", "count": "a count", "share": "a share"}.get(metric.unit, "this figure")


def warnings_of(metric: Metric, *, baseline: float, target: float) -> list[dict[str, str]]:
    """What a person should think about twice before promising it."""
    better = metric.definition.better
    going = "lower" if target < baseline else "higher"
    if not better or better == going:
        return []
    message = f"For this metric {better} is better, and the target lies {going} than the baseline."
    return [{"code": "against_better", "message": message}]


def too_short(metric: Metric, window: Window, *, start: datetime, due: datetime) -> list[dict[str, str]]:
    """A restricted mean has no value until a record in the window is as old as its horizon."""
    horizon = metric.measure.horizon if isinstance(metric.measure, Survival) else None
    if horizon is None or window.kind == "all":
        return []
    better = f"a window such as '{2 * horizon:g} days' has one at any time"
    if window.length(start, due) <= timedelta(days=horizon):
        message = (
            f"No record in this window ever gets {horizon:g} days old, so it never has a value; {better}."
        )
    elif window.kind == "period":
        message = f"It has no value in its first {horizon:g} days; {better}."
    else:
        return []
    return [{"code": "window_too_short", "message": message}]


def window_notes(terms: Terms, metric: Metric, window: Window, *, now: datetime) -> list[dict[str, str]]:
    """Why a trailing window shows another figure than other ranges, and what of it is the baseline's."""
    if window.kind != "trailing":
        return []
    counted = f"what was {metric.at.name}" if metric.at else "what was open"
    leaves_out = (
        f"Only {counted} in the last {window} counts, so the figure differs from one over another range, "
        "such as that of the metric's own page."
    )
    notes = [{"code": "window_trails", "message": leaves_out}]
    before = window.baseline_span(terms.start, terms.due, now=now).until or now
    shared, at_end = (
        _shared_days(window, before, until=min(until, terms.due)) for until in (max(now, before), terms.due)
    )
    if terms.baseline.lower() == MEASURED and shared:
        later = f", and still {at_end} on the due day" if at_end else ""
        message = f"Baseline and today's figure share {shared} of their {window}{later}: "
        notes.append({"code": "window_shares", "message": f"{message}what changes shows in part only."})
    return notes


def _shared_days(window: Window, before: datetime, *, until: datetime) -> int:
    return max((before - until) // timedelta(days=1) + window.days, 0)


def _looked_at(metric: Metric, span: Span) -> str:
    is_ranged = metric.at is not None and (span.since or span.until)
    return f"{metric.at.name} {said(span)}" if metric.at and is_ranged else said(span)


def said(span: Span) -> str:
    """A span in words, its last day included.

    >>> from datetime import UTC
    >>> said(Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    'from 1 Oct 2026 to 31 Dec 2026'
    """
    until = f"{'to' if span.since else 'until'} {sentences.day_text(span.until)}" if span.until else ""
    since = f"from {span.since.day} {span.since:%b %Y}" if span.since else ""
    return f"{since} {until}".strip() or "everything that is known"


def _beside(field_name: str, step: Callable[[], Found]) -> Found:
    try:
        return step()
    except Refused as refused:
        raise Undecidable(refused.message, field=field_name, code=refused.code) from refused


def _anything_known(span: Span) -> bool:
    """A count of nothing is 0, but without any record from before there is nothing to count from."""
    if span.until is None:
        return True
    return Vulnerability.objects.filter(
        Q(identified_at__lt=span.until) | Q(introduced_at__lt=span.until)
    ).exists()


def _why_empty(measured: Figure, span: Span) -> str:
    reasons = [each["message"] for each in measured.warnings if each["code"] in NO_VALUE]
    if reasons:
        # Without the advice that follows: there is better advice for a baseline.
        return reasons[0].split(". ")[0].rstrip(".")
    return (
        f"{measured.n} records {said(span)} give no value" if measured.n else f"no record counts {said(span)}"
    )
