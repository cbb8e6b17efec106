"""Burp Suite DAST's GraphQL API, JSON: https://portswigger.net/burp/extensibility/dast/graphql-api

Either an answer as it came, or the list of its issues under `Issues`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Raw

from throughline.sources.formats.burp_issues import Issue, found_of
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import text

_ISSUE = ("issue_type", "severity")


def detect(content: Content) -> bool:
    """Whether it is a list of issues alone, or a scan's answer that holds one."""
    if "Issues" in content.members:
        issues = content.items("Issues")
        return set(_ISSUE) <= content.members_of(issues[0]).keys() if issues else len(content.members) == 1
    return "data" in content.members and "issues" in _scan(content)


def read(content: Content) -> Report:
    """The report; a record is one issue."""

    def findings(raw: Any) -> Iterator[Found]:
        yield found_of(_issue(content.value(raw)), "")

    records = (
        content.items("Issues") if "Issues" in content.members else content.items_of(_scan(content)["issues"])
    )
    return Report(tool="Burp Suite DAST", records=records, findings=findings, unit="issue")


def _scan(content: Content) -> dict[str, Raw]:
    """The scan of an answer; none where the answer is of something else."""
    raw = content.members["data"]
    data = content.members_of(raw) if bytes(memoryview(raw)[:1]) == b"{" else {}
    scan = data.get("scan")
    return content.members_of(scan) if scan and bytes(memoryview(scan)[:1]) == b"{" else {}


def _issue(issue: dict[str, Any]) -> Issue:
    return Issue(
        title=text(issue, "issue_type", "name"),
        host=text(issue, "origin"),
        path=text(issue, "path"),
        severity=text(issue, "severity"),
        confidence=text(issue, "confidence"),
        type=text(issue, "issue_type", "type_index"),
        location=text(issue, "display_path") or text(issue, "caption"),
        detail=text(issue, "description_html"),
        background=text(issue, "issue_type", "description_html"),
        classifications=text(issue, "issue_type", "vulnerability_classifications_html"),
        references=text(issue, "issue_type", "references_html"),
        serial=text(issue, "serial_number"),
    )


FORMAT = Format("burp_graphql", "Burp Suite DAST (GraphQL)", frozenset({"object"}), detect, read)
