"""Nuclei, JSON Lines and JSON: https://docs.projectdiscovery.io/opensource/nuclei/running#nuclei-output"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import first_link, site_of, when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    ids,
    member,
    number,
    score,
    severity,
    text,
    texts,
    unique,
    vector,
)

_TEMPLATE = ("template-id", "templateID", "template_id")
_MATCHED = ("matched-at", "matched", "matched_at")
_MATCHER = ("matcher-name", "matcher_name")
_EXTRACTED = ("extracted-results", "extracted_results")
_EXTRACTOR = ("extractor-name", "extractor_name")
_KINDS = {"file": "code", "code": "code", "javascript": "os", "ssl": "os", "dns": "os", "network": "os"}
_SECRET = frozenset({"token", "tokens", "secret", "secrets", "keys", "credential", "credentials"})
# What these templates extract is a name or a version; what others do may be somebody's password.
_HARMLESS = frozenset(
    {"tech", "version", "detect", "detection", "fingerprint", "discovery", "waf", "ssl", "dns"}
)
LONGEST_EXTRACTED = 200


def detect(content: Content) -> bool:
    """Whether its first record names a template beside what matched."""
    if content.shape == "object":
        return _is_result(content.members.keys())
    first = content.first
    return isinstance(first, dict) and _is_result(first.keys())


def _is_result(names: Iterable[str]) -> bool:
    known = set(names)
    named = bool(known & set(_TEMPLATE)) or "template" in known
    return named and ("info" in known or bool(known & set(_MATCHED)))


def read(content: Content) -> Report:
    """The report; a record is one match. An empty file is a scan that found nothing."""

    def findings(record: Any) -> Iterator[Found]:
        result = content.value(record)
        # With -matcher-status what did not match is listed too.
        if _first(result, ("matcher-status", "matcher_status")) != "false":
            yield _found(result)

    return Report(tool="Nuclei", records=_records(content), findings=findings, unit="result")


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "list":
        return content.records
    if content.shape == "object":
        return [content.data]
    if content.shape == "stream":
        return content.messages()
    return content.lines() if content.shape == "lines" else []


def _first(record: dict[str, Any], names: Iterable[str]) -> str:
    return next((said for name in names if (said := text(record, name))), "")


def _found(result: dict[str, Any]) -> Found:
    info = member(result, "info") or result
    known = member(info, "classification")
    tags = _listed(info, "tags")
    matched = _first(result, _MATCHED) or text(result, "host")
    weaknesses = cwes(texts(known, "cwe-id"))
    return Found(
        title=text(info, "name") or _rule(result),
        rule=_rule(result),
        kind="secret" if _SECRET & set(tags) else _KINDS.get(text(result, "type"), "web"),
        severity=severity(text(info, "severity")),
        description=text(info, "description"),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=vector(text(known, "cvss-metrics")),
        cvss_score=score(known, "cvss-score"),
        vulnerability_ids=ids(texts(known, "cve-id")),
        endpoint=matched,
        tags=tags,
        identified=when(text(result, "timestamp")),
        link=next(iter(texts(info, "reference")), "") or first_link(text(result, "template-url")),
        artefact=site_of(text(result, "host") or matched),
        logical="|".join(filter(None, (_first(result, _MATCHER), _first(result, _EXTRACTOR)))),
        attributes=_attributes(result, known, set(tags)),
    )


def _rule(result: dict[str, Any]) -> str:
    """The template's id; before 2.3 there was only the path of its file."""
    said = _first(result, _TEMPLATE)
    return said or text(result, "template").rpartition("/")[2].removesuffix(".yaml")


def _listed(info: dict[str, Any], name: str) -> list[str]:
    """A list, or the words of a text with commas, as older versions write it."""
    return unique(word.strip() for said in texts(info, name) for word in said.split(","))


def _attributes(
    result: dict[str, Any], known: dict[str, Any], tags: set[str]
) -> dict[str, str | float | bool]:
    said = {
        "matcher": _first(result, _MATCHER),
        "protocol": text(result, "type"),
        "ip": text(result, "ip").rstrip("."),
        "method": text(result, "method"),
        "extracted": _extracted(result) if tags & _HARMLESS and not tags & _SECRET else "",
    }
    found: dict[str, str | float | bool] = {name: value for name, value in said.items() if value}
    epss = number(known, "epss-score")
    if epss is not None:
        found["epss"] = epss
    if "kev" in tags:
        found["kev"] = True
    return found


def _extracted(result: dict[str, Any]) -> str:
    values = next((texts(result, name) for name in _EXTRACTED if dig(result, name)), [])
    return ", ".join(values)[:LONGEST_EXTRACTED]


FORMAT = Format(
    "nuclei", "Nuclei", frozenset({"lines", "list", "object", "stream"}), detect, read, empty=True
)
