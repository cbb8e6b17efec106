"""HackerOne: reports as its API gives them (https://api.hackerone.com), and its export as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from throughline.sources.formats.bounties import address, kind_of, money
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.peeks import first_of, inner, is_list, is_object, opening, said
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    ids,
    instant,
    items,
    member,
    number,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    vector,
)

_COLUMNS = frozenset({"id", "title", "severity_rating", "substate", "reported_at"})
# New and needs-more-info are no judgement yet.
_STATES = {
    "triaged": "confirmed",
    "retesting": "confirmed",
    "resolved": "confirmed",
    "not-applicable": "false positive",
    "informative": "out of scope",
    "spam": "out of scope",
    "duplicate": "duplicate",
}
_ENDS = ("closed_at", "last_program_activity_at", "last_activity_at", "last_public_activity_at")


def detect(content: Content) -> bool:
    """Whether its records are reports of HackerOne, or an empty page of them."""
    if content.shape == "table":
        return set(content.header) >= _COLUMNS
    if content.shape != "object":
        return _is_report(opening(content))
    return _is_page(content) or first_of(content, "findings").keys() >= _COLUMNS


def read(content: Content) -> Report:
    """The reports; a record is one."""
    return Report(
        tool="HackerOne",
        records=_records(content),
        findings=_from_export if _is_export(content) else lambda record: _from_api(content.value(record)),
        scope=said(_first(content), "relationships", "program", "data", "attributes", "handle"),
        unit="report",
    )


def _is_page(content: Content) -> bool:
    data = content.members.get("data")
    if is_object(data):
        return _is_report(content.member("data"))
    links = content.members.get("links", b"")
    return is_list(data) and (
        _is_report(first_of(content, "data"))
        or (not content.items("data") and b"hackerone.com" in bytes(links))
    )


def _is_report(found: dict[str, Any]) -> bool:
    inside = inner(found, "attributes")
    return found.get("type") == "report" and isinstance(inside, dict) and inside.keys() >= {"title", "state"}


def _is_export(content: Content) -> bool:
    return content.shape == "table" or "findings" in content.members


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "table":
        return content.rows()
    if "findings" in content.members:
        return map(content.value, content.items("findings"))
    if content.shape == "lines":
        return content.lines()
    if is_object(content.members.get("data")):
        return [content.members["data"]]
    return content.items("data") or content.records


def _first(content: Content) -> dict[str, Any]:
    if content.shape == "object":
        return content.member("data") if is_object(content.members.get("data")) else first_of(content, "data")
    return opening(content)


def _from_api(report: dict[str, Any]) -> Iterator[Found]:
    inside, related = member(report, "attributes"), member(report, "relationships")
    rating = member(related, "severity", "data", "attributes")
    weakness = member(related, "weakness", "data", "attributes")
    asset = member(related, "structured_scope", "data", "attributes")
    found = _found(
        inside,
        id=text(report, "id"),
        word=text(inside, "state"),
        weakness=text(weakness, "name"),
        asset=text(asset, "asset_identifier"),
        asset_type=text(asset, "asset_type"),
    )
    cvss = score(rating, "score")
    level = severity(text(rating, "rating"))
    found.severity = severity_of_score(cvss) if level is None else level
    found.cvss_score, found.cvss_vector = cvss, vector(dig(rating, "cvss_vector_string"))
    found.cwe = cwe(text(weakness, "external_id"))
    found.identified = instant(dig(inside, "created_at"))
    found.award, found.award_currency = _bounties(items(related, "bounties", "data"))
    found.attributes["reporter"] = text(related, "reporter", "data", "attributes", "username")
    yield found


def _from_export(row: dict[str, Any]) -> Iterator[Found]:
    asset = text(row, "structured_scope")
    found = _found(
        row,
        id=text(row, "id"),
        word=text(row, "substate") or text(row, "state"),
        weakness=text(row, "weakness"),
        asset="" if asset.isdigit() else asset,
    )
    found.cvss_score = score(row, "severity_score")
    level = severity(text(row, "severity_rating"))
    found.severity = severity_of_score(found.cvss_score) if level is None else level
    found.cwe = cwe(text(row, "weakness")) if "cwe" in text(row, "weakness").lower() else ""
    found.identified = instant(dig(row, "reported_at")) or instant(dig(row, "created_at"))
    (bounty, currency), (bonus, _) = money(text(row, "bounty")), money(text(row, "bonus"))
    found.award = None if bounty is None and bonus is None else (bounty or 0) + (bonus or 0)
    found.award_currency = currency
    found.attributes["reporter"] = text(row, "reporter")
    yield found


def _found(
    inside: dict[str, Any], *, id: str, word: str, weakness: str, asset: str, asset_type: str = ""
) -> Found:
    word = word.lower().replace("_", "-").replace(" ", "-")
    endpoint = address(asset, asset_type)
    return Found(
        title=text(inside, "title"),
        rule=weakness,
        kind=kind_of(endpoint, asset_type),
        description=text(inside, "vulnerability_information"),
        vulnerability_ids=ids(texts(inside, "cve_ids")),
        endpoint=endpoint,
        state=_STATES.get(word, ""),
        state_reason="" if word == "new" else word,
        published=instant(dig(inside, "disclosed_at")),
        mitigated=_ended(inside) if word == "resolved" else "",
        link=f"https://hackerone.com/reports/{id}" if id else "",
        tool_id=id,
        # Two reports of one weakness on one asset are two reports, even if one is no longer listed.
        artefact=f"report {id}" if id else "",
        attributes={
            "asset": asset,
            "asset_type": asset_type,
            "triaged_at": instant(dig(inside, "triaged_at")),
        },
    )


def _ended(inside: dict[str, Any]) -> str:
    return next(filter(None, (instant(dig(inside, name)) for name in _ENDS)), "")


def _bounties(bounties: list[Any]) -> tuple[float | None, str]:
    amounts = [
        number(each, "attributes", f"awarded_{name}") or number(each, "attributes", name)
        for each in bounties
        for name in ("amount", "bonus_amount")
    ]
    currencies = {text(each, "attributes", "awarded_currency") for each in bounties}
    paid = [amount for amount in amounts if amount is not None]
    return sum(paid) if paid else None, currencies.pop() if len(currencies) == 1 else ""


FORMAT = Format("hackerone", "HackerOne", frozenset({"object", "list", "lines", "table"}), detect, read)
