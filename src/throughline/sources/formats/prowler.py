"""Prowler: CSV of versions 2 to 5, JSON of 2 and 3, OCSF of 3 to 5: https://docs.prowler.com

What failed is a finding, also where the mute list holds it: that is accepted, not gone. What passed, only
informs, or asks a person to look (MANUAL) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.peeks import inner, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.reports import LONGEST
from throughline.sources.formats.shapes import instant, items, member, severity, text, texts

# What the versions call a fact: 4 and 5, 3, then 2; as columns, then as members.
_NAMES = {
    "status": ("STATUS", "CHECK_RESULT", "RESULT", "Status"),
    "muted": ("MUTED", "Muted"),
    "check": ("CHECK_ID", "CheckID"),
    "title": ("CHECK_TITLE", "TITLE_TEXT", "CheckTitle", "Control"),
    "message": ("STATUS_EXTENDED", "CHECK_RESULT_EXTENDED", "NOTES", "StatusExtended", "Message"),
    "severity": ("SEVERITY", "CHECK_SEVERITY", "Severity"),
    "description": ("DESCRIPTION", "CHECK_RISK", "Description", "Risk"),
    "account": (
        *("ACCOUNT_UID", "ACCOUNT_ID", "SUBSCRIPTION", "PROJECT_ID", "ACCOUNT_NUM"),
        *("AccountId", "Subscription", "ProjectId", "Account Number"),
    ),
    "region": ("REGION", "LOCATION", "Region", "Location"),
    "resource": (
        *("RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID", "RESOURCE_NAME", "CHECK_RESOURCE_ID"),
        *("ResourceArn", "ResourceId", "ResourceName", "Resource ID"),
    ),
    "name": ("RESOURCE_NAME", "ResourceName"),
    "resource_type": ("RESOURCE_TYPE", "CHECK_ASFF_RESOURCE_TYPE", "ResourceType"),
    "service": ("SERVICE_NAME", "CHECK_SERVICENAME", "ServiceName", "Service"),
    "provider": ("PROVIDER", "Provider"),
    "link": ("RELATED_URL", "REMEDIATION_RECOMMENDATION_URL", "CHECK_DOC", "RelatedUrl", "Doc link"),
    "time": ("TIMESTAMP", "ASSESSMENT_START_TIME", "PROWLER_START_TIME", "AssessmentStartTime", "Timestamp"),
}
_COLUMNS = (
    {"CHECK_ID", "CHECK_TITLE", "STATUS", "STATUS_EXTENDED"},
    {"ACCOUNT_NUM", "TITLE_ID", "TITLE_TEXT"},
)
_MEMBERS = (
    {"CheckID", "CheckTitle", "Status", "StatusExtended"},
    {"Control", "Control ID", "Status", "Message"},
)
# Version 2 writes the check into its title, and what a benchmark says of it behind.
_CONTROL = re.compile(r"\[([\w.-]+)\]\s*(.*?)(?:\s*\((?:Not )?(?:Scored|part)[^()]*\))*", re.DOTALL)
_MUTED = ("MUTED", "WARNING")


# One check alone is small; a large object is the report of another tool.
LONGEST_CHECK = 256 * 1024


def detect(content: Content) -> bool:
    """Whether it has the columns or members of one of Prowler's outputs; a file without a byte is none."""
    if content.shape == "table":
        return any(columns <= set(content.header) for columns in _COLUMNS)
    return _is_check(_opening(content))


def read(content: Content) -> Report:
    """The checks; a record is one check of one resource."""
    facts = _about(content)

    def findings(record: dict[str, str] | msgspec.Raw | memoryview) -> Iterator[Found]:
        return _findings(record if isinstance(record, dict) else content.value(record))

    return Report(
        tool="Prowler",
        records=_records(content),
        findings=findings,
        scope=" ".join(filter(None, (facts.get("provider", ""), facts.get("account", "")))),
        scanned_at=instant(facts.get("time")),
        unit="check",
    )


def _about(content: Content) -> dict[str, str]:
    """What the first check says of the scan; nothing where it is broken."""
    first = next(content.rows(), (0, {}))[1] if content.shape == "table" else _opening(content)
    with suppress(BadRecord):
        return _facts(first)
    return {}


def _opening(content: Content) -> dict[str, Any]:
    # One line of JSON Lines alone is an object.
    if content.shape != "object":
        return opening(content)
    return content.value(content.data) if len(content.data) <= LONGEST_CHECK else {}


def _is_check(found: dict[str, Any]) -> bool:
    return any(names <= found.keys() for names in _MEMBERS) or _is_ocsf(found)


def _is_ocsf(found: dict[str, Any]) -> bool:
    product = inner(found, "metadata", "product", "name")
    return isinstance(product, str) and product.lower().startswith("prowler")


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "table":
        return content.rows()
    if content.shape == "lines":
        return content.lines()
    return [content.data] if content.shape == "object" else content.records


def _findings(record: dict[str, Any]) -> Iterator[Found]:
    facts = _facts(record)
    status = facts["status"].upper()
    is_muted = status in _MUTED or facts["muted"].lower() == "true"
    if status not in ("FAIL", "FAILURE", "FAILED", *_MUTED):
        return
    check, title = _control(facts["check"], facts["title"])
    resource, account = _resource(facts), facts["account"]
    yield Found(
        title=title or check,
        rule=check,
        kind="cloud",
        severity=severity(facts["severity"]),
        description="\n".join(filter(None, (facts["message"], facts["description"]))),
        tags=[each.strip() for each in facts.get("categories", "").split(",") if each.strip()],
        state="accepted" if is_muted else "",
        state_reason="muted" if is_muted else "",
        identified=instant(facts["time"]),
        link=facts["link"],
        artefact="/".join(filter(None, (account, facts["region"], resource))),
        logical=resource,
        # Version 2 names the resource in its message alone.
        context="" if resource else facts["message"],
        attributes={
            "resource": resource,
            "resource_type": facts["resource_type"],
            "account": account,
            "region": facts["region"],
            "cloud_service": facts["service"],
            "provider": facts["provider"],
        },
    )


def _resource(facts: dict[str, str]) -> str:
    """What was looked at; in a cluster by name, as ids there are new with each start."""
    is_cluster = facts["provider"].lower() == "kubernetes"
    return (facts["name"] if is_cluster else "") or facts["resource"]


def _facts(record: dict[str, Any]) -> dict[str, str]:
    if "metadata" in record:
        return _ocsf(record)
    return {fact: _first(record, names) for fact, names in _NAMES.items()}


def _first(record: Mapping[str, Any], names: Iterable[str]) -> str:
    return next(filter(None, (text(record, name) for name in names if name in record)), "")


def _ocsf(record: dict[str, Any]) -> dict[str, str]:
    info = member(record, "finding_info") or member(record, "finding")
    cloud, product = member(record, "cloud"), member(record, "metadata", "product")
    resource: dict[str, Any] = next(iter(items(record, "resources")), {})
    more = member(record, "unmapped")
    is_suppressed = text(record, "status").lower() == "suppressed"
    return {
        "status": text(record, "status_code") or text(record, "status"),
        "muted": "true" if is_suppressed else "",
        "check": text(record, "metadata", "event_code") or text(product, "feature", "uid"),
        "title": text(info, "title"),
        "message": text(record, "status_detail") or text(record, "message"),
        "severity": text(record, "severity"),
        "description": text(info, "desc"),
        "account": text(cloud, "account", "uid") or text(more, "provider_uid"),
        "region": text(resource, "region") or text(resource, "namespace") or text(cloud, "region"),
        "resource": text(resource, "uid") or text(resource, "name"),
        "name": text(resource, "name"),
        "resource_type": text(resource, "type"),
        "service": text(resource, "group", "name"),
        "provider": text(cloud, "provider") or text(more, "provider") or _orchestrator(resource),
        "link": _link(record),
        "time": text(info, "created_time_dt") or text(record, "time_dt") or text(record, "time"),
        "categories": ",".join(texts(more, "categories")),
    }


def _orchestrator(resource: dict[str, Any]) -> str:
    return "kubernetes" if "namespace" in resource else ""


def _link(record: dict[str, Any]) -> str:
    said = [text(record, "unmapped", "related_url"), *texts(record, "remediation", "references")]
    return next((each for each in said if each.startswith("http")), "")


def _control(check: str, title: str) -> tuple[str, str]:
    found = _CONTROL.fullmatch(title) if len(title) <= LONGEST["title"] else None
    return (check or found[1], found[2]) if found and not check else (check, title)


FORMAT = Format(
    "prowler", "Prowler", frozenset({"object", "list", "lines", "table"}), detect, read, empty=True
)
