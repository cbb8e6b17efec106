"""CycloneDX 1.0 to 1.7, JSON and XML, with VEX: https://cyclonedx.org/docs/latest/json/"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.cyclonedx_advice import Advice, advice_of
from throughline.sources.formats.cyclonedx_parts import Bom, Part, bom_of
from throughline.sources.formats.cyclonedx_xml import UNREAD, component_of, metadata_of, vulnerability_of
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, titled
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import member, text, unique


def detect(content: Content) -> bool:
    """Whether it is a bill of materials of CycloneDX."""
    if content.shape == "xml":
        return content.root.name == "bom" and "cyclonedx" in content.root.namespace.lower()
    format = str(content.member("bomFormat", "")) if "bomFormat" in content.members else ""
    return format.lower() == "cyclonedx" or "cyclonedx" in str(content.member("$schema", "")).lower()


def read(content: Content) -> Report:
    """The report; a record is one vulnerability, a finding is it in one component."""
    bom = _bom_of_xml(content) if content.shape == "xml" else _bom_of_json(content)
    return Report(
        tool=bom.tool,
        records=content.elements("vulnerability", without=UNREAD)
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
    """The bill, of which only what is before the vulnerabilities is read: its schema has them behind."""
    said = next(content.elements("metadata", until=("components", "vulnerabilities")), None)
    found = content.elements(
        "metadata", "component", without=("vulnerabilities",), until=("vulnerabilities",)
    )
    components = (component_of(each) for each in found if each.name == "component")
    return bom_of(metadata_of(said) if said else {}, components)


def _findings(bom: Bom, record: msgspec.Raw | Element) -> Iterator[Found]:
    said = vulnerability_of(record) if isinstance(record, Element) else msgspec.json.decode(record)
    advice = advice_of(said, bom.date)
    for affected in list(each(said, "affects")) or [{}]:
        yield _found(advice, affected, bom)


def _found(advice: Advice, affected: dict[str, Any], bom: Bom) -> Found:
    part = bom.part(text(affected, "ref"))
    spans = _spans(affected)
    listed = [span.version for span in spans if span.status != "unaffected"]
    unaffected = [span.version for span in spans if span.status == "unaffected"]
    state, reason = advice.state, advice.reason
    if not state and part.version in unaffected and not listed:
        state, reason = "false positive", "the bill lists this version as unaffected"
    return Found(
        title=titled(advice.title, advice.ids, part.name),
        rule="" if part.name else advice.id,
        kind=bom.kind(part),
        severity=advice.severity,
        description=advice.description,
        cwe=advice.cwe,
        cvss_vector=advice.vector,
        cvss_score=advice.score,
        vulnerability_ids=list(advice.ids),
        component=part.name,
        version=part.version or next(filter(None, listed), ""),
        fixed_version=", ".join(unique(unaffected)) or advice.fixed_version,
        file=part.place,
        tags=list(advice.tags),
        state=state,
        state_reason=reason,
        published=advice.published,
        identified=bom.date,
        mitigated=advice.mitigated,
        link=advice.link,
        artefact=part.place,
        attributes=advice.facts | _facts(part, spans),
    )


class _Span(NamedTuple):
    version: str
    range: str
    status: str


def _spans(affected: dict[str, Any]) -> list[_Span]:
    """Versions and ranges with their status; one without any is affected."""
    return [
        _Span(text(one, "version"), text(one, "range"), text(one, "status").lower() or "affected")
        for one in each(affected, "versions")
    ]


def _facts(part: Part, spans: list[_Span]) -> dict[str, str | float | bool]:
    ranges = ", ".join(unique(span.range for span in spans)) if spans else ""
    facts = (("purl", part.purl), ("package_type", part.type), ("affected_range", ranges))
    return {name: fact for name, fact in facts if fact}


FORMAT = Format("cyclonedx", "CycloneDX", frozenset({"object", "xml"}), detect, read)
