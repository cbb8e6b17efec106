"""The part of the access table that is about connected tools: managers set them up, as they import."""

from __future__ import annotations

from tests.rules.rows import MANAGER, MEMBER, PUBLIC, Row

ONE = {"id": "{connector}"}

ROWS_OF_CONNECTORS = {
    "connectors": Row(MANAGER),
    "connectors-json": Row(MANAGER),
    "connector-new": Row(MANAGER, MANAGER, {"kind": "{connector_kind}"}),
    "connector": Row(MANAGER, MANAGER, ONE),
    "connector-json": Row(MANAGER, kwargs=ONE),
    "connector-csv": Row(MANAGER, kwargs=ONE),
    "connector-check": Row(None, MANAGER, ONE),
    # Without the secret it is not there, for whoever asks.
    "connector-hook": Row(PUBLIC, PUBLIC, ONE, ok=frozenset({302}), posted=frozenset({404})),
    "connector-hook-secret": Row(None, MANAGER, ONE),
    "connector-mapping": Row(MANAGER, MANAGER, ONE),
    "connector-sync": Row(None, MANAGER, ONE),
    "connector-switch": Row(None, MANAGER, ONE),
    # The first manager who asks removes it; the next finds nothing.
    "connector-remove": Row(None, MANAGER, ONE, posted=frozenset({302, 404})),
    "sync": Row(MANAGER, kwargs={"id": "{sync}"}),
    "sync-json": Row(MANAGER, kwargs={"id": "{sync}"}),
    "vulnerability-ticket": Row(None, MEMBER, {"id": "{vulnerability}"}, team=True),
    "quarantine-decide": Row(None, MANAGER, {"id": "{quarantine}"}),
}
