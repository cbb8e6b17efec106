"""The part of the access table about the whole record taken out, and a catalogue of services brought in."""

from __future__ import annotations

from tests.rules.rows import MANAGER, Row

ROWS_OF_EXPORTS = {
    "services-catalogue": Row(MANAGER, MANAGER),
    "exports": Row(MANAGER),
    "exports-json": Row(MANAGER),
    "exports-dictionary-md": Row(MANAGER),
    "exports-dictionary-json": Row(MANAGER),
    "export-start": Row(None, MANAGER),
    "export-download": Row(MANAGER, kwargs={"id": "{export}"}),
}
