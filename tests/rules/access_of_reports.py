"""The part of the access table that is about the quarter's report: everybody reads it, managers write it."""

from __future__ import annotations

from tests.rules.rows import MANAGER, VIEWER, Row

OF = {"key": "{cycle}"}
ROWS_OF_REPORTS = {
    # Without a quarter that has begun it says what would be there, and the file leads to that page.
    "report-current": Row(VIEWER),
    "report-current-pdf": Row(VIEWER),
    "report": Row(VIEWER, kwargs=OF),
    "report-full": Row(VIEWER, kwargs=OF),
    "report-words": Row(MANAGER, MANAGER, OF),
    "report-pdf": Row(VIEWER, kwargs=OF),
    "report-pptx": Row(VIEWER, kwargs=OF),
    "report-xlsx": Row(VIEWER, kwargs=OF),
    "report-md": Row(VIEWER, kwargs=OF),
    "report-json": Row(VIEWER, kwargs=OF),
}
