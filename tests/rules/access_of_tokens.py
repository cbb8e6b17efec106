"""The part of the access table that is about tokens; what they open is in tests/api."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, VIEWER, Row

ROWS_OF_TOKENS = {
    "tokens": Row(VIEWER, VIEWER),
    "tokens-json": Row(VIEWER),
    # It is the administrator's own.
    "token-revoke": Row(None, ADMINISTRATOR, {"id": "{token}"}),
}
