"""OpenVEX 0.0.1 and 0.2.0: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import ordered, package_of, titled
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import dig, instant, items, member, text, texts, untagged

_STATES = {"not_affected": "false positive", "affected": "confirmed", "under_investigation": "potential"}
# What tools name a document by its content, which is another one with each scan.
_HASHED = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
# What govulncheck writes where it was not told of what.
_UNKNOWN = "Unknown Product"
Effective = dict[tuple[str, str, str], tuple[str, int]]


def detect(content: Content) -> bool:
    """Whether its context is OpenVEX's."""
    context = content.member("@context", "") if "statements" in content.members else ""
    return "openvex" in str(context).lower()


def read(content: Content) -> Report:
    """The document; a record is one statement, a finding is it on one product or part of one.

    A later statement on the same takes an earlier one's place, as the specification has it.
    """
    said_at = instant(text(content.member("timestamp")) or text(content.member("last_updated")))
    statements = content.items("statements")
    named = text(content.member("@id"))
    scope = "" if _HASHED.search(named) else named
    effective = _effective(statements, said_at)

    def findings(record: tuple[msgspec.Raw, int]) -> Iterator[Found]:
        raw, number = record
        yield from _found_in(msgspec.json.decode(raw, type=dict[str, Any]), number, said_at, effective)

    records = zip(statements, count(1), strict=False)
    return Report("OpenVEX", records, findings, scope=scope, scanned_at=said_at, unit="statement")


def _effective(statements: list[msgspec.Raw], said_at: str) -> Effective:
    """For every subject the last statement on it."""
    latest: Effective = {}
    for number, raw in enumerate(statements, start=1):
        try:
            statement = msgspec.json.decode(raw, type=dict[str, Any])
            date = _date(statement, said_at)
            for subject in _subjects(statement):
                latest[subject] = max(latest.get(subject, ("", 0)), (date, number))
        except ValueError:
            # A broken statement is told of where it is read.
            continue
    return latest


def _found_in(statement: dict[str, Any], number: int, said_at: str, effective: Effective) -> Iterator[Found]:
    for subject in _subjects(statement):
        if effective.get(subject, ("", number))[1] == number:
            yield _found(statement, subject[1], subject[2], _date(statement, said_at))


def _date(statement: dict[str, Any], said_at: str) -> str:
    return instant(text(statement, "timestamp")) or said_at


def _subjects(statement: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(vulnerability, product, part of it): each on its own."""
    name = _name(statement)
    parts = [_id(part) for part in items(statement, "subcomponents")]
    found = []
    for product in items(statement, "products") or [""]:
        own = [_id(part) for part in items(product, "subcomponents")] if isinstance(product, dict) else []
        found += [(name, _id(product), part) for part in own or parts or [""]]
    return list(dict.fromkeys(found))


def _name(statement: dict[str, Any]) -> str:
    said = dig(statement, "vulnerability")
    if isinstance(said, dict):
        return text(said, "name") or text(said, "@id").rpartition("/")[2]
    return text(statement, "vulnerability")


def _id(product: Any) -> str:
    if isinstance(product, str):
        return product
    said = member(product)
    found = text(said, "identifiers", "purl") or text(said, "@id") or text(said, "identifiers", "cpe23")
    return "" if found == _UNKNOWN else found


def _found(statement: dict[str, Any], product: str, part: str, date: str) -> Found:
    said, status = dig(statement, "vulnerability"), text(statement, "status").lower()
    aliases = texts(said, "aliases") if isinstance(said, dict) else []
    named = ordered([_name(statement), *aliases])
    subject = package_of(part or product)
    component = subject.name or _plain(part or product)
    link = text(said, "@id") if isinstance(said, dict) else ""
    return Found(
        title=titled("", named, component),
        rule="" if component else _name(statement),
        kind="container" if subject.type in ("oci", "docker") else "dependency",
        description=(text(said, "description") if isinstance(said, dict) else "") or _actions(statement),
        vulnerability_ids=named,
        component=component,
        version=_version(subject.type, subject.version),
        state=_STATES.get(status, ""),
        state_reason=_reason(statement),
        identified=date,
        mitigated=date if status == "fixed" else "",
        link=link if link.startswith("http") else "",
        artefact=_product(product) if part else "",
        attributes=_facts(purl=subject.name and (part or product), package_type=subject.type, status=status),
    )


def _reason(statement: dict[str, Any]) -> str:
    justified = text(statement, "justification").replace("_", " ")
    impact = text(statement, "impact_statement")
    return ": ".join(filter(None, (justified, impact)))


def _actions(statement: dict[str, Any]) -> str:
    said = text(statement, "action_statement")
    return said or text(statement, "status_notes")


def _version(type: str, version: str) -> str:
    # The version of an image in a purl is its digest.
    return "" if type in ("oci", "docker") else version


def _product(product: str) -> str:
    """A product as it is from version to version."""
    return package_of(product).name or _plain(product)


def _plain(product: str) -> str:
    return untagged(product) if not product.startswith(("cpe:", "pkg:")) else product


def _facts(**said: str) -> dict[str, str | float | bool]:
    return {name: fact for name, fact in said.items() if fact}


FORMAT = Format("openvex", "OpenVEX", frozenset({"object"}), detect, read)
