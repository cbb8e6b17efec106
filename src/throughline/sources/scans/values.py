"""A finding as the values of a record, and the advisory under which other sources know it."""

from __future__ import annotations

from hashlib import blake2b
from operator import attrgetter
from typing import Any

from throughline.engine.cvss import rating
from throughline.engine.vulnerabilities import Values
from throughline.sources.formats.findings import Found
from throughline.sources.scans.branches import own_branch
from throughline.sources.values import completed

_SAME = (
    *("title", "description", "rule", "kind", "cwe", "cvss_vector", "component", "fixed_version", "file"),
    *("endpoint", "environment", "state", "state_reason", "award_currency"),
)
# What names more is a bulletin of many flaws, and no other source's word for one of them.
MOST_LINKS = 20
_TEXTS = attrgetter(*_SAME)
# What a report says by leaving it out: a known record loses these. Of the others its silence says nothing.
ASSERTED = (
    *("title", "description", "rule", "kind", "cwe", "cvss_vector", "cvss_score", "cvss_version"),
    *("component", "component_version", "fixed_version", "file", "line", "endpoint", "severity"),
    *("vulnerability_ids", "tags", "ticket_url"),
)


def values_of(found: Found, *, source: str, service: str) -> Values:
    """What a finding says, under the names of the record; without dates of discovery and repair."""
    texts = zip(_SAME, _TEXTS(found), strict=True)
    said: dict[str, Any] = {name: value for name, value in texts if value}
    said["source"] = source
    if found.version:
        said["component_version"] = found.version
    if found.severity is not None:
        said["severity"] = found.severity
    if found.cvss_vector or found.cvss_score is not None:
        said |= _scored(found)
    if found.line:
        said["line"] = found.line
    if found.award is not None:
        said["award"] = found.award
    if found.link:
        said["ticket_url"] = found.link
    if named := found.service or service:
        said["service"] = named
    if found.vulnerability_ids:
        said["vulnerability_ids"] = found.vulnerability_ids
    if found.tags:
        said["tags"] = found.tags
    attributes = {name: value for name, value in found.attributes.items() if value not in ("", None)}
    if found.published:
        attributes["published"] = found.published
    if attributes:
        said["attributes"] = attributes
    return said


def _scored(found: Found) -> Values:
    """Its own score, else that of its vector; the rating of that where the tool gives no severity."""
    score, version = completed(found.cvss_vector, found.cvss_score)
    said: Values = {"cvss_version": version} if version else {}
    if score is not None:
        said["cvss_score"] = score
        if found.severity is None:
            said["severity"] = rating(score, version)
    return said


def links_of(found: Found, *, service: str, scope: str) -> list[int]:
    """The numbers under which two sources see one vulnerability, the best known first.

    Each is an advisory, the component and what holds it: the service, or else the scope of the scan. Without
    either there is none: two sources may look at two different things.
    """
    # What is in a branch of its own is not what runs in the service.
    place = scope if own_branch(scope) else found.service or service or scope
    if not (found.vulnerability_ids and found.component and place):
        return []
    ids = found.vulnerability_ids
    behind = f"\x1f{_plain(found.component)}\x1f{place.casefold()}"
    if len(ids) == 1:
        return [_number(f"{ids[0].upper()}{behind}")]
    named = sorted(ids, key=_public_first)
    return list(dict.fromkeys(_number(f"{id.upper()}{behind}") for id in named[:MOST_LINKS]))


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


def _public_first(identifier: str) -> tuple[int, str]:
    return (0 if identifier.upper().startswith("CVE-") else 1, identifier.upper())


def _plain(component: str) -> str:
    """A package's name without group and case: org.apache:log4j-core and log4j-core are one."""
    return component.casefold().replace("/", ":").rpartition(":")[2]
