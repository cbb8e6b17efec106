"""Grype, JSON and JSON Lines (`grype … -o json`, `-o jsonl`): https://github.com/anchore/grype#output-formats"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.names import lasting
from throughline.sources.formats.packages import Rating, each, ordered, titled, versionless
from throughline.sources.formats.peeks import first_of, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    number,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    untagged,
)

_SYSTEMS = frozenset({"deb", "rpm", "apk", "alpm", "portage"})
_RULED = {"not_affected": "false positive", "fixed": "false positive"}


def detect(content: Content) -> bool:
    """Whether it has matches beside what Grype says of itself, or of a package."""
    if content.shape in ("lines", "stream"):
        return _is_match(opening(content))
    names = content.members.keys()
    if _is_match(names):
        return True
    if "matches" not in names or not names & {"descriptor", "source", "distro"}:
        return False
    return _said(content, "descriptor").get("name") == "grype" or "artifact" in first_of(content, "matches")


def _is_match(names: Container[str]) -> bool:
    """Whether these are of a match, as a line of its own."""
    return all(name in names for name in ("vulnerability", "artifact", "matchDetails"))


def read(content: Content) -> Report:
    """The report; a record is one match. One that is of lines says nothing of what was scanned."""
    scanned_at = instant(_said(content, "descriptor").get("timestamp"))
    source = _said(content, "source")

    def findings(raw: msgspec.Raw) -> Iterable[Found]:
        match = content.value(raw)
        if "appliedIgnoreRules" not in match:
            return [_found(match, source.get("type") == "image", scanned_at)]
        return _ruled_out(match, source.get("type") == "image", scanned_at)

    return Report(
        tool="Grype",
        records=_matches(content),
        findings=findings,
        scope=_scope(source.get("target")),
        scanned_at=scanned_at,
        unit="match",
    )


def _matches(content: Content) -> Iterable[Any]:
    if content.shape == "lines":
        return content.lines()
    if content.shape == "stream":
        return content.messages()
    if _is_match(content.members):
        return [msgspec.Raw(content.data)]
    return chain(content.items("matches"), content.items("ignoredMatches"))


def _said(content: Content, name: str) -> dict[str, Any]:
    value = content.member(name)
    return value if isinstance(value, dict) else {}


def _scope(target: Any) -> str:
    """What was scanned: an image by its name, else the folder or file, which old versions quote twice."""
    image = isinstance(target, dict)
    said = target.get("userInput") if isinstance(target, dict) else target
    named = said.strip('" ') if isinstance(said, str) else ""
    return untagged(named) if image else "" if named in (".", "./") else lasting(named)


def _found(match: dict[str, Any], image: bool, scanned_at: str) -> Found:
    advisory = _advisories(match)
    ids = ordered(text(each_of, "id") for each_of in advisory)
    vector, rated = _rating(advisory)
    level = severity(text(match, "vulnerability", "severity"))
    name, version = text(match, "artifact", "name"), text(match, "artifact", "version")
    path, type = text(match, "artifact", "locations", 0, "path"), text(match, "artifact", "type")
    descriptions = (text(each_of, "description") for each_of in advisory)
    return Found(
        title=titled("", ids, name),
        kind="container" if image else "os" if type in _SYSTEMS else "dependency",
        severity=severity_of_score(rated) if level is None else level,
        description=next(filter(None, descriptions), ""),
        cwe=cwe([text(weakness, "cwe") for each_of in advisory for weakness in each(each_of, "cwes")]),
        cvss_vector=vector,
        cvss_score=rated,
        vulnerability_ids=ids,
        component=name,
        version=version,
        fixed_version=_fixed(match),
        file=path,
        artefact=versionless(path, version),
        identified=scanned_at,
        link=text(match, "vulnerability", "dataSource"),
        attributes=_facts(match, advisory, type),
    )


def _advisories(match: dict[str, Any]) -> list[dict[str, Any]]:
    """What was matched, then what it is related to: a distribution leaves the rating to the CVE."""
    own = dig(match, "vulnerability") or {}
    return [own, *each(match, "relatedVulnerabilities")]


def _rating(advisories: list[dict[str, Any]]) -> Rating:
    """The newest version of CVSS that is given; the first of its ratings."""
    found = [rating for advisory in advisories for rating in _ratings(advisory)]
    return max(found, key=lambda rating: rating[0], default=("", Rating()))[1]


def _ratings(advisory: dict[str, Any]) -> Iterator[tuple[str, Rating]]:
    if isinstance(advisory.get("cvss"), list):
        for said in each(advisory, "cvss"):
            yield text(said, "version"), Rating(text(said, "vector"), score(said, "metrics", "baseScore"))
    for version, name in (("3", "cvssV3"), ("2", "cvssV2")):
        if isinstance(older := advisory.get(name), dict):
            yield version, Rating(text(older, "vector"), score(older, "baseScore"))


def _fixed(match: dict[str, Any]) -> str:
    versions = texts(match, "vulnerability", "fix", "versions")
    return ", ".join(versions) or text(match, "vulnerability", "fixedInVersion")


def _facts(
    match: dict[str, Any], advisories: list[dict[str, Any]], type: str
) -> dict[str, str | float | bool]:
    facts: dict[str, str | float | bool] = {
        "package_type": type,
        "purl": text(match, "artifact", "purl"),
        "fix_status": text(match, "vulnerability", "fix", "state"),
    }
    likely = [number(said, "epss") for advisory in advisories for said in each(advisory, "epss")]
    if (most := max(filter(None, likely), default=None)) is not None:
        facts["epss"] = most
    if any(dig(advisory, "knownExploited") for advisory in advisories):
        facts["kev"] = True
    return {name: said for name, said in facts.items() if said != ""}


def _ruled_out(match: dict[str, Any], image: bool, scanned_at: str) -> Iterator[Found]:
    """What a rule about this very advisory, or a VEX statement, ignores; a mere filter says nothing of it."""
    for rule in each(match, "appliedIgnoreRules"):
        status = text(rule, "vex-status")
        if status or text(rule, "vulnerability"):
            found = _found(match, image, scanned_at)
            found.state = _RULED.get(status, "" if status else "accepted")
            found.state_reason = text(rule, "reason") or text(rule, "vex-justification")
            yield found
            return


FORMAT = Format("grype", "Grype", frozenset({"object", "lines", "stream"}), detect, read)
