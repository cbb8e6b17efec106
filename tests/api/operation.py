"""What the access table of the API says of one operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.rules.rows import VIEWER

DONE = frozenset({200, 201, 202, 204})
# What was done once cannot be done again, which is said with the place.
MAYBE = DONE | {422}


@dataclass(frozen=True, slots=True)
class Operation:
    least: str = VIEWER
    path: dict[str, str] = field(default_factory=dict)
    body: Any = None
    team: bool = False
    query: str = ""
    done: frozenset[int] = DONE
    # What is absent is made by asking for it.
    makes: bool = False
