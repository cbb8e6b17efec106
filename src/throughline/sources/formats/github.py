"""What the alerts of GitHub's three scanners share, as its REST API gives them. Pure.

https://docs.github.com/en/rest/code-scanning, …/rest/dependabot/alerts and …/rest/secret-scanning
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.shapes import instant, text

SHAPES = frozenset({"object", "list", "lines"})
_ADDRESS = re.compile(r"^https?://[^/]+/(?:api/v3/)?(?:repos/)?([^/]+/[^/]+)/")
_JUDGED = {
    "false positive": "false positive",
    "inaccurate": "false positive",
    "this alert is inaccurate or incorrect": "false positive",
    "not used": "false positive",
    "vulnerable code is not actually used": "false positive",
    "pattern deleted": "out of scope",
    "pattern edited": "out of scope",
    "fix started": "confirmed",
    "a fix has already been started": "confirmed",
    "revoked": "confirmed",
}
_SET_ASIDE = frozenset({"dismissed", "auto dismissed", "resolved"})

Alert = msgspec.Raw | tuple[int, msgspec.Raw]


def alerts(content: Content) -> Iterator[Alert]:
    """The alerts of a list, of a list of pages, of lines, or the one that is the whole file; undecoded."""
    if content.shape == "lines":
        yield from content.lines()
    elif content.shape == "object":
        yield msgspec.Raw(content.data)
    for raw in content.records:
        yield from content.items_of(raw) if bytes(memoryview(raw)[:1]) == b"[" else [raw]


def decoded(content: Content, alert: Alert) -> Any:
    """One alert, decoded."""
    return content.value(alert[1] if isinstance(alert, tuple) else alert)


def first(content: Content) -> dict[str, Any]:
    """The first alert; empty where there is none."""
    if content.shape == "object":
        return dict(content.members)
    found = next((decoded(content, alert) for alert in alerts(content)), None)
    return found if isinstance(found, dict) else {}


def repository(alert: dict[str, Any]) -> str:
    """The repository of an alert as owner/name, from what it says or from its address."""
    return text(alert, "repository", "full_name") or _of_address(alert)


def scope(content: Content) -> str:
    """What was scanned: the repository; or its owner, where the alerts name their own repositories."""
    alert = decoded(content, next(alerts(content), msgspec.Raw(b"null")))
    if not isinstance(alert, dict):
        return ""
    owned = repository(alert)
    return owned.partition("/")[0] if alert.get("repository") else owned


def tool_id(alert: dict[str, Any]) -> str:
    """The alert's number with its repository: GitHub never gives it to another alert."""
    number = said(alert, "number")
    return f"{repository(alert)}#{number}" if number else ""


def status(alert: dict[str, Any]) -> str:
    """The alert's own state in small letters: open, fixed, dismissed, auto dismissed, resolved."""
    return said(alert, "state").lower().replace("_", " ")


def state(status: str, reason: str) -> str:
    """What a person (or a rule of theirs) judged; empty for an alert that nobody set aside.

    >>> state("dismissed", "won't fix"), state("dismissed", "FALSE_POSITIVE"), state("fixed", "")
    ('accepted', 'false positive', '')
    """
    if status not in _SET_ASIDE:
        return ""
    return _JUDGED.get(reason.lower().replace("_", " "), "accepted")


def state_reason(status: str, reason: str, comment: str = "") -> str:
    """Why, in GitHub's words and the person's."""
    if status == "auto dismissed":
        reason = reason or "auto-dismissed"
    return ": ".join(part for part in (reason.replace("_", " "), comment) if part)


def said(record: dict[str, Any], *path: str | int) -> str:
    """The text at a path; an export that writes None for nothing says nothing."""
    found = text(record, *path)
    return "" if found == "None" else found


def mitigated(record: dict[str, Any], *names: str) -> str:
    """The first instant among these members."""
    return next(filter(None, (instant(said(record, name)) for name in names)), "")


def _of_address(alert: dict[str, Any]) -> str:
    match = _ADDRESS.match(said(alert, "html_url") or said(alert, "url"))
    return match[1] if match else ""
