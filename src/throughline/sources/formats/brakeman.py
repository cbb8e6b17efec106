"""Brakeman, JSON (`brakeman -f json`): https://brakemanscanner.org/docs/jenkins/

Its fingerprint is made of warning code, code, place in the program and file, without lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.loose import told
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwes, instant, member, severity, text, texts, whole

_LONGEST_INPUT = 200
_CONFIDENCES = {"High": 3, "Medium": 2, "Weak": 1}


def detect(content: Content) -> bool:
    """Whether it has Brakeman's description of the scan beside its warnings."""
    return {"scan_info", "warnings"} <= content.members.keys()


def read(content: Content) -> Report:
    """The report; a record is one warning, of those ignored too."""
    scan = content.member("scan_info")
    scan = scan if isinstance(scan, dict) else {}
    scanned_at = instant(told(scan, "end_time") or told(scan, "start_time") or told(scan, "timestamp"))

    def findings(record: tuple[msgspec.Raw, bool]) -> Iterator[Found]:
        raw, ignored = record
        yield _found(content.value(raw), scanned_at, ignored=ignored)

    return Report(
        tool="Brakeman",
        records=_warnings(content),
        findings=findings,
        scope=told(scan, "app_path").replace("\\", "/").rstrip("/").rpartition("/")[2],
        scanned_at=scanned_at,
        rules=_rules(content, scan),
        unit="warning",
    )


def _warnings(content: Content) -> Iterator[tuple[msgspec.Raw, bool]]:
    for name in ("warnings", "ignored_warnings"):
        yield from ((raw, name != "warnings") for raw in content.items(name))


def _rules(content: Content, scan: dict[str, Any]) -> frozenset[str] | None:
    """The checks that ran; versions before 4 name no check in a warning, so there the list proves nothing."""
    first = next((raw for raw, _ in _warnings(content)), None)
    if first is not None and "check_name" not in content.members_of(first):
        return None
    with suppress(BadRecord):
        return frozenset(texts(scan, "checks_performed")) or None
    return None


def _found(warning: dict[str, Any], scanned_at: str, *, ignored: bool) -> Found:
    weaknesses = cwes(warning.get("cwe_id"))
    return Found(
        title=text(warning, "warning_type") or text(warning, "check_name"),
        rule=text(warning, "check_name") or text(warning, "warning_type"),
        kind="code",
        severity=_severity(text(warning, "confidence")),
        description=text(warning, "message"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        file=text(warning, "file"),
        line=whole(warning, "line"),
        identified=scanned_at,
        state="accepted" if ignored else "",
        state_reason="ignored in brakeman.ignore" if ignored else "",
        link=text(warning, "link"),
        tool_id=text(warning, "fingerprint"),
        logical=_place(member(warning, "location")),
        context=text(warning, "code"),
        attributes=_attributes(warning),
    )


def _severity(confidence: str) -> int | None:
    """Brakeman rates confidence only, and its own SARIF takes that for the level."""
    return _CONFIDENCES.get(confidence, severity(confidence))


def _place(location: dict[str, Any]) -> str:
    names = ("class", "method", "template", "model", "controller")
    return "#".join(filter(None, (text(location, name) for name in names)))


def _attributes(warning: dict[str, Any]) -> dict[str, str | float | bool]:
    found = {
        "confidence": text(warning, "confidence").lower(),
        "warning_code": text(warning, "warning_code"),
        "user_input": text(warning, "user_input")[:_LONGEST_INPUT],
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("brakeman", "Brakeman", frozenset({"object"}), detect, read)
