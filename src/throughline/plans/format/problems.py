"""What is wrong with a document, each with its place, and all of it said at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from throughline.engine.refusals import Refused

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; lines and columns count from 1.

    >>> str(Place("plan.yaml", 3, 5))
    'plan.yaml:3:5'
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `code` is a stable word for machines."""

    place: Place
    message: str
    code: str = "plan"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Problems(Refused):
    """Every problem of the documents, sorted by place; `found` holds them as data."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.found = sorted(set(found))
        lines = [str(problem) for problem in self.found[:MOST_SHOWN]]
        if (more := len(self.found) - MOST_SHOWN) > 0:
            lines.append(f"… and {more:,} more")
        super().__init__("\n".join(lines), code="plan")


def refuse_all(found: Iterable[Problem]) -> None:
    """Raise Problems where there is any."""
    if problems := list(found):
        raise Problems(problems)
