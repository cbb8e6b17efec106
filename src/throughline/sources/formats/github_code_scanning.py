"""GitHub code scanning alerts: https://docs.github.com/en/rest/code-scanning/code-scanning"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from throughline.sources.formats import github, loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.github import said
from throughline.sources.formats.names import branch
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwes, instant, member, severity, texts, whole

# The problem levels of an analysis, where the rule has no security severity.
LOOKED_AT = 200
_LEVELS = {"error": 3, "warning": 2, "note": 1, "none": 0}


def detect(content: Content) -> bool:
    """Whether its first alert has a rule, a tool and a number."""
    return {"number", "rule", "tool", "state"} <= loose.names(content)


def read(content: Content) -> Report:
    """The report; a record is one alert."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(loose.decoded(content, record))

    return Report(
        tool="GitHub code scanning",
        records=loose.records(content),
        findings=findings,
        scope=github.scope(content),
        unit="alert",
        branch=_branch(content),
    )


def _branch(content: Content) -> str:
    """The branch of all alerts: those of several branches, or of several repositories, are of none."""
    said: set[str] = set()
    for record in islice(loose.records(content), LOOKED_AT):
        alert = loose.decoded(content, record)
        if not isinstance(alert, dict) or "repository" in alert:
            return ""
        said.add(branch(loose.told(alert, "most_recent_instance", "ref")))
    return said.pop() if len(said) == 1 else ""


def _found(alert: dict[str, Any]) -> Found:
    rule = member(alert, "rule")
    place = member(alert, "most_recent_instance", "location")
    status = github.status(alert)
    reason = said(alert, "dismissed_reason")
    weaknesses = cwes(texts(rule, "tags"))
    return Found(
        title=said(rule, "description") or said(rule, "name") or said(rule, "id"),
        rule=said(rule, "id") or said(rule, "name"),
        kind="code",
        severity=_severity(rule),
        description=said(alert, "most_recent_instance", "message", "text") or said(rule, "full_description"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        file=said(place, "path"),
        line=whole(place, "start_line"),
        identified=instant(said(alert, "created_at")),
        mitigated=_mitigated(alert, status),
        state=github.state(status, reason),
        state_reason=github.state_reason(status, reason, said(alert, "dismissed_comment")),
        link=said(alert, "html_url"),
        tool_id=github.tool_id(alert),
        attributes=_attributes(alert, status),
    )


def _severity(rule: dict[str, Any]) -> int | None:
    rated = severity(said(rule, "security_severity_level"))
    return rated if rated is not None else _LEVELS.get(said(rule, "severity").lower())


def _mitigated(alert: dict[str, Any], status: str) -> str:
    closed = status in ("fixed", "closed")
    return github.mitigated(alert, "fixed_at", "closed_at", "updated_at") if closed else ""


def _attributes(alert: dict[str, Any], status: str) -> dict[str, str | float | bool]:
    found = {
        "status": status,
        "repository": github.repository(alert),
        "scanner": said(alert, "tool", "name"),
        "commit": said(alert, "most_recent_instance", "commit_sha"),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("github_code_scanning", "GitHub code scanning", loose.SHAPES, detect, read)
