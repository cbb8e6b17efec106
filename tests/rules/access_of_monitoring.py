"""The part of the access table that is about what watches the server."""

from __future__ import annotations

from tests.rules.rows import PUBLIC, Row

ROWS_OF_MONITORING = {
    # The suite's own process does no background work, which is what 503 says.
    "readyz": Row(PUBLIC, ok=frozenset({503})),
    # Without a token in the environment there is nothing (tests/monitoring/test_metrics.py).
    "prometheus": Row(PUBLIC, ok=frozenset({404})),
}
