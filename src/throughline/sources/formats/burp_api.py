"""Burp Suite's REST API, JSON (a scan's progress): https://portswigger.net/burp/documentation/desktop/settings/suite/rest-api"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.burp_issues import Issue, found_of
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import member, text


def detect(content: Content) -> bool:
    """Whether it has a scan's issue events beside its state."""
    names = content.members.keys()
    return "issue_events" in names and bool(names & {"scan_status", "scan_metrics", "task_id"})


def read(content: Content) -> Report:
    """The report; a record is one event."""

    def findings(raw: Any) -> Iterator[Found]:
        issue = member(content.value(raw), "issue")
        if issue:
            yield found_of(_issue(issue), "")

    return Report(
        tool="Burp Suite",
        records=content.items("issue_events"),
        findings=findings,
        unit="event",
    )


def _issue(issue: dict[str, Any]) -> Issue:
    return Issue(
        title=text(issue, "name"),
        host=text(issue, "origin"),
        path=text(issue, "path"),
        severity=text(issue, "severity"),
        confidence=text(issue, "confidence"),
        type=text(issue, "type_index"),
        location=text(issue, "caption"),
        detail=text(issue, "description"),
        background=text(issue, "issue_background"),
        classifications=text(issue, "vulnerability_classifications"),
        references=text(issue, "references"),
        serial=text(issue, "serial_number"),
    )


FORMAT = Format("burp_api", "Burp Suite (REST API)", frozenset({"object"}), detect, read)
