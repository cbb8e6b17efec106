"""Nessus and Tenable, CSV: https://docs.tenable.com/vulnerability-management/Content/Explore/export-findings-csv-keys.htm

The columns of Nessus, Tenable Security Center, Tenable Vulnerability Management and Web App Scanning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from throughline.sources.formats.content import Content
from throughline.sources.formats.csv_columns import Row, Says, plain_name, reader
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.tenable import Item, found_of

_NAMES = {
    "plugin": ("pluginid", "plugin", "definitionid"),
    "title": ("name", "pluginname", "definitionname"),
    "family": ("family", "pluginfamily", "definitionfamily"),
    "severity": ("risk", "severity", "definitionseverity", "riskfactor"),
    "host": ("host", "ipaddress", "assetdisplayipv4address", "assethostname", "assetname", "url", "dnsname"),
    "hostname": ("dnsname", "fqdn", "assetdisplayfqdn", "assetname", "netbiosname"),
    "asset": ("assetuuid", "assetid", "agentid", "hostid"),
    "finding": ("findingid", "id"),
    "port": ("port", "assetport"),
    "protocol": ("protocol",),
    "synopsis": ("synopsis", "definitionsynopsis"),
    "description": ("description", "definitiondescription"),
    "output": ("pluginoutput", "plugintext", "output"),
    "cve": ("cve", "definitioncve"),
    "cwe": ("cwe", "definitioncwe"),
    "references": ("xref", "crossreferences", "definitionreferences"),
    "cpe": ("cpe", "definitioncpe"),
    "vector4": ("cvssv4vector", "cvssv40vector", "definitioncvss4basevector"),
    "score4": ("cvssv4basescore", "cvssv40basescore", "definitioncvss4basescore"),
    "vector3": ("cvssv3vector", "cvssv30vector", "cvss3vector", "definitioncvss3basevector"),
    "score3": ("cvssv3basescore", "cvssv30basescore", "cvss3basescore", "cvssv3", "definitioncvss3basescore"),
    "vector2": ("cvssv2vector", "cvssv20vector", "cvssvector", "definitioncvss2basevector"),
    "score2": ("cvssv2basescore", "cvssv20basescore", "cvssbasescore", "cvss", "definitioncvss2basescore"),
    "first": ("firstdiscovered", "firstfound", "firstobserved", "firstseen"),
    "last": ("lastobserved", "lastfound", "lastseen"),
    "fixed": ("lastfixed", "fixedon"),
    "state": ("vulnerabilitystate", "state"),
    "modified": ("riskmodified",),
    "accepted": ("acceptriskcomment",),
    "published": ("vulnpublicationdate", "vulnerabilitypublicationdate", "definitionvulnerabilitypublished"),
    "link": ("seealso", "definitionseealso"),
    "exploit": ("exploit", "exploitavailable"),
    "vpr": ("vulnerabilitypriorityrating", "vprscore", "vpr", "definitionvprscore"),
    "epss": ("epssscore", "epss", "definitionepssscore"),
    "repository": ("repository",),
}
_CWE = re.compile(r"CWE[ :#-]*(\d{1,5})", re.IGNORECASE)


def detect(content: Content) -> bool:
    """Whether its columns name a plugin as one of Tenable's tables does."""
    plain = {plain_name(column) for column in content.header}
    return (
        {"pluginid", "name", "synopsis"} <= plain
        or {"pluginid", "name", "risk", "host"} <= plain
        or {"pluginid", "pluginname", "severity"} <= plain
        or {"plugin", "pluginname", "severity"} <= plain
        or {"definitionid", "definitionname"} <= plain
        or {"definitionid", "severity", "assetid"} <= plain
    )


def read(content: Content) -> Report:
    """The report; a record is one result, which Nessus writes as a row for each of its CVE ids."""
    says = reader(content.header, _NAMES)
    first = next((row for _, row in islice(content.rows(), 1)), {})
    tool = _tool({plain_name(column) for column in content.header}, says(first, "protocol"))
    web = tool == "Tenable Web App Scanning"

    def findings(rows: list[Row]) -> Iterator[Found]:
        yield found_of(_item(rows, says, web))

    return Report(
        tool=tool,
        records=_results(content, says),
        findings=findings,
        scope=says(first, "repository"),
        scanned_at=when(says(first, "last")),
        unit="line",
    )


def _tool(columns: set[str], protocol: str) -> str:
    if protocol.lower() in ("http", "https"):
        return "Tenable Web App Scanning"
    if {"plugin", "pluginname"} <= columns:
        return "Tenable Security Center"
    managed = columns & {"definitionid", "assetuuid", "vulnerabilitystate"}
    return "Tenable Vulnerability Management" if managed else "Nessus"


def _results(content: Content, says: Says) -> Iterator[tuple[int, list[Row]]]:
    """Rows that follow each other and differ in their CVE id only, together."""
    together: list[Row] = []
    start = 0
    for line, row in content.rows():
        if together and _continues(together, row, says):
            together.append(row)
            continue
        if together:
            yield start, together
        start, together = line, [row]
    if together:
        yield start, together


def _continues(together: list[Row], row: Row, says: Says) -> bool:
    cve = says(row, "cve")
    if not cve or not says(together[0], "cve") or any(says(each, "cve") == cve for each in together):
        return False
    parts = ("plugin", "host", "port", "protocol", "output", "asset")
    return all(says(together[0], part) == says(row, part) for part in parts)


def _item(rows: list[Row], says: Says, web: bool) -> Item:
    row = rows[0]

    def one(name: str) -> str:
        return says(row, name)

    state, reason = _judged(one("modified"), one("accepted"))
    return Item(
        plugin=one("plugin"),
        title=one("title"),
        family=one("family"),
        severity=one("severity"),
        host=one("host"),
        hostname=one("hostname"),
        port=one("port"),
        protocol=one("protocol").lower(),
        synopsis=one("synopsis"),
        description=one("description"),
        output=one("output"),
        ids=[says(each, "cve") for each in rows],
        cwes=[one("cwe"), *_weaknesses(one("references"))],
        cpe=one("cpe"),
        scores=tuple((one(f"vector{version}"), one(f"score{version}")) for version in (4, 3, 2)),
        first=when(one("first")) or when(one("last")),
        published=one("published"),
        link=one("link"),
        web=web,
        facts={name: one(name) for name in ("exploit", "vpr", "epss")},
        asset=one("asset"),
        finding_id=one("finding"),
        mitigated=_mitigated(one("state"), one("fixed"), one("last")),
        state=state,
        state_reason=reason,
    )


def _weaknesses(references: str) -> list[str]:
    return [f"CWE-{digits}" for digits in _CWE.findall(references)] if references else []


def _mitigated(state: str, fixed: str, last: str) -> str:
    return when(fixed) or when(last) if state.lower() == "fixed" else ""


def _judged(modified: str, comment: str) -> tuple[str, str]:
    """What a person decided: Tenable accepts a risk; recasting it changes its severity only."""
    accepted = bool(comment) or modified.lower() == "accepted"
    return ("accepted", comment) if accepted else ("", "")


FORMAT = Format("tenable_csv", "Tenable (CSV)", frozenset({"table"}), detect, read)
