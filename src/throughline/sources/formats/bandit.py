"""Bandit, JSON (`bandit -f json`): https://bandit.readthedocs.io/en/latest/formatters/json.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, dig, instant, masked, severity, text, whole, without

# Bandit writes the flagged lines with their numbers, which move.
_NUMBERED = re.compile(r"^\d+ ", re.MULTILINE)
# The message of B105, B106 and B107 quotes the password that it found, which is in the code too.
_PASSWORD = re.compile(r"(hardcoded password: ?)'(.*)'", re.DOTALL)


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
    said = _without_password(text(result, "issue_text"))
    return Found(
        title=said or text(result, "test_name"),
        rule=text(result, "test_id") or text(result, "test_name"),
        kind="code",
        severity=severity(text(result, "issue_severity")),
        description=said,
        cwe=cwe(dig(result, "issue_cwe", "id")),
        file=text(result, "filename"),
        line=whole(result, "line_number"),
        context=_context(result),
        identified=scanned_at,
        link=text(result, "more_info"),
        attributes=_attributes(result),
    )


def _attributes(result: dict[str, Any]) -> dict[str, str | float | bool]:
    confidence = text(result, "issue_confidence").lower()
    return {"confidence": confidence} if confidence else {}


def _context(result: dict[str, Any]) -> str:
    """The flagged lines without their numbers, and without a password in them."""
    lines, quoted = _NUMBERED.sub("", text(result, "code")), _PASSWORD.search(text(result, "issue_text"))
    if quoted is None:
        return lines
    return without(lines, quoted[2]) if len(quoted[2]) > 3 else ""


def _without_password(said: str) -> str:
    return _PASSWORD.sub(lambda found: f"{found[1]}{masked(found[2])}", said)


FORMAT = Format("bandit", "Bandit", frozenset({"object"}), detect, read)
