"""GitLab's own records of vulnerabilities, as its GraphQL API gives them: with what people decided, and when.

https://docs.gitlab.com/api/graphql/reference/#vulnerability. `falsePositive` is what an analyzer guessed,
and stays false where a person dismisses one as such (gitlab-org/gitlab#524669): the reason counts. That is
null on some servers (gitlab-org/gitlab#547483): the last transition and the comment say it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats import gitlab, loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import dig, instant, items, member, text, unique

_SHOWN = frozenset({"id", "title", "state", "reportType", "identifiers", "detectedAt"})
# What a report of GitLab calls the members of a place.
_PLACE = {
    "file": "file",
    "startLine": "start_line",
    "vulnerableClass": "class",
    "vulnerableMethod": "method",
    "crashType": "crash_type",
    "image": "image",
    "operatingSystem": "operating_system",
    "dependency": "dependency",
    "hostname": "hostname",
    "path": "path",
    "param": "param",
    "requestMethod": "method",
}
_JUDGED = {
    "acceptable_risk": "accepted",
    "false_positive": "false positive",
    "mitigating_control": "accepted",
    "used_in_tests": "out of scope",
    "not_applicable": "out of scope",
}


def detect(content: Content) -> bool:
    """Whether its first record has GitLab's state, type of report and identifiers."""
    return loose.names(content) >= _SHOWN


def read(content: Content) -> Report:
    """The vulnerabilities; a record is one."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(loose.decoded(content, record))

    return Report(
        tool="GitLab",
        records=loose.records(content),
        findings=findings,
        scope=_scope(content),
        unit="vulnerability",
    )


def _scope(content: Content) -> str:
    """The project of all of them, or the group that all their projects are in."""
    paths = unique(
        loose.told(loose.decoded(content, each), "project", "fullPath") for each in loose.records(content)
    )
    shared = paths[0].split("/") if paths else []
    for path in paths[1:]:
        parts = path.split("/")
        shared = [part for part, other in zip(shared, parts, strict=False) if part == other]
    return "/".join(shared)


def _found(said: dict[str, Any]) -> Found:
    project = text(said, "project", "fullPath")
    found = gitlab.found_of(_plain(said), "", "")
    found.identified = instant(text(said, "detectedAt"))
    found.mitigated = _mitigated(said)
    found.state, found.state_reason = _judged(said)
    found.tool_id = text(said, "id").removeprefix("gid://gitlab/Vulnerability/")
    found.link = text(said, "webUrl") or found.link
    # One file of two projects is two files.
    found.artefact = "/".join(filter(None, (project, found.artefact or found.file)))
    found.attributes |= _facts(said, project)
    return found


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """The record by the names of GitLab's reports, as far as they are the same facts."""
    location = member(said, "location")
    return {
        "category": text(said, "reportType").lower(),
        "name": text(said, "title"),
        "severity": text(said, "severity"),
        "description": text(said, "description"),
        "solution": text(said, "solution"),
        "location": {
            plain: location[name] for name, plain in _PLACE.items() if location.get(name) is not None
        },
        "identifiers": [
            {
                "type": text(each, "externalType"),
                "name": text(each, "name"),
                "value": text(each, "externalId"),
                "url": text(each, "url"),
            }
            for each in _first_named(said)
        ],
        "cvss_vectors": [
            {"vendor": text(each, "vendor"), "vector": text(each, "vector")} for each in items(said, "cvss")
        ],
    }


def _first_named(said: dict[str, Any]) -> list[Any]:
    """Its identifiers, the primary one first: it is the rule."""
    primary, listed = member(said, "primaryIdentifier"), items(said, "identifiers")
    if not primary:
        return listed
    return [primary, *(each for each in listed if text(each, "externalId") != text(primary, "externalId"))]


def _mitigated(said: dict[str, Any]) -> str:
    """When it was resolved; of what its scanner no longer finds, when its record last changed."""
    if text(said, "state").lower() == "resolved":
        return instant(text(said, "resolvedAt")) or _last(said, "resolved", "createdAt")
    return instant(text(said, "updatedAt")) if _is_unnoticed(said) else ""


def _is_unnoticed(said: dict[str, Any]) -> bool:
    """Whether no scanner finds it on the default branch, and nobody resolved it."""
    return dig(said, "resolvedOnDefaultBranch") is True and text(said, "state").lower() != "resolved"


def _judged(said: dict[str, Any]) -> tuple[str, str]:
    state, comment = text(said, "state").lower(), text(said, "stateComment")
    if state == "confirmed":
        return "confirmed", comment
    if state != "dismissed":
        return "", ""
    reason = (text(said, "dismissalReason") or _last(said, "dismissed", "dismissalReason")).lower()
    if not reason:
        reason = next((name for name in _JUDGED if comment.lower().startswith(name.replace("_", " "))), "")
    told = ": ".join(unique((reason.replace("_", " "), comment or _last(said, "dismissed", "comment"))))
    return _JUDGED.get(reason, "accepted"), told or "dismissed in GitLab"


def _last(said: dict[str, Any], state: str, name: str) -> str:
    """What the last transition to a state says."""
    found = [
        each for each in items(said, "stateTransitions", "nodes") if text(each, "toState").lower() == state
    ]
    newest: dict[str, Any] = max(found, key=lambda each: text(each, "createdAt"), default={})
    return instant(text(newest, name)) if name.endswith("At") else text(newest, name)


def _facts(said: dict[str, Any], project: str) -> dict[str, str | float | bool]:
    facts: dict[str, str | float | bool] = {
        "status": text(said, "state").lower(),
        "repository": project,
        "scanner": text(said, "scanner", "name"),
    }
    if _is_unnoticed(said):
        # Its record says that it is gone, and not since when.
        facts |= {"no_longer_detected": True, "mitigated_doubtful": True}
    if dig(said, "falsePositive") is True:
        facts["likely_false_positive"] = True
    return {name: value for name, value in facts.items() if value != ""}


FORMAT = Format("gitlab_vulnerabilities", "GitLab vulnerabilities (API)", loose.SHAPES, detect, read)
