"""Nessus and Tenable, XML (`.nessus`, version 2): https://static.tenable.com/documentation/nessus_v2_file_format.pdf"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.tenable import Item, found_of

# What is not read is not built: half of the elements of an item.
_UNREAD = frozenset(
    {"agent", "always_run", "asset_inventory", "attachment", "bid", "cert", "compliance-reference"}
    | {"compliance-policy-value", "compliance-solution", "cvss3_temporal_score", "cvss3_temporal_vector"}
    | {"cvss3_impactScore", "cvss_score_rationale", "cvss_score_source", "cvss_temporal_score"}
    | {"cvss_temporal_vector", "edb-id", "exploit_code_maturity", "exploitability_ease", "fname", "iava"}
    | {"metasploit_name", "patch_publication_date", "plugin_modification_date", "plugin_publication_date"}
    | {"plugin_type", "product_coverage", "script_version", "solution", "stig_severity", "threat_recency"}
    | {"age_of_vuln", "threat_intensity_last_28", "threat_sources_last_28"}
)


class Host(NamedTuple):
    """What stands before the items of a host: its name, and when its scan ended."""

    hostname: str = ""
    scanned_at: str = ""


Record = tuple[Host, Element]


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
        scanned_at=_host(first).scanned_at if first else "",
        unit="item",
    )


def _records(content: Content) -> Iterator[Record]:
    """Each item with its host's properties, which stand before it."""
    properties: Element | None = None
    host = Host()
    found = content.elements("HostProperties", "ReportItem", without=_UNREAD)
    for element in found:
        if element.name == "HostProperties":
            properties, host = element, _host(element)
        else:
            known = properties and properties.over("ReportHost") is element.over("ReportHost")
            yield (host if known else Host()), element


def _host(properties: Element) -> Host:
    said = {tag.get("name"): tag.text for tag in properties.all("tag")}
    ended = when(said.get("HOST_END", "")) or when(said.get("HOST_START", ""))
    return Host(said.get("host-fqdn", ""), ended)


def _findings(record: Record) -> Iterator[Found]:
    host, element = record
    said: dict[str, list[str]] = {}
    for child in element.children:
        said.setdefault(child.name, []).append(child.text)
    if said.get("compliance-result", [""])[0].upper() == "PASSED":
        return
    yield found_of(_item(element, said, host))


def _item(element: Element, said: dict[str, list[str]], host: Host) -> Item:
    def one(*names: str) -> str:
        for name in names:
            if name in said and said[name][0]:
                return said[name][0]
        return ""

    check = one("compliance-check-id", "compliance-check-name")
    plugin = element.get("pluginID")
    return Item(
        plugin=f"{plugin}:{check}" if check else plugin,
        title=one("compliance-check-name") or element.get("pluginName") or one("plugin_name"),
        family=element.get("pluginFamily"),
        severity=element.get("severity") or one("risk_factor"),
        host=element.over_get("ReportHost", "name"),
        hostname=host.hostname,
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
        first=host.scanned_at,
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


FORMAT = Format("nessus", "Nessus (XML)", frozenset({"xml"}), detect, read)
