"""OWASP Dependency-Check, XML and JSON: https://jeremylong.github.io/DependencyCheck/

A library that stands in several archives is one dependency with related ones; each that has a name of its own
is a finding of its own, as each is to be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.dependency_check_xml import UNREAD, dependency_of, project_of
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import Package, each, ordered, package_of, titled, versionless
from throughline.sources.formats.peeks import is_object
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    ids,
    instant,
    items,
    score,
    severity,
    severity_of_score,
    text,
    vector,
)

_RATINGS = (
    ("cvssv4", "baseScore", "baseSeverity"),
    ("cvssv3", "baseScore", "baseSeverity"),
    ("cvssv2", "score", "severity"),
)
_LONGEST_ID = 60


def detect(content: Content) -> bool:
    """Whether its root, or its schema beside its dependencies, is Dependency-Check's."""
    if content.shape == "xml":
        space = content.root.namespace.lower().replace("_", "-")
        return content.root.name == "analysis" and ("dependency-check" in space or "dependencycheck" in space)
    names = content.members.keys()
    return "dependencies" in names and {"reportSchema", "projectInfo"} <= names


def read(content: Content) -> Report:
    """The report; a record is one dependency."""
    project = _project(content)
    scanned_at = instant(project.get("reportDate"))

    def findings(record: msgspec.Raw | Element) -> Iterable[Found]:
        said = dependency_of(record) if isinstance(record, Element) else content.value(record)
        return _findings(said, scanned_at)

    return Report(
        tool="Dependency-Check",
        records=_records(content),
        findings=findings,
        scope=_scope(project),
        scanned_at=scanned_at,
        unit="dependency",
    )


def _project(content: Content) -> dict[str, Any]:
    if content.shape == "xml":
        return project_of(content)
    raw = content.members.get("projectInfo")
    return content.value(raw) if raw is not None and is_object(raw) else {}


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "xml":
        return ((element.line, element) for element in content.elements("dependency", without=UNREAD))
    return content.items("dependencies")


def _scope(project: dict[str, Any]) -> str:
    named = (project.get(name) for name in ("name", "artifactID"))
    return next((said for said in named if isinstance(said, str) and said), "")


def _findings(said: dict[str, Any], scanned_at: str) -> Iterator[Found]:
    files = [
        text(said, "fileName"),
        *(text(each_of, "fileName") for each_of in each(said, "relatedDependencies")),
    ]
    package = _package(said)
    for name, state in (("vulnerabilities", ""), ("suppressedVulnerabilities", "accepted")):
        for vulnerability in each(said, name):
            found = list(dict.fromkeys(filter(None, files))) or [""]
            yield from (_found(vulnerability, package, file, state, scanned_at) for file in found)


def _found(said: dict[str, Any], package: Package, file: str, state: str, scanned_at: str) -> Found:
    named = text(said, "name")
    known = ordered(ids(named) or ([named] if _is_id(named) else []))
    level, rated = _rating(said)
    notes = text(said, "notes")
    return Found(
        title=titled("" if known else named, known, package.name),
        rule="" if known else named,
        kind="dependency",
        severity=severity_of_score(rated) if level is None else level,
        description=text(said, "description"),
        cwe=cwe(items(said, "cwes"), named),
        cvss_vector=vector(text(said, "cvssv4", "vectorString"), text(said, "cvssv3", "vectorString")),
        cvss_score=rated,
        vulnerability_ids=known,
        component=package.name,
        version=package.version,
        fixed_version=_fixed(said),
        file=file,
        artefact=versionless(file, package.version),
        identified=scanned_at,
        state="false positive" if state and "false positive" in notes.lower() else state,
        state_reason=notes if state else "",
        link=next(filter(None, (text(each_of, "url") for each_of in each(said, "references"))), ""),
        attributes=_facts(source=text(said, "source"), package_type=package.type),
    )


def _is_id(named: str) -> bool:
    return bool(named) and len(named) <= _LONGEST_ID and " " not in named


def _package(said: dict[str, Any]) -> Package:
    """The package by its purl, its Maven coordinates, its CPE, or what the evidence says of it."""
    found = [text(package, "id") for package in each(said, "packages")]
    for name in found:
        if (package := package_of(name)).name:
            return package
    for name in (*found, *(text(each_of, "id") for each_of in each(said, "vulnerabilityIds"))):
        if coordinates := _coordinates(name):
            return coordinates
    product, version = (_evidence(said, name) for name in ("productEvidence", "versionEvidence"))
    return Package("", product, version) if product else Package("", text(said, "fileName"), "")


def _coordinates(name: str) -> Package | None:
    parts = name.split(":")
    if name.startswith("cpe:2.3:") and len(parts) > 5:
        return Package("", f"{parts[3]}:{parts[4]}", parts[5].strip("*-"))
    if name.startswith("cpe:/") and len(parts) > 3:
        return Package("", f"{parts[2]}:{parts[3]}", parts[4] if len(parts) > 4 else "")
    return Package("maven", ":".join(parts[:2]), parts[2]) if len(parts) == 3 else None


def _evidence(said: dict[str, Any], kind: str) -> str:
    return text(said, "evidenceCollected", kind, 0, "value")


def _rating(said: dict[str, Any]) -> tuple[int | None, float | None]:
    """The severity in the tool's own word, and the score of the newest CVSS; either may be missing."""
    levels = [severity(text(said, "severity"))]
    rated = None
    for name, number, word in _RATINGS:
        if dig(said, name):
            levels.append(severity(text(said, name, word) or text(said, name, f"{word}>")))
            rated = score(said, name, number) if rated is None else rated
    return next((level for level in levels if level is not None), None), rated


def _fixed(said: dict[str, Any]) -> str:
    """The first version beyond the range that the dependency's version is in."""
    for software in each(said, "vulnerableSoftware"):
        if text(software, "software", "vulnerabilityIdMatched") == "true":
            return text(software, "software", "versionEndExcluding")
    return ""


def _facts(**facts: str) -> dict[str, str | float | bool]:
    return {name: said for name, said in facts.items() if said}


FORMAT = Format("dependency_check", "OWASP Dependency-Check", frozenset({"object", "xml"}), detect, read)
