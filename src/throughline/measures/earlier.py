"""The period before the one that a metric is asked for, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from throughline.engine.calendar import Unit, period_of, quarter_of
from throughline.measures.asking import Question
from throughline.measures.ranges import Range, as_date

DAY = timedelta(days=1)
UNITS: dict[str, Unit] = {
    "this-quarter": "quarter",
    "last-quarter": "quarter",
    "this-year": "year",
    "last-year": "year",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The question of the period before; `said` goes behind "was 29 days"."""

    question: Question
    said: str


def earlier(asked: Question, *, adds_up: bool, now: datetime) -> Earlier | None:
    """The same question one period earlier; None where there is no such period.

    What adds up over a period that still runs is held against the same stretch of the one before. Without a
    range the comparison is what was known when the quarter began.
    """
    since, until = asked.range.since, asked.range.until
    if asked.known:
        return None
    if since is None or until is None:
        start = quarter_of(now).start
        return Earlier(replace(asked, known=as_date(start), known_at=start), "when the quarter began")
    unit = UNITS.get(asked.range.name)
    start = period_of(unit, since - DAY).start if unit else _as_long_before(since, until)
    is_running = adds_up and since <= now < until
    end = min(start + (now - since), since) if is_running else since
    return Earlier(replace(asked, range=Range("custom", start, end)), _said(asked.range, unit, is_running))


def _said(asked: Range, unit: Unit | None, is_running: bool) -> str:
    if unit is None:
        assert asked.since is not None
        assert asked.until is not None
        if months := whole_months(asked.since, asked.until):
            return "in the month before" if months == 1 else f"in the {months} months before"
        return (
            "in the 12 months before"
            if asked.name == "last-12-months"
            else f"in the {(asked.until - asked.since).days} days before"
        )
    before = f"last {unit}" if asked.name.startswith("this") else f"the {unit} before"
    return f"at this point of {before}" if is_running else before


def whole_months(since: datetime, until: datetime) -> int:
    """How many months of the calendar a range is; 0 where it begins or ends inside of one.

    >>> from datetime import UTC
    >>> whole_months(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    3
    """
    if any(period_of("month", each).start != each for each in (since, until)):
        return 0
    return (until.year - since.year) * 12 + until.month - since.month


def _as_long_before(since: datetime, until: datetime) -> datetime:
    """Where the range of the same length before begins: months have different days, so they are counted."""
    start = since
    for _ in range(whole_months(since, until)):
        start = period_of("month", start - DAY).start
    return start if start < since else since - (until - since)
