"""SonarQube and SonarCloud: issues and security hotspots by API, and the JSON of sonar-report.

https://docs.sonarsource.com/sonarqube-server/latest/extension-guide/web-api/ (api/issues/search,
api/hotspots/search), https://github.com/soprasteria/sonar-report. An issue's key stays with it as long as
SonarQube tracks it, through moved lines and renamed files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from throughline.engine.dates import iso
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.loose import told
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwes, ids, instant, items, member, score, text, texts, whole

SEVERITIES = {
    "BLOCKER": 4,
    "CRITICAL": 3,
    "HIGH": 3,
    "MAJOR": 2,
    "MEDIUM": 2,
    "MINOR": 1,
    "LOW": 1,
    "INFO": 0,
}
_REVIEWS = {
    "FALSE-POSITIVE": "false positive",
    "FALSE_POSITIVE": "false positive",
    "SAFE": "false positive",
    "WONTFIX": "accepted",
    "ACCEPTED": "accepted",
    "ACKNOWLEDGED": "accepted",
    "CONFIRMED": "confirmed",
}
_FIXED = frozenset({"FIXED", "REMOVED"})
_DATES = ("%A, %b %d, %Y", "%a %b %d %Y", "%A, %B %d, %Y")
_WEAKNESS = re.compile(r"CWE-\d+", re.IGNORECASE)
_FILENAME = re.compile(r"Filename: ([^|]{0,500}?)(?::([^:| ]+))? \|")
_SCORE = re.compile(r"CVSS Score: ([\d.]+)")
_DEPENDENCIES = "UsingComponentWithKnownVulnerability"
_SECRETS = "secrets:"
_ISSUE = frozenset({"key", "rule", "component"})

Read = Callable[[Any], Found]


def detect(content: Content) -> bool:
    """Whether it has hotspots, or issues beside what the API or sonar-report writes around them."""
    if content.shape == "list":
        return isinstance(content.first, dict) and _ISSUE | {"severity"} <= content.first.keys()
    members = content.members.keys()
    if "hotspots" in members:
        return bool({"paging", "components"} & members)
    if "issues" not in members:
        return False
    return bool({"components", "effortTotal", "hotspotKeys", "sonarBaseURL"} & members) or _is_issue(content)


def _is_issue(content: Content) -> bool:
    if bytes(memoryview(content.members["issues"])[:1]) != b"[":
        return False
    listed = content.items("issues")
    first = content.value(listed[0]) if listed else None
    return isinstance(first, dict) and _ISSUE | {"severity"} <= first.keys()


def read(content: Content) -> Report:
    """The report; a record is one issue or hotspot."""
    issue, hotspot = _issue_reader(content), _hotspot_reader(content)

    def findings(record: Any) -> Iterator[Found]:
        raw, is_hotspot = record
        yield (hotspot if is_hotspot else issue)(content.value(raw))

    return Report(
        tool="SonarQube",
        records=_records(content),
        findings=findings,
        scope=_scope(content),
        scanned_at=report_date(str(content.member("date", ""))),
        unit="issue",
    )


def _records(content: Content) -> Iterator[tuple[msgspec.Raw, bool]]:
    yield from ((raw, False) for raw in content.records)
    yield from ((raw, False) for raw in content.items("issues"))
    yield from ((raw, True) for raw in content.items("hotspots"))


def report_date(said: str) -> str:
    """When sonar-report was run, as an instant; it writes the day in words.

    >>> report_date("Thursday, Jan 18, 2024")
    '2024-01-18T00:00:00Z'
    """
    for form in _DATES:
        try:
            return iso(datetime.strptime(said.strip(), form).replace(tzinfo=UTC))
        except ValueError:
            continue
    return instant(said)


def weaknesses(html: str) -> list[str]:
    """The weaknesses that a rule's description names, in order."""
    return cwes(list(dict.fromkeys(_WEAKNESS.findall(html))))


def _scope(content: Content) -> str:
    if named := content.member("sonarComponent") or content.member("projectName"):
        return str(named)
    projects = [each for each in _components(content) if each.get("qualifier") in ("TRK", "APP")]
    return told(projects[0], "key") if len(projects) == 1 else ""


def _components(content: Content) -> list[dict[str, Any]]:
    listed = content.member("components") if content.shape == "object" else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _paths(content: Content) -> dict[str, str]:
    """The path of each file by its component's key."""
    return {told(each, "key"): told(each, "path") or told(each, "longName") for each in _components(content)}


def _path(record: dict[str, Any], paths: dict[str, str]) -> str:
    """The file within its project; nothing for an issue of the project itself."""
    component, project = text(record, "component"), text(record, "project")
    if component == project:
        return ""
    return paths.get(component) or component.removeprefix(f"{project}:")


def _issue_reader(content: Content) -> Read:
    paths, rules = _paths(content), _rules(content)
    scanned_at = report_date(str(content.member("date", "")))
    return lambda record: _issue(record, paths, rules, scanned_at)


def _hotspot_reader(content: Content) -> Read:
    paths = _paths(content)
    return lambda record: _hotspot(record, paths)


def _rules(content: Content) -> dict[str, tuple[str, list[str]]]:
    """Name and weaknesses of each rule that the file describes: an object in sonar-report, else a list."""
    rules = content.member("rules") if content.shape == "object" else None
    if isinstance(rules, list):
        rules = {told(each, "key"): each for each in rules if isinstance(each, dict)}
    if not isinstance(rules, dict):
        return {}
    described = {key: rule for key, rule in rules.items() if isinstance(rule, dict)}
    return {key: (told(rule, "name"), weaknesses(told(rule, "htmlDesc"))) for key, rule in described.items()}


def _issue(
    issue: dict[str, Any], paths: dict[str, str], rules: dict[str, tuple[str, list[str]]], scanned_at: str
) -> Found:
    rule, message = text(issue, "rule"), text(issue, "message")
    name, described = rules.get(rule, ("", []))
    found_weaknesses = cwes(message, texts(issue, "tags"), described)
    resolution = _resolution(issue)
    found = Found(
        title=text(issue, "description") or name or message,
        rule=rule,
        kind="secret" if rule.startswith(_SECRETS) else "code",
        severity=_severity(issue),
        description=message,
        cwe=found_weaknesses[0] if found_weaknesses else "",
        tags=found_weaknesses[1:],
        file=_path(issue, paths),
        line=whole(issue, "line") or whole(issue, "textRange", "startLine"),
        identified=instant(text(issue, "creationDate")) or scanned_at,
        mitigated=_closed(issue) if resolution in _FIXED else "",
        state=_REVIEWS.get(resolution, ""),
        state_reason=resolution.lower().replace("_", " ") if resolution in _REVIEWS else "",
        tool_id=text(issue, "key"),
        context="" if rule.startswith(_SECRETS) else text(issue, "hash"),
        attributes=_attributes(issue, type=text(issue, "type")),
    )
    if _DEPENDENCIES in rule:
        _add_package(found, message)
    return found


def _resolution(issue: dict[str, Any]) -> str:
    """What became of it; a status counts where there is no resolution."""
    return (text(issue, "resolution") or text(issue, "issueStatus") or text(issue, "status")).upper()


def _closed(issue: dict[str, Any]) -> str:
    return instant(text(issue, "closeDate")) or instant(text(issue, "updateDate"))


def _severity(issue: dict[str, Any]) -> int | None:
    """The impact on security; else the older severity, which has one more level; else the greatest impact."""
    impacts = {text(each, "softwareQuality"): text(each, "severity") for each in items(issue, "impacts")}
    rated = _level(impacts.get("SECURITY", "")), _level(text(issue, "severity"))
    levels = [level for level in rated if level is not None]
    others = [level for level in map(_level, impacts.values()) if level is not None]
    return levels[0] if levels else max(others, default=None)


@lru_cache(maxsize=100)
def _level(word: str) -> int | None:
    return SEVERITIES.get(word.upper())


def _add_package(found: Found, message: str) -> None:
    """The dependency check plugin writes package, advisory and score into its message."""
    named, rated = _FILENAME.search(message), _SCORE.search(message)
    found.kind = "dependency"
    found.vulnerability_ids = ids(message.partition(" | Category:")[0])
    found.cvss_score = score({"score": rated[1]}, "score") if rated else None
    if named:
        found.component, found.version = named[1].strip(), named[2] or ""
        found.title = " in ".join(filter(None, (next(iter(found.vulnerability_ids), ""), found.component)))
        found.rule = "" if found.vulnerability_ids else found.rule


def _hotspot(hotspot: dict[str, Any], paths: dict[str, str]) -> Found:
    resolution = _resolution(hotspot)
    place = member(hotspot, "component") if isinstance(hotspot.get("component"), dict) else {}
    return Found(
        title=text(hotspot, "message"),
        rule=text(hotspot, "ruleKey"),
        kind="code",
        severity=_level(text(hotspot, "vulnerabilityProbability")),
        file=text(place, "path") if place else _path(hotspot, paths),
        line=whole(hotspot, "line") or whole(hotspot, "textRange", "startLine"),
        identified=instant(text(hotspot, "creationDate")),
        mitigated=_closed(hotspot) if resolution in _FIXED else "",
        state=_REVIEWS.get(resolution, ""),
        state_reason=resolution.lower() if resolution in _REVIEWS else "",
        tool_id=text(hotspot, "key"),
        attributes=_attributes(hotspot, type="security_hotspot", category=text(hotspot, "securityCategory")),
    )


def _attributes(record: dict[str, Any], **more: str) -> dict[str, str | float | bool]:
    project = record.get("project")
    found = {
        "status": text(record, "status").lower(),
        "author": text(record, "author"),
        "project": project if isinstance(project, str) else "",
        **{name: value.lower() for name, value in more.items()},
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("sonarqube", "SonarQube", frozenset({"object", "list"}), detect, read)
