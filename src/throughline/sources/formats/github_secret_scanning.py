"""GitHub secret scanning alerts: https://docs.github.com/en/rest/secret-scanning/secret-scanning

The alert holds the secret itself unless it was asked to be hidden; only its first letters are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats import github, loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.github import said
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import instant, masked, member, whole, without


def detect(content: Content) -> bool:
    """Whether its first alert names a type of secret and a number."""
    return {"number", "secret_type", "state"} <= loose.names(content)


def read(content: Content) -> Report:
    """The report; a record is one alert."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(loose.decoded(content, record))

    return Report(
        tool="GitHub secret scanning",
        records=loose.records(content),
        findings=findings,
        scope=github.scope(content),
        unit="alert",
    )


def _found(alert: dict[str, Any]) -> Found:
    secret = said(alert, "secret")
    place = member(alert, "first_location_detected")
    status, resolution = github.status(alert), said(alert, "resolution")
    return Found(
        title=said(alert, "secret_type_display_name") or said(alert, "secret_type"),
        rule=said(alert, "secret_type"),
        kind="secret",
        severity=_severity(alert),
        description=f"Leaked: {masked(secret)}" if secret else "",
        cwe="CWE-798",
        file=without(said(place, "path"), secret),
        line=whole(place, "start_line"),
        identified=instant(said(alert, "created_at")),
        mitigated=instant(said(alert, "resolved_at")) if resolution == "revoked" else "",
        state=github.state(status, resolution),
        state_reason=without(
            github.state_reason(status, resolution, said(alert, "resolution_comment")), secret
        ),
        link=said(alert, "html_url"),
        tool_id=github.tool_id(alert),
        attributes=_attributes(alert, status),
    )


def _severity(alert: dict[str, Any]) -> int:
    """GitHub rates no secret: one that still opens something is critical, any other high."""
    return 4 if said(alert, "validity") == "active" else 3


def _attributes(alert: dict[str, Any], status: str) -> dict[str, str | float | bool]:
    found = {
        "status": status,
        "repository": github.repository(alert),
        "validity": said(alert, "validity"),
        "publicly_leaked": alert.get("publicly_leaked"),
        "push_protection_bypassed": alert.get("push_protection_bypassed"),
        "commit": said(alert, "first_location_detected", "commit_sha"),
    }
    return {name: value for name, value in found.items() if isinstance(value, bool) or value}


FORMAT = Format("github_secret_scanning", "GitHub secret scanning", loose.SHAPES, detect, read)
