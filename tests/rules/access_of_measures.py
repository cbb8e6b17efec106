"""The part of the access table that is about what is asked of metrics beside their figures."""

from __future__ import annotations

from tests.rules.rows import VIEWER, Row

ROWS_OF_MEASURES = {
    "metrics-power-json": Row(VIEWER, query="?metric=count()&by=severity&ratio=0.5"),
    "metrics-power-csv": Row(VIEWER, query="?metric=count()&by=severity&ratio=0.5"),
    "metrics-why": Row(VIEWER),
    "metrics-why-json": Row(VIEWER, query="?metric=count()&by=severity"),
    "metrics-why-csv": Row(VIEWER, query="?metric=count()&by=severity"),
}
