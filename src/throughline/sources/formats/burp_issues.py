"""An issue of Burp, from any of its reports: the same issue gets the same keys. Pure.

An issue is its type at a path and an insertion point. Burp's serial number is a fact and never an identity:
nothing promises that the next scan gives it again, and Burp's own interface asks for the scan beside it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from throughline.sources.formats.findings import Found
from throughline.sources.formats.hosts import first_link, paragraphs, plain, site_of, slug
from throughline.sources.formats.shapes import cwe, ids, severity

_POINT = re.compile(r"\[([^\[\]]+)\]\s*$")
_LIBRARY = re.compile(r"We (?:detected|observed) ([\w.@/-]+) version ([\w.+-]+), which has the following")
_FALSE = ("false positive", "false_positive")


class Issue(NamedTuple):
    """What a report says of one issue, as text; texts may be HTML."""

    title: str
    host: str
    path: str
    severity: str
    confidence: str = ""
    type: str = ""
    location: str = ""
    detail: str = ""
    background: str = ""
    classifications: str = ""
    references: str = ""
    serial: str = ""
    address: str = ""


def found_of(issue: Issue, scanned_at: str) -> Found:
    """The finding of an issue."""
    detail = plain(issue.detail)
    library = _LIBRARY.search(detail)
    doubted = issue.severity.lower() in _FALSE or issue.confidence.lower() in _FALSE
    return Found(
        title=issue.title,
        rule=issue.type or slug(issue.title),
        kind="web",
        severity=None if issue.severity.lower() in _FALSE else severity(issue.severity),
        description=paragraphs(detail, plain(issue.background)),
        cwe=cwe(issue.classifications),
        vulnerability_ids=ids(detail) if library else [],
        component=library[1] if library else "",
        version=library[2] if library else "",
        endpoint=_joined(issue.host, issue.path),
        artefact=site_of(issue.host) if not library else "",
        logical=_point(issue.location),
        identified=scanned_at,
        state="false positive" if doubted else "",
        link=first_link(issue.references) or first_link(issue.classifications),
        attributes=_attributes(issue),
    )


def _joined(host: str, path: str) -> str:
    if "://" in path or not host:
        return path
    return f"{host.rstrip('/')}/{path.lstrip('/')}" if path else host


def _point(location: str) -> str:
    """The insertion point, which Burp writes in brackets behind the path."""
    found = _POINT.search(location)
    return found[1] if found else ""


def _attributes(issue: Issue) -> dict[str, str | float | bool]:
    said = {
        "confidence": issue.confidence.lower(),
        "parameter": _point(issue.location),
        "serial_number": issue.serial,
        "ip": issue.address,
    }
    return {name: value for name, value in said.items() if value}
