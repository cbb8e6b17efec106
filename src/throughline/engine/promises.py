"""What a key result promises, as a sentence made from its fields; nobody writes it, so it cannot disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.engine.scoring import Kind
from throughline.engine.sentences import amount, day_text, subject_of, unit_word

LONGEST_TEST = 160
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A target on the way, as an instant at which it is judged."""

    due: datetime
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The fields that the sentence says.

    `measure` is the expression, empty for a figure from elsewhere, and `title` its plain name if any.
    Which of the others are said depends on the kind.
    """

    kind: Kind = "move"
    measure: str = ""
    title: str = ""
    where: str = ""
    baseline: float | None = None
    target: float | None = None
    phases: Sequence[OnTheWay] = ()
    low: float | None = None
    high: float | None = None
    allowed_outside: float = 0.0
    # The titles of the steps with their weights.
    steps: Sequence[tuple[str, float]] = ()
    acceptance: str = ""
    scale: str = ""
    unit: str = ""
    start: datetime
    due: datetime


def sentence(promise: Promise) -> str:
    """The promise in one line.

    >>> from datetime import UTC
    >>> dates = {"start": datetime(2026, 10, 1, tzinfo=UTC), "due": datetime(2027, 1, 1, tzinfo=UTC)}
    >>> sentence(Promise(measure="rmst(identified -> mitigated, 90 days)", title="Time to remediate",
    ...     where="severity >= 'high'", baseline=41, target=20, unit="days", **dates))
    'Time to remediate of high and critical (restricted mean, 90 days), from 41 to 20 days by 31 Dec 2026'
    >>> sentence(Promise(kind="keep", title="Minutes of a build", high=12, unit="minutes", **dates))
    'Minutes of a build, at most 12 minutes from 1 Oct to 31 Dec 2026'
    >>> sentence(Promise(kind="milestone", steps=[("The pilot runs", 40), ("All teams use it", 60)], **dates))
    'The pilot runs (40 %), All teams use it (60 %) by 31 Dec 2026'
    """
    return tail(subject_of(promise.measure, title=promise.title, where=promise.where), promise)


def tail(subject: str, promise: Promise) -> str:
    """The subject with what is promised of it and the day."""
    by = f"by {day_text(promise.due)}"
    match promise.kind:
        case "keep":
            return f"{subject}, {bound_text(promise)} {_over(promise)}{_allowed(promise)}"
        case "milestone" | "binary":
            said = what(promise)
            return said if _ends_with_day(said, promise.due) else f"{said} {by}"
        case "baseline":
            return f"{subject}, measured for the first time {by}"
    return f"{subject}, {_way(promise)} {by}{_on_the_way(promise)}"


def what(promise: Promise) -> str:
    """What is to be done, where no metric decides."""
    if promise.kind == "milestone":
        return ", ".join(f"{title} ({weight:g} %)" for title, weight in promise.steps)
    return _shortened(promise.acceptance)


def _ends_with_day(text: str, due: datetime) -> bool:
    """Whether a text says the day itself at its end, in one of the usual ways."""
    day = (due - _INSTANT).date()
    full = f"{day.day} {day:%B %Y}"
    return text.endswith((day_text(due), full, f"{day:%B} {day.day}, {day:%Y}", day.isoformat()))


def bound_text(promise: Promise) -> str:
    """What is to be stayed inside of, bounds included."""
    low, high, unit = (
        amount(promise.low, promise.unit),
        amount(promise.high, promise.unit),
        unit_word(promise.unit),
    )
    if promise.low is None:
        return f"at most {high}{unit}"
    return f"at least {low}{unit}" if promise.high is None else f"between {low} and {high}{unit}"


def _way(promise: Promise) -> str:
    low, high = amount(promise.baseline, promise.unit), amount(promise.target, promise.unit)
    scale = " in log-odds" if promise.scale == "log_odds" else ""
    return f"from {low} to {high}{unit_word(promise.unit)}{scale}"


def _on_the_way(promise: Promise) -> str:
    said = [f"{amount(each.target, promise.unit)} by {day_text(each.due)}" for each in promise.phases]
    return f" ({', '.join(said)} on the way)" if said else ""


def _over(promise: Promise) -> str:
    start, last = promise.start, day_text(promise.due)
    first = f"{start.day} {start:%b}" if f"{start:%Y}" == last[-4:] else f"{start.day} {start:%b %Y}"
    return f"from {first} to {last}"


def _allowed(promise: Promise) -> str:
    days = promise.allowed_outside
    return f", but for {days:g} day{'' if days == 1 else 's'}" if days else ""


def _shortened(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= LONGEST_TEST else f"{line[: LONGEST_TEST - 1].rstrip()}…"
