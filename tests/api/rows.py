"""The access table of the API: one row an operation. A new operation without a row fails the suite.

`least` is the least role that is let through, `path` says which object is asked for, `team` that only those
who see the object's team may, `body` what is sent. Text in braces is filled as in tests/rules/objects.py.
"""

from __future__ import annotations

from typing import Any

from tests.api.operation import MAYBE, Operation
from tests.api.rows_of_choices import OF_CHOICES
from tests.api.rows_of_subjects import OF_SUBJECTS
from tests.api.rows_of_what_leaves import OF_WHAT_LEAVES
from tests.api.rows_of_work import OF_WORK
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

KEY_RESULT = {"id": "{key_result}"}
SKETCH = {"id": "{sketch}"}
PROMISE = {
    "kind": "keep",
    "metric": "build_minutes",
    "bound_high": 14,
    "allowed_outside": 7,
    "start": "2026-10-01",
    "due": "2026-12-31",
    "owner": "Max",
}
SERIES = {"name": "{series}"}
VALUES = {"values": [{"at": "2026-11-01", "value": 3}]}
CYCLE = {"key": "{cycle}"}
NOWHERE = {"where": "0:SEC"}
REFUSED = frozenset({422})
LINE = {"lower": "objective:fewer-surprises", "upper": "goal:win-trust", "kind": "supports"}


def plan_rows(one: str, many: str, key: str, fields: dict[str, Any]) -> dict[str, Operation]:
    """The operations of one kind of item, which are the same for all of them."""
    path = {"key": key}
    return {
        f"list_{many}": Operation(),
        f"add_{one}": Operation(MANAGER, body=fields),
        f"read_{one}": Operation(path=path),
        f"change_{one}": Operation(MANAGER, path, {"description": "In other words"}),
        f"archive_{one}": Operation(MANAGER, path, {"archived": True}),
    }


OPERATIONS = {
    "me": Operation(),
    "read_home": Operation(),
    # Series: everybody reads them, members enter values, managers say what they are
    "list_series": Operation(),
    "define_series": Operation(MANAGER, body={"name": "another"}),
    "read_series": Operation(path=SERIES),
    "change_series": Operation(MANAGER, SERIES, {"title": "Another title"}),
    "list_values": Operation(path=SERIES),
    "tell_change_of_series": Operation(path=SERIES, query="?ratio=0.5"),
    "push_values": Operation(MEMBER, SERIES, VALUES, makes=True),
    "withdraw_value": Operation(MEMBER, SERIES, {"at": "2026-11-20", "reason": "Counted wrongly"}),
    # Key results: everybody reads them, managers write them, members say what is done
    "list_key_results": Operation(query="?status=on_track&owner=Max"),
    "add_key_result": Operation(MANAGER, body=PROMISE),
    "read_key_result": Operation(path=KEY_RESULT),
    "change_key_result": Operation(
        MANAGER, KEY_RESULT, {"target": 10, "reason": "target moved", "text": "More is possible"}
    ),
    "list_measurements": Operation(path=KEY_RESULT),
    # It is not over yet.
    "grade_key_result": Operation(MANAGER, KEY_RESULT, done=frozenset({422})),
    "complete_step": Operation(MEMBER, {"id": "{event}"}, {"evidence": "https://example.org/42"}, done=MAYBE),
    "withdraw_completion": Operation(MEMBER, {"id": "{event}", "number": "{completion}"}),
    "add_sketch": Operation(MANAGER, {"key": "{objective}"}, {"metric": "build_minutes"}),
    "read_sketch": Operation(path=SKETCH),
    "change_sketch": Operation(MANAGER, SKETCH, {"title": "Another title"}),
    "discard_sketch": Operation(MANAGER, SKETCH),
    # Vulnerabilities: the slice of one's teams
    "list_vulnerabilities": Operation(query="?severity=high&status=open"),
    "count_vulnerabilities": Operation(query="?severity=high&range=this-quarter"),
    "stream_vulnerabilities": Operation(query="?severity=high"),
    "read_vulnerability": Operation(path={"id": "{vulnerability}"}, team=True),
    "triage": Operation(MEMBER, body={"ids": ["{vulnerability}"], "state": "confirmed"}, team=True),
    "undo_triage": Operation(MEMBER, body={"ids": ["{vulnerability}"]}, team=True, done=MAYBE),
    "read_introduction": Operation(path={"id": "{vulnerability}"}, team=True),
    "say_introduction": Operation(MEMBER, {"id": "{vulnerability}"}, {"day": "2025-03-05"}, team=True),
    # Nobody has said it by hand.
    "take_introduction_back": Operation(MEMBER, {"id": "{vulnerability}"}, team=True, done=REFUSED),
    # No tool may be written to.
    "read_tickets": Operation(path={"id": "{vulnerability}"}, team=True),
    "make_ticket": Operation(MEMBER, {"id": "{vulnerability}"}, NOWHERE, team=True, done=REFUSED),
    "link_ticket": Operation(
        MEMBER, {"id": "{vulnerability}"}, {**NOWHERE, "key": "SEC-7"}, team=True, done=REFUSED
    ),
    # Imports and metrics
    "list_imports": Operation(MANAGER),
    "start_import": Operation(
        MANAGER, body=b"id,severity,identified\nA,high,2026-10-01\n", query="?file_name=a.csv"
    ),
    "read_import": Operation(MANAGER, {"id": "{import}"}),
    "list_metrics": Operation(),
    "ask_metric": Operation(query="?metric=arrivals&by=quarter&by=severity"),
    "explain_metric": Operation(query="?metric=count()&by=severity"),
    "tell_change": Operation(query="?metric=count()&by=severity&ratio=0.5"),
    "explain_detection": Operation(query="?metric=time_to_detect"),
    "compare_sources": Operation(),
    "read_escape_rate": Operation(),
    # The plan: everybody reads it, managers write it
    **plan_rows("goal", "goals", "{goal}", {"title": "Stay trusted"}),
    **plan_rows("long_term_objective", "long_term_objectives", "{tenet}", {"title": "Prevent"}),
    **plan_rows("objective", "objectives", "{objective}", {"title": "No surprises", "cycle": "2027-q1"}),
    **plan_rows("initiative", "initiatives", "{initiative}", {"title": "Scan all", "people": ["Mia"]}),
    "draw_line": Operation(MANAGER, body=LINE),
    "erase_line": Operation(MANAGER, {"lower": "objective:{objective}", "upper": "goal:{goal}"}),
    # Check-ins: the owner and managers; Max owns the key result that is asked for
    "list_check_ins": Operation(query="?key_result=1"),
    "check_in": Operation(MANAGER, KEY_RESULT, {"confidence": 0.7, "line": "On its way"}),
    # Cycles, and the thread
    "list_cycles": Operation(),
    "add_cycle_in_draft": Operation(
        MANAGER, body={"title": "2031-Q1", "start": "2031-01-01", "end": "2031-03-31"}
    ),
    "read_cycle": Operation(path=CYCLE),
    "read_gate": Operation(path=CYCLE),
    "list_snapshots": Operation(path=CYCLE),
    # What the gate asks of it is still open.
    "move_cycle": Operation(MANAGER, CYCLE, {"state": "set"}, done=MAYBE),
    "read_thread": Operation(query="?cycle=2027-q1"),
    # The job is the administrator's own.
    "list_jobs": Operation(),
    "read_job": Operation(ADMINISTRATOR, {"id": "{job}"}),
    "cancel_job": Operation(ADMINISTRATOR, {"id": "{job}"}),
    **OF_SUBJECTS,
    **OF_CHOICES,
    **OF_WHAT_LEAVES,
    **OF_WORK,
}
