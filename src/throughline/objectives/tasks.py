"""What is to be done of a key result that people complete: its steps, or its one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.objectives.happenings import EVENT, completions_of
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Completion, Version


@dataclass(frozen=True, slots=True)
class Task:
    """A step with its weight, or the event, which has none; and by what it was shown to be done."""

    key: str
    title: str
    weight: float | None
    completion: Completion | None


def tasks(version: Version, *, now: datetime) -> list[Task]:
    """The tasks of a version in their order; none where a metric decides."""
    if version.kind == Kind.BINARY:
        asked: list[tuple[str, str, float | None]] = [(EVENT, "The event", None)]
    else:
        asked = [(each["key"], each["title"], each["weight"]) for each in version.steps]
    done = {each.step: each for each in completions_of(version, now)} if asked else {}
    return [Task(key, title, weight, done.get(key)) for key, title, weight in asked]
