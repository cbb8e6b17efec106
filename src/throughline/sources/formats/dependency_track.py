"""Dependency-Track's findings: the export in its packaging format (FPF), or the list that its API gives.

https://docs.dependencytrack.org/integrations/file-formats/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import Rating, each, ordered, package_of, titled
from throughline.sources.formats.peeks import first_of, inner, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    ids,
    instant,
    number,
    score,
    severity,
    severity_of_score,
    text,
)

_ALIASES = ("cveId", "ghsaId", "osvId", "snykId", "sonatypeId", "gsdId", "vulnDbId", "internalId")
_RATINGS = (
    ("cvssV4Vector", ("cvssV4Score", "cvssV4BaseScore")),
    ("cvssV3Vector", ("cvssV3BaseScore",)),
    ("cvssV2Vector", ("cvssV2BaseScore",)),
)
_STATES = {
    "EXPLOITABLE": "confirmed",
    "FALSE_POSITIVE": "false positive",
    "NOT_AFFECTED": "false positive",
    "RESOLVED": "confirmed",
}


def detect(content: Content) -> bool:
    """Whether it says that Dependency-Track wrote it, or its findings are as it writes them."""
    if content.shape == "list":
        return _is_finding(opening(content))
    if "findings" not in content.members:
        return False
    meta = content.member("meta") if "meta" in content.members else None
    wrote = inner(meta, "application") if isinstance(meta, dict) else ""
    return wrote == "Dependency-Track" or _is_finding(first_of(content, "findings"))


def read(content: Content) -> Report:
    """The report; a record is one finding."""
    meta, project = (_said(content, name) for name in ("meta", "project"))
    scanned_at = instant(meta.get("timestamp"))

    def findings(raw: msgspec.Raw) -> Iterator[Found]:
        yield _found(content.value(raw), scanned_at)

    name = project.get("name")
    return Report(
        tool="Dependency-Track",
        records=content.records if content.shape == "list" else content.items("findings"),
        findings=findings,
        scope=name if isinstance(name, str) else "",
        scanned_at=scanned_at,
        unit="finding",
    )


def _said(content: Content, name: str) -> dict[str, Any]:
    value = content.member(name) if content.shape == "object" else None
    return value if isinstance(value, dict) else {}


def _is_finding(said: dict[str, Any]) -> bool:
    return {"component", "vulnerability", "matrix"} <= said.keys()


def _found(finding: dict[str, Any], scanned_at: str) -> Found:
    said = dig(finding, "vulnerability") or {}
    known = ordered(
        [text(said, "vulnId"), *_aliases(said), *ids(text(finding, "attribution", "alternateIdentifier"))]
    )
    vector, rated = _rating(said)
    level = severity(text(said, "severity"))
    name, version = text(finding, "component", "name"), text(finding, "component", "version")
    state, reason, mitigated = _judged(finding, scanned_at)
    return Found(
        title=titled(text(said, "title"), known, name),
        kind="dependency",
        severity=severity_of_score(rated) if level is None else level,
        description=text(said, "description"),
        cwe=cwe(dig(said, "cweId"), [text(weakness, "cweId") for weakness in each(said, "cwes")]),
        cvss_vector=vector,
        cvss_score=rated,
        vulnerability_ids=known,
        component=name,
        version=version,
        fixed_version=text(said, "patchedVersions"),
        identified=instant(dig(finding, "attribution", "attributedOn")) or scanned_at,
        mitigated=mitigated,
        published=instant(dig(said, "published")),
        state=state,
        state_reason=reason,
        tool_id=text(finding, "matrix"),
        link=text(finding, "attribution", "referenceUrl").partition("?")[0],
        attributes=_facts(finding, said),
    )


def _aliases(said: dict[str, Any]) -> list[str]:
    return [text(alias, name) for alias in each(said, "aliases") for name in _ALIASES]


def _rating(said: dict[str, Any]) -> Rating:
    for vector, scores in _RATINGS:
        rated = next(filter(None, (score(said, name) for name in scores)), None)
        if text(said, vector) or rated:
            return Rating(text(said, vector), rated)
    return Rating()


def _judged(finding: dict[str, Any], scanned_at: str) -> tuple[str, str, str]:
    """State, reason and when it was mitigated, out of the analysis that somebody made of it."""
    said = text(finding, "analysis", "state")
    suppressed = dig(finding, "analysis", "isSuppressed") is True
    state = _STATES.get(said, "accepted" if suppressed else "")
    words = [said, *(text(finding, "analysis", name) for name in ("justification", "response", "details"))]
    known = (word for word in words if word and word != "NOT_SET")
    reason = ", ".join(known) or ("Suppressed in Dependency-Track." if suppressed else "")
    return state, reason if state else "", scanned_at if said == "RESOLVED" else ""


def _facts(finding: dict[str, Any], said: dict[str, Any]) -> dict[str, str | float | bool]:
    purl = text(finding, "component", "purl")
    facts: dict[str, str | float | bool] = {
        "purl": purl,
        "package_type": package_of(purl).type,
        "group": text(finding, "component", "group"),
        "source": text(said, "source"),
    }
    if (likely := number(said, "epssScore")) is not None:
        facts["epss"] = likely
    return {name: value for name, value in facts.items() if value != ""}


FORMAT = Format("dependency_track", "Dependency-Track", frozenset({"object", "list"}), detect, read)
