"""Reports as the scanners themselves write them, and catalogues of exploitation, of what the sample holds.

Trivy's JSON (schema 2), Grype's JSON, SARIF 2.1.0, CISA's KEV as JSON, FIRST's EPSS as CSV.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from throughline.sample.organisation import SampleService
from throughline.sample.scans import CODE_SCANNER, Flaw, Plan
from throughline.sample.software import CHECKS, Advisory, Flagged

REGISTRY = "images.fernwood.example"
REPOSITORIES = "https://code.fernwood.example"
_SYSTEM = ("debian", "12")
_TYPES = {"deb": "deb", "python": "pypi"}
_CONFIDENCE = {"error": "HIGH", "warning": "MEDIUM", "note": "HIGH"}


def image_of(service: SampleService, at: datetime) -> str:
    """The image that is scanned: built on the day before."""
    return f"{REGISTRY}/{service.name}:{at - timedelta(days=1):%Y.%m.%d}"


def trivy(plan: Plan, service: SampleService, at: datetime) -> bytes:
    """A report of Trivy on a service's image."""
    image, family = image_of(service, at), " ".join(_SYSTEM)
    found = plan.seen(service, "Trivy", at)
    return _as_bytes(
        {
            "SchemaVersion": 2,
            "CreatedAt": _instant(at),
            "ArtifactName": image,
            "ArtifactType": "container_image",
            "Metadata": {"OS": {"Family": _SYSTEM[0], "Name": _SYSTEM[1]}, "RepoTags": [image]},
            "Results": [
                {
                    "Target": f"{image} ({family})",
                    "Class": "os-pkgs",
                    "Type": _SYSTEM[0],
                    "Vulnerabilities": [_trivy(plan, flaw, at) for flaw in _of_kind("deb", found)],
                },
                {
                    "Target": "Python",
                    "Class": "lang-pkgs",
                    "Type": "python-pkg",
                    "Vulnerabilities": [_trivy(plan, flaw, at) for flaw in _of_kind("python", found)],
                },
            ],
        }
    )


def _of_kind(kind: str, found: Iterable[Flaw]) -> list[Flaw]:
    return [flaw for flaw in found if _advisory(flaw).package.kind == kind]


def _trivy(plan: Plan, flaw: Flaw, at: datetime) -> dict[str, Any]:
    advisory = _advisory(flaw)
    version, fixed = plan.versions(flaw.service, advisory, at)
    said = {
        "VulnerabilityID": advisory.cve,
        "PkgName": advisory.package.name,
        "PkgIdentifier": {"PURL": _purl(advisory, version)},
        "InstalledVersion": version,
        "Status": "fixed" if fixed else "affected",
        "Title": advisory.title,
        "Severity": advisory.severity.upper(),
        "CweIDs": [advisory.cwe],
        "CVSS": {"nvd": {"V3Vector": advisory.vector, "V3Score": advisory.score}},
        "PublishedDate": _instant(advisory.published),
    }
    if fixed:
        said["FixedVersion"] = fixed
    if advisory.package.kind == "python":
        said["PkgPath"] = _path(advisory, version)
    return said


def grype(plan: Plan, service: SampleService, at: datetime) -> bytes:
    """A report of Grype on a service's image."""
    return _as_bytes(
        {
            "matches": [_grype(plan, flaw, at) for flaw in plan.seen(service, "Grype", at)],
            "source": {"type": "image", "target": {"userInput": image_of(service, at), "tags": []}},
            "distro": {"name": _SYSTEM[0], "version": _SYSTEM[1], "idLike": []},
            "descriptor": {"name": "grype", "version": "0.87.0", "timestamp": _instant(at)},
        }
    )


def _grype(plan: Plan, flaw: Flaw, at: datetime) -> dict[str, Any]:
    advisory = _advisory(flaw)
    version, fixed = plan.versions(flaw.service, advisory, at)
    is_system = advisory.package.kind == "deb"
    return {
        "vulnerability": {
            "id": advisory.cve if is_system else advisory.ghsa,
            "namespace": "debian:distro:debian:12" if is_system else "github:language:python",
            "severity": advisory.severity.capitalize(),
            "description": f"{advisory.title}.",
            "cvss": [],
            "fix": {"versions": [fixed] if fixed else [], "state": "fixed" if fixed else "not-fixed"},
        },
        "relatedVulnerabilities": [_related(advisory)],
        "matchDetails": [{"type": "exact-direct-match", "matcher": f"{advisory.package.kind}-matcher"}],
        "artifact": {
            "name": advisory.package.name,
            "version": version,
            "type": advisory.package.kind,
            "locations": [{"path": "/" + _path(advisory, version)}],
            "purl": _purl(advisory, version),
        },
    }


def _related(advisory: Advisory) -> dict[str, Any]:
    rating = {"version": "3.1", "vector": advisory.vector, "metrics": {"baseScore": advisory.score}}
    return {"id": advisory.cve, "namespace": "nvd:cpe", "cvss": [{"type": "Primary", **rating}]}


def _purl(advisory: Advisory, version: str) -> str:
    package = advisory.package
    space = f"{_SYSTEM[0]}/" if package.kind == "deb" else ""
    return f"pkg:{_TYPES[package.kind]}/{space}{package.name}@{version}"


def _path(advisory: Advisory, version: str) -> str:
    if advisory.package.kind == "deb":
        return "var/lib/dpkg/status"
    folder = f"{advisory.package.name.replace('-', '_')}-{version}.dist-info"
    return f"usr/local/lib/python3.12/site-packages/{folder}/METADATA"


def sarif(plan: Plan, service: SampleService, at: datetime) -> bytes:
    """A SARIF log of the code scanner on a service's repository."""
    rules = [
        {
            "id": check.id,
            "name": check.name,
            "shortDescription": {"text": check.message},
            "properties": {"tags": ["security", f"external/cwe/cwe-{check.cwe}"]},
        }
        for check in CHECKS
    ]
    run = {
        "tool": {"driver": {"name": CODE_SCANNER, "version": "1.8.0", "rules": rules}},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": _instant(at)}],
        "versionControlProvenance": [{"repositoryUri": f"{REPOSITORIES}/{service.name}"}],
        "results": [_result(plan, flaw, at) for flaw in plan.seen(service, CODE_SCANNER, at)],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _as_bytes({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _result(plan: Plan, flaw: Flaw, at: datetime) -> dict[str, Any]:
    place = flaw.what
    assert isinstance(place, Flagged)
    index, check = next((at, check) for at, check in enumerate(CHECKS) if check.id == place.check)
    region = {"startLine": plan.line(place, at), "snippet": {"text": place.text}}
    return {
        "ruleId": check.id,
        "ruleIndex": index,
        "level": check.level,
        "message": {"text": check.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": place.file}, "region": region}}],
        "properties": {"issue_confidence": _CONFIDENCE[check.level]},
    }


def exploited(plan: Plan, at: datetime) -> bytes:
    """The catalogue of what is exploited, as of an instant: the likeliest few of the advisories."""
    known = [advisory for advisory in plan.exploited if _added(advisory) <= at]
    return _as_bytes(
        {
            "title": "Invented catalogue of exploited vulnerabilities",
            "dateReleased": _instant(at),
            "count": len(known),
            "vulnerabilities": [
                {
                    "cveID": advisory.cve,
                    "product": advisory.package.name,
                    "vulnerabilityName": advisory.title,
                    "dateAdded": f"{_added(advisory):%Y-%m-%d}",
                    "dueDate": f"{_added(advisory) + timedelta(days=21):%Y-%m-%d}",
                    "knownRansomwareCampaignUse": "Unknown",
                }
                for advisory in known
            ],
        }
    )


def _added(advisory: Advisory) -> datetime:
    return advisory.published + timedelta(days=9)


def scores(plan: Plan, at: datetime) -> bytes:
    """The chances of exploitation of what was published by an instant."""
    lines = [f"#model_version:sample,score_date:{_instant(at)}", "cve,epss,percentile"]
    for advisory in plan.advisories:
        if advisory.published <= at:
            chance = plan.chance(advisory)
            # Most CVEs score less than a thousandth; the share below rises steeply from there.
            lines.append(f"{advisory.cve},{chance:.5f},{min(chance**0.08, 0.9999):.5f}")
    return "\n".join([*lines, ""]).encode()


def _as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def _advisory(flaw: Flaw) -> Advisory:
    assert isinstance(flaw.what, Advisory)
    return flaw.what


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
