"""One result of Qualys, from any of its reports: the same thing gets the same keys. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, Self

from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found
from throughline.sources.formats.hosts import first_link, paragraphs, place, plain
from throughline.sources.formats.shapes import ids, score, severity, vector

# Qualys' levels are minimal, medium, serious, critical and urgent, evenly spread over ours.
_LEVELS = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4}
_INFORMATION = ("ig", "info", "information gathered")
_POINTS = re.compile(r"\d{1,2}(?:\.\d)?")


class Definition(NamedTuple):
    """What a report says of a check wherever it fires, as text; `scores` are of CVSS, the newest first."""

    title: str = ""
    severity: str = ""
    category: str = ""
    threat: str = ""
    impact: str = ""
    ids: str = ""
    scores: tuple[str, ...] = ()
    link: str = ""

    @classmethod
    def of(cls, element: Element) -> Self:
        """From a glossary's entry, or from a result that says all itself."""
        listed = [each.said("ID") for each in element.all("CVE_ID_LIST", "CVE_ID")]
        return cls(
            title=element.said("TITLE"),
            severity=element.said("SEVERITY") or element.get("severity"),
            category=element.said("CATEGORY"),
            threat=element.said("THREAT") or element.said("DIAGNOSIS"),
            impact=element.said("IMPACT") or element.said("CONSEQUENCE"),
            ids=" ".join(listed) or element.get("cveid"),
            scores=(
                element.said("CVSS3_SCORE", "CVSS3_BASE") or element.said("CVSS3_BASE"),
                element.said("CVSS_SCORE", "CVSS_BASE") or element.said("CVSS_BASE"),
            ),
            link=first_link(element.said("SOLUTION")),
        )


class Result(NamedTuple):
    """What a report says of one result, as text; its dates are ISO 8601."""

    qid: str
    known: Definition
    type: str
    host: str
    hostname: str
    port: str
    protocol: str
    instance: str = ""
    category: str = ""
    status: str = ""
    first: str = ""
    last: str = ""
    fixed: str = ""
    ignored: bool = False
    id: str = ""


def found_of(result: Result) -> Found:
    """The finding of a result: a check on a host, at a port and instance where it names them."""
    known = result.known
    vector, points = _cvss(known.scores)
    protocol = result.protocol.lower()
    return Found(
        title=known.title or f"QID {result.qid}",
        rule=result.qid,
        kind="web" if known.category.lower() == "web application" else "os",
        severity=0 if result.type.lower() in _INFORMATION else _severity(known.severity),
        description=_prose(known.threat, known.impact),
        cvss_vector=vector,
        cvss_score=points,
        vulnerability_ids=ids(known.ids) if known.ids else [],
        endpoint=place(result.host, result.port),
        state="accepted" if result.ignored else "",
        state_reason="ignored in Qualys" if result.ignored else "",
        identified=result.first or result.last,
        mitigated=(result.fixed or result.last) if result.status.lower() == "fixed" else "",
        link=known.link,
        tool_id=result.id,
        artefact=result.host,
        logical="|".join(filter(None, (protocol, result.instance))),
        attributes=_attributes(result, protocol),
    )


@lru_cache(maxsize=1_000)
def _severity(said: str) -> int | None:
    return _LEVELS[said] if said in _LEVELS else severity(said)


@lru_cache(maxsize=2_000)
def _prose(threat: str, impact: str) -> str:
    return paragraphs(plain(threat), plain(impact))


@lru_cache(maxsize=10_000)
def _cvss(scores: tuple[str, ...]) -> tuple[str, float | None]:
    """Vector and base score of the newest version: `8.1 (AV:N/…)`, or the score alone."""
    for said in scores:
        if found := _POINTS.match(said):
            return _versioned(vector(said)), score({"": found[0]}, "")
    return "", None


def _versioned(said: str) -> str:
    """A vector with its version, which version 2 does not have."""
    return f"CVSS:3.0/{said}" if "/PR:" in said and not said.startswith("CVSS:") else said


def _attributes(result: Result, protocol: str) -> dict[str, str | float | bool]:
    said = {
        "plugin_family": result.category,
        "port": result.port,
        "protocol": protocol,
        "hostname": result.hostname if result.hostname != result.host else "",
        "detection": result.type,
    }
    return {name: value for name, value in said.items() if value}
