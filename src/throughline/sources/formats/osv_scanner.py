"""OSV-Scanner, JSON (`osv-scanner --format json`): https://google.github.io/osv-scanner/output/"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.names import lasting
from throughline.sources.formats.osv_records import (
    fixed_of,
    ids_of,
    link_of,
    published_of,
    severity_of,
    title_of,
    vectors_of,
    weaknesses_of,
)
from throughline.sources.formats.packages import each, titled
from throughline.sources.formats.peeks import first_of, is_list
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    dig,
    member,
    score,
    severity_of_score,
    text,
    texts,
    unique,
    untagged,
)

_BESIDE = frozenset(
    ["results", "experimental_config", "license_summary", "image_metadata", "experimental_generic_findings"]
)
# The first versions called it otherwise.
_SOURCES = frozenset({"source", "packageSource"})
_SYSTEMS = (
    "Alpine",
    "Debian",
    "Ubuntu",
    "Red Hat",
    "Rocky",
    "AlmaLinux",
    "SUSE",
    "openSUSE",
    "Wolfi",
    "Chainguard",
)


def detect(content: Content) -> bool:
    """Whether its results are packages of sources; a report that found nothing has no results at all."""
    if "results" not in content.members:
        return False
    if first := first_of(content, "results"):
        return "packages" in first and bool(_SOURCES & first.keys())
    if not content.members.keys() <= _BESIDE:
        return False
    results = content.members["results"]
    return content.value(results) is None or (is_list(results) and not content.items("results"))


def read(content: Content) -> Report:
    """The report; a record is one source, a finding is one vulnerability in one package of it.

    Advisories that the report groups are one vulnerability: its own table has one row for them.
    """
    image = untagged(text(content.member("image_metadata"), "name"))
    records = content.items("results")
    return Report(
        tool="OSV-Scanner",
        records=records,
        findings=partial(_findings, bool(image or "image_metadata" in content.members)),
        scope=image,
        unit="source",
    )


def _findings(image: bool, raw: msgspec.Raw) -> Iterator[Found]:
    source = msgspec.json.decode(raw, type=dict[str, Any])
    for package in each(source, "packages"):
        advisories = {text(one, "id"): one for one in each(package, "vulnerabilities")}
        for group in _groups(package, advisories):
            members = [advisories[name] for name in texts(group, "ids") if name in advisories]
            if members:
                yield _found(source, package, group, members, image)


def _groups(package: dict[str, Any], advisories: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups of advisories, and each advisory that is in none."""
    groups = list(each(package, "groups"))
    grouped = {name for group in groups for name in texts(group, "ids")}
    return [*groups, *({"ids": [name]} for name in advisories if name not in grouped)]


def _found(
    source: dict[str, Any],
    package: dict[str, Any],
    group: dict[str, Any],
    members: list[dict[str, Any]],
    image: bool,
) -> Found:
    first, name = members[0], text(package, "package", "name")
    affected = [one for record in members for one in each(record, "affected") if _is_of(one, name)]
    ids = unique([*ids_of(*members), *texts(group, "aliases")])
    weaknesses = unique(cwe for record in members for cwe in weaknesses_of(record, affected))
    path = text(source, "source", "path") or text(source, "packageSource", "path")
    ecosystem = text(package, "package", "ecosystem")
    points = score(group, "max_severity")
    levels = (severity_of(record, affected) for record in members)
    level = next((found for found in levels if found is not None), None)
    return Found(
        title=titled(next(filter(None, map(title_of, members)), ""), ids, name),
        kind=_kind(image, ecosystem),
        severity=severity_of_score(points) if level is None else level,
        description=text(first, "details"),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=next((vector for one in (*members, *affected) for vector in vectors_of(one)), ""),
        cvss_score=points,
        vulnerability_ids=ids,
        component=name or text(package, "package", "commit"),
        version=text(package, "package", "version"),
        fixed_version=fixed_of(affected),
        file=path,
        tags=weaknesses[1:],
        published=published_of(first),
        link=link_of(first),
        artefact=lasting(path),
        attributes=_facts(group, ecosystem, affected, members),
    )


def _is_of(affected: dict[str, Any], name: str) -> bool:
    return text(affected, "package", "name") in ("", name)


def _kind(image: bool, ecosystem: str) -> str:
    return "container" if image else "os" if ecosystem.startswith(_SYSTEMS) else "dependency"


def _facts(
    group: dict[str, Any], ecosystem: str, affected: list[dict[str, Any]], members: list[dict[str, Any]]
) -> dict[str, str | float | bool]:
    facts: dict[str, str | float | bool] = {"package_type": ecosystem} if ecosystem else {}
    if purl := next((found for one in affected if (found := text(one, "package", "purl"))), ""):
        facts["purl"] = purl
    analysis = member(group, "experimentalAnalysis") or member(group, "experimental_analysis")
    called = [dig(analysis, text(one, "id"), "called") for one in members]
    if known := [said for said in called if isinstance(said, bool)]:
        facts["reachable"] = any(known)
    return facts


FORMAT = Format("osv_scanner", "OSV-Scanner", frozenset({"object"}), detect, read)
