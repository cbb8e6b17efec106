"""Semgrep, JSON (`semgrep --json`, also of Semgrep Pro): https://semgrep.dev/docs/cli-reference

Code, supply chain (`sca_info`) and secrets are results of one list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    ids,
    items,
    member,
    severity,
    text,
    texts,
    whole,
    without,
)

# Semgrep's own reading of its older words: error is high, warning medium, info low.
_SEVERITIES = {"ERROR": 3, "WARNING": 2, "INFO": 1, "INVENTORY": 0, "EXPERIMENT": 0}
# Written in place of what only a person logged in gets.
_WITHHELD = "requires login"
_SHORTEST_SECRET = 8
_LONGEST_SOURCE = 200


class _Error(msgspec.Struct):
    level: str = ""
    path: Any = None
    spans: Any = None


def detect(content: Content) -> bool:
    """Whether its results stand beside errors and the first is of a check; or there is none of any tool."""
    members = content.members
    if not {"results", "errors"} <= members.keys() or "metrics" in members:
        return False
    if bytes(memoryview(members["results"])[:1]) != b"[":
        return False
    results = content.items("results")
    if not results:
        return members.keys() == {"results", "errors"} or bool({"paths", "version"} & members.keys())
    first = content.value(results[0])
    return isinstance(first, dict) and {"check_id", "path", "extra"} <= first.keys()


def read(content: Content) -> Report:
    """The report; a record is one result."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(content.value(record))

    return Report(
        tool="Semgrep",
        records=_distinct(content.items("results")),
        findings=findings,
        unit="result",
        succeeded=not any(map(_is_fatal, content.items("errors"))),
    )


def _is_fatal(raw: msgspec.Raw) -> bool:
    """Whether an error is of the scan (a rule, the engine), not of one file that could not be parsed."""
    try:
        error = msgspec.json.decode(raw, type=_Error)
    except msgspec.ValidationError:
        return False
    return error.level.lower() == "error" and not error.path and not error.spans


def _distinct(results: list[msgspec.Raw]) -> Iterator[msgspec.Raw]:
    """The results without one that repeats its neighbour to the letter, as overlapping rules write it."""
    before = b""
    for raw in results:
        if (here := bytes(raw)) != before:
            yield raw
        before = here


def severity_of(word: str) -> int | None:
    """The level of one of Semgrep's words, old or new."""
    return _SEVERITIES.get(word.upper(), severity(word))


def title_of(rule: str) -> str:
    """A rule's own name: its path names the folders that it was kept in.

    >>> title_of("python.lang.security.audit.exec-detected.exec-detected")
    'exec-detected'
    """
    return rule.rpartition(".")[2] or rule


def _found(result: dict[str, Any]) -> Found:
    extra = member(result, "extra")
    metadata = member(extra, "metadata")
    rule = text(result, "check_id")
    kind = _kind(rule, extra, metadata)
    weaknesses = cwes(texts(metadata, "cwe"))
    found = Found(
        title=title_of(rule),
        rule=rule,
        kind=kind,
        severity=severity_of(text(extra, "severity")),
        description=text(extra, "message"),
        cwe=weaknesses[0] if weaknesses else "",
        tags=weaknesses[1:],
        file=text(result, "path"),
        line=whole(result, "start", "line"),
        state="accepted" if extra.get("is_ignored") is True else "",
        state_reason="nosemgrep" if extra.get("is_ignored") is True else "",
        link=text(metadata, "source") or text(metadata, "shortlink"),
        tool_id=_given(extra, "fingerprint"),
        context=_given(extra, "lines"),
        attributes=_attributes(extra, metadata),
    )
    if kind == "dependency":
        _add_package(found, extra, metadata)
    elif kind == "secret":
        _mask(found, extra)
    return found


def _kind(rule: str, extra: dict[str, Any], metadata: dict[str, Any]) -> str:
    if extra.get("sca_info"):
        return "dependency"
    validated = text(extra, "validation_state") not in ("", "NO_VALIDATOR")
    named = ".secrets." in f".{rule}" or "secrets" in texts(metadata, "technology")
    return "secret" if validated or named else "code"


def _given(extra: dict[str, Any], name: str) -> str:
    said = text(extra, name)
    return "" if said == _WITHHELD else said


def _add_package(found: Found, extra: dict[str, Any], metadata: dict[str, Any]) -> None:
    match = member(extra, "sca_info", "dependency_match")
    package = member(match, "found_dependency")
    found.component, found.version = text(package, "package"), text(package, "version")
    found.vulnerability_ids = ids(text(metadata, "sca-vuln-database-identifier"), texts(metadata, "ghsa"))
    found.artefact = text(match, "lockfile")
    found.severity = severity(text(metadata, "sca-severity")) or found.severity
    found.fixed_version = _fix(metadata, found.component)
    if found.vulnerability_ids:
        found.rule, found.context = "", ""
    found.attributes["package_type"] = text(package, "ecosystem")
    found.attributes["reachable"] = extra["sca_info"].get("reachable") is True


def _fix(metadata: dict[str, Any], component: str) -> str:
    fixes = items(metadata, "sca-fix-versions")
    return next(filter(None, (text(each, component) for each in fixes if isinstance(each, dict))), "")


def _mask(found: Found, extra: dict[str, Any]) -> None:
    """A rule's message may quote what it matched, which here is the secret."""
    bound = [text(each, "abstract_content") for each in member(extra, "metavars").values()]
    secrets = [value for value in bound if len(value) >= _SHORTEST_SECRET]
    found.description = without(found.description, *secrets, found.context.strip())
    found.context = ""


def _attributes(extra: dict[str, Any], metadata: dict[str, Any]) -> dict[str, str | float | bool]:
    validation = text(extra, "validation_state").lower()
    found = {
        "confidence": text(metadata, "confidence").lower(),
        "likelihood": text(metadata, "likelihood").lower(),
        "impact": text(metadata, "impact").lower(),
        "category": text(metadata, "category"),
        "validity": "" if validation == "no_validator" else validation,
        "taint_source": _taint_source(extra)[:_LONGEST_SOURCE],
    }
    return {name: value for name, value in found.items() if value}


def _taint_source(extra: dict[str, Any]) -> str:
    """Where the data comes from, as source text: of `["CliLoc", [place, text]]`, or of an older object."""
    source = dig(extra, "dataflow_trace", "taint_source")
    if isinstance(source, dict):
        return text(source, "content")
    while isinstance(source, list) and source:
        if isinstance(source[-1], str) and isinstance(source[0], dict):
            return source[-1].strip()
        source = source[1] if len(source) > 1 and source[0] in ("CliLoc", "CliCall") else source[0]
    return ""


FORMAT = Format("semgrep", "Semgrep", frozenset({"object"}), detect, read)
