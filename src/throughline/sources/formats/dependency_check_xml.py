"""Dependency-Check's XML in the shape of its JSON, from its first schema to the last. Pure."""

from __future__ import annotations

from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element

# Of a dependency and what is in it: as much again as what is read.
UNREAD = frozenset(
    {"filePath", "md5", "sha1", "sha256", "license", "projectReferences", "includedBy", "source"}
    | {"accessVector", "accessComplexity", "authenticationr", "confidentialImpact", "integrityImpact"}
    | {"attackVector", "attackComplexity", "privilegesRequired", "userInteraction", "scope"}
    | {"availabilityImpact", "confidentialityImpact"}
)
_RATINGS = {"cvssV2": "cvssv2", "cvssV3": "cvssv3", "cvssV4": "cvssv4"}


def project_of(content: Content) -> dict[str, str]:
    """What was analysed, and when."""
    found = next(content.elements("projectInfo", until=("dependencies",)), None)
    return _texts(found) if found else {}


def dependency_of(element: Element) -> dict[str, Any]:
    """One dependency."""
    related = element.all("relatedDependencies", "relatedDependency")
    return {
        "fileName": element.said("fileName"),
        "relatedDependencies": [_texts(each) for each in related],
        "packages": _identifiers(element, "package") + _identifiers(element, "identifier", "maven"),
        "vulnerabilityIds": _identifiers(element, "vulnerabilityIds")
        + _identifiers(element, "identifier", "cpe"),
        "evidenceCollected": {f"{kind}Evidence": _evidence(element, kind) for kind in ("product", "version")},
        "vulnerabilities": _vulnerabilities(element, "vulnerability"),
        "suppressedVulnerabilities": _vulnerabilities(element, "suppressedVulnerability"),
    }


def _texts(element: Element) -> dict[str, str]:
    return {child.name: child.text for child in element.children}


def _identifiers(element: Element, name: str, type: str = "") -> list[dict[str, str]]:
    """Package ids; before schema 2 an identifier has a type and a name in brackets."""
    found = element.all("identifiers", name)
    return [
        {"id": (each.said("id") or each.said("name")).strip("() ")}
        for each in found
        if not type or each.get("type") == type
    ]


def _evidence(element: Element, kind: str) -> list[dict[str, str]]:
    found = element.all("evidenceCollected", "evidence")
    return [_texts(each) for each in found if each.get("type") == kind]


def _vulnerabilities(element: Element, name: str) -> list[dict[str, Any]]:
    return [_vulnerability(each) for each in element.all("vulnerabilities", name)]


def _vulnerability(element: Element) -> dict[str, Any]:
    weaknesses = element.all("cwes", "cwe") or element.all("cwe")
    found: dict[str, Any] = {
        "source": element.get("source"),
        "name": element.said("name"),
        "severity": element.said("severity"),
        "description": element.said("description"),
        "notes": element.said("notes"),
        "cwes": [each.text for each in weaknesses],
        "references": [_texts(each) for each in element.all("references", "reference")],
        "vulnerableSoftware": [
            {"software": each.attributes} for each in element.all("vulnerableSoftware", "software")
        ],
    }
    for said, name in _RATINGS.items():
        if rating := element.find(said):
            found[name] = _texts(rating)
    if element.said("cvssScore"):
        found["cvssv2"] = {"score": element.said("cvssScore")}
    return found
