"""One result of OpenVAS, from XML or CSV: the same thing gets the same keys. Pure."""

from __future__ import annotations

from typing import NamedTuple

from throughline.sources.formats.findings import Found
from throughline.sources.formats.hosts import place, product
from throughline.sources.formats.shapes import cwe, ids, number, score, severity, severity_of_score

_LEVELS = {"log": 0, "debug": 0, "alarm": 3}
_FALSE = "false positive"


class Result(NamedTuple):
    """What a report says of one result, as text."""

    oid: str
    title: str
    host: str
    hostname: str
    port: str
    protocol: str
    threat: str
    score: str
    vector: str
    ids: list[str]
    description: str
    product: str
    link: str
    family: str
    quality: str
    epss: str
    seen: str
    reason: str


def found_of(result: Result) -> Found:
    """The finding of a result.

    The id of a result is new with every scan; Greenbone itself compares reports by test, host and port.
    """
    component, version = product(result.product) if result.product else ("", "")
    named = " ".join(result.ids)
    threat = result.threat.lower()
    return Found(
        title=result.title,
        rule=result.oid or result.title,
        kind="os",
        severity=_severity(threat, result.score),
        description=result.description,
        cwe=cwe(result.title) if "CWE-" in result.title else "",
        cvss_vector=result.vector,
        cvss_score=score({"": result.score}, ""),
        vulnerability_ids=ids(named) if "-" in named else [],
        component=component,
        version=version,
        endpoint=place(result.host, result.port),
        identified=result.seen,
        state=_FALSE if threat == _FALSE else "",
        state_reason=result.reason if threat == _FALSE else "",
        link=result.link,
        tool_id="|".join((result.oid, result.host, result.protocol, result.port)) if component else "",
        artefact=result.host,
        logical=result.protocol,
        attributes=_attributes(result),
    )


def _severity(threat: str, said: str) -> int | None:
    """The report's word; without one its score, of which those below 0 are marks and no scores."""
    if threat == _FALSE:
        return None
    if threat in _LEVELS:
        return _LEVELS[threat]
    level = severity(threat)
    return level if level is not None else severity_of_score(score({"": said}, ""))


def _attributes(result: Result) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {}
    said = {
        "plugin_family": result.family,
        "port": result.port,
        "protocol": result.protocol,
        "hostname": result.hostname if result.hostname != result.host else "",
    }
    found.update({name: value for name, value in said.items() if value})
    for name, value in (("quality", result.quality), ("epss", result.epss)):
        points = number({"": value}, "")
        if points is not None:
            found[name] = points
    return found
