"""What the alerts of GitHub's three scanners share, as its REST API gives them. Pure.

https://docs.github.com/en/rest/code-scanning, …/rest/dependabot/alerts and …/rest/secret-scanning
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.shapes import instant, text

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


def repository(alert: dict[str, Any]) -> str:
    """The repository of an alert as owner/name, from what it says or from its address."""
    return text(alert, "repository", "full_name") or _of_address(alert)


def scope(content: Content) -> str:
    """What was scanned: the repository; or its owner, where the alerts name their own repositories."""
    alert = loose.first(content)
    with suppress(BadRecord):
        owned = repository(alert)
        return owned.partition("/")[0] if alert.get("repository") else owned
    return ""


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
