"""OSV: one advisory, a list of them, or the answer of a query: https://ossf.github.io/osv-schema/"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.osv_records import (
    fixed_of,
    ids_of,
    is_advisory,
    link_of,
    published_of,
    severity_of,
    title_of,
    vectors_of,
    weaknesses_of,
)
from throughline.sources.formats.packages import each, titled
from throughline.sources.formats.peeks import first_of
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import dig, text

_OWN = frozenset(["id", "modified"])


def detect(content: Content) -> bool:
    """Whether it is an advisory, or begins with one."""
    if content.shape != "object":
        return is_advisory(content.first)
    if content.members.keys() >= _OWN:
        return is_advisory(dict.fromkeys(content.members) | {"id": content.member("id")})
    return content.members.keys() <= {"vulns", "next_page_token"} and is_advisory(first_of(content, "vulns"))


def read(content: Content) -> Report:
    """The advisories; a finding is one of them on one package."""
    return Report(tool="OSV", records=_records(content), findings=_findings, unit="advisory")


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "list":
        return content.records
    if content.shape == "lines":
        return content.lines()
    if content.shape == "stream":
        return content.messages()
    return content.items("vulns") if "vulns" in content.members else [content.data]


def _findings(raw: msgspec.Raw | memoryview) -> Iterator[Found]:
    record = msgspec.json.decode(raw, type=dict[str, Any])
    # A database lists a package once for each range of versions.
    packages: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in each(record, "affected"):
        named = (text(one, "package", "ecosystem"), text(one, "package", "name"))
        packages.setdefault(named, []).append(one)
    for (ecosystem, name), affected in (packages or {("", ""): []}).items():
        yield _found(record, ecosystem, name, affected)


def _found(record: dict[str, Any], ecosystem: str, name: str, affected: list[dict[str, Any]]) -> Found:
    ids, weaknesses = ids_of(record), weaknesses_of(record, affected)
    withdrawn = text(record, "withdrawn")
    vectors = [vector for place in (record, *affected) for vector in vectors_of(place)]
    purl = text(affected[0], "package", "purl") if affected else ""
    return Found(
        title=titled(title_of(record), ids, name),
        rule="" if name else text(record, "id"),
        kind="dependency",
        severity=severity_of(record, affected),
        description=text(record, "details"),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=next((vector for vector in vectors if ":" in vector), ""),
        vulnerability_ids=ids,
        component=name,
        fixed_version=fixed_of(affected),
        tags=weaknesses[1:],
        state="false positive" if withdrawn else "",
        state_reason=f"the advisory was withdrawn on {withdrawn[:10]}" if withdrawn else "",
        published=published_of(record),
        link=link_of(record),
        attributes=_facts(record, package_type=ecosystem, purl=purl),
    )


def _facts(record: dict[str, Any], **said: str) -> dict[str, str | float | bool]:
    facts: dict[str, str | float | bool] = {name: fact for name, fact in said.items() if fact}
    reviewed = dig(record, "database_specific", "github_reviewed")
    return facts | {"reviewed": reviewed} if isinstance(reviewed, bool) else facts


FORMAT = Format("osv", "OSV", frozenset({"object", "list", "lines", "stream"}), detect, read)
