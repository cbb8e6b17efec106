"""CSAF 2.0 and 2.1, advisories and VEX: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.csaf_products import Product, Products, products_of
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, ordered, package_of, titled
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    instant,
    member,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    unique,
)

# First what says the most, where a document lists a product twice.
_STATES = {
    "known_affected": "confirmed",
    "first_affected": "confirmed",
    "last_affected": "confirmed",
    "under_investigation": "potential",
    "known_not_affected": "false positive",
    "fixed": "",
    "first_fixed": "",
}
_FIXED = ("fixed", "first_fixed")
_CVSS = ("cvss_v4", "cvss_v3", "cvss_v2")


class Document(NamedTuple):
    """What a document says of itself, and its products."""

    title: str
    date: str
    published: str
    severity: int | None
    link: str
    products: Products


class Judged(NamedTuple):
    """What a vulnerability says of its products, by their ids."""

    ratings: dict[str, dict[str, Any]]
    threats: dict[str, list[tuple[str, str]]]
    flags: dict[str, str]
    remedies: dict[str, list[tuple[str, str]]]


def detect(content: Content) -> bool:
    """Whether its document names a version of CSAF."""
    raw = content.members.get("document")
    return (
        raw is not None and bytes(memoryview(raw)[:1]) == b"{" and "csaf_version" in content.members_of(raw)
    )


def read(content: Content) -> Report:
    """The document; a record is one vulnerability, a finding is it in one product."""
    said = member(content.member("document"))
    document = _document(said, products_of(member(content.member("product_tree"))))
    scope = " ".join(filter(None, (text(said, "publisher", "name"), text(said, "tracking", "id"))))

    def findings(raw: msgspec.Raw) -> Iterator[Found]:
        yield from _found_in(msgspec.json.decode(raw, type=dict[str, Any]), document)

    records = content.items("vulnerabilities")
    return Report("CSAF", records, findings, scope=scope, scanned_at=document.date, unit="vulnerability")


def _document(said: dict[str, Any], products: Products) -> Document:
    own = (text(one, "url") for one in each(said, "references") if text(one, "category") == "self")
    return Document(
        title=text(said, "title"),
        date=instant(text(said, "tracking", "current_release_date")),
        published=instant(text(said, "tracking", "initial_release_date")),
        severity=severity(text(said, "aggregate_severity", "text")),
        link=next(own, ""),
        products=products,
    )


def _found_in(said: dict[str, Any], document: Document) -> Iterator[Found]:
    status = member(said, "product_status")
    listed: dict[str, str] = {}
    for name in _STATES:
        for product in texts(status, name):
            listed.setdefault(product, name)
    judged = _judged(said, document.products)
    fixes = _fixes(listed, document.products)
    for product, name in listed.items():
        yield _found(said, document, judged, product, name, fixes)
    if not listed:
        yield _found(said, document, judged, "", "", fixes)


def _judged(said: dict[str, Any], products: Products) -> Judged:
    judged = Judged({}, {}, {}, {})
    for rating in each(said, "scores"):
        judged.ratings.update(dict.fromkeys(products.ids(rating), rating))
    for rating in each(said, "metrics"):
        judged.ratings.update(dict.fromkeys(products.ids(rating), member(rating, "content")))
    for threat in each(said, "threats"):
        for product in products.ids(threat) or [""]:
            judged.threats.setdefault(product, []).append((text(threat, "category"), text(threat, "details")))
    for flag in each(said, "flags"):
        judged.flags.update(dict.fromkeys(products.ids(flag), text(flag, "label").replace("_", " ")))
    for remedy in each(said, "remediations"):
        for product in products.ids(remedy) or [""]:
            judged.remedies.setdefault(product, []).append(
                (text(remedy, "category"), text(remedy, "details"))
            )
    return judged


def _fixes(listed: dict[str, str], products: Products) -> dict[tuple[str, str], list[str]]:
    """The versions that hold a fix, by the product's name and what it is a part of."""
    found: dict[tuple[str, str], list[str]] = {}
    for product, status in listed.items():
        known = products.known.get(product)
        if known and known.version and status in _FIXED:
            found.setdefault((known.name, known.within), []).append(known.version)
    return found


def _found(
    said: dict[str, Any],
    document: Document,
    judged: Judged,
    product: str,
    status: str,
    fixes: dict[tuple[str, str], list[str]],
) -> Found:
    known = document.products.known.get(product, Product(product))
    ids = ordered([text(said, "cve"), *(text(one, "text") for one in each(said, "ids"))])
    weaknesses = unique([*cwes(text(said, "cwe", "id")), *(text(one, "id") for one in each(said, "cwes"))])
    rating = _rating(judged, product)
    points = score(rating, "baseScore")
    return Found(
        title=titled(text(said, "title") or (document.title if not ids else ""), ids, known.name),
        rule="" if known.name and ids else next(iter(ids), ""),
        kind="dependency",
        severity=_severity(judged, product, rating, points, document),
        description=_note(said),
        cwe=weaknesses[0] if weaknesses else "",
        cvss_vector=text(rating, "vectorString"),
        cvss_score=points,
        vulnerability_ids=ids,
        component=known.name,
        version=known.version,
        fixed_version=_fix(known, status, fixes),
        tags=weaknesses[1:],
        state=_STATES.get(status, ""),
        state_reason=_reason(judged, product, status),
        published=instant(text(said, "release_date")) or document.published,
        identified=document.date,
        mitigated=document.date if status in _FIXED else "",
        link=next((text(one, "url") for one in each(said, "references")), "") or document.link,
        artefact=known.within,
        attributes=_facts(known, judged, product, status),
    )


def _fix(known: Product, status: str, fixes: dict[tuple[str, str], list[str]]) -> str:
    affected = status.endswith("_affected") and status != "known_not_affected"
    return ", ".join(unique(fixes.get((known.name, known.within), []))) if affected else ""


def _rating(judged: Judged, product: str) -> dict[str, Any]:
    rated = judged.ratings.get(product, {})
    return next((member(rated, name) for name in _CVSS if rated.get(name)), {})


def _severity(
    judged: Judged, product: str, rating: dict[str, Any], points: float | None, document: Document
) -> int | None:
    """The publisher's own word for this product, then the CVSS, then the document's word."""
    said = _impacts(judged, product)
    words = [*said, text(rating, "baseSeverity")]
    if (found := next((level for word in words if (level := severity(word)) is not None), None)) is not None:
        return found
    return severity_of_score(points) if points is not None else document.severity


def _impacts(judged: Judged, product: str) -> list[str]:
    threats = judged.threats.get(product, []) + judged.threats.get("", [])
    return [details for category, details in threats if category == "impact"]


def _reason(judged: Judged, product: str, status: str) -> str:
    if status != "known_not_affected":
        return ""
    impacts = [said for said in _impacts(judged, product) if severity(said) is None]
    return judged.flags.get(product, "") or next(iter(impacts), "")


def _note(said: dict[str, Any]) -> str:
    notes = {text(note, "category"): text(note, "text") for note in each(said, "notes")}
    return notes.get("description") or notes.get("summary") or next(iter(notes.values()), "")


def _facts(known: Product, judged: Judged, product: str, status: str) -> dict[str, str | float | bool]:
    remedies = judged.remedies.get(product, []) + judged.remedies.get("", [])
    facts = {
        "purl": known.purl,
        "package_type": package_of(known.purl).type,
        "cpe": known.cpe,
        "status": status,
        "remediation": remedies[0][0] if remedies else "",
        "remedy": remedies[0][1][:200] if remedies else "",
    }
    return {name: fact for name, fact in facts.items() if fact}


FORMAT = Format("csaf", "CSAF", frozenset({"object"}), detect, read)
