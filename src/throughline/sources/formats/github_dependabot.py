"""GitHub Dependabot alerts: the REST list and exports of a GraphQL query.

https://docs.github.com/en/rest/dependabot/alerts,
https://docs.github.com/en/graphql/reference/objects#repositoryvulnerabilityalert
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats import github, loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.github import said
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    instant,
    items,
    member,
    number,
    score,
    severity,
    severity_of_score,
    spelled,
    unique,
    vector,
)

_REST = frozenset({"security_advisory", "security_vulnerability"})
_DEEPEST = 12


def detect(content: Content) -> bool:
    """Whether its first alert has an advisory, or an answer of GraphQL has vulnerability alerts."""
    names = loose.names(content)
    return bool(_REST & names) or ("data" in names and '"vulnerabilityAlerts"' in content.start)


def read(content: Content) -> Report:
    """The report; a record is one alert."""

    def findings(record: Any) -> Iterator[Found]:
        owner, raw = record
        yield _found(_plain(content.value(raw)), owner if isinstance(owner, str) else "")

    return Report(
        tool="GitHub Dependabot",
        records=_alerts(content),
        findings=findings,
        scope=_scope(content),
        unit="alert",
    )


def _alerts(content: Content) -> Iterator[tuple[str, msgspec.Raw]]:
    """Every alert with the repository that the answer names around it."""
    for each in loose.records(content):
        raw = each[1] if isinstance(each, tuple) else each
        members = content.members_of(raw)
        if "data" in members:
            yield from _nested(content, members["data"], "")
        else:
            yield "", raw


def _nested(
    content: Content, raw: msgspec.Raw, owner: str, depth: int = 0
) -> Iterator[tuple[str, msgspec.Raw]]:
    if depth > _DEEPEST:
        return
    opening = bytes(memoryview(raw)[:1])
    if opening == b"[":
        for each in content.items_of(raw):
            yield from _nested(content, each, owner, depth + 1)
    if opening != b"{":
        return
    members = content.members_of(raw)
    owner = _named(content, members) or owner
    for name, each in members.items():
        if name == "vulnerabilityAlerts":
            yield from ((owner, alert) for alert in _listed(content, each) if bytes(alert) != b"null")
        else:
            yield from _nested(content, each, owner, depth + 1)


def _listed(content: Content, raw: msgspec.Raw) -> Iterator[msgspec.Raw]:
    connection = content.members_of(raw)
    if "nodes" in connection:
        yield from content.items_of(connection["nodes"])
    elif "edges" in connection:
        for edge in content.items_of(connection["edges"]):
            yield content.members_of(edge).get("node", msgspec.Raw(b"null"))


def _named(content: Content, members: dict[str, msgspec.Raw]) -> str:
    """The repository's name among the members of an object that is one."""
    around = {"nameWithOwner", "url", "name"} & members.keys()
    if not around or not members.keys() & {"vulnerabilityAlerts", "nameWithOwner", "search"}:
        return ""
    said_here = {name: content.value(members[name]) for name in around}
    from_address = github.repository({"url": f"{said_here.get('url', '')}/"})
    return str(said_here.get("nameWithOwner") or from_address or said_here.get("name") or "")


def _scope(content: Content) -> str:
    """The repository, where there is one; the owner, where the answer holds several."""
    if not _REST & loose.names(content):
        owners = unique(owner for owner, _ in _alerts(content))
        return owners[0] if len(owners) == 1 else ""
    return github.scope(content)


def _plain(alert: Any) -> dict[str, Any]:
    """An alert of either API by the names of the REST one, as far as they are the same facts."""
    if not isinstance(alert, dict):
        raise BadRecord("the record: expected an alert, found nothing that is one")
    if _REST & alert.keys():
        return alert
    vulnerability = member(alert, "securityVulnerability")
    advisory = member(alert, "securityAdvisory") or member(vulnerability, "advisory")
    if not advisory and not vulnerability:
        raise BadRecord("securityVulnerability: expected an object, found none: ask for it in the query")
    return {
        "node_id": alert.get("id"),
        "number": alert.get("number"),
        "state": alert.get("state"),
        "created_at": alert.get("createdAt"),
        "fixed_at": alert.get("fixedAt"),
        "dismissed_reason": alert.get("dismissReason"),
        "dismissed_comment": alert.get("dismissComment"),
        "requirements": alert.get("vulnerableRequirements"),
        "html_url": dig(alert, "repository", "url"),
        "dependency": {
            "package": vulnerability.get("package"),
            "manifest_path": alert.get("vulnerableManifestPath") or alert.get("vulnerableManifestFilename"),
            "scope": alert.get("dependencyScope"),
        },
        "security_vulnerability": {
            "severity": vulnerability.get("severity"),
            "vulnerable_version_range": vulnerability.get("vulnerableVersionRange"),
            "first_patched_version": vulnerability.get("firstPatchedVersion"),
        },
        "security_advisory": _plain_advisory(advisory),
    }


def _plain_advisory(advisory: dict[str, Any]) -> dict[str, Any]:
    severities = member(advisory, "cvssSeverities")
    return {
        **advisory,
        "published_at": advisory.get("publishedAt"),
        "ghsa_id": advisory.get("ghsaId"),
        "cwes": dig(advisory, "cwes", "nodes"),
        "cvss": _plain_cvss(advisory.get("cvss")),
        "cvss_severities": {
            "cvss_v3": _plain_cvss(severities.get("cvssV3")),
            "cvss_v4": _plain_cvss(severities.get("cvssV4")),
        },
    }


def _plain_cvss(cvss: Any) -> dict[str, Any]:
    return {"score": dig(cvss, "score"), "vector_string": dig(cvss, "vectorString")}


def _found(alert: dict[str, Any], owner: str) -> Found:
    advisory = member(alert, "security_advisory")
    vulnerability = member(alert, "security_vulnerability")
    dependency = member(alert, "dependency")
    package = member(dependency, "package") or member(vulnerability, "package")
    cvss_vector, cvss_score = _cvss(advisory)
    rated = severity(said(vulnerability, "severity") or said(advisory, "severity"))
    status, reason = github.status(alert), said(alert, "dismissed_reason")
    repository = github.repository(alert) or owner
    manifest = said(dependency, "manifest_path")
    weaknesses = cwes([said(each, "cwe_id") or said(each, "cweId") for each in items(advisory, "cwes")])
    return Found(
        title=said(advisory, "summary"),
        kind="dependency",
        severity=rated if rated is not None else severity_of_score(cvss_score),
        description=said(advisory, "description"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        cvss_vector=cvss_vector,
        cvss_score=cvss_score,
        vulnerability_ids=_ids(advisory),
        component=said(package, "name"),
        version=said(alert, "requirements").removeprefix("=").strip(),
        fixed_version=said(vulnerability, "first_patched_version", "identifier"),
        file=manifest,
        published=instant(said(advisory, "published_at")),
        identified=instant(said(alert, "created_at")),
        mitigated=github.mitigated(alert, "fixed_at", "updated_at") if status == "fixed" else "",
        state=github.state(status, reason),
        state_reason=github.state_reason(status, reason, said(alert, "dismissed_comment")),
        link=_link(alert, advisory),
        tool_id=_tool_id(alert, repository),
        artefact="/".join(filter(None, (repository, manifest))),
        attributes=_attributes(alert, package, repository, status),
    )


def _tool_id(alert: dict[str, Any], repository: str) -> str:
    number = said(alert, "number")
    return f"{repository}#{number}" if number and repository else said(alert, "node_id")


def _ids(advisory: dict[str, Any]) -> list[str]:
    listed = [spelled(said(each, "value")) for each in items(advisory, "identifiers")]
    found = unique([*listed, said(advisory, "cve_id"), said(advisory, "ghsa_id")])
    return sorted(found, key=lambda each: not each.startswith("CVE-"))


def _cvss(advisory: dict[str, Any]) -> tuple[str, float | None]:
    """Vector and score of the newest version that is filled in; GitHub writes 0.0 where it has none."""
    severities = member(advisory, "cvss_severities")
    for cvss in (severities.get("cvss_v4"), severities.get("cvss_v3"), advisory.get("cvss")):
        written, rated = vector(said(cvss or {}, "vector_string")), score(cvss, "score")
        if written or rated:
            return written, rated or None
    return "", None


def _link(alert: dict[str, Any], advisory: dict[str, Any]) -> str:
    if "/dependabot/" in said(alert, "html_url"):
        return said(alert, "html_url")
    known = [said(each, "url") for each in items(advisory, "references")]
    return next((url for url in known if "/advisories/" in url), next(iter(known), ""))


def _attributes(
    alert: dict[str, Any], package: dict[str, Any], repository: str, status: str
) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool | None] = {
        "status": status,
        "repository": repository,
        "package_type": said(package, "ecosystem").lower(),
        "vulnerable_range": said(alert, "security_vulnerability", "vulnerable_version_range"),
        "dependency_scope": said(alert, "dependency", "scope").lower(),
        "epss": _epss(alert),
    }
    return {name: value for name, value in found.items() if value}


def _epss(alert: dict[str, Any]) -> float | None:
    epss = dig(alert, "security_advisory", "epss")
    return number(epss[0] if isinstance(epss, list) and epss else epss, "percentage") if epss else None


FORMAT = Format("github_dependabot", "GitHub Dependabot", loose.SHAPES, detect, read)
