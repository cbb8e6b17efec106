"""Dastardly, XML in the manner of JUnit: https://portswigger.net/burp/dastardly"""

from __future__ import annotations

import re
from collections.abc import Iterator

from throughline.sources.formats.burp_issues import Issue, found_of
from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import site_of
from throughline.sources.formats.registry import Format

_FACT = re.compile(r"^(Severity|Confidence|Host|Path): *(.*)$", re.MULTILINE)
_SECTION = re.compile(
    r"^(Issue Detail|Issue Background|Remediation Detail|Remediation Background|Evidence|References|"
    r"Vulnerability Classifications)[ \t]*$",
    re.MULTILINE,
)
_AT = re.compile(r" found at (https?://\S+)$")
LONGEST_FACTS = 2_000


def detect(content: Content) -> bool:
    """Whether its suites are a scan of Dastardly."""
    return content.root.name == "testsuites" and content.root.attributes.get("name", "").startswith(
        "Dastardly"
    )


def read(content: Content) -> Report:
    """The report; a record is one check of one page."""
    first = next(iter(content.elements("testcase")), None)
    return Report(
        tool="Dastardly",
        records=content.elements("testcase"),
        findings=_findings,
        scope=site_of(first.over_get("testsuite", "name")) if first else "",
        unit="test case",
    )


def _findings(case: Element) -> Iterator[Found]:
    for failure in case.all("failure"):
        yield found_of(_issue(case, failure), "")


def _issue(case: Element, failure: Element) -> Issue:
    facts = dict(_FACT.findall(failure.text[:LONGEST_FACTS]))
    sections = _sections(failure.text)
    at = _AT.search(failure.get("message"))
    place = at[1] if at else case.over_get("testsuite", "name")
    return Issue(
        title=case.get("name"),
        host=facts.get("Host", ""),
        path=facts.get("Path", "") if facts.get("Host") else place,
        severity=failure.get("type") or facts.get("Severity", ""),
        confidence=facts.get("Confidence", ""),
        detail=sections.get("Issue Detail", ""),
        background=sections.get("Issue Background", ""),
        classifications=sections.get("Vulnerability Classifications", ""),
        references=sections.get("References", ""),
    )


def _sections(said: str) -> dict[str, str]:
    """The parts of a report by their headings; what was sent and answered is left out."""
    parts = _SECTION.split(said)
    found: dict[str, str] = {}
    for heading, body in zip(parts[1::2], parts[2::2], strict=False):
        if heading != "Evidence":
            found.setdefault(heading, body.strip())
    return found


FORMAT = Format("dastardly", "Dastardly", frozenset({"xml"}), detect, read)
