"""Tenable Vulnerability Management: the records of its export of vulnerabilities, as its API gives them.

https://developer.tenable.com/reference/exports-vulns-request-export. A record keeps its `last_fixed` when it
is reopened, so only a record that is FIXED is mitigated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import dig, instant, items, member, text, texts
from throughline.sources.formats.tenable import Item, found_of

_SHOWN = frozenset({"asset", "plugin", "port", "severity", "state"})


def detect(content: Content) -> bool:
    """Whether its first record has an asset, a plugin, a port and a state."""
    return loose.names(content) >= _SHOWN


def read(content: Content) -> Report:
    """The records; each is one vulnerability of one asset."""

    def findings(record: Any) -> Iterator[Found]:
        yield _found(loose.decoded(content, record))

    return Report(
        tool="Tenable Vulnerability Management",
        records=loose.records(content),
        findings=findings,
        unit="vulnerability",
    )


def _found(said: dict[str, Any]) -> Found:
    asset, plugin = member(said, "asset"), member(said, "plugin")
    accepted = text(said, "severity_modification_type").upper() == "ACCEPTED"
    found = found_of(
        Item(
            plugin=text(plugin, "id"),
            title=text(plugin, "name"),
            family=text(plugin, "family"),
            severity=text(said, "severity"),
            host=_host(asset),
            hostname=_one(asset, "fqdn") or _one(asset, "hostname"),
            port=text(said, "port", "port"),
            protocol=text(said, "port", "protocol").lower(),
            synopsis=text(plugin, "synopsis"),
            description=text(plugin, "description"),
            output=text(said, "output"),
            ids=texts(plugin, "cve"),
            cwes=[text(each, "id") for each in items(plugin, "xrefs") if text(each, "type") == "CWE"],
            cpe=" ".join(texts(plugin, "cpe")),
            scores=tuple(_score(plugin, version) for version in ("4", "3", "")),
            first=instant(text(said, "first_found")),
            published=text(plugin, "vuln_publication_date"),
            link=next(iter(texts(plugin, "see_also")), ""),
            web=False,
            facts=_facts(said, plugin),
            asset=text(asset, "uuid"),
            finding_id=text(said, "finding_id"),
            mitigated=_mitigated(said),
            state="accepted" if accepted else "",
            state_reason=(text(said, "recast_reason") or "accepted in Tenable") if accepted else "",
        )
    )
    found.attributes["status"] = text(said, "state").lower()
    return found


def _one(record: dict[str, Any], name: str) -> str:
    """The text of a member that is one or a list of some, as it depends on the version of the API."""
    value = dig(record, name)
    return next(iter(texts(record, name)), "") if isinstance(value, list) else text(record, name)


def _host(asset: dict[str, Any]) -> str:
    names = ("ipv4", "ipv6", "fqdn", "hostname", "netbios_name")
    return next(filter(None, (_one(asset, name) for name in names)), "")


def _score(plugin: dict[str, Any], version: str) -> tuple[str, str]:
    """Vector and base score of one version of CVSS; the vector is an object in this API, or a text."""
    said = dig(plugin, f"cvss{version}_vector")
    vector = text(said, "raw") if isinstance(said, dict) else text(plugin, f"cvss{version}_vector")
    return vector, text(plugin, f"cvss{version}_base_score")


def _mitigated(said: dict[str, Any]) -> str:
    if text(said, "state").upper() != "FIXED":
        return ""
    return instant(text(said, "last_fixed")) or instant(text(said, "last_found"))


def _facts(said: dict[str, Any], plugin: dict[str, Any]) -> dict[str, str]:
    return {
        "exploit": text(plugin, "exploit_available"),
        "vpr": text(plugin, "vpr", "score") or text(plugin, "vpr_v2", "score"),
        "epss": text(plugin, "epss_score"),
        "resurfaced": instant(text(said, "resurfaced_date")),
    }


FORMAT = Format("tenable_export", "Tenable export (API)", loose.SHAPES, detect, read)
