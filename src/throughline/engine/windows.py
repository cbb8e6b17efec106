"""The stretch of time that a key result looks at: its period so far, the last N days, or everything.

Spans are half-open and in UTC, `None` is an open side. The due day counts whole: a key result due on
2026-12-31 is judged at 2027-01-01T00:00Z.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from throughline.engine.refusals import Refused

DAYS = {"day": 1, "week": 7}
LONGEST_DAYS = 36525


@dataclass(frozen=True, slots=True)
class Span:
    """Instants `since` ≤ t < `until`; None is an open side."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """`kind` is "period", "trailing" (the last `days`) or "all"."""

    kind: str
    days: int = 0

    def __str__(self) -> str:
        return f"{self.days} days" if self.kind == "trailing" else self.kind

    def span(self, start: datetime, due: datetime, *, now: datetime) -> Span:
        """What is measured at `now`: it never reaches past `due`."""
        end = min(now, due)
        if self.kind == "period":
            return Span(start, max(start, end))
        if self.kind == "trailing":
            return Span(end - timedelta(days=self.days), end)
        return Span(None, due if now >= due else None)

    def length(self, start: datetime, due: datetime) -> timedelta:
        """How long it is in the end; meaningless for "all"."""
        return due - start if self.kind == "period" else timedelta(days=self.days)

    def baseline_span(self, start: datetime, due: datetime, *, now: datetime) -> Span:
        """What a measured baseline looks at: the same length just before the start.

        For a start in the future it is the stretch that ends now, since only that can be measured.
        """
        end = min(start, now)
        if self.kind == "all":
            return Span(None, end)
        return Span(end - self.length(start, due), end)


def parse_window(text: str) -> Window:
    """The window that a text names. Raises Refused.

    >>> parse_window("12 weeks")
    Window(kind='trailing', days=84)
    >>> str(parse_window("90 days")), str(parse_window(" Period "))
    ('90 days', 'period')
    """
    said = " ".join(text.lower().split())
    if said in ("period", "all"):
        return Window(said)
    match = re.fullmatch(r"([0-9]{1,6}) ?(day|week)s?", said)
    if not match:
        raise Refused(
            f"a window is 'period' (from the start until now), 'all', or a number of days such as '90 days'; "
            f"found {text!r}",
            code="bad_window",
        )
    days = int(match[1]) * DAYS[match[2]]
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            f"a window is between 1 day and {LONGEST_DAYS} days long; found {text!r}", code="bad_window"
        )
    return Window("trailing", days)


def judged_at(due: date) -> datetime:
    """The instant at which a key result due on that day is judged: the day's end.

    >>> judged_at(date(2026, 12, 31)).isoformat()
    '2027-01-01T00:00:00+00:00'
    """
    return datetime.combine(due, time(), UTC) + timedelta(days=1)


def due_text(due: datetime) -> str:
    """A due instant as a person wrote it: the day where it is a day's end, else the instant.

    >>> due_text(judged_at(date(2026, 12, 31)))
    '2026-12-31'
    """
    if due.astimezone(UTC).time() == time():
        return (due.astimezone(UTC) - timedelta(days=1)).date().isoformat()
    return due.astimezone(UTC).isoformat().replace("+00:00", "Z")
