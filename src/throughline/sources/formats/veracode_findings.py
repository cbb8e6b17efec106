"""Veracode, findings of its REST API as JSON: https://docs.veracode.com/r/c_findings_v2_intro"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.peeks import first_of, is_list, is_object, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    items,
    member,
    score,
    severity_of_score,
    spelled,
    text,
    vector,
    whole,
)
from throughline.sources.formats.veracode_words import judged, level

_KINDS = {"STATIC": "code", "DYNAMIC": "web", "MANUAL": "", "SCA": "dependency"}
_TAG = re.compile(r"<[^<>]{0,500}>")


def detect(content: Content) -> bool:
    """Whether its findings have Veracode's status and details, or it is an empty page of its API."""
    if content.shape == "list":
        return _is_finding(opening(content))
    return _is_finding(first_of(content, "findings")) or _is_page(content)


def read(content: Content) -> Report:
    """The findings; a record is one."""

    def findings(record: msgspec.Raw) -> Iterator[Found]:
        yield _found(content.value(record))

    return Report(tool="Veracode", records=_records(content), findings=findings, unit="finding")


def _is_finding(found: dict[str, Any]) -> bool:
    return found.keys() >= {"scan_type", "finding_status"} or found.keys() >= {"scan_type", "finding_details"}


def _is_page(content: Content) -> bool:
    raws = _page(content)
    first = content.value(raws[0]) if raws else None
    links = bytes(content.members.get("_links", b""))
    return _is_finding(first) if isinstance(first, dict) else b"/appsec/v2/applications/" in links


def _page(content: Content) -> list[msgspec.Raw]:
    around = content.members.get("_embedded")
    inside = content.members_of(around) if around is not None and is_object(around) else {}
    raw = inside.get("findings")
    return content.items_of(raw) if raw is not None and is_list(raw) else []


def _records(content: Content) -> list[msgspec.Raw]:
    return content.items("findings") or _page(content) or content.records


def _found(finding: dict[str, Any]) -> Found:
    details, status = member(finding, "finding_details"), member(finding, "finding_status")
    app, issue = text(finding, "context_guid"), text(finding, "issue_id")
    state, reason = _judged(status)
    found = Found(
        title=text(details, "finding_category", "name") or text(details, "cwe", "name"),
        rule=cwe(dig(details, "cwe", "id")) or text(details, "finding_category", "name"),
        kind=_KINDS.get(text(finding, "scan_type"), ""),
        severity=level(details.get("severity")),
        description=_plain(text(finding, "description")),
        cwe=cwe(dig(details, "cwe", "id")),
        cvss_vector=vector(text(details, "cvss")),
        cvss_score=score(details, "cvss"),
        state=state,
        state_reason=reason,
        identified=instant(dig(status, "first_found_date")),
        mitigated=instant(dig(status, "last_seen_date")) if _is_gone(status) else "",
        # Numbers count the findings of one application, and stay.
        tool_id=f"{app}:{issue}" if issue else "",
        attributes={"scan_type": text(finding, "scan_type").lower(), "policy": _policy(finding)},
    )
    if text(finding, "scan_type") == "SCA" or "component_filename" in details:
        found.artefact = app
        _fill_component(found, details)
    else:
        _fill_place(found, details)
    return found


def _fill_place(found: Found, details: dict[str, Any]) -> None:
    found.file = text(details, "file_path") or text(details, "file_name")
    found.line = whole(details, "file_line_number")
    found.endpoint = text(details, "url") or _address(details)
    parameter, procedure = text(details, "vulnerable_parameter"), text(details, "procedure")
    # Of a static flaw the vector is the function that is called; of a dynamic one it is words.
    called = "" if found.endpoint else text(details, "attack_vector")
    found.logical = parameter or f"{procedure} {called}".strip()
    found.attributes |= {"module": text(details, "module"), "parameter": parameter}
    found.attributes["plugin"] = text(details, "plugin")


def _address(details: dict[str, Any]) -> str:
    host, port, path = (text(details, name) for name in ("hostname", "port", "path"))
    return f"{host}{':' if port else ''}{port}{path}" if host else text(details, "location")


def _fill_component(found: Found, details: dict[str, Any]) -> None:
    cve = member(details, "cve")
    advisory = spelled(text(cve, "name"))
    found.version = text(details, "version")
    found.component = _name(text(details, "component_filename"), found.version)
    found.vulnerability_ids = [advisory] if advisory else []
    found.title = f"{advisory} in {found.component}" if advisory else found.title or found.component
    found.rule = "" if advisory else found.rule
    found.cvss_score = score(cve, "cvss3", "score") or score(cve, "cvss") or found.cvss_score
    found.cvss_vector = _vector3(text(cve, "cvss3", "vector")) or text(cve, "vector") or found.cvss_vector
    if found.severity is None:
        found.severity = severity_of_score(found.cvss_score)
    found.file = next((text(each, "path") for each in items(details, "component_path")), "")
    found.link = text(cve, "href")
    found.attributes["language"] = text(details, "language").lower()


def _name(file: str, version: str) -> str:
    """The component's file without its version: what stays from release to release.

    >>> _name("guava-30.0-jre.jar", "30.0-jre"), _name("semver", "5.7.1")
    ('guava.jar', 'semver')
    """
    plain = file.replace(version, "") if version else file
    return plain.replace("-.", ".").replace("_.", ".").rstrip("-_")


def _vector3(said: str) -> str:
    """A vector of version 3, which Veracode writes without the version."""
    return f"CVSS:3.1/{said}" if said and not said.startswith("CVSS:") else said


def _judged(status: dict[str, Any]) -> tuple[str, str]:
    approval = text(status, "resolution_status").upper()
    resolution = text(status, "resolution")
    if approval == "APPROVED":
        return judged(resolution)
    return "", "mitigation proposed" if approval == "PROPOSED" else ""


def _is_gone(status: dict[str, Any]) -> bool:
    """Whether a scan no longer found it: a mitigation that was approved closes a finding without that."""
    is_fixed = text(status, "resolution").upper() in ("FIXED", "REMEDIATED")
    is_closed = text(status, "status").upper() == "CLOSED"
    return is_fixed or (is_closed and text(status, "resolution_status").upper() != "APPROVED")


def _policy(finding: dict[str, Any]) -> bool:
    return text(finding, "violates_policy") == "true"


def _plain(description: str) -> str:
    return html.unescape(_TAG.sub(" ", description)).strip() if "<" in description else description


FORMAT = Format("veracode_findings", "Veracode findings", frozenset({"object", "list"}), detect, read)
