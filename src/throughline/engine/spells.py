"""When a record was open: its course through states, its open spells, and how long it was open in all.

A tracker closes and reopens. The days from found to last closed hold the days between, on which nobody had
it open; the sum of the open spells does not. A course is kept as one line of text, so that it goes wherever
an attribute goes: `2024-05-01T10:00:00Z confirmed open; 2024-05-03T09:00:00Z confirmed closed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from throughline.engine.dates import iso

OPEN, CLOSED = "open", "closed"
# The attributes of a record in which all this is kept.
COURSE = "status_history"
REOPENINGS = "reopenings"
OPEN_DAYS = "open_days"
OPEN_SINCE = "open_since"
ATTRIBUTES = (COURSE, REOPENINGS, OPEN_DAYS, OPEN_SINCE)
# A course is one cell of a row; who reopens more often than this is shown the latest steps.
MOST_STEPS = 40
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Step:
    """From an instant on a record is in a triage state, open or closed."""

    at: datetime
    state: str
    is_open: bool

    def same_as(self, other: Step) -> bool:
        """Whether nothing changed but the time."""
        return (self.state, self.is_open) == (other.state, other.is_open)


@dataclass(frozen=True, slots=True)
class Spell:
    """An open time: from an instant to another one; `end` is None while it lasts."""

    begin: datetime
    end: datetime | None

    @property
    def days(self) -> float | None:
        """How many days it was open, once it is over."""
        return None if self.end is None else (self.end - self.begin).total_seconds() / DAY


def course(steps: Iterable[Step]) -> list[Step]:
    """Steps in the order of time, without those that change nothing.

    Of two steps of the same instant the later said stands.
    """
    found: list[Step] = []
    for step in sorted(steps, key=lambda step: step.at):
        if found and found[-1].at == step.at:
            found.pop()
        if not found or not found[-1].same_as(step):
            found.append(step)
    return found


def spells(steps: Sequence[Step]) -> list[Spell]:
    """The open spells of a course.

    >>> first, closed, again = (datetime(2024, 5, day, tzinfo=UTC) for day in (1, 3, 9))
    >>> at = [(first, True), (closed, False), (again, True)]
    >>> [spell.days for spell in spells([Step(day, "confirmed", is_open) for day, is_open in at])]
    [2.0, None]
    """
    found: list[Spell] = []
    begin: datetime | None = None
    for step in steps:
        if step.is_open and begin is None:
            begin = step.at
        elif not step.is_open and begin is not None:
            found.append(Spell(begin, step.at))
            begin = None
    return [*found, Spell(begin, None)] if begin is not None else found


def reopenings(steps: Sequence[Step]) -> int:
    """How often a closed state was left for an open one."""
    return sum(later.is_open and not before.is_open for before, later in pairwise(steps))


def open_days(steps: Sequence[Step]) -> float:
    """The days of all spells that are over, together."""
    return sum(spell.days or 0.0 for spell in spells(steps))


def closed_at(steps: Sequence[Step]) -> datetime | None:
    """Since when it is closed; None where it is open."""
    return _since(steps, lambda step: not step.is_open)


def accepted_since(steps: Sequence[Step]) -> datetime | None:
    """Since when its risk is accepted; None where it is not.

    >>> first, then = (datetime(2024, 5, day, tzinfo=UTC) for day in (1, 3))
    >>> accepted_since([Step(first, "confirmed", True), Step(then, "accepted", True)]) == then
    True
    """
    return _since(steps, lambda step: step.state == "accepted")


def _since(steps: Sequence[Step], holds: Callable[[Step], bool]) -> datetime | None:
    """When the last steps began of which something holds; None where it does not hold of the last."""
    since: datetime | None = None
    for step in steps:
        if not holds(step):
            since = None
        elif since is None:
            since = step.at
    return since


def attributes(steps: Sequence[Step]) -> dict[str, str]:
    """What is kept of a course, as cells of a row; nothing in it depends on today."""
    over = spells(steps)
    last = over[-1] if over else None
    return {
        COURSE: written(steps),
        REOPENINGS: str(reopenings(steps)),
        OPEN_DAYS: f"{open_days(steps):.4f}" if any(spell.end for spell in over) else "",
        OPEN_SINCE: iso(last.begin) if last and last.end is None else "",
    }


def written(steps: Sequence[Step]) -> str:
    """A course as one line.

    >>> written([Step(datetime(2024, 5, 1, tzinfo=UTC), "confirmed", True)])
    '2024-05-01T00:00:00Z confirmed open'
    """
    kept = steps[-MOST_STEPS:]
    return "; ".join(f"{iso(step.at)} {step.state} {OPEN if step.is_open else CLOSED}" for step in kept)


def read(text: object) -> list[Step]:
    """The course of a line; nothing where it is none.

    >>> [step.state for step in read("2024-05-01T00:00:00Z false positive closed")]
    ['false positive']
    >>> read("once upon a time")
    []
    """
    found: list[Step] = []
    for part in str(text or "").split("; ") if text else ():
        instant, _, rest = part.partition(" ")
        state, _, is_open = rest.rpartition(" ")
        try:
            at = datetime.fromisoformat(instant).astimezone(UTC)
        except ValueError:
            return []
        if is_open not in (OPEN, CLOSED) or not state:
            return []
        found.append(Step(at, state, is_open == OPEN))
    return found
