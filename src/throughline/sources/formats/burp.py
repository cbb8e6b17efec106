"""Burp Suite, XML: https://portswigger.net/burp/documentation/desktop/running-scans/reporting"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.sources.formats.burp_issues import Issue, found_of
from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import when
from throughline.sources.formats.registry import Format

# Requests and responses are long, and hold whatever was sent: session cookies, passwords.
_TRAFFIC = ("requestresponse", "collaboratorEvent", "infiltratorEvent", "dynamicAnalysis", "staticAnalysis")


def detect(content: Content) -> bool:
    """Whether it is a list of issues with Burp's version."""
    return content.root.name == "issues" and "burpVersion" in content.root.attributes


def read(content: Content) -> Report:
    """The report; a record is one issue."""
    scanned_at = when(content.root.attributes.get("exportTime", ""))

    def findings(issue: Element) -> Iterator[Found]:
        yield found_of(_issue(issue), scanned_at)

    return Report(
        tool="Burp Suite",
        records=content.elements("issue", dtd=True, without=_TRAFFIC),
        findings=findings,
        scanned_at=scanned_at,
        unit="issue",
    )


def _issue(issue: Element) -> Issue:
    host = issue.find("host")
    items = " ".join(item.text for item in issue.all("issueDetailItems", "issueDetailItem"))
    return Issue(
        title=issue.said("name"),
        host=host.text if host else "",
        path=issue.said("path"),
        severity=issue.said("severity"),
        confidence=issue.said("confidence"),
        type=issue.said("type"),
        location=issue.said("location"),
        detail=f"{issue.said('issueDetail')} {items}",
        background=issue.said("issueBackground"),
        classifications=issue.said("vulnerabilityClassifications"),
        references=issue.said("references"),
        serial=issue.said("serialNumber"),
        address=host.get("ip") if host else "",
    )


FORMAT = Format("burp", "Burp Suite (XML)", frozenset({"xml"}), detect, read)
