"""KICS, JSON (`kics scan --report-formats json`): https://docs.kics.io/latest/results/

A record is one query that found something; each of its files is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, instant, items, severity, text, whole

_COUNTERS = frozenset(
    {"total_counter", "severity_counters", "queries_total", "files_scanned", "scanned_files"}
)
_SECRETS = "Passwords And Secrets"


def detect(content: Content) -> bool:
    """Whether it has queries beside KICS's counters."""
    return "queries" in content.members and bool(_COUNTERS & content.members.keys())


def read(content: Content) -> Report:
    """The report; a record is one query with all its places."""
    scanned_at = instant(content.member("end")) or instant(content.member("start"))

    def findings(record: Any) -> Iterator[Found]:
        query = content.value(record)
        for place in items(query, "files"):
            yield _found(query, place, scanned_at)

    return Report(
        tool="KICS",
        records=content.items("queries"),
        findings=findings,
        scanned_at=scanned_at,
        unit="query",
    )


def _found(query: dict[str, Any], place: dict[str, Any], scanned_at: str) -> Found:
    secret = text(query, "query_name").startswith(_SECRETS)
    return Found(
        title=text(query, "query_name"),
        rule=text(query, "query_id"),
        kind="secret" if secret else "cloud",
        severity=_severity(text(query, "severity")),
        description=_description(query, place, secret=secret),
        cwe=cwe(text(query, "cwe")),
        file=text(place, "file_name"),
        line=whole(place, "line"),
        identified=scanned_at,
        link=text(query, "query_url"),
        # KICS makes the similarity of a secret from its line, that of anything else from its search key.
        tool_id="" if secret else text(place, "similarity_id"),
        logical=_resource(place) if secret else text(place, "search_key") or _resource(place),
        attributes=_attributes(query, place),
    )


def _severity(word: str) -> int | None:
    return 0 if word.upper() == "TRACE" else severity(word)


def _description(query: dict[str, Any], place: dict[str, Any], *, secret: bool) -> str:
    said = text(query, "description")
    actual = "" if secret else text(place, "actual_value") or text(place, "key_actual_value")
    return "\n".join(filter(None, (said, actual)))


def _resource(place: dict[str, Any]) -> str:
    return ".".join(filter(None, (text(place, "resource_type"), text(place, "resource_name"))))


def _attributes(query: dict[str, Any], place: dict[str, Any]) -> dict[str, str | float | bool]:
    found = {
        "platform": text(query, "platform"),
        "cloud_provider": text(query, "cloud_provider").lower(),
        "category": text(query, "category"),
        "resource": _resource(place),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("kics", "KICS", frozenset({"object"}), detect, read)
