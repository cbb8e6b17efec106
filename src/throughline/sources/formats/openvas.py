"""OpenVAS and Greenbone, XML and CSV: https://docs.greenbone.net/API/GMP/gmp-22.5.html#command_get_reports"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import first_link, paragraphs, when
from throughline.sources.formats.openvas_results import Result, found_of
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import vector

_PORT = re.compile(r"\(?(\d{1,5})/(\w+)\)?")
_SIGNS = (b"<nvt oid=", b"<gmp>", b"<omp>", b"<gmp_version>", b"<scan_run_status>")
_COLUMNS = {"NVT OID", "NVT Name", "IP"}


def detect(content: Content) -> bool:
    """Whether it is a report of Greenbone's protocol, or a table with its columns."""
    if content.shape == "table":
        return set(content.header) >= _COLUMNS
    root = content.root
    if root.name in ("get_reports_response", "get_results_response"):
        return True
    return root.name == "report" and (
        "format_id" in root.attributes or any(s in content.head for s in _SIGNS)
    )


def read(content: Content) -> Report:
    """The report; a record is one result."""
    return _table(content) if content.shape == "table" else _document(content)


def _document(content: Content) -> Report:
    started = next(iter(content.elements("scan_start", "result", "scan_end")), None)
    scanned_at = when(started.text) if started and started.name == "scan_start" else ""
    task = next((each for each in content.elements("task", "result") if each.said("name")), None)

    def findings(result: Element) -> Iterator[Found]:
        yield found_of(_of_element(result, scanned_at))

    return Report(
        tool="OpenVAS",
        records=content.elements("result"),
        findings=findings,
        scope=task.said("target", "name") or task.said("name") if task and task.name == "task" else "",
        scanned_at=scanned_at,
        unit="result",
    )


def _table(content: Content) -> Report:
    first = next((row for _, row in content.rows()), {})

    def findings(row: dict[str, str]) -> Iterator[Found]:
        yield found_of(_of_row(row))

    return Report(
        tool="OpenVAS",
        records=content.rows(),
        findings=findings,
        scope=first.get("Task Name", "").strip(),
        scanned_at=when(first.get("Timestamp", "")),
        unit="line",
    )


def _of_element(result: Element, scanned_at: str) -> Result:
    nvt = result.find("nvt") or Element("nvt", {}, result.line)
    tags = _tags(nvt.said("tags"))
    port, protocol = _port(result.said("port"))
    refs = nvt.all("refs", "ref")
    cvss = [said.text for said in nvt.all("severities", "severity", "value")]
    override = result.find("overrides", "override")
    return Result(
        oid=nvt.get("oid"),
        title=result.said("name") or nvt.said("name"),
        host=result.said("host"),
        hostname=result.said("host", "hostname"),
        port=port,
        protocol=protocol,
        threat=result.said("threat"),
        score=result.said("severity") or nvt.said("cvss_base"),
        vector=_newest([*cvss, tags.get("cvss_base_vector", "")]),
        ids=[ref.get("id") for ref in refs if ref.get("type").lower() == "cve"] or [nvt.said("cve")],
        description=paragraphs(tags.get("summary", ""), tags.get("insight", "")),
        product=_detected(result),
        link=next((ref.get("id") for ref in refs if ref.get("type").lower() == "url"), "")
        or first_link(nvt.said("xref")),
        family=nvt.said("family"),
        quality=result.said("qod", "value"),
        epss=nvt.said("epss", "max_severity", "score"),
        seen=when(result.said("creation_time")) or scanned_at,
        reason=override.said("text") if override else "",
    )


def _of_row(row: dict[str, str]) -> Result:
    def one(name: str) -> str:
        return row.get(name, "").strip()

    return Result(
        oid=one("NVT OID"),
        title=one("NVT Name"),
        host=one("IP") or one("Hostname"),
        hostname=one("Hostname"),
        port=one("Port"),
        protocol=one("Port Protocol").lower(),
        threat=one("Severity"),
        score=one("CVSS"),
        vector="",
        ids=[one("CVEs")],
        description=paragraphs(one("Summary"), one("Vulnerability Insight")),
        product=one("Product Detection Result"),
        link=first_link(one("Other References")),
        family="",
        quality=one("QoD"),
        epss=one("Max Severity EPSS score"),
        seen=when(one("Timestamp")),
        reason="",
    )


@lru_cache(maxsize=10_000)
def _tags(said: str) -> dict[str, str]:
    """`summary=…|insight=…`; a value may hold a bar itself."""
    found: dict[str, str] = {}
    last = ""
    for part in said.split("|"):
        name, equals, value = part.partition("=")
        if equals and name.isidentifier():
            last = name
            found.setdefault(name, value.strip())
        elif last:
            found[last] += f"|{part}"
    return found


def _port(said: str) -> tuple[str, str]:
    """Port and protocol of `443/tcp`, `https (443/tcp)` and `general/tcp`."""
    found = _PORT.search(said)
    return (found[1], found[2].lower()) if found else ("", said.rpartition("/")[2].lower())


def _newest(vectors: list[str]) -> str:
    """The vector of the newest version of CVSS; those of version 2 have no prefix."""
    return max((vector(each) for each in vectors), default="")


def _detected(result: Element) -> str:
    details = result.all("detection", "result", "details", "detail")
    return next((each.said("value") for each in details if each.said("name") == "product"), "")


FORMAT = Format("openvas", "OpenVAS / Greenbone", frozenset({"xml", "table"}), detect, read)
