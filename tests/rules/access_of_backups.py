"""The part of the access table that is about backups."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, Row

ROWS_OF_BACKUPS = {
    "backups": Row(ADMINISTRATOR),
    "backups-json": Row(ADMINISTRATOR),
    "backup-make": Row(None, ADMINISTRATOR),
    # Off unless whoever owns the folder allows it (tests/backups/test_backup_pages.py).
    "backup-download": Row(ADMINISTRATOR, kwargs={"name": "{backup}"}, ok=frozenset({404})),
}
