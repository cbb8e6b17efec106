"""Bugcrowd: its export of submissions as CSV; states: https://docs.bugcrowd.com/customers/submission-management/"""

from __future__ import annotations

import re
from collections.abc import Iterator

from throughline.sources.formats.bounties import address, kind_of, money
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, ids, instant, severity

# What newer exports, and exports of other views, call the columns of the first one.
_NAMES = {
    "reference_number": ("reference", "submission_reference", "submission_id", "uuid", "id"),
    "vrt_lineage": ("vrt", "vrt_category", "vrt_id", "vulnerability_type", "bug_type"),
    "priority": ("severity", "technical_severity", "priority_rating"),
    "substate": ("status", "submission_state"),
    "bounty_code": ("program_code", "engagement_code", "program", "engagement"),
    "submitted_at": ("submitted", "submitted_on", "created_at", "date_submitted"),
    "validated_at": ("triaged_at",),
    "resolved_at": ("fixed_at", "remediated_at"),
    "closed_at": ("closed",),
    "amount": ("reward", "rewards", "reward_amount", "monetary_reward", "total_reward", "total_paid"),
    "currency": ("reward_currency", "amount_currency"),
    "target_name": ("target",),
    "target_category": ("target_type",),
    "bug_url": ("vulnerable_url", "url"),
    "username": ("researcher", "researcher_username", "submitter"),
}
_OLD = {new: old for old, names in _NAMES.items() for new in names}
_STATES = {
    "triaged": "confirmed",
    "unresolved": "confirmed",
    "resolved": "confirmed",
    "informational": "accepted",
    "wont fix": "accepted",
    "won't fix": "accepted",
    "not applicable": "false positive",
    "not reproducible": "false positive",
    "out of scope": "out of scope",
    "duplicate": "duplicate",
}
_BLANKS = re.compile(r"[\s_-]+")


def detect(content: Content) -> bool:
    """Whether its columns are those of submissions under the Vulnerability Rating Taxonomy."""
    columns = set(_plain(content.header))
    return columns >= {"title", "priority", "vrt_lineage"} and bool(
        columns & {"reference_number", "submitted_at", "bounty_code"}
    )


def read(content: Content) -> Report:
    """The submissions; a record is one row."""
    columns = dict(zip(content.header, _plain(content.header), strict=True))
    rows = content.rows()
    return Report(
        tool="Bugcrowd",
        records=((line, {columns[name]: cell for name, cell in row.items()}) for line, row in rows),
        findings=_findings,
        unit="line",
    )


def _plain(header: tuple[str, ...]) -> list[str]:
    """The columns as the first export called them; one that has such a name keeps it."""
    plain = [_BLANKS.sub("_", column.lower()).strip("_") for column in header]
    return [name if _OLD.get(name, name) in plain else _OLD.get(name, name) for name in plain]


def _findings(row: dict[str, str]) -> Iterator[Found]:
    def said(name: str) -> str:
        return row.get(name, "").strip()

    word = _BLANKS.sub(" ", said("substate") or said("state")).lower()
    is_duplicate = said("duplicate").lower() in ("true", "yes", "1")
    state = "duplicate" if is_duplicate else _STATES.get(word, "")
    category = said("target_category")
    endpoint = said("bug_url") or address(said("target_name"), category)
    award, currency = money(said("amount"))
    id = said("reference_number")
    yield Found(
        title=said("title") or said("caption"),
        rule=said("vrt_lineage"),
        kind=kind_of(endpoint, category),
        severity=_level(said("priority")),
        description=said("description"),
        cwe=cwe(said("cwe")),
        vulnerability_ids=ids(said("cve"), said("cve_ids")),
        endpoint=endpoint,
        state=state,
        state_reason=word,
        identified=instant(said("submitted_at")),
        mitigated=instant(said("resolved_at") or said("closed_at")) if word == "resolved" else "",
        link=said("submission_url"),
        award=award,
        award_currency=said("currency")[:3].upper() or currency,
        tool_id=id,
        # Two submissions of one weakness on one target are two, even if one is no longer listed.
        artefact=f"submission {id}" if id else "",
        attributes={
            "asset": said("target_name"),
            "asset_type": category,
            "reporter": said("username"),
            "program": said("bounty_code"),
            "triaged_at": instant(said("validated_at")),
        },
    )


def _level(priority: str) -> int | None:
    digit = priority[-1:]
    return 5 - int(digit) if digit in "12345" and digit else severity(priority)


FORMAT = Format("bugcrowd", "Bugcrowd", frozenset({"table"}), detect, read)
