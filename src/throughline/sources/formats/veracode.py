"""Veracode, detailed report as XML: flaws of static, dynamic and manual tests, and vulnerable components.

https://docs.veracode.com/r/c_about_XML_report
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, instant, score, severity_of_score, spelled, whole
from throughline.sources.formats.veracode_words import judged, level

_FIXED = ("fixed", "remediated")


class _About(NamedTuple):
    app: str
    scanned_at: str


def detect(content: Content) -> bool:
    """Whether the root is a detailed report of Veracode's."""
    return content.root.name == "detailedreport" and (
        "veracode" in content.root.namespace or "app_name" in content.root.attributes
    )


def read(content: Content) -> Report:
    """The report; a record is a flaw, or a component with its vulnerabilities."""
    said = content.root.attributes
    scanned_at = instant(said.get("last_update_time")) or instant(said.get("generation_date"))
    about = _About(said.get("app_id", "") or said.get("app_name", ""), scanned_at)

    def findings(element: Element) -> Iterator[Found]:
        if element.name == "flaw":
            yield _flaw(element, about)
        else:
            for each in element.all("vulnerabilities", "vulnerability"):
                yield _vulnerability(element, each, about)

    return Report(
        tool="Veracode",
        records=content.elements("flaw", "component"),
        findings=findings,
        scope=said.get("app_name", ""),
        scanned_at=scanned_at,
        unit="flaw or component",
    )


def _flaw(flaw: Element, about: _About) -> Found:
    url = flaw.get("url") or flaw.get("location")
    state, reason = _judged(flaw)
    parameter = flaw.get("vuln_parameter")
    # Of a static flaw the type is the function that is called; of a dynamic one it is words.
    called = "" if url else flaw.get("type")
    return Found(
        title=flaw.get("categoryname") or flaw.get("type"),
        rule=cwe(flaw.get("cweid")) or flaw.get("categoryname"),
        kind="web" if url else "code",
        severity=level(flaw.get("severity")),
        description=flaw.get("description"),
        cwe=cwe(flaw.get("cweid")),
        file=flaw.get("sourcefilepath") + flaw.get("sourcefile"),
        line=whole(flaw.attributes, "line"),
        endpoint=url,
        state=state,
        state_reason=reason,
        identified=instant(flaw.get("date_first_occurrence")) or about.scanned_at,
        mitigated=about.scanned_at if flaw.get("remediation_status").lower().startswith(_FIXED) else "",
        # Numbers count the flaws of one application, and stay.
        tool_id=f"{about.app}:{flaw.get('issueid')}" if flaw.get("issueid") else "",
        logical=parameter or f"{flaw.get('functionprototype')} {called}".strip(),
        attributes={"module": flaw.get("module"), "parameter": parameter, "policy": _policy(flaw)},
    )


def _vulnerability(component: Element, found: Element, about: _About) -> Found:
    advisory = spelled(found.get("cve_id"))
    name = _library(component)
    cvss = score(found.attributes, "cvss_score")
    said = level(found.get("severity"))
    is_mitigated = found.get("mitigation").lower() == "true"
    actions = [each.get("action") for each in found.all("mitigations", "mitigation")]
    state, reason = judged(*actions) if is_mitigated else ("", "")
    return Found(
        title=f"{advisory} in {name}" if advisory else f"Vulnerable component: {name}",
        kind="dependency",
        severity=severity_of_score(cvss) if said is None else said,
        description=found.get("cve_summary"),
        cwe=cwe(found.get("cwe_id")),
        cvss_score=cvss,
        vulnerability_ids=[advisory] if advisory else [],
        component=name,
        version=component.get("version"),
        file=next((each.get("value") for each in component.all("file_paths", "file_path")), ""),
        state=state,
        state_reason=reason,
        identified=instant(found.get("first_found_date")) or about.scanned_at,
        # Paths hold the versions of what they lead to.
        artefact=about.app,
        attributes={"vendor": component.get("vendor"), "library_id": component.get("library_id")},
    )


def _library(component: Element) -> str:
    """The name without group and version, as the library is called; else the file's."""
    parts = component.get("library_id").split(":")
    named = parts[2] if parts[0] == "maven" and len(parts) > 2 else component.get("library")
    return named or component.get("file_name")


def _judged(flaw: Element) -> tuple[str, str]:
    status = flaw.get("mitigation_status").lower()
    actions = [each.get("action") for each in flaw.all("mitigations", "mitigation")]
    if status == "accepted":
        return judged(*actions, flaw.get("remediation_status"))
    return "", "mitigation proposed" if status == "proposed" else ""


def _policy(flaw: Element) -> bool:
    return flaw.get("affects_policy_compliance").lower() == "true"


FORMAT = Format("veracode", "Veracode detailed report", frozenset({"xml"}), detect, read)
