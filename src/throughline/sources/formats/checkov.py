"""Checkov, JSON (`checkov -o json`): https://www.checkov.io/2.Basics/Reviewing%20Scan%20Results.html

One framework is an object, several are a list of them; a scan without any resource is a summary alone.
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
    ids,
    instant,
    items,
    member,
    score,
    severity,
    severity_of_score,
    text,
    untagged,
    vector,
    whole,
)

_SUMMARY = {"passed", "failed", "skipped", "parsing_errors"}
_PACKAGES = frozenset({"sca_package", "sca_image"})
_KINDS = {"secrets": "secret", "sca_package": "dependency", "sca_image": "container"}


def detect(content: Content) -> bool:
    """Whether a framework's results are by outcome, or there is nothing but Checkov's summary."""
    if content.shape == "list":
        return isinstance(content.first, dict) and _is_framework(content.first)
    if _SUMMARY | {"checkov_version"} <= content.members.keys():
        return True
    return "check_type" in content.members and isinstance(content.member("summary"), dict)


def _is_framework(value: dict[str, Any]) -> bool:
    return {"check_type", "results"} <= value.keys()


def read(content: Content) -> Report:
    """The report; a record is one failed or skipped check."""

    def findings(record: tuple[str, bool, msgspec.Raw]) -> Iterator[Found]:
        framework, skipped, raw = record
        yield _found(content.value(raw), framework, skipped=skipped)

    return Report(tool="Checkov", records=_checks(content), findings=findings, unit="check")


def _checks(content: Content) -> Iterator[tuple[str, bool, msgspec.Raw]]:
    """The checks that failed, and those that somebody told Checkov to skip."""
    if content.shape == "list":
        frameworks = [content.members_of(raw) for raw in content.records]
    else:
        frameworks = [content.members]
    for framework in frameworks:
        name = str(content.value(framework.get("check_type", msgspec.Raw(b'""'))))
        results = content.members_of(framework.get("results", msgspec.Raw(b"null")))
        for outcome in ("failed_checks", "skipped_checks"):
            listed = content.items_of(results.get(outcome, msgspec.Raw(b"null")))
            yield from ((name, outcome == "skipped_checks", raw) for raw in listed)


def _found(check: dict[str, Any], framework: str, *, skipped: bool) -> Found:
    rule, resource = text(check, "check_id"), text(check, "resource")
    found = Found(
        title=text(check, "check_name") or text(check, "short_description") or rule,
        rule=rule,
        kind="code" if framework.startswith("sast") else _KINDS.get(framework, "cloud"),
        severity=severity(text(check, "severity")),
        description=text(check, "description"),
        cwe="CWE-798" if framework == "secrets" else "",
        file=text(check, "file_path"),
        line=whole(check, "file_line_range", 0),
        state="accepted" if skipped else "",
        state_reason=text(check, "check_result", "suppress_comment") if skipped else "",
        link=text(check, "guideline"),
        logical=resource,
        attributes=_attributes(check, framework, resource),
    )
    if framework in _PACKAGES:
        _add_package(found, member(check, "vulnerability_details"))
    elif framework != "secrets":
        found.context = _source(check)
    return found


def _source(check: dict[str, Any]) -> str:
    """The flagged source, of which each line is a pair of number and text."""
    return "".join(text(each, 1) for each in items(check, "code_block") if isinstance(each, list))


def _add_package(found: Found, details: dict[str, Any]) -> None:
    found.component, found.version = text(details, "package_name"), text(details, "package_version")
    found.vulnerability_ids = ids(text(details, "id"))
    found.title = " in ".join(filter(None, (text(details, "id"), found.component))) or found.title
    found.description = text(details, "description") or found.description
    found.fixed_version = text(details, "lowest_fixed_version") or text(details, "fix_version")
    found.cvss_vector = vector(text(details, "vector"))
    found.cvss_score = score(details, "cvss")
    found.cwe = next(iter(cwes(details.get("cwe"))), "")
    found.published = instant(text(details, "published_date"))
    found.link = text(details, "link") or found.link
    rated = severity(text(details, "severity"))
    found.severity = found.severity if found.severity is not None else rated
    if found.severity is None:
        found.severity = severity_of_score(found.cvss_score)
    found.rule = "" if found.vulnerability_ids and found.component else found.rule
    _place(found)


def _place(found: Found) -> None:
    """A manifest; of an image the report writes `Dockerfile (name:tag lines:1-4 (digest))` as its file."""
    path, _, around = found.file.partition(" (")
    image = around.partition(" ")[0].rstrip(")")
    found.file, found.logical = path, ""
    if image:
        found.artefact = f"{path} {untagged(image)}"
        found.attributes["image"] = image


def _attributes(check: dict[str, Any], framework: str, resource: str) -> dict[str, str | float | bool]:
    found = {
        "framework": framework,
        "resource": "" if framework == "secrets" else resource,
        "package_type": text(check, "vulnerability_details", "package_type"),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("checkov", "Checkov", frozenset({"object", "list"}), detect, read)
