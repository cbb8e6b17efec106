"""Advisories in the Open Source Vulnerability format: https://ossf.github.io/osv-schema/"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from throughline.sources.formats.names import short
from throughline.sources.formats.packages import each, ordered
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    instant,
    items,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    unique,
)
from throughline.sources.values import completed

_SPECIFIC = ("database_specific", "ecosystem_specific")
_TYPES = ("CVSS_V4", "CVSS_V3", "CVSS_V2")


def title_of(record: dict[str, Any]) -> str:
    """The summary, else the first sentence of the details."""
    return text(record, "summary") or short(text(record, "details"))


def ids_of(*records: dict[str, Any]) -> list[str]:
    """The ids and aliases of advisories on one vulnerability, CVE first."""
    own = [text(record, "id") for record in records]
    return ordered([*own, *(alias for record in records for alias in texts(record, "aliases"))])


def severity_of(record: dict[str, Any], affected: Iterable[dict[str, Any]] = ()) -> int | None:
    """The database's own word, else the rating of the newest CVSS whose score can be told."""
    places = [record, *affected]
    words = [text(place, name, "severity") for place in places for name in _SPECIFIC]
    words += [text(record, "severity")] if isinstance(record.get("severity"), str) else []
    if (found := next((level for word in words if (level := severity(word)) is not None), None)) is not None:
        return found
    points = (points_of(vector) for place in places for vector in vectors_of(place))
    return next((severity_of_score(one) for one in points if one is not None), None)


def vectors_of(record: dict[str, Any]) -> list[str]:
    """The CVSS vectors, the newest first."""
    rated = record.get("severity")
    listed = rated if isinstance(rated, list) else []
    known = [one for one in listed if isinstance(one, dict) and text(one, "type") in _TYPES]
    return [text(one, "score") for one in sorted(known, key=lambda one: _TYPES.index(text(one, "type")))]


def points_of(vector: str) -> float | None:
    """The score of a vector, or of a score that stands in its place."""
    return score({"score": vector}, "score") if ":" not in vector else completed(vector, None)[0]


def weaknesses_of(record: dict[str, Any], affected: Iterable[dict[str, Any]] = ()) -> list[str]:
    """The weaknesses, as the databases that know them write them."""
    found: list[str] = []
    for place in (record, *affected):
        found += texts(place, "database_specific", "cwe_ids")
        listed = items(place, "database_specific", "cwes")
        found += [text(one, "cweId") if isinstance(one, dict) else str(one) for one in listed]
    return cwes(found)


def fixed_of(affected: Iterable[dict[str, Any]]) -> str:
    """The versions that introduce a fix, of every range."""
    events = (event for one in affected for span in each(one, "ranges") for event in _events(span))
    return ", ".join(unique(text(event, "fixed") for event in events))


def _events(span: dict[str, Any]) -> Iterable[dict[str, Any]]:
    # A commit says nothing to who installs a package.
    return [] if text(span, "type") == "GIT" else each(span, "events")


def link_of(record: dict[str, Any]) -> str:
    """The advisory itself, else the first reference."""
    references = list(each(record, "references"))
    named = (text(one, "url") for one in references if text(one, "type") == "ADVISORY")
    known = text(record, "database_specific", "url") or next(named, "")
    return known or next((text(one, "url") for one in references), "")


def published_of(record: dict[str, Any]) -> str:
    """When the advisory came out."""
    return instant(dig(record, "published"))


def is_advisory(record: Any) -> bool:
    """Whether a JSON value is such an advisory: those two members are what the format asks for."""
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or "modified" not in record:
        return False
    return not {"affected", "schema_version", "details", "aliases", "withdrawn"}.isdisjoint(record)
