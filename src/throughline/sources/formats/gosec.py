"""gosec, JSON (`gosec -fmt=json`): https://github.com/securego/gosec#output-formats"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, items, severity, text, whole

# The flagged lines stand with their numbers, which move.
_NUMBERED = re.compile(r"^\d+: ?", re.MULTILINE)


def detect(content: Content) -> bool:
    """Whether it has gosec's issues and statistics, which start with capital letters."""
    return {"Issues", "Stats"} <= content.members.keys()


def read(content: Content) -> Report:
    """The report; a record is one issue. Of code that it could not load gosec knows nothing."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(content.value(record))

    return Report(
        tool="gosec",
        records=content.items("Issues"),
        findings=findings,
        unit="issue",
        succeeded=not content.member("Golang errors"),
    )


def _found(issue: dict[str, Any]) -> Found:
    rule = text(issue, "rule_id")
    suppressed = items(issue, "suppressions")
    accepted = bool(suppressed) or issue.get("nosec") is True
    reasons = (text(each, "justification") or text(each, "kind") for each in suppressed)
    return Found(
        title=text(issue, "details") or rule,
        rule=rule,
        kind="code",
        severity=severity(text(issue, "severity")),
        description=text(issue, "details"),
        cwe=cwe(text(issue, "cwe", "id") or text(issue, "cwe", "ID")),
        file=text(issue, "file"),
        line=whole(issue, "line"),
        context=_NUMBERED.sub("", text(issue, "code")),
        state="accepted" if accepted else "",
        state_reason="; ".join(filter(None, reasons)) or ("#nosec" if accepted else ""),
        link=text(issue, "cwe", "url") or text(issue, "cwe", "URL"),
        attributes=_attributes(issue),
    )


def _attributes(issue: dict[str, Any]) -> dict[str, str | float | bool]:
    confidence = text(issue, "confidence").lower()
    return {"confidence": confidence} if confidence else {}


FORMAT = Format("gosec", "gosec", frozenset({"object"}), detect, read)
