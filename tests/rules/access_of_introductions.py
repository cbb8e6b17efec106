"""The part of the access table that is about when flaws came in."""

from __future__ import annotations

from tests.rules.rows import MEMBER, VIEWER, Row

_ONE = {"id": "{vulnerability}"}

ROWS_OF_INTRODUCTIONS = {
    "vulnerability-introduced": Row(VIEWER, kwargs=_ONE, team=True),
    "vulnerability-introduced-json": Row(VIEWER, kwargs=_ONE, team=True),
    "vulnerability-introduced-say": Row(None, MEMBER, _ONE, team=True),
    "vulnerability-introduced-undo": Row(None, MEMBER, _ONE, team=True),
}
