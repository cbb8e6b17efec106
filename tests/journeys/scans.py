"""Two scanners' reports for the journeys: a container's packages, and code with asserts in its tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PACKAGES = 20
ASSERTS = 10
QUERIES = 6
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")


def write_trivy(path: Path) -> Path:
    """A report of an image in which twenty packages have an advisory each."""
    target = {
        "Target": "app/package-lock.json",
        "Class": "lang-pkgs",
        "Type": "npm",
        "Vulnerabilities": [_advisory(number) for number in range(PACKAGES)],
    }
    head = {
        "SchemaVersion": 2,
        "CreatedAt": "2026-11-02T08:00:00Z",
        "ArtifactName": "shop/api",
        "ArtifactType": "container_image",
    }
    path.write_text(json.dumps({**head, "Results": [target]}))
    return path


def _advisory(number: int) -> dict[str, Any]:
    return {
        "VulnerabilityID": f"CVE-2026-{10_001 + number}",
        "PkgName": f"package-{number}",
        "InstalledVersion": "1.0.1",
        "FixedVersion": "1.0.2",
        "Title": f"Prototype pollution in package-{number}",
        "Severity": SEVERITIES[number % 4],
        "CweIDs": ["CWE-1321"],
    }


def write_sarif(path: Path, *, day: int = 2, folder: str = "shop") -> Path:
    """A complete scan of code: ten asserts in tests, six queries; `folder` holds the last of the queries."""
    results = [_result("assert-used", f"tests/unit/test_{n}.py", n) for n in range(ASSERTS)]
    results += [_result("sql-injection", f"src/shop/view_{n}.py", n) for n in range(QUERIES - 1)]
    results.append(_result("sql-injection", f"src/{folder}/ledger.py", 99))
    rules = [
        {"id": "assert-used", "shortDescription": {"text": "An assert in code"}},
        {"id": "sql-injection", "shortDescription": {"text": "Query built from text"}},
    ]
    run = {
        "tool": {"driver": {"name": "Codewatch", "semanticVersion": "1.4.0", "rules": rules}},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": f"2026-11-{day:02d}T08:00:00Z"}],
        "results": results,
    }
    path.write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    return path


def _result(rule: str, file: str, number: int) -> dict[str, Any]:
    region = {"startLine": 10 + number, "snippet": {"text": f"value_{number} = read(place_{number})"}}
    return {
        "ruleId": rule,
        "level": "error" if rule == "sql-injection" else "note",
        "message": {"text": f"{rule} in {file.rpartition('/')[2]}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}, "region": region}}],
    }
