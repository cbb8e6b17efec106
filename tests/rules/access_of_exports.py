"""The part of the access table that is about taking the whole record out of the house."""

from __future__ import annotations

from tests.rules.rows import MANAGER, Row

ROWS_OF_EXPORTS = {
    "exports": Row(MANAGER),
    "exports-json": Row(MANAGER),
    "exports-dictionary-md": Row(MANAGER),
    "exports-dictionary-json": Row(MANAGER),
    "export-start": Row(None, MANAGER),
    "export-download": Row(MANAGER, kwargs={"id": "{export}"}),
}
