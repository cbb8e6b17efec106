"""Qualys Web Application Scanning, XML (scan report and web application report).

https://docs.qualys.com/en/was/api/reports/was_report_dtd.htm
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import paragraphs, plain, site_of, when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, score, vector

_LEVELS = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4}
_REASONS = {"FALSE_POSITIVE": "false positive", "RISK_ACCEPTED": "accepted", "NOT_APPLICABLE": "out of scope"}
_RECORDS = ("VULNERABILITY", "INFORMATION_GATHERED")
_TRAFFIC = ("PAYLOADS", "DATA")


class Definition(NamedTuple):
    """What the glossary says of a check."""

    title: str
    severity: int | None
    description: str
    cwe: str
    vector: str
    score: float | None
    group: str


def detect(content: Content) -> bool:
    """Whether it is a report on a scan or on web applications."""
    return content.root.name in ("WAS_SCAN_REPORT", "WAS_WEBAPP_REPORT")


def read(content: Content) -> Report:
    """The report; a record is one finding. What was gathered as information is one too, of level info."""
    entries = content.elements("QID", dtd="named")
    definitions = {each.said("QID"): _definition(each) for each in entries if each.children}

    def findings(result: Element) -> Iterator[Found]:
        yield _found(result, definitions.get(result.said("QID")))

    return Report(
        tool="Qualys WAS",
        records=content.elements(
            "VULNERABILITY",
            "INFORMATION_GATHERED",
            dtd="named",
            without=_TRAFFIC,
        ),
        findings=findings,
        unit="finding",
    )


def _definition(entry: Element) -> Definition:
    said = entry.said("CVSS_V3", "BASE") or entry.said("CVSS_BASE")
    return Definition(
        title=entry.said("TITLE"),
        severity=_LEVELS.get(entry.said("SEVERITY")),
        description=paragraphs(plain(entry.said("DESCRIPTION")), plain(entry.said("IMPACT"))),
        cwe=cwe(entry.said("CWE")),
        vector=vector(entry.said("CVSS_V3", "ATTACK_VECTOR")),
        score=score({"": said.split(" ")[0]}, ""),
        group=entry.said("GROUP"),
    )


def _found(result: Element, known: Definition | None) -> Found:
    number = result.said("QID")
    url = result.said("URL")
    information = result.name == "INFORMATION_GATHERED"
    first = when(result.said("FIRST_TIME_DETECTED")) or when(result.said("DETECTION_DATE"))
    last = when(result.said("LAST_TIME_DETECTED"))
    fixed = result.said("STATUS").upper() == "FIXED"
    return Found(
        title=known.title if known and known.title else f"QID {number}",
        rule=number,
        kind="web",
        severity=0 if information else known.severity if known else None,
        description=known.description if known else "",
        cwe=known.cwe if known else "",
        cvss_vector=known.vector if known else "",
        cvss_score=known.score if known else None,
        endpoint=url,
        state=_state(result),
        identified=first or last,
        mitigated=(when(result.said("LAST_TIME_TESTED")) or last) if fixed else "",
        tool_id=result.said("UNIQUE_ID"),
        artefact=site_of(url) if url else "",
        logical=result.said("PARAM"),
        attributes=_attributes(result, known),
    )


def _state(result: Element) -> str:
    """What a person decided: an ignored finding gives the reason."""
    reason = result.said("IGNORE_REASON") or result.said("IGNORED_REASON")
    ignored = result.said("IGNORED").lower() in ("true", "1", "yes")
    return _REASONS.get(reason.upper().replace(" ", "_"), "accepted") if reason or ignored else ""


def _attributes(result: Element, known: Definition | None) -> dict[str, str | float | bool]:
    said = {"parameter": result.said("PARAM"), "group": known.group if known else ""}
    return {name: value for name, value in said.items() if value}


FORMAT = Format("qualys_was", "Qualys WAS (XML)", frozenset({"xml"}), detect, read)
