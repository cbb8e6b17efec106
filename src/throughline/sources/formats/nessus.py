"""Nessus and Tenable, XML (`.nessus`, version 2): https://static.tenable.com/documentation/nessus_v2_file_format.pdf"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.tenable import Item, found_of

Record = tuple[Element, Element]

_NO_HOST = Element("HostProperties", {}, 0)


def detect(content: Content) -> bool:
    """Whether it is version 2 of Nessus' data."""
    return content.root.name == "NessusClientData_v2"


def read(content: Content) -> Report:
    """The report; a record is one item with the properties of its host."""
    first = next(iter(content.elements("HostProperties", "ReportItem")), None)
    web = bool(first and first.over_get("Report", "type") == "was")
    return Report(
        tool="Tenable Web App Scanning" if web else "Nessus",
        records=_records(content),
        findings=_findings,
        scope=first.over_get("Report", "name") if first else "",
        scanned_at=_scanned(first) if first else "",
        unit="item",
    )


def _records(content: Content) -> Iterator[Record]:
    """Each item with its host's properties, which stand before it."""
    host = _NO_HOST
    for element in content.elements("HostProperties", "ReportItem"):
        if element.name == "HostProperties":
            host = element
        else:
            yield (host if _same_host(host, element) else _NO_HOST), element


def _same_host(properties: Element, item: Element) -> bool:
    return properties.over("ReportHost") is item.over("ReportHost")


def _findings(record: Record) -> Iterator[Found]:
    host, element = record
    said: dict[str, list[str]] = {}
    for child in element.children:
        said.setdefault(child.name, []).append(child.text)
    if said.get("compliance-result", [""])[0].upper() == "PASSED":
        return
    yield found_of(_item(element, said, host))


def _item(element: Element, said: dict[str, list[str]], host: Element) -> Item:
    def one(*names: str) -> str:
        return next((said[name][0] for name in names if name in said and said[name][0]), "")

    check = one("compliance-check-id", "compliance-check-name")
    plugin = element.get("pluginID")
    return Item(
        plugin=f"{plugin}:{check}" if check else plugin,
        title=one("compliance-check-name") or element.get("pluginName") or one("plugin_name"),
        family=element.get("pluginFamily"),
        severity=element.get("severity") or one("risk_factor"),
        host=element.over_get("ReportHost", "name"),
        hostname=_tag(host, "host-fqdn"),
        port=element.get("port"),
        protocol=element.get("protocol").lower(),
        synopsis=one("synopsis"),
        description=one("description", "compliance-info"),
        output=one("plugin_output", "compliance-actual-value"),
        ids=said.get("cve", []),
        cwes=said.get("cwe", []) + [each for each in said.get("xref", []) if each.startswith("CWE")],
        cpe="\n".join(said.get("cpe", [])),
        scores=(
            (one("cvss4_vector"), one("cvss4_base_score")),
            (one("cvss3_vector"), one("cvss3_base_score", "cvssv3")),
            (one("cvss_vector"), one("cvss_base_score", "cvss")),
        ),
        first=_scanned(host),
        published=one("vuln_publication_date"),
        link=one("see_also"),
        web=element.over_get("Report", "type") == "was",
        facts={
            "service": element.get("svc_name"),
            "exploit": one("exploit_available"),
            "vpr": one("vpr_score"),
            "epss": one("epss_score"),
            "kev": "true" if one("cisa-known-exploited") else "",
        },
    )


def _tag(host: Element, name: str) -> str:
    return next((tag.text for tag in host.all("tag") if tag.get("name") == name), "")


def _scanned(host: Element) -> str:
    return when(_tag(host, "HOST_END")) or when(_tag(host, "HOST_START"))


FORMAT = Format("nessus", "Nessus (XML)", frozenset({"xml"}), detect, read)
