"""Checkmarx One: the results of its command line tool and API, and its scan report, as JSON.

https://docs.checkmarx.com/en/34965-68638-checkmarx-one-api.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.checkmarx_words import level, names_a_secret, triage
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.peeks import first_of, inner, is_list, is_object, said
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    ids,
    instant,
    member,
    score,
    severity_of_score,
    spelled,
    text,
    unique,
    untagged,
    whole,
    without,
)

_ENGINES = {"scanResults": "sast", "iacScanResults": "kics", "scaScanResults": "sca", "results": ""}
_REPORTS = frozenset({"reportHeader", "executiveSummary", "scanSummary", "iacScanResults", "scaScanResults"})
# A report nests results in these, some of them in each other.
_LEVELS = (
    *("languages", "technology", "queries", "packages", "resultsList"),
    *("vulnerabilities", "packageVulnerabilities", "results"),
)
_HOLD_RESULTS = frozenset({"resultsList", "vulnerabilities", "packageVulnerabilities", "results"})
_DEEPEST = 12
_KINDS = {"sast": "code", "kics": "cloud", "sca": "dependency", "containers": "container"} | {
    "sca-container": "container",
    "sscs-secret-detection": "secret",
}
_PACKAGE = re.compile(
    r"(?P<type>[A-Za-z]+)-(?P<name>.+)-(?P<version>v?\d[^-]*"
    r"(?:-(?:alpha|beta|rc|m\d|snapshot|release|final|pre|preview|dev|next|canary|jre|android)[\w.+]*)*)",
    re.IGNORECASE,
)


class _Record(NamedTuple):
    """One result, undecoded, with the engine that found it and what the levels above say of it."""

    engine: str
    above: dict[str, Any]
    raw: msgspec.Raw


def detect(content: Content) -> bool:
    """Whether it is a scan report, or a list of results with similarities."""
    names = content.members.keys()
    if "scanResults" in names or "scaScanResults" in names:
        return not names.isdisjoint(_REPORTS)
    if not names >= {"results", "totalCount"}:
        return False
    first = first_of(content, "results")
    return "similarityId" in first if first else names <= {"results", "totalCount", "scanID", "errors"}


def read(content: Content) -> Report:
    """The report; a record is one result."""
    about = {name: content.member(name) for name in ("reportHeader", "scanSummary")}
    scanned_at = _instant(
        inner(about, "reportHeader", "createdDate"), inner(about, "scanSummary", "scanCompletedDate")
    )

    def findings(record: _Record) -> Iterator[Found]:
        result = member(content.value(record.raw))
        yield _found(record.engine, {**record.above, **member(result, "data"), **result}, scanned_at)

    return Report(
        tool="Checkmarx One",
        records=_records(content),
        findings=findings,
        scope=said(about, "reportHeader", "projectName"),
        scanned_at=scanned_at,
        unit="result",
    )


def _records(content: Content) -> Iterator[_Record]:
    for name, engine in _ENGINES.items():
        raw = content.members.get(name)
        if raw is not None and is_list(raw):
            yield from _listed(content, engine, {}, raw, name=name)
        elif raw is not None and is_object(raw):
            parts = content.members_of(raw)
            yield from _inner(content, engine, {}, parts)
            for part in parts.keys() & _KINDS.keys():
                yield from _inner(content, part, {}, content.members_of(parts[part]))


def _inner(
    content: Content, engine: str, above: dict[str, Any], parts: dict[str, msgspec.Raw], *, depth: int = 0
) -> Iterator[_Record]:
    """The results in the first list that an object nests."""
    name = next((name for name in _LEVELS if is_list(parts.get(name))), None)
    if name:
        told = {name: content.value(part) for name, part in parts.items() if not is_list(part)}
        yield from _listed(content, engine, above | told, parts[name], name=name, depth=depth)


def _listed(
    content: Content, engine: str, above: dict[str, Any], raw: msgspec.Raw, *, name: str, depth: int = 0
) -> Iterator[_Record]:
    for item in content.items_of(raw):
        parts = content.members_of(item) if is_object(item) else {}
        if depth < _DEEPEST and not parts.keys().isdisjoint(_LEVELS):
            yield from _inner(content, engine, above, parts, depth=depth + 1)
        elif name in _HOLD_RESULTS:
            yield _Record(engine, above, item)


def _found(engine: str, told: dict[str, Any], scanned_at: str) -> Found:
    engine = text(told, "type").lower() if text(told, "type").lower() in _KINDS else engine
    name = text(told, "queryName") or text(told, "ruleName")
    state, reason = triage(text(told, "state"))
    dated = _instant(dig(told, "firstFoundAt"), dig(told, "firstFoundDate"), dig(told, "firstDetectionDate"))
    similarity = text(told, "similarityId")
    found = Found(
        title=name.replace("_", " "),
        rule=name or text(told, "ruleId"),
        kind=_KINDS.get(engine, "code"),
        severity=level(text(told, "severity")),
        description=without(text(told, "description"), text(told, "snippet")),
        cwe=cwe(dig(told, "cweId"), dig(member(told, "vulnerabilityDetails"), "cweId")),
        state=state,
        state_reason=reason,
        identified=dated or _instant(dig(told, "created"), dig(told, "foundAt")) or scanned_at,
        mitigated=_fixed(told, scanned_at),
        published=_instant(dig(told, "publishedAt")),
        link=text(told, "resultViewerLink"),
        attributes={"language": text(told, "languageName"), "group": text(told, "groupName")},
    )
    if engine in ("sca", "sca-container", "containers"):
        _fill_component(found, told)
    else:
        _fill_place(found, told)
        # Made of the query and of source and sink without their lines; `id` is that of one path.
        found.tool_id = f"{found.rule}:{similarity}" if similarity else ""
    return found


def _fill_place(found: Found, told: dict[str, Any]) -> None:
    source, sink = member(told, "nodes", 0), member(told, "nodes", -1)
    found.file = (
        text(sink, "fileName")
        or text(told, "destinationFileName")
        or text(told, "fileName")
        or text(told, "filename")
    )
    found.line = whole(sink, "line") or whole(told, "destinationLine") or whole(told, "line")
    if sink:
        found.logical = f"{_place(source)} > {_place(sink)}"
    if not names_a_secret(found.rule) and found.kind != "secret":
        found.context = f"{text(source, 'code')}\n{text(sink, 'code')}"
    found.attributes["resource"] = text(told, "resourceName")


def _place(node: dict[str, Any]) -> str:
    return text(node, "fullName") or f"{text(node, 'method')}/{text(node, 'name')}"


def _fill_component(found: Found, told: dict[str, Any]) -> None:
    details = member(told, "vulnerabilityDetails")
    package = _PACKAGE.fullmatch(text(told, "packageIdentifier"))
    advisory = text(details, "cveName") or text(told, "cveName") or text(told, "cveId") or text(told, "id")
    found.vulnerability_ids = unique([*ids(advisory), spelled(advisory)])
    found.component = text(told, "packageName") or (package or {"name": ""})["name"]
    found.component = found.component or text(told, "packageIdentifier")
    found.version = text(told, "packageVersion") or (package or {"version": ""})["version"]
    found.title = f"{advisory} in {found.component}" if found.component else advisory
    found.rule = ""
    found.cvss_score = score(details, "cvssScore") or score(told, "cvssScore")
    if found.severity is None:
        found.severity = severity_of_score(found.cvss_score)
    fixed = told.get("recommendedVersion")
    found.fixed_version = fixed if isinstance(fixed, str) else ""
    image = untagged(text(told, "imageName"))
    locations = dig(member(told, "scaPackageData"), "locations")
    found.file = next((str(each) for each in locations or [] if isinstance(each, str)), "")
    found.artefact = image
    found.attributes["image"] = image
    found.attributes["package_type"] = (package or {"type": ""})["type"].lower()


def _fixed(told: dict[str, Any], scanned_at: str) -> str:
    if text(told, "status").upper() != "FIXED":
        return ""
    return (
        _instant(dig(told, "foundAt"), dig(told, "foundDate"), dig(told, "lastDetectionDate")) or scanned_at
    )


def _instant(*told: Any) -> str:
    """The first that is a date; Go adds the zone's name to its offset."""
    for each in told:
        value = each.get("seconds") if isinstance(each, dict) else each
        if found := instant(value.removesuffix(" UTC") if isinstance(value, str) else value):
            return found
    return ""


FORMAT = Format("checkmarx_one", "Checkmarx One", frozenset({"object"}), detect, read)
