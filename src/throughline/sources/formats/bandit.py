"""Bandit, JSON (`bandit -f json`): https://bandit.readthedocs.io/en/latest/formatters/json.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, dig, instant, severity, text, whole

# Bandit writes the flagged lines with their numbers, which move.
_NUMBERED = re.compile(r"^\d+ ", re.MULTILINE)


def detect(content: Content) -> bool:
    """Whether it has Bandit's metrics beside its results."""
    return {"results", "metrics", "generated_at"} <= content.members.keys()


def read(content: Content) -> Report:
    """The report; a record is one result."""
    scanned_at = instant(content.member("generated_at"))

    def findings(record: Any) -> Iterator[Found]:
        yield _found(content.value(record), scanned_at)

    return Report(
        tool="Bandit",
        records=content.items("results"),
        findings=findings,
        scanned_at=scanned_at,
        unit="result",
    )


def _found(result: dict[str, Any], scanned_at: str) -> Found:
    return Found(
        title=text(result, "issue_text") or text(result, "test_name"),
        rule=text(result, "test_id") or text(result, "test_name"),
        kind="code",
        severity=severity(text(result, "issue_severity")),
        description=text(result, "issue_text"),
        cwe=cwe(dig(result, "issue_cwe", "id")),
        file=text(result, "filename"),
        line=whole(result, "line_number"),
        context=_NUMBERED.sub("", text(result, "code")),
        identified=scanned_at,
        link=text(result, "more_info"),
        attributes={"confidence": text(result, "issue_confidence").lower()},
    )


FORMAT = Format("bandit", "Bandit", frozenset({"object"}), detect, read)
