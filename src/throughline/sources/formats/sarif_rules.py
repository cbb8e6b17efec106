"""What a SARIF run says of its checks: reporting descriptors, in the shape that its results need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypedDict

import msgspec

from throughline.sources.formats.names import short
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    ids,
    items,
    member,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    unique,
    vector,
    whole,
)

LEVELS = {"error": 3, "warning": 2, "note": 0, "none": 0}
# What only stands in for a title: a placeholder of the tool, or the pattern that it searches for.
_NO_TITLE = re.compile(r"^Semgrep Finding: |\(\?[a-zA-Z:!=<]|\\[bsdwS]")
_SECRET = re.compile(r"(?:^|\.)secrets\.|^SEC101/", re.IGNORECASE)
_ADVISORY = re.compile(r"SNYK-[\w.:-]+|(?:GO|PYSEC|RUSTSEC|OSV|MAL|BDSA)-\d[\w-]*", re.IGNORECASE)
_PACKAGE = re.compile(r"\bPackage: *([^\s|]+)")
_VERSION = re.compile(r"(?<!Fix )(?<!Fixed )\bVersion: *([^\s|]+)")
_FIXED = re.compile(r"\bFix(?:ed)? Version: *+([^\n|]*[^\s|])")
_WORDS = frozenset(["critical", "high", "medium", "low"])
_CONFIDENT = re.compile(r"(\w+) confidence", re.IGNORECASE)


class Rule(msgspec.Struct, kw_only=True, frozen=True):
    """One check. `severity` is what it rates its findings, `level` what it falls back to."""

    id: str
    name: str = ""
    title: str = ""
    description: str = ""
    severity: int | None = None
    level: int | None = None
    score: float | None = None
    vector: str = ""
    cwes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    link: str = ""
    kind: str = ""
    package: tuple[str, str, str] = ("", "", "")
    messages: dict[str, str] = {}
    confidence: str = ""
    enabled: bool = True


class Said(TypedDict, total=False):
    """The parts of a reporting descriptor that are read; others are passed over undecoded."""

    id: Any
    name: Any
    deprecatedIds: Any
    shortDescription: Any
    fullDescription: Any
    help: Any
    helpUri: Any
    messageStrings: Any
    defaultConfiguration: Any
    properties: Any
    relationships: Any


def rule_of(said: dict[str, Any], taxonomies: list[list[str]]) -> Rule:
    """The check that a descriptor describes. Raises BadRecord."""
    properties, tags = member(said, "properties"), texts(said, "properties", "tags")
    brief, full = _text(said, "shortDescription"), _text(said, "fullDescription")
    guide, identifier = _text(said, "help"), text(said, "id")
    link = text(said, "helpUri") or (guide if guide.startswith("http") and " " not in guide else "")
    kind = _kind(identifier, text(said, "name"), tags)
    return Rule(
        id=identifier,
        name=text(said, "name"),
        title=_title(brief, text(said, "name")),
        # The full description of a secret's rule is, for some tools, the secret.
        description="" if kind == "secret" else full or brief,
        severity=rated(properties, tags),
        level=LEVELS.get(text(said, "defaultConfiguration", "level").lower()),
        score=score(properties, "security-severity"),
        vector=vector(
            *(properties.get(name) for name in ("cvssv40_vector", "cvssv3_vector", "cvssv2_vector"))
        ),
        cwes=tuple(_weaknesses(said, properties, tags, taxonomies)),
        ids=tuple(advisories(identifier, text(said, "name"), brief, *tags, *_aliases(said, properties))),
        link=link,
        kind=kind,
        package=package_in(guide),
        messages={name: text(each, "text") for name, each in member(said, "messageStrings").items()},
        confidence=_confidence(properties, tags),
        enabled=dig(said, "defaultConfiguration", "enabled") is not False,
    )


def rated(properties: dict[str, Any], tags: Iterable[str] = ()) -> int | None:
    """The severity that properties name: a score, the tool's own word, or such a word among its tags."""
    said = properties.get("security-severity")
    if said is not None:
        number = score(properties, "security-severity")
        found = severity_of_score(number) if number is not None else severity(str(said))
        if found is not None:
            return found
    for name in ("securityRisk", "issue_severity", "severity"):
        if isinstance(word := properties.get(name), str) and (found := severity(word)) is not None:
            return found
    return next((severity(tag) for tag in tags if tag.lower() in _WORDS), None)


def advisories(*said: str) -> list[str]:
    """The vulnerability ids named in texts, CVE first."""
    found = ids(*(_ADVISORY.sub("", part) for part in said))
    found += [each for part in said for each in _ADVISORY.findall(part[:500])]
    return sorted(unique(found), key=lambda each: not each.startswith("CVE-"))


def package_in(said: str) -> tuple[str, str, str]:
    """Name, version and fixed version of the package that a text of lines such as `Package: curl` names.

    >>> package_in("Package: curl\\nInstalled Version: 8.1\\nFixed Version: 8.4")
    ('curl', '8.1', '8.4')
    """
    if "Package: " not in said:
        return "", "", ""
    name, version, fixed = (pattern.search(said) for pattern in (_PACKAGE, _VERSION, _FIXED))
    return name[1] if name else "", version[1] if version else "", fixed[1] if fixed else ""


def target_ids(said: Any, taxonomies: list[list[str]]) -> list[str]:
    """The weaknesses that references to taxa name, by id or by their place in a taxonomy."""
    found = []
    for reference in said:
        named = text(reference, "id")
        source = text(reference, "toolComponent", "name")
        if not named:
            named = _placed(reference, taxonomies)
        if "cwe" in f"{named}{source}".lower():
            found.append(named)
    return cwes(found)


def _placed(reference: Any, taxonomies: list[list[str]]) -> str:
    place, component = dig(reference, "index"), whole(reference, "toolComponent", "index") or 0
    known = taxonomies[component] if component < len(taxonomies) else []
    return f"CWE-{known[place]}" if isinstance(place, int) and 0 <= place < len(known) else ""


def _weaknesses(
    said: dict[str, Any], properties: dict[str, Any], tags: list[str], taxonomies: list[list[str]]
) -> list[str]:
    targets = [member(relation, "target") for relation in items(said, "relationships")]
    named = [tag for tag in tags if "cwe" in tag.lower()]
    return unique([*cwes(properties.get("cwe")), *target_ids(targets, taxonomies), *cwes(named)])


def _aliases(said: dict[str, Any], properties: dict[str, Any]) -> list[str]:
    names = ("cve", "cves", "CVE", "aliases", "ghsaId")
    return texts(said, "deprecatedIds") + [each for name in names for each in _words(properties.get(name))]


def _words(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _title(brief: str, name: str) -> str:
    found = brief if brief and not _NO_TITLE.search(brief) else ""
    return short(found) or (name if " " in name and not _NO_TITLE.search(name) else "")


def _kind(identifier: str, name: str, tags: list[str]) -> str:
    known = {tag.lower() for tag in tags}
    if name == "Secret" or not known.isdisjoint(("secret", "secrets")) or _SECRET.search(identifier):
        return "secret"
    return "cloud" if name == "Misconfiguration" or "misconfiguration" in known else ""


def _confidence(properties: dict[str, Any], tags: list[str]) -> str:
    said = properties.get("precision") or properties.get("confidence")
    if isinstance(said, str):
        return said.lower()
    return next((match[1].lower() for tag in tags if (match := _CONFIDENT.fullmatch(tag))), "")


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else text(value, "text") or text(value, "markdown")
