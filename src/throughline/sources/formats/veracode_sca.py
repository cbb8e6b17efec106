"""Veracode SCA by its agent, JSON (`srcclr scan --json`): https://docs.veracode.com/r/Agent_Based_Scans

A vulnerability names the libraries that it is in by a path into the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, titled
from throughline.sources.formats.peeks import first_of
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import instant, member, score, severity_of_score, text

_REFERENCE = re.compile(r"/records/\d+/libraries/(\d{1,6})/versions/(\d{1,6})")
_CVE = re.compile(r"\d{4}-\d{4,}")


class _Library(NamedTuple):
    name: str
    version: str
    type: str


def detect(content: Content) -> bool:
    """Whether its records hold vulnerabilities beside libraries."""
    return "records" in content.members and first_of(content, "records").keys() >= {
        "vulnerabilities",
        "libraries",
    }


def read(content: Content) -> Report:
    """The report; a record is one vulnerability, a finding is it in one library."""
    scans = [content.value(raw) for raw in content.items("records")]
    about = member(scans[0], "metadata") if scans else {}

    def findings(record: tuple[dict[str, Any], dict[str, Any]]) -> Iterator[Found]:
        return _findings(*record)

    return Report(
        tool="Veracode SCA",
        records=[(scan, flaw) for scan in scans for flaw in each(scan, "vulnerabilities")],
        findings=findings,
        scanned_at=instant(about.get("requestDate")),
        unit="vulnerability",
    )


def _findings(scan: dict[str, Any], flaw: dict[str, Any]) -> Iterator[Found]:
    named = text(flaw, "cve")
    ids = [f"CVE-{named}" if _CVE.fullmatch(named) else named.upper()] if named else []
    rated = score(flaw, "cvss3Score")
    rated = score(flaw, "cvssScore") if rated is None else rated
    for place in list(each(flaw, "libraries")) or [{}]:
        library = _library(scan, text(place, "_links", "ref"))
        yield Found(
            title=titled(text(flaw, "title"), ids, library.name),
            rule="" if ids and library.name else text(flaw, "id"),
            kind="dependency",
            severity=severity_of_score(rated),
            description=text(flaw, "overview"),
            cvss_score=rated,
            vulnerability_ids=list(ids),
            component=library.name,
            version=library.version,
            fixed_version=text(place, "details", 0, "updateToVersion"),
            published=instant(text(flaw, "disclosureDate")),
            link=text(flaw, "_links", "html"),
            attributes={"package_type": library.type, "language": text(flaw, "language").lower()},
        )


def _library(scan: dict[str, Any], reference: str) -> _Library:
    """The library at a path into the report; without a name where there is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return _Library("", "", "")
    at, of = int(found[1]), int(found[2])
    type = text(scan, "libraries", at, "coordinateType").lower()
    group, name = (text(scan, "libraries", at, f"coordinate{number}") for number in (1, 2))
    full = ":".join(filter(None, (group, name))) or text(scan, "libraries", at, "name")
    return _Library(full, text(scan, "libraries", at, "versions", of, "version"), type)


FORMAT = Format("veracode_sca", "Veracode SCA agent", frozenset({"object"}), detect, read)
