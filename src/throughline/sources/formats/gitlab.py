"""GitLab's security reports: SAST, dependencies, containers, secrets, DAST, API and coverage fuzzing.

https://gitlab.com/gitlab-org/security-products/security-report-schemas, versions 2 to 15. All are one shape,
so they are one format; `scan.type` (or what the places look like) says which kind of finding it is.

A vulnerability's `id` is no tool_id: it is random in DAST and holds lines in SAST; GitLab itself tracks by
primary identifier, place and the signatures of `tracking`. Neither is the `cve` of a secret: it holds the
plain SHA-256 of the secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.loose import told
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    ids,
    instant,
    items,
    masked,
    member,
    severity,
    text,
    texts,
    unique,
    untagged,
    vector,
    whole,
    without,
)

_KINDS = {
    "sast": "code",
    "dependency_scanning": "dependency",
    "container_scanning": "container",
    "cluster_image_scanning": "container",
    "secret_detection": "secret",
    "dast": "web",
    "api_fuzzing": "web",
    "coverage_fuzzing": "code",
}
_MEMBERS = frozenset({"version", "vulnerabilities", "remediations", "dependency_files", "scan", "schema"})
# The algorithms whose values hold a place relative to its scope, the one that moves least first.
_STABLE = ("scope_offset_compressed", "scope_offset")
_OFFSET = re.compile(r":\d+$")
_FIX = re.compile(r"\b[Uu]pgrade (?:\S+ )?(?:from \S+ )?to (?:versions? )?(v?\d[^\s,;]*)")


def detect(content: Content) -> bool:
    """Whether its vulnerabilities stand beside a scan or remediations, or the first has identifiers."""
    members = content.members
    if bytes(memoryview(members.get("vulnerabilities", msgspec.Raw(b"{")))[:1]) not in (b"[", b"n"):
        return False
    if {"version", "vulnerabilities"} <= members.keys() <= _MEMBERS:
        return True
    if {"type", "scanner"} <= _scan(content).keys():
        return True
    first = _first(content)
    return {"identifiers", "location"} <= first.keys() and isinstance(first["identifiers"], list)


def read(content: Content) -> Report:
    """The report; a record is one vulnerability."""
    scan, first = _scan(content), _first(content)
    scanned_at = instant(told(scan, "end_time")) or instant(told(scan, "start_time"))
    kind = _KINDS.get(told(scan, "type"), "")

    def findings(record: Any) -> Iterator[Found]:
        yield found_of(content.value(record), kind, scanned_at)

    return Report(
        tool=told(scan, "scanner", "name") or told(first, "scanner", "name") or "GitLab",
        records=content.items("vulnerabilities"),
        findings=findings,
        scope=untagged(told(first, "location", "image")),
        scanned_at=scanned_at,
        rules=_rules(scan),
        unit="vulnerability",
        succeeded=told(scan, "status") != "failure",
    )


def _scan(content: Content) -> dict[str, Any]:
    scan = content.member("scan")
    return scan if isinstance(scan, dict) else {}


def _first(content: Content) -> dict[str, Any]:
    raw = next(iter(content.items("vulnerabilities")), None)
    first = content.value(raw) if raw is not None else None
    return first if isinstance(first, dict) else {}


def _rules(scan: dict[str, Any]) -> frozenset[str] | None:
    with suppress(BadRecord):
        return frozenset(_name(each) for each in items(scan, "primary_identifiers")) or None
    return None


def found_of(vulnerability: dict[str, Any], kind: str, scanned_at: str) -> Found:
    """One vulnerability of a report: `kind` is that of its scan, and empty where each names its own."""
    identifiers = items(vulnerability, "identifiers")
    location = member(vulnerability, "location")
    kind = kind or _KINDS.get(text(vulnerability, "category"), "") or _kind_of_place(location)
    weaknesses = _cwes(identifiers)
    found = Found(
        title=_title(vulnerability, identifiers),
        rule=_name(identifiers[0]) if identifiers else "",
        kind=kind,
        severity=severity(text(vulnerability, "severity")),
        description=text(vulnerability, "description"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        cvss_vector=_vector(vulnerability),
        vulnerability_ids=_ids(identifiers),
        fixed_version=_fix(vulnerability),
        file=text(location, "file"),
        line=whole(location, "start_line"),
        identified=instant(text(vulnerability, "discovered_at")) or scanned_at,
        link=_link(vulnerability, identifiers),
        attributes=_attributes(vulnerability),
    )
    _PLACES[kind](found, vulnerability, location)
    if found.component and found.vulnerability_ids:
        found.rule = ""
    return found


def _kind_of_place(location: dict[str, Any]) -> str:
    if "image" in location:
        return "container"
    if text(location, "dependency", "package", "name"):
        return "dependency"
    return "web" if {"hostname", "path"} & location.keys() else "code"


def _in_code(found: Found, vulnerability: dict[str, Any], location: dict[str, Any]) -> None:
    scope = "#".join(filter(None, (text(location, "class"), text(location, "method"))))
    crash = " ".join(filter(None, (text(location, "crash_type"), text(location, "crash_state"))))
    signature = _signature(vulnerability)
    # path|class[0]|method[0]:4 is the fifth line of the first method of that name
    found.logical = scope or crash or _OFFSET.sub("", signature.partition("|")[2])
    found.context = "\n".join(texts(vulnerability, "raw_source_code_extract"))
    found.tool_id = f"{found.rule}|{signature}" if signature else ""


def _signature(vulnerability: dict[str, Any]) -> str:
    """The tracking signature that holds no line of the file; empty where there is none."""
    tracked = items(vulnerability, "tracking", "items")
    listed = items(tracked[0], "signatures") if tracked else []
    values = {text(each, "algorithm"): text(each, "value") for each in listed}
    return next((values[name] for name in _STABLE if "|" in values.get(name, "")), "")


def _in_manifest(found: Found, _vulnerability: dict[str, Any], location: dict[str, Any]) -> None:
    dependency = member(location, "dependency")
    found.component = text(dependency, "package", "name")
    found.version = text(dependency, "version")


def _in_image(found: Found, vulnerability: dict[str, Any], location: dict[str, Any]) -> None:
    _in_manifest(found, vulnerability, location)
    image = text(location, "default_branch_image") or text(location, "image")
    cluster = member(location, "kubernetes_resource")
    workload = (text(cluster, name) for name in ("namespace", "kind", "name", "container_name"))
    resource = "/".join(filter(None, workload))
    found.artefact = " ".join(filter(None, (untagged(image), resource)))
    _add(found, image=text(location, "image"), os=text(location, "operating_system"), resource=resource)


def _leaked(found: Found, vulnerability: dict[str, Any], location: dict[str, Any]) -> None:
    secrets = texts(vulnerability, "raw_source_code_extract")
    found.logical = masked(secrets[0]) if secrets else ""
    found.title = without(found.title, *secrets)
    found.description = without(found.description, *secrets)
    found.cwe = found.cwe or "CWE-798"
    commit = member(location, "commit") or member(vulnerability, "commit")
    sha = text(commit, "sha")
    # "0000000" stands for a scan of the files alone
    _add(found, commit=sha if sha.strip("0") else "", author=text(commit, "author"))


def _at_address(found: Found, _vulnerability: dict[str, Any], location: dict[str, Any]) -> None:
    method, parameter = text(location, "method"), text(location, "param")
    found.endpoint = text(location, "hostname").rstrip("/") + text(location, "path")
    found.logical = " ".join(filter(None, (method, parameter)))
    _add(found, method=method, parameter=parameter)


_PLACES = {
    "code": _in_code,
    "dependency": _in_manifest,
    "container": _in_image,
    "secret": _leaked,
    "web": _at_address,
}


def _title(vulnerability: dict[str, Any], identifiers: list[Any]) -> str:
    named = text(vulnerability, "name") or text(vulnerability, "message")
    return (
        named or (text(identifiers[0], "name") if identifiers else "") or text(vulnerability, "description")
    )


def _name(identifier: Any) -> str:
    """What an identifier calls its rule; some analyzers write a sentence as its value, and it moves."""
    name, value = text(identifier, "name"), text(identifier, "value")
    return name if not value or (" " in value and name and " " not in name) else value


def _ids(identifiers: list[Any]) -> list[str]:
    found = ids([text(each, "value") for each in identifiers], [text(each, "name") for each in identifiers])
    return sorted(found, key=lambda each: not each.startswith("CVE-"))


def _cwes(identifiers: list[Any]) -> list[str]:
    weaknesses = (each for each in identifiers if text(each, "type").lower() == "cwe")
    return unique(next(iter(cwes(text(each, "value"), text(each, "name"))), "") for each in weaknesses)


def _vector(vulnerability: dict[str, Any]) -> str:
    """The vector of the newest version among those of all vendors."""
    listed = [vector(text(each, "vector")) for each in items(vulnerability, "cvss_vectors")]
    return max(listed, key=lambda each: each[:8], default="")


def _fix(vulnerability: dict[str, Any]) -> str:
    said = _FIX.search(text(vulnerability, "solution"))
    return text(vulnerability, "remediateMetadata", "fixed_version") or (said[1].rstrip(".") if said else "")


def _link(vulnerability: dict[str, Any], identifiers: list[Any]) -> str:
    listed = [*items(vulnerability, "links"), *identifiers]
    return next(filter(None, (text(each, "url") for each in listed)), "")


def _attributes(vulnerability: dict[str, Any]) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {}
    confidence = text(vulnerability, "confidence").lower()
    if confidence not in ("", "unknown", "undefined"):
        found["confidence"] = confidence
    if any(
        text(each, "type") == "flagged-as-likely-false-positive" for each in items(vulnerability, "flags")
    ):
        found["likely_false_positive"] = True
    return found


def _add(found: Found, **said: str) -> None:
    found.attributes.update({name: value for name, value in said.items() if value})


FORMAT = Format("gitlab", "GitLab security report", frozenset({"object"}), detect, read)
