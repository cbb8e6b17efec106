"""ZAP, XML and JSON ("traditional", with and without requests): https://www.zaproxy.org/docs/desktop/addons/report-generation/

One finding is one alert on one site, which is what ZAP's own summary counts. Its instances are samples: ZAP
stops listing them (ten for a passive check, five where it calls the alert systemic), and which pages the
spider reached differs from scan to scan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element, openings
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import first_link, paragraphs, place, plain, site_of, when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, ids, items, severity, text, unique

Fields = dict[str, str]
Record = tuple[Fields, Any]

_RISKS = {"0": 0, "1": 1, "2": 2, "3": 3}
_CONFIDENCES = {"0": "false positive", "1": "low", "2": "medium", "3": "high", "4": "confirmed"}
_PLACE = ("uri", "method", "param")
_BULKY = ("requestheader", "requestbody", "responseheader", "responsebody")
MOST_PLACES = 10


def detect(content: Content) -> bool:
    """Whether it is ZAP's XML by its root, or its JSON by the names that came from XML attributes."""
    if content.shape == "xml":
        return content.root.name == "OWASPZAPReport"
    names = content.members.keys()
    # GitLab's DAST report is ZAP's with GitLab's own lists beside it.
    made_by_zap = bool(names & {"@version", "@generated", "@programName"})
    return "site" in names and made_by_zap and "vulnerabilities" not in names


def read(content: Content) -> Report:
    """The report; a record is one alert with its site."""
    xml = content.shape == "xml"
    said = _header(content)
    scanned_at = when(said["created"]) or when(said["generated"])
    records = _xml_records(content) if xml else _json_records(content)

    def findings(record: Record) -> Iterator[Found]:
        site, alert = record
        fields, instances = _of_element(alert) if xml else _of_object(content.value(alert))
        yield _found(site, fields, instances, scanned_at)

    return Report(
        tool="ZAP",
        records=records,
        findings=findings,
        scope=_scope(content),
        scanned_at=scanned_at,
        unit="alert",
    )


def _header(content: Content) -> Fields:
    if content.shape == "xml":
        return {name: content.root.attributes.get(name, "") for name in ("created", "generated")}
    return {
        "created": _word(content.member("created")),
        "generated": _word(content.member("@generated")),
    }


def _word(value: Any) -> str:
    """A text or number; what the head of a report garbles is no reason to refuse its alerts."""
    return str(value).strip() if isinstance(value, str | int) else ""


def _scope(content: Content) -> str:
    """The one site that was scanned; of several none is the scope."""
    if content.shape == "xml":
        names = unique(site.get("name") for site in openings(content.stream, "site", name=content.name))
    else:
        names = unique(site["name"] for site, _ in _json_sites(content))
    return names[0] if len(names) == 1 else ""


def _xml_records(content: Content) -> Iterator[Record]:
    for alert in content.elements("alertitem", without=_BULKY):
        site = alert.over("site")
        yield (dict(site.attributes) if site else {}), alert


def _json_sites(content: Content) -> Iterator[tuple[Fields, Any]]:
    raw = content.members["site"]
    for each in content.items_of(raw) if bytes(memoryview(raw)[:1]) in (b"[", b"n") else [raw]:
        members = content.members_of(each)
        said = {
            name: _word(content.value(members[f"@{name}"]))
            for name in ("name", "host", "port")
            if f"@{name}" in members
        }
        yield {"name": "", **said}, members


def _json_records(content: Content) -> Iterator[Record]:
    for site, members in _json_sites(content):
        for alert in content.items_of(members["alerts"]) if "alerts" in members else []:
            yield site, alert


def _of_element(alert: Element) -> tuple[Fields, list[Fields]]:
    """The fields of an alert, and those of its instances; before 2.5 an alert was its only instance."""
    fields = {child.name: child.text for child in alert.children}
    fields["tags"] = " ".join(tag.text for tag in alert.all("tags", "tag", "tag"))
    listed = alert.all("instances", "instance")
    instances = [{name: instance.said(name) for name in _PLACE} for instance in listed]
    return fields, instances


def _of_object(alert: dict[str, Any]) -> tuple[Fields, list[Fields]]:
    fields = {name: text(alert, name) for name in alert if not isinstance(alert[name], list | dict)}
    fields["tags"] = " ".join(text(tag, "tag") for tag in items(alert, "tags"))
    instances = [{name: text(instance, name) for name in _PLACE} for instance in items(alert, "instances")]
    return fields, instances


def _found(site: Fields, fields: Fields, instances: list[Fields], scanned_at: str) -> Found:
    alone = "" if instances else fields.get("uri", "")
    address = site.get("name") or site.get("host") or site_of(alone)
    confidence = fields.get("confidence", "")
    return Found(
        title=fields.get("alert") or fields.get("name") or "",
        rule=fields.get("alertRef") or fields.get("pluginid") or "",
        kind="web",
        severity=_severity(fields),
        description=paragraphs(plain(fields.get("desc", "")), _places(instances)),
        cwe=_cwe(fields.get("cweid", "")),
        vulnerability_ids=ids(fields["tags"]),
        endpoint=alone or address,
        artefact=place(site.get("host", ""), site.get("port", "")) or site_of(address),
        logical=fields.get("param", "") if alone else "",
        identified=scanned_at,
        state={"0": "false positive", "4": "confirmed"}.get(confidence, ""),
        link=first_link(fields.get("reference", "")),
        attributes=_attributes(fields, instances, confidence),
    )


def _severity(fields: Fields) -> int | None:
    code = fields.get("riskcode", "")
    return _RISKS[code] if code in _RISKS else severity(fields.get("riskdesc", "").partition(" (")[0])


def _cwe(said: str) -> str:
    """ZAP writes -1 or 0 for an alert without one."""
    return "" if said.startswith("-") else cwe(said)


def _places(instances: list[Fields]) -> str:
    listed = [
        " ".join(filter(None, (each["method"], each["uri"], each["param"] and f"({each['param']})")))
        for each in instances[:MOST_PLACES]
    ]
    more = len(instances) - len(listed)
    return "\n".join(listed + ([f"and {more} more"] if more else []))


def _attributes(fields: Fields, instances: list[Fields], confidence: str) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {}
    if confidence in _CONFIDENCES:
        found["confidence"] = _CONFIDENCES[confidence]
    if fields.get("wascid", "").isdigit():
        found["wasc"] = fields["wascid"]
    found["instances"] = max(len(instances), 1)
    for name, said in (("method", "method"), ("parameter", "param")):
        values = unique(each[said] for each in instances)
        if len(values) == 1:
            found[name] = values[0]
    return found


FORMAT = Format("zap", "ZAP", frozenset({"xml", "object"}), detect, read)
