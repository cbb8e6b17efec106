"""Ranges of time by name (this quarter, last year) or by dates: half-open, in UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from throughline.engine.calendar import Period, Unit, period_of
from throughline.engine.refusals import Refused

EARLIEST, LATEST = 1970, 2200


@dataclass(frozen=True, slots=True)
class Range:
    """Instants `since` ≤ t < `until`; None is an open side. `name` is a preset, "custom" or "all"."""

    name: str
    since: datetime | None = None
    until: datetime | None = None


def _this(unit: str) -> Callable[[datetime], Period]:
    return lambda now: period_of(unit, now)  # type: ignore[arg-type]


def _last(unit: str) -> Callable[[datetime], Period]:
    return lambda now: period_of(unit, period_of(unit, now).start - timedelta(days=1))  # type: ignore[arg-type]


def _last_twelve_months(now: datetime) -> Period:
    end = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return Period("last 12 months", end - timedelta(days=365), end)


PRESETS: Mapping[str, tuple[str, Callable[[datetime], Period]]] = {
    "this-quarter": ("This quarter", _this("quarter")),
    "last-quarter": ("Last quarter", _last("quarter")),
    "this-year": ("This year", _this("year")),
    "last-year": ("Last year", _last("year")),
    "last-12-months": ("Last 12 months", _last_twelve_months),
}
NAMES = {**{name: title for name, (title, _) in PRESETS.items()}, "all": "All", "custom": "Custom"}


def range_of(name: str, *, since: str, until: str, now: datetime) -> Range:
    """The range that a page's address names; dates alone make it custom. Raises Refused."""
    if name in PRESETS:
        period = PRESETS[name][1](now)
        return Range(name, period.start, period.end)
    if name not in ("", "all", "custom"):
        raise Refused(f"there is no range '{name}': choose one of {', '.join(NAMES)}", place="range")
    first = day_start(since, place="from") if since else None
    last = day_start(until, place="to") if until else None
    if first and last and first >= last:
        raise Refused(
            f"the range ends ({until}) before it starts ({since}): put the later date in 'to'", place="to"
        )
    return Range("custom" if first or last else "all", first, last)


def cut(unit: Unit, span: Range) -> str:
    """Which periods a range holds a part of only, as a sentence; empty where it begins and ends between two.

    >>> cut("quarter", range_of("custom", since="2026-02-01", until="2026-07-01", now=datetime.now(UTC)))
    '2026-Q1 is a part of its quarter only: the range begins on 2026-02-01.'
    """
    ends = [(span.since, "begins on"), (span.until, "ends before")]
    inside = [(period_of(unit, end), said, end) for end, said in ends if end]
    found = [(period.label, f"{said} {as_date(end)}") for period, said, end in inside if period.start != end]
    if not found:
        return ""
    labels = list(dict.fromkeys(label for label, _ in found))
    parts = f"is a part of its {unit}" if len(labels) == 1 else f"are parts of their {unit}s"
    return f"{' and '.join(labels)} {parts} only: the range {' and '.join(said for _, said in found)}."


def part_of(period: Period, span: Range) -> str:
    """Which part of a period a range holds, where it holds no more; empty where it holds it whole.

    >>> february = datetime(2026, 2, 1, tzinfo=UTC)
    >>> part_of(period_of("quarter", february), Range("custom", february))
    'from 2026-02-01'
    """
    said = []
    if span.since and period.start < span.since < period.end:
        said.append(f"from {as_date(span.since)}")
    if span.until and period.start < span.until < period.end:
        said.append(f"until before {as_date(span.until)}")
    return " ".join(said)


def day_start(text: str, *, place: str) -> datetime:
    """Midnight UTC of a date such as 2026-03-31, or the instant itself. Raises Refused."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        message = f"expected a date such as 2026-03-31, found '{text}'"
        raise Refused(message, place=place, code="bad_date") from None
    if not EARLIEST <= instant.year <= LATEST:
        raise Refused(f"expected a year from {EARLIEST} to {LATEST}, found {instant.year}", place=place)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def known_at_of(text: str, *, now: datetime) -> datetime | None:
    """The instant of knowledge: a date alone is that day's end; None where nothing was asked."""
    if not text:
        return None
    instant = day_start(text, place="known")
    if len(text.strip()) == len("2026-03-31"):
        instant = datetime.combine(instant.date() + timedelta(days=1), time(), UTC) - timedelta(
            microseconds=1
        )
    if instant.date() > now.date():
        raise Refused(f"nothing is known yet of {text}: choose today or an earlier date", place="known")
    return min(instant, now)


def as_date(instant: datetime | None) -> str:
    """An instant as the date field of a form holds it; midnight is a date, other instants stay whole."""
    if instant is None:
        return ""
    utc = instant.astimezone(UTC)
    return utc.date().isoformat() if utc.time() == time() else utc.isoformat()
