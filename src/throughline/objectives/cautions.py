"""What a person should think about twice before promising it, and how a window is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.engine import sentences
from throughline.engine.windows import Span, Window
from throughline.objectives.subjects import Subject
from throughline.objectives.terms import MEASURED, Terms
from throughline.surveys import noise as of_surveys


def warnings_of(subject: Subject, *, baseline: float, target: float) -> list[dict[str, str]]:
    """What a person should think about twice before promising it."""
    found = (
        []
        if subject.series is None
        else [*of_surveys.warnings_of(subject.series, baseline=baseline, target=target)]
    )
    better = subject.better
    going = "lower" if target < baseline else "higher"
    if not better or better == going:
        return found
    message = f"For this metric {better} is better, and the target lies {going} than the baseline."
    return [{"code": "against_better", "message": message}, *found]


def too_short(subject: Subject, window: Window, *, start: datetime, due: datetime) -> list[dict[str, str]]:
    """A restricted mean has no value until a record in the window is as old as its horizon."""
    horizon = subject.horizon
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


def window_notes(terms: Terms, subject: Subject, window: Window, *, now: datetime) -> list[dict[str, str]]:
    """Why a trailing window shows another figure than other ranges, and what of it is the baseline's."""
    if window.kind != "trailing" or subject.metric is None:
        return []
    counted = f"what was {subject.at}" if subject.at else "what was open"
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


def looked_at(subject: Subject, span: Span) -> str:
    if subject.series is not None:
        return (
            f"the newest value until {sentences.day_text(span.until)}" if span.until else "the newest value"
        )
    is_ranged = subject.at and (span.since or span.until) and not _is_to_come(span)
    return f"{subject.at} {said(span)}" if is_ranged else said(span)


def _is_to_come(span: Span) -> bool:
    return bool(span.since and span.until and span.until <= span.since)


def said(span: Span) -> str:
    """A span in words, its last day included.

    >>> from datetime import UTC
    >>> said(Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    'from 1 Oct 2026 to 31 Dec 2026'
    >>> said(Span(datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)))
    'nothing yet, since it starts on 1 Jan 2027'
    """
    if span.since and _is_to_come(span):
        return f"nothing yet, since it starts on {span.since.day} {span.since:%b %Y}"
    until = f"{'to' if span.since else 'until'} {sentences.day_text(span.until)}" if span.until else ""
    since = f"from {span.since.day} {span.since:%b %Y}" if span.since else ""
    return f"{since} {until}".strip() or "everything that is known"
