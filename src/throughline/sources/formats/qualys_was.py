"""Qualys Web Application Scanning, XML (scan report and web application report).

https://docs.qualys.com/en/was/api/reports/was_report_dtd.htm
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


Says = Callable[..., str]


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
    definitions = {each.said("QID"): definition_of(each.said) for each in entries if each.children}

    def findings(result: Element) -> Iterator[Found]:
        known = definitions.get(result.said("QID"))
        yield found_of(result.said, known, is_information=result.name == "INFORMATION_GATHERED")

    return Report(
        tool="Qualys WAS",
        records=content.elements(*_RECORDS, dtd="named", without=_TRAFFIC),
        findings=findings,
        unit="finding",
    )


def definition_of(said: Says) -> Definition:
    """A check; `said` gives the text under the names of the XML."""
    base = said("CVSS_V3", "BASE") or said("CVSS_BASE")
    return Definition(
        title=said("TITLE"),
        severity=_LEVELS.get(said("SEVERITY")),
        description=paragraphs(plain(said("DESCRIPTION")), plain(said("IMPACT"))),
        cwe=cwe(said("CWE")),
        vector=vector(said("CVSS_V3", "ATTACK_VECTOR")),
        score=score({"": base.split(" ")[0]}, ""),
        group=said("GROUP"),
    )


def found_of(said: Says, known: Definition | None, *, is_information: bool) -> Found:
    """A result; `said` gives the text under the names of the XML."""
    number, url = said("QID"), said("URL")
    first = when(said("FIRST_TIME_DETECTED")) or when(said("DETECTION_DATE"))
    last = when(said("LAST_TIME_DETECTED"))
    fixed = said("STATUS").upper() == "FIXED"
    return Found(
        title=known.title if known and known.title else f"QID {number}",
        rule=number,
        kind="web",
        severity=0 if is_information else known.severity if known else None,
        description=known.description if known else "",
        cwe=known.cwe if known else "",
        cvss_vector=known.vector if known else "",
        cvss_score=known.score if known else None,
        endpoint=url,
        state=_state(said),
        identified=first or last,
        mitigated=(when(said("LAST_TIME_TESTED")) or last) if fixed else "",
        tool_id=said("UNIQUE_ID"),
        artefact=site_of(url) if url else "",
        logical=said("PARAM"),
        attributes=_attributes(said("PARAM"), known),
    )


def _state(said: Says) -> str:
    """What a person decided: an ignored finding gives the reason."""
    reason = said("IGNORE_REASON") or said("IGNORED_REASON")
    ignored = said("IGNORED").lower() in ("true", "1", "yes")
    return _REASONS.get(reason.upper().replace(" ", "_"), "accepted") if reason or ignored else ""


def _attributes(parameter: str, known: Definition | None) -> dict[str, str | float | bool]:
    said = {"parameter": parameter, "group": known.group if known else ""}
    return {name: value for name, value in said.items() if value}


FORMAT = Format("qualys_was", "Qualys WAS (XML)", frozenset({"xml"}), detect, read)
