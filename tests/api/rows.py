"""The access table of the API: one row an operation. A new operation without a row fails the suite.

`least` is the least role that is let through, `path` says which object is asked for, `team` that only those
who see the object's team may, `body` what is sent. Text in braces is filled as in tests/rules/objects.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.rules.rows import MANAGER, MEMBER, VIEWER

DONE = frozenset({200, 201, 202, 204})


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


SERIES = {"name": "{series}"}
VALUES = {"values": [{"at": "2026-11-01", "value": 3}]}

OPERATIONS = {
    "me": Operation(),
    # Series: everybody reads them, members enter values, managers say what they are
    "list_series": Operation(),
    "define_series": Operation(MANAGER, body={"name": "another"}),
    "read_series": Operation(path=SERIES),
    "change_series": Operation(MANAGER, SERIES, {"title": "Another title"}),
    "list_values": Operation(path=SERIES),
    "push_values": Operation(MEMBER, SERIES, VALUES, makes=True),
    "withdraw_value": Operation(MEMBER, SERIES, {"at": "2026-11-20", "reason": "Counted wrongly"}),
}
