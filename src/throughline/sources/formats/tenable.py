"""One result of Nessus and its relatives, from XML or CSV: the same thing gets the same keys. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from throughline.sources.formats.findings import Found
from throughline.sources.formats.hosts import first_link, paragraphs, place, product, site_of, when
from throughline.sources.formats.shapes import cwes, ids, number, score, severity, vector

_INSTALLED = re.compile(r"^[ \t]*(?:Installed|Detected) version[ \t]*:[ \t]*(\S+)[ \t\r]*$", re.MULTILINE)
_FIXED = re.compile(r"^[ \t]*Fixed version[ \t]*:[ \t]*(\S+)[ \t\r]*$", re.MULTILINE)
_LEVELS = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "none": 0}
_WEB_FAMILIES = ("web", "cgi", "cross site scripting", "http")
LONGEST_OUTPUT = 4_000


class Item(NamedTuple):
    """What a report says of one result, as text; `scores` are vector and score of CVSS 4, 3 and 2."""

    plugin: str
    title: str
    family: str
    severity: str
    host: str
    hostname: str
    port: str
    protocol: str
    synopsis: str
    description: str
    output: str
    ids: list[str]
    cwes: list[str]
    cpe: str
    scores: tuple[tuple[str, str], ...]
    first: str
    published: str
    link: str
    web: bool
    facts: dict[str, str]
    asset: str = ""
    finding_id: str = ""
    mitigated: str = ""
    state: str = ""
    state_reason: str = ""


def found_of(item: Item) -> Found:
    """The finding of a result.

    Tenable tells findings apart by plugin, asset, port and protocol: that is the id. On a web application
    they are told apart by address instead, which only the plugin's output names.
    """
    host = item.host or item.hostname
    output = item.output[:LONGEST_OUTPUT]
    component, version = product(item.cpe) if item.cpe else ("", "")
    vector, score = _cvss(item.scores)
    weaknesses = cwes(item.cwes) if item.cwes else []
    return Found(
        title=item.title,
        rule=item.plugin,
        kind="web" if item.web or item.family.lower().startswith(_WEB_FAMILIES) else "os",
        severity=_severity(item.severity),
        description=paragraphs(item.synopsis, item.description),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=vector,
        cvss_score=score,
        vulnerability_ids=ids(item.ids) if item.ids else [],
        component=component,
        version=version or (_version(_INSTALLED, output) if component else ""),
        fixed_version=_version(_FIXED, output),
        endpoint=first_link(output) if item.web and "://" in output else place(host, item.port),
        state=item.state,
        state_reason=item.state_reason,
        published=when(item.published),
        identified=item.first,
        mitigated=item.mitigated,
        link=first_link(item.link),
        tool_id=item.finding_id or ("" if item.web else _identity(item, host)),
        artefact=site_of(host),
        logical="" if item.web else item.protocol,
        attributes=_attributes(item),
    )


def _identity(item: Item, host: str) -> str:
    return "|".join((item.plugin, item.asset or host, item.protocol, item.port))


@lru_cache(maxsize=1_000)
def _severity(said: str) -> int | None:
    word = said.strip().lower()
    return _LEVELS[word] if word in _LEVELS else severity(word)


def _version(pattern: re.Pattern[str], output: str) -> str:
    found = pattern.search(output)
    return found[1] if found and found[1][0].isdigit() else ""


@lru_cache(maxsize=10_000)
def _cvss(scores: tuple[tuple[str, str], ...]) -> tuple[str, float | None]:
    """Vector and base score of the newest version that the report gives."""
    for said, points in scores:
        base = score({"": points}, "") if points else None
        if said or base:
            return _versioned(said, newest=said is scores[0][0]), base
    return "", None


def _versioned(said: str, *, newest: bool) -> str:
    """A vector with its version: Tenable's tables leave the prefix out; version 2 has none."""
    found = vector(said)
    if not found or found.startswith("CVSS:"):
        return found
    if newest:
        return f"CVSS:4.0/{found}"
    return f"CVSS:3.0/{found}" if "/PR:" in found else found


def _attributes(item: Item) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {}
    if item.family:
        found["plugin_family"] = item.family
    if item.port not in ("", "0"):
        found["port"] = item.port
    if item.protocol:
        found["protocol"] = item.protocol
    if item.hostname and item.hostname != item.host:
        found["hostname"] = item.hostname
    for name, said in item.facts.items():
        if said:
            found[name] = _scalar(said)
    return found


def _scalar(said: str) -> str | float | bool:
    if said.lower() in ("true", "yes"):
        return True
    if said.lower() in ("false", "no"):
        return False
    points = number({"": said}, "")
    return said if points is None else points
