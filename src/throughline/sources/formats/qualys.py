"""Qualys, XML (scan results, asset data report, host list detection) and CSV of the same reports.

https://docs.qualys.com/en/vm/api/scans/vm_scans/vm_scan_results.htm and the DTDs that it names. A DTD is not
read: a file that names one elsewhere is refused with the line to remove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from throughline.sources.formats.content import Content
from throughline.sources.formats.csv_columns import Row, header_after, reader, rows_after
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import when
from throughline.sources.formats.qualys_results import Definition, Result, found_of
from throughline.sources.formats.registry import Format

_RECORDS = {
    "SCAN": ("VULN", "PRACTICE", "INFO", "SERVICE"),
    "ASSET_DATA_REPORT": ("VULN_INFO",),
    "HOST_LIST_VM_DETECTION_OUTPUT": ("DETECTION",),
}
_TYPES = {"VULN": "Vuln", "PRACTICE": "Practice", "INFO": "Ig", "SERVICE": "Ig"}
_HOST = ("IP", "DNS", "NETBIOS")
_UNKNOWN = Definition()
_NAMES = {
    "qid": ("qid",),
    "title": ("title", "vulntitle"),
    "severity": ("severity",),
    "type": ("type", "detectiontype"),
    "host": ("ip", "assetipv4", "hostip", "dns", "assetname"),
    "hostname": ("fqdn", "dns", "assetname", "netbios"),
    "port": ("port",),
    "protocol": ("protocol",),
    "instance": ("instance",),
    "status": ("vulnstatus", "status"),
    "first": ("firstdetected", "firstfound"),
    "last": ("lastdetected", "lastfound", "lastscan"),
    "fixed": ("datelastfixed", "lastfixed"),
    "ticket": ("ticketstate",),
    "ids": ("cveid", "cve"),
    "cvss31": ("cvss31base", "cvssv31base"),
    "cvss3": ("cvss3base", "cvssv3base", "cvss3final"),
    "cvss2": ("cvssbase", "cvssfinal"),
    "threat": ("threat", "description"),
    "impact": ("impact",),
    "category": ("category",),
    "id": ("uniquevulnid", "uniquevulnerabilityid"),
}


def detect(content: Content) -> bool:
    """Whether its root is one of Qualys' reports, or its table names QIDs on addresses."""
    if content.shape == "xml":
        root = content.root
        return root.name in _RECORDS and (root.name != "SCAN" or "value" in root.attributes)
    return bool(header_after(content, _is_header))


def read(content: Content) -> Report:
    """The report; a record is one result on one host."""
    return _document(content) if content.shape == "xml" else _table(content)


def _is_header(cells: list[str]) -> bool:
    names = {cell.strip().upper() for cell in cells}
    titled = bool(names & {"TITLE", "VULN TITLE"})
    return {"QID", "SEVERITY"} <= names and titled and bool(names & {"IP", "DNS", "ASSET IPV4", "ASSET NAME"})


def _document(content: Content) -> Report:
    kind = content.root.name
    glossary = content.elements("VULN_DETAILS", dtd="named") if kind == "ASSET_DATA_REPORT" else []
    definitions = {each.get("id"): Definition.of(each) for each in glossary}

    def findings(result: Result) -> Iterator[Found]:
        yield found_of(result)

    return Report(
        tool="Qualys",
        records=_results(content, kind, definitions),
        findings=findings,
        scanned_at=_scanned(content),
        unit="result",
    )


def _scanned(content: Content) -> str:
    """The date of the scan or report, which stands before its first host."""
    for element in content.elements("KEY", "GENERATION_DATETIME", "DATETIME", "IP", "HOST_LIST", dtd="named"):
        if element.name in ("IP", "HOST_LIST"):
            return ""
        if element.name != "KEY" or element.get("value") in ("DATE", "SCAN_DATE"):
            return when(element.text)
    return ""


def _results(content: Content, kind: str, definitions: dict[str, Definition]) -> Iterator[Result]:
    if kind == "SCAN":
        for element in content.elements(*_RECORDS[kind], dtd="named"):
            if element.get("number"):
                yield _of_scan(element)
        return
    facts: dict[str, str] = {}
    host: Element | None = None
    for element in content.elements(*_HOST, *_RECORDS[kind], dtd="named"):
        if element.over("HOST") is not host:
            host, facts = element.over("HOST"), {}
        if element.name in _HOST:
            facts[element.name] = element.text
        else:
            yield _of_host(element, facts, definitions)


def _of_scan(element: Element) -> Result:
    known = Definition.of(element)
    return Result(
        qid=element.get("number"),
        known=known,
        type=_TYPES[element.name],
        host=element.over_get("IP", "value"),
        hostname=element.over_get("IP", "name"),
        port=element.over_get("CAT", "port"),
        protocol=element.over_get("CAT", "protocol"),
        category=element.over_get("CAT", "value"),
    )


def _of_host(element: Element, facts: dict[str, str], definitions: dict[str, Definition]) -> Result:
    """A VULN_INFO of an asset report, or a DETECTION of the host list."""
    said = {child.name: child.text for child in element.children}
    number = element.find("QID")
    known = definitions.get(number.get("id") if number else "", _UNKNOWN)
    own = (said.get("CVSS3_FINAL", ""), said.get("CVSS_FINAL", ""))
    return Result(
        qid=said.get("QID", "").removeprefix("qid_"),
        known=known._replace(severity=said.get("SEVERITY", "") or known.severity, scores=own + known.scores),
        type=said.get("TYPE", ""),
        host=facts.get("IP", "") or facts.get("DNS", ""),
        hostname=said.get("FQDN", "") or facts.get("DNS", "") or facts.get("NETBIOS", ""),
        port=said.get("PORT", ""),
        protocol=said.get("PROTOCOL", ""),
        instance=said.get("INSTANCE", ""),
        category=known.category,
        status=said.get("VULN_STATUS", "") or said.get("STATUS", ""),
        first=when(said.get("FIRST_FOUND", "") or said.get("FIRST_FOUND_DATETIME", "")),
        last=when(said.get("LAST_FOUND", "") or said.get("LAST_FOUND_DATETIME", "")),
        fixed=when(said.get("LAST_FIXED", "") or said.get("LAST_FIXED_DATETIME", "")),
        ignored=said.get("IS_IGNORED") == "1" or said.get("TICKET_STATE", "").upper() == "IGNORED",
        id=said.get("UNIQUE_VULN_ID", ""),
    )


def _table(content: Content) -> Report:
    says = reader(header_after(content, _is_header), _NAMES)

    def findings(row: Row) -> Iterator[Found]:
        # Hosts that were not scanned, and the summary at the end, have no check.
        if says(row, "qid").isdigit():
            yield found_of(_of_row(lambda name: says(row, name)))

    return Report(tool="Qualys", records=rows_after(content, _is_header), findings=findings, unit="line")


def _of_row(one: Callable[[str], str]) -> Result:
    scores = (_version31(one("cvss31")), one("cvss3"), one("cvss2"))
    known = Definition(
        title=one("title"),
        severity=one("severity"),
        threat=one("threat"),
        impact=one("impact"),
        ids=one("ids"),
        scores=scores,
    )
    return Result(
        qid=one("qid"),
        known=known,
        type=one("type"),
        host=one("host"),
        hostname=one("hostname"),
        port=one("port"),
        protocol=one("protocol"),
        instance=one("instance"),
        category=one("category"),
        status=one("status"),
        first=when(one("first"), american=True),
        last=when(one("last"), american=True),
        fixed=when(one("fixed"), american=True),
        ignored=one("ticket").upper() == "IGNORED",
        id=one("id"),
    )


def _version31(said: str) -> str:
    """A base of CVSS 3.1 with its version, which only the column names."""
    return said.replace("(AV:", "(CVSS:3.1/AV:")


FORMAT = Format("qualys", "Qualys", frozenset({"xml", "table"}), detect, read)
