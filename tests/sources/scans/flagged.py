"""Reports of a code scanner, made by tests: what it flags where, and when it looked."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Vulnerability

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Flag:
    """One place that the scanner flags."""

    file: str = "src/pay.py"
    rule: str = "B608"
    line: int = 10
    code: str = "query = 'SELECT ' + name"
    severity: str = "HIGH"
    text: str = "Possible SQL injection"

    def document(self) -> dict[str, Any]:
        return {
            "test_id": self.rule,
            "filename": self.file,
            "line_number": self.line,
            "code": f"{self.line} {self.code}\n",
            "issue_severity": self.severity,
            "issue_confidence": "HIGH",
            "issue_text": self.text,
        }


def report(*flags: Flag, at: datetime = MONDAY) -> bytes:
    """A report of the scanner, made at an instant."""
    made = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    results = [flag.document() for flag in flags]
    return json.dumps({"generated_at": made, "metrics": {}, "errors": [], "results": results}).encode()


def scan(*flags: Flag, week: int = 0, **wish: Any) -> dict[str, int]:
    """Import the report of a Monday; what it did, without what it did not."""
    at = MONDAY + timedelta(weeks=week)
    wanted = Wish(**{"full": True, **wish})
    result = import_file(
        io.BytesIO(report(*flags, at=at)), name="bandit.json", wish=wanted, actor="tests", now=at
    )
    return {name: count for name, count in result.counts.items() if count and name != "read"}


def status(file: str) -> tuple[str, str]:
    """When a vulnerability of a file was mitigated, and by what basis."""
    found = Vulnerability.objects.get(file=file)
    return (f"{found.mitigated_at:%Y-%m-%d}" if found.mitigated_at else "", found.mitigated_basis)
