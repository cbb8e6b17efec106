"""Where a key result starts from: a number that is given, or what the metric said of the time before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from throughline.engine.windows import Span, Window, parse_window
from throughline.objectives.cautions import said
from throughline.objectives.figures import LARGEST, NOT_FINITE, Figure
from throughline.objectives.models import Version
from throughline.objectives.subjects import Subject, figure_of_subject
from throughline.objectives.terms import MEASURED, Terms, Undecidable, fitting_window
from throughline.series.models import Series
from throughline.series.queries import values
from throughline.vulnerabilities.models import Vulnerability

# The warnings that say why a metric has records and no value.
NO_VALUE = ("horizon_beyond_data", "no_dates", "too_open", NOT_FINITE["code"])
# What helps a key result that is made in force; the gate of a planned cycle asks for more.
GIVE_A_NUMBER = "give a number"
_INSTANT = timedelta(microseconds=1)


def baseline_of(
    terms: Terms, subject: Subject, *, window: Window, now: datetime
) -> tuple[float, Figure | None]:
    """The baseline: the number given, or the metric over the same length of time before the start.

    A series has its newest value at the start; a forecast starts from its first panel where there was none.
    """
    if terms.baseline.lower() != MEASURED:
        return given_number(terms.baseline, unit=subject.unit), None
    if subject.series is not None:
        return _of_series(terms, subject, subject.series, now=now)
    span = window.baseline_span(terms.start, terms.due, now=now)
    measured = figure_of_subject(subject, span, now=now)
    if measured.value is None or not _anything_known(span):
        raise Undecidable(
            f"the baseline cannot be measured: {_why_empty(measured, span)}; "
            f"{GIVE_A_NUMBER}{_window_that_works(terms, subject, tried=window, now=now)}",
            field="baseline",
            code="baseline_not_measurable",
        )
    return measured.value, measured


def _of_series(
    terms: Terms, subject: Subject, series: Series, *, now: datetime
) -> tuple[float, Figure | None]:
    until = min(terms.start, now)
    if terms.kind == Version.Kind.FORECAST and (first := values(series, known_at=now)):
        until = max(until, first[0].at)
    # A value that is dated with the first day is what it starts from.
    measured = figure_of_subject(subject, Span(None, until + _INSTANT), now=now)
    if measured.value is None:
        raise Undecidable(
            f"the baseline cannot be measured: {series.name} has no value of {terms.start:%Y-%m-%d} or "
            f"before; {GIVE_A_NUMBER}, or enter the value of then",
            field="baseline",
            code="baseline_not_measurable",
        )
    return measured.value, measured


def _window_that_works(terms: Terms, subject: Subject, *, tried: Window, now: datetime) -> str:
    """Another window over which the baseline has a value, as advice; empty where none of the usual has."""
    for text in (fitting_window(terms.metric), "all"):
        window = parse_window(text)
        if window != tried and _measured(
            subject, window.baseline_span(terms.start, terms.due, now=now), now=now
        ):
            return f", or take the window '{text}', over which it has a value"
    return ""


def _measured(subject: Subject, span: Span, *, now: datetime) -> Figure | None:
    """The figure of a baseline, if there is anything to measure it by."""
    found = figure_of_subject(subject, span, now=now)
    return found if found.value is not None and _anything_known(span) else None


def given_number(text: str, *, unit: str, field: str = "baseline") -> float:
    """A number that a person gave; 85% is 0.85 where the unit is a share. Raises Undecidable."""
    code, instead = f"bad_{field}", " or 'measured'" if field == "baseline" else ""
    try:
        percent = text.endswith("%") and unit == "share"
        value = float(text.removesuffix("%")) / 100 if percent else float(text)
    except ValueError:
        raise Undecidable(f"expected a number{instead}, found '{text}'", field=field, code=code) from None
    if not abs(value) <= LARGEST:
        raise Undecidable(f"expected a finite number, found '{text}'", field=field, code=code)
    if unit == "share" and not 0 <= value <= 1:
        raise Undecidable(
            f"a share lies between 0 and 1 (or 0% and 100%); found '{text}'",
            field=field,
            code=code,
        )
    return value


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
