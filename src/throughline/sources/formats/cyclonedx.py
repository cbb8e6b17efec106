"""CycloneDX 1.0 to 1.7, JSON and XML, with VEX: https://cyclonedx.org/docs/latest/json/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.cyclonedx_parts import Bom, Part, bom_of
from throughline.sources.formats.cyclonedx_xml import component_of, metadata_of, vulnerability_of
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.heads import heading
from throughline.sources.formats.packages import each, ordered, titled
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    instant,
    member,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    unique,
)

# From the newest on; what is no CVSS at all comes last.
_METHODS = ("CVSSv4", "CVSSv31", "CVSSv3", "CVSSv2", "")
_PREFIXES = {"CVSSv4": "CVSS:4.0/", "CVSSv31": "CVSS:3.1/", "CVSSv3": "CVSS:3.0/"}
_STATES = {
    "exploitable": "confirmed",
    "in_triage": "potential",
    "false_positive": "false positive",
    "not_affected": "false positive",
}
_RESOLVED = ("resolved", "resolved_with_pedigree")
_FIX = re.compile(r"\bto version ([^\s;,]+(?:, [^\s;,]+)*)")


def detect(content: Content) -> bool:
    """Whether it is a bill of materials of CycloneDX."""
    if content.shape == "xml":
        return content.root.name == "bom" and "cyclonedx" in content.root.namespace.lower()
    format = str(content.member("bomFormat", "")) if "bomFormat" in content.members else ""
    return format.lower() == "cyclonedx" or "cyclonedx" in str(content.member("$schema", "")).lower()


def read(content: Content) -> Report:
    """The report; a record is one vulnerability, a finding is it in one component."""
    with heading(content, "that of a CycloneDX bill"):
        bom = _bom_of_xml(content) if content.shape == "xml" else _bom_of_json(content)
    return Report(
        tool=bom.tool,
        records=content.elements("vulnerability")
        if content.shape == "xml"
        else content.items("vulnerabilities"),
        findings=partial(_findings, bom),
        scope=bom.scope,
        scanned_at=bom.date,
        unit="vulnerability",
    )


def _bom_of_json(content: Content) -> Bom:
    components = (content.value(raw) for raw in content.items("components"))
    return bom_of(member(content.member("metadata")), components)


def _bom_of_xml(content: Content) -> Bom:
    metadata = next((metadata_of(found) for found in content.elements("metadata")), {})
    components = (found for found in content.elements("metadata", "component") if found.name == "component")
    return bom_of(metadata, map(component_of, components))


def _findings(bom: Bom, record: msgspec.Raw | Element) -> Iterator[Found]:
    said = vulnerability_of(record) if isinstance(record, Element) else msgspec.json.decode(record)
    affects = list(each(said, "affects"))
    for affected in affects or [{}]:
        yield _found(said, affected, bom)


def _found(said: dict[str, Any], affected: dict[str, Any], bom: Bom) -> Found:
    part = bom.part(text(affected, "ref"))
    ids = ordered([text(said, "id"), *(text(other, "id") for other in each(said, "references"))])
    rating, method = _rating(said)
    points = score(rating, "score")
    weaknesses = cwes(dig(said, "cwes"))
    state, reason = _state(said, affected, part)
    listed = _versions(affected, "affected", "unknown", "")
    return Found(
        title=titled("", ids, part.name),
        rule="" if part.name else text(said, "id"),
        kind=bom.kind(part),
        severity=_severity(said, rating, points),
        description="\n\n".join(unique([text(said, "description"), text(said, "detail")])),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=_vector(rating, method),
        cvss_score=points if method else None,
        vulnerability_ids=ids,
        component=part.name,
        version=part.version or next(iter(listed), ""),
        fixed_version=_fixed(said, affected),
        file=part.place,
        tags=weaknesses[1:],
        state=state,
        state_reason=reason,
        published=instant(text(said, "published")),
        identified=bom.date,
        mitigated=_mitigated(said, bom),
        link=text(said, "source", "url") or text(said, "advisories", 0, "url"),
        artefact=part.place,
        attributes=_facts(said, affected, part),
    )


def _rating(said: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The rating of the newest CVSS, of the vulnerability's own source before another's; and its method."""
    source = text(said, "source", "name").lower()

    def place(rating: dict[str, Any]) -> tuple[int, bool]:
        return _METHODS.index(_method(rating)), text(rating, "source", "name").lower() != source

    chosen = min(each(said, "ratings"), key=place, default={})
    return chosen, _method(chosen)


def _method(rating: dict[str, Any]) -> str:
    said, vector = text(rating, "method"), text(rating, "vector")
    if said in _METHODS:
        return said
    return next((method for method, prefix in _PREFIXES.items() if vector.startswith(prefix)), "")


def _vector(rating: dict[str, Any], method: str) -> str:
    said = text(rating, "vector")
    return (
        said
        if not method or ":" not in said or said.startswith("CVSS:")
        else _PREFIXES.get(method, "") + said
    )


def _severity(said: dict[str, Any], rating: dict[str, Any], points: float | None) -> int | None:
    if (own := severity(text(rating, "severity"))) is not None:
        return own
    if points is not None and _method(rating):
        return severity_of_score(points)
    words = (text(other, "severity") for other in each(said, "ratings"))
    return next((found for word in words if (found := severity(word)) is not None), None)


def _state(said: dict[str, Any], affected: dict[str, Any], part: Part) -> tuple[str, str]:
    analysis = member(said, "analysis")
    judged = text(analysis, "state").lower()
    reason = text(analysis, "detail") or text(analysis, "justification").replace("_", " ")
    if text(said, "rejected"):
        return "false positive", "the advisory is rejected"
    if "will_not_fix" in texts(analysis, "response") and judged in ("exploitable", "in_triage", ""):
        return "accepted", reason or "will not be fixed"
    if judged in _STATES:
        return _STATES[judged], reason
    unaffected = part.version and part.version in _versions(affected, "unaffected")
    if unaffected and not _versions(affected, "affected", ""):
        return "false positive", "the bill lists this version as unaffected"
    return "", ""


def _versions(affected: dict[str, Any], *statuses: str) -> list[str]:
    """The versions of a status; one without any is affected."""
    listed = (one for one in each(affected, "versions") if text(one, "status").lower() in statuses)
    return unique(text(one, "version") for one in listed)


def _fixed(said: dict[str, Any], affected: dict[str, Any]) -> str:
    if unaffected := _versions(affected, "unaffected"):
        return ", ".join(unaffected)
    found = _FIX.search(text(said, "recommendation"))
    return found[1].rstrip(".,") if found else ""


def _mitigated(said: dict[str, Any], bom: Bom) -> str:
    if text(said, "analysis", "state").lower() not in _RESOLVED:
        return ""
    analysis = member(said, "analysis")
    return instant(text(analysis, "lastUpdated")) or instant(text(analysis, "firstIssued")) or bom.date


def _facts(said: dict[str, Any], affected: dict[str, Any], part: Part) -> dict[str, str | float | bool]:
    ranges = unique(text(one, "range") for one in each(affected, "versions"))
    facts = {
        "purl": part.purl,
        "package_type": part.type,
        "affected_range": ", ".join(ranges),
        "analysis": text(said, "analysis", "state").lower(),
        "response": ", ".join(texts(said, "analysis", "response")),
        "rated_by": text(_rating(said)[0], "source", "name"),
    }
    return {name: fact for name, fact in facts.items() if fact}


FORMAT = Format("cyclonedx", "CycloneDX", frozenset({"object", "xml"}), detect, read)
