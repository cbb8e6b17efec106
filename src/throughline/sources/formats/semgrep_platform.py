"""Semgrep AppSec Platform, its findings by API: https://semgrep.dev/api/v1/docs/

Code and supply chain findings, secrets, and the older list of supply chain vulnerabilities (`vulns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.semgrep import severity_of, title_of
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    ids,
    instant,
    items,
    member,
    score,
    text,
    texts,
    whole,
)

_SIGNS = ({"match_based_id"}, {"syntactic_id"}, {"triage_state", "rule_name"}, {"findingPath"})
_SET_ASIDE = frozenset({"ignored", "muted", "dismissed"})
_AT_WORK = frozenset({"fixing", "reopened"})


def detect(content: Content) -> bool:
    """Whether its first finding has Semgrep's ids; or it is the empty answer, which holds nothing else."""
    if "vulns" in content.members:
        return {"advisory"} <= _first(content, "vulns").keys()
    if "findings" not in content.members:
        return False
    first = _first(content, "findings")
    return any(sign <= first.keys() for sign in _SIGNS) or _is_empty(content)


def _is_empty(content: Content) -> bool:
    if "findings" not in content.members or not content.members.keys() <= {"findings", "cursor"}:
        return False
    return bytes(memoryview(content.members["findings"])[:1]) == b"[" and not content.items("findings")


def _first(content: Content, name: str) -> dict[str, Any]:
    if bytes(memoryview(content.members[name])[:1]) != b"[":
        return {}
    raw = next(iter(content.items(name)), None)
    first = content.value(raw) if raw is not None else None
    return first if isinstance(first, dict) else {}


def read(content: Content) -> Report:
    """The report; a record is one finding."""
    name = "vulns" if "vulns" in content.members else "findings"

    def findings(record: Any) -> Iterator[Found]:
        yield _found(content.value(record))

    return Report(
        # An empty answer is written alike by others, so its silence must prove nothing of Semgrep's findings.
        tool="" if _is_empty(content) else "Semgrep",
        records=content.items(name),
        findings=findings,
        unit="finding",
    )


def _found(finding: dict[str, Any]) -> Found:
    if "advisory" in finding:
        return _vulnerability(finding)
    return _secret(finding) if "findingPath" in finding else _finding(finding)


def _finding(finding: dict[str, Any]) -> Found:
    rule = text(finding, "rule_name") or text(finding, "rule", "name")
    package = member(finding, "found_dependency")
    weaknesses = cwes(texts(finding, "rule", "cwe_names"))
    repository = text(finding, "repository", "name")
    state, reason = _judged(finding)
    found = Found(
        title=title_of(rule),
        rule=rule,
        kind="dependency" if package else "code",
        severity=severity_of(text(finding, "severity")),
        description=text(finding, "rule_message") or text(finding, "rule", "message"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        vulnerability_ids=ids(text(finding, "vulnerability_identifier")),
        component=text(package, "package"),
        version=text(package, "version"),
        fixed_version=text(next(iter(items(finding, "fix_recommendations")), None), "version"),
        file=text(finding, "location", "file_path"),
        line=whole(finding, "location", "line"),
        identified=instant(text(finding, "created_at") or text(finding, "relevant_since")),
        mitigated=instant(text(finding, "state_updated_at")) if _status(finding) == "fixed" else "",
        state=state,
        state_reason=reason,
        link=text(finding, "line_of_code_url"),
        tool_id=_tool_id(finding, repository),
        artefact="/".join(filter(None, (repository, text(finding, "location", "file_path")))),
        attributes=_attributes(finding, repository),
    )
    if package:
        _name_advisory(found)
    return found


def _tool_id(finding: dict[str, Any], repository: str) -> str:
    """The id made of rule, path and matched code, which alone is the same in copies of one file."""
    return "|".join(filter(None, (repository, text(finding, "match_based_id")))) or text(finding, "id")


def _name_advisory(found: Found) -> None:
    found.title = " in ".join(filter(None, (next(iter(found.vulnerability_ids), ""), found.component)))
    found.rule = "" if found.vulnerability_ids else found.rule


def _status(finding: dict[str, Any]) -> str:
    return (text(finding, "status") or text(finding, "state")).lower().removeprefix("finding_status_")


def _judged(finding: dict[str, Any]) -> tuple[str, str]:
    """What a person judged, and why."""
    triage, reason = text(finding, "triage_state").lower(), text(finding, "triage_reason").lower()
    why = ": ".join(filter(None, (reason.replace("_", " "), text(finding, "triage_comment"))))
    if triage in _SET_ASIDE or (not triage and _status(finding) in _SET_ASIDE):
        return "false positive" if reason == "false_positive" else "accepted", why
    return ("confirmed", why) if triage in _AT_WORK else ("", "")


def _attributes(finding: dict[str, Any], repository: str) -> dict[str, str | float | bool]:
    found = {
        "status": _status(finding),
        "repository": repository,
        "confidence": text(finding, "confidence").lower(),
        "package_type": text(finding, "found_dependency", "ecosystem"),
        "reachability": text(finding, "reachability"),
    }
    said: dict[str, str | float | bool] = {name: value for name, value in found.items() if value}
    epss = dig(finding, "epss_score")
    rated = score(epss, "score") if isinstance(epss, dict) else score(finding, "epss_score")
    return said if rated is None else said | {"epss": rated}


def _secret(finding: dict[str, Any]) -> Found:
    """One of Semgrep Secrets, whose answer holds the place and the type, not the value."""
    path, _, line = text(finding, "findingPath").rpartition(":")
    repository = text(finding, "repository", "name")
    status = _status(finding)
    return Found(
        title=text(finding, "type"),
        rule=text(finding, "type"),
        kind="secret",
        severity=severity_of(text(finding, "severity").removeprefix("SEVERITY_")),
        cwe="CWE-798",
        file=path or line,
        line=whole({"line": line}, "line") if path else None,
        identified=instant(text(finding, "createdAt")),
        mitigated=instant(text(finding, "updatedAt")) if status == "fixed" else "",
        state="accepted" if status == "ignored" else "",
        link=text(finding, "findingPathUrl"),
        tool_id=f"{repository}|{text(finding, 'id')}" if text(finding, "id") else "",
        attributes={
            "status": status,
            "repository": repository,
            "validity": text(finding, "validationState").removeprefix("VALIDATION_STATE_").lower(),
        },
    )


def _vulnerability(finding: dict[str, Any]) -> Found:
    """One of the older list of supply chain vulnerabilities."""
    advisory, place = member(finding, "advisory"), member(finding, "dependencyFileLocation")
    package = member(finding, "matchedDependency")
    listed = ids(texts(advisory, "references", "cveIds"), text(finding, "title"))
    status = text(finding, "triage", "status").lower()
    weaknesses = cwes(texts(advisory, "references", "cweIds"))
    return Found(
        title=text(finding, "title") or text(advisory, "title"),
        rule="" if listed else text(advisory, "ruleId"),
        kind="dependency",
        severity=severity_of(text(advisory, "severity")),
        description=text(advisory, "description"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        vulnerability_ids=listed,
        component=text(package, "name"),
        version=text(package, "versionSpecifier"),
        fixed_version=text(finding, "closestSafeDependency", "versionSpecifier"),
        file=text(place, "path"),
        line=whole(place, "startLine"),
        identified=instant(text(finding, "openedAt")),
        state="accepted" if status in _SET_ASIDE else "",
        state_reason=text(finding, "triage", "dismissReason"),
        link=text(place, "url"),
        artefact="/".join(filter(None, (text(finding, "repositoryName"), text(place, "path")))),
        attributes={
            "package_type": text(advisory, "ecosystem"),
            "repository": text(finding, "repositoryName"),
            "reachability": text(finding, "exposureType").lower(),
        },
    )


FORMAT = Format("semgrep_platform", "Semgrep AppSec Platform", frozenset({"object"}), detect, read)
