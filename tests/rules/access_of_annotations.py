"""The part of the access table that is about what is written on charts."""

from __future__ import annotations

from tests.rules.rows import MANAGER, MEMBER, Row

ROWS_OF_ANNOTATIONS = {
    "annotations": Row(),
    "annotations-json": Row(),
    "annotations-csv": Row(),
    "annotation-new": Row(None, MEMBER),
    # It is the administrator's own: others remove it as managers only.
    "annotation-remove": Row(None, MANAGER, {"id": "{annotation}"}),
    "annotation-restore": Row(None, MANAGER, {"id": "{annotation}"}),
}
