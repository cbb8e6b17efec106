"""Gitleaks, JSON and CSV: version 8 (`--report-format json`) and 4 to 7, whose names differ.

https://github.com/gitleaks/gitleaks/blob/master/report/finding.go. Version 8's Fingerprint holds a line, so
it is no tool_id; of secret, match and flagged line nothing is kept but the secret's first letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    instant,
    masked,
    number,
    severity,
    text,
    texts,
    whole,
    without,
)

_NAMES = {
    "rule": ("RuleID", "rule", "reason"),
    "secret": ("Secret", "offender"),
    "around": ("Match", "Context", "line"),
    "file": ("File", "file"),
    "commit": ("Commit", "commit"),
    "author": ("Author", "author"),
    "link": ("Link", "leakURL"),
    "date": ("Date", "date"),
}


def detect(content: Content) -> bool:
    """Whether its first leak has the names of version 8 or of an older one; an empty list shows nothing."""
    names = frozenset(content.header) if content.shape == "table" else loose.names(content)
    return {"RuleID", "Secret", "File"} <= names or {"offender", "file"} <= names


def read(content: Content) -> Report:
    """The report; a record is one leak."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(record if is_table else loose.decoded(content, record))

    is_table = content.shape == "table"
    return Report(
        tool="Gitleaks",
        records=content.rows() if is_table else loose.records(content),
        findings=findings,
        scope=loose.told(_first(content), "repo"),
        unit="leak",
    )


def _first(content: Content) -> dict[str, Any]:
    if content.shape == "table":
        return next((row for _, row in content.rows()), {})
    return loose.first(content)


def _found(leak: dict[str, Any]) -> Found:
    secret, rule = _said(leak, "secret"), _said(leak, "rule")
    return Found(
        title=without(text(leak, "Description") or rule, secret),
        rule=rule,
        kind="secret",
        severity=_severity(leak),
        description=f"Leaked: {masked(secret)}" if secret else "",
        cwe="CWE-798",
        tags=_tags(leak),
        file=without(_said(leak, "file"), secret),
        line=whole(leak, "StartLine") or whole(leak, "lineNumber"),
        link=without(_said(leak, "link"), secret),
        artefact=_said(leak, "commit"),
        logical=masked(secret) if secret else "",
        attributes=_attributes(leak),
    )


def _said(leak: dict[str, Any], name: str) -> str:
    return next(filter(None, (text(leak, each) for each in _NAMES[name])), "")


def _severity(leak: dict[str, Any]) -> int | None:
    """Gitleaks rates nothing but by a rule of one's own in old versions: a leaked secret is high."""
    rated = severity(text(leak, "severity"))
    return 3 if rated is None else rated


def _tags(leak: dict[str, Any]) -> list[str]:
    listed = texts(leak, "Tags") or [each.strip() for each in text(leak, "tags").split(",")]
    return [each for each in listed if each]


def _attributes(leak: dict[str, Any]) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool | None] = {
        "commit": _said(leak, "commit"),
        "author": _said(leak, "author"),
        "committed": instant(_said(leak, "date")),
        "entropy": number(leak, "Entropy"),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("gitleaks", "Gitleaks", loose.SHAPES | {"table"}, detect, read)
