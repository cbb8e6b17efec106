"""AWS Security Finding Format: what Security Hub exports (`aws securityhub get-findings`), and Prowler's.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html — a list,
`Findings`, or the event of a rule. What a check passed is no finding; what is archived or resolved is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, ordered, titled, versionless
from throughline.sources.formats.peeks import first_of, is_list, opening, said
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    dig,
    ids,
    instant,
    member,
    number,
    score,
    severity,
    text,
    texts,
    unique,
)

_REQUIRED = {"SchemaVersion", "ProductArn", "GeneratorId", "AwsAccountId", "Resources"}
_PASSED = ("PASSED", "NOT_AVAILABLE")
_PROWLER = "prowler-"
# Resources whose packages are looked at, as other scanners call them.
_KINDS = {"AwsEcrContainerImage": "container", "AwsEc2Instance": "os", "AwsLambdaFunction": "dependency"}


def detect(content: Content) -> bool:
    """Whether its findings have what the format requires of each."""
    if content.shape == "object":
        return first_of(content, "Findings").keys() >= _REQUIRED or bool(_event(content))
    return opening(content).keys() >= _REQUIRED


def read(content: Content) -> Report:
    """The findings; a record is one."""
    first = first_of(content, "Findings") or opening(content)
    prowler = _is_prowler(first)

    def findings(record: loose.Record) -> Iterator[Found]:
        return _findings(loose.decoded(content, record))

    return Report(
        tool="Prowler" if prowler else "AWS Security Hub",
        records=_records(content),
        findings=findings,
        scope=f"aws {said(first, 'AwsAccountId')}" if prowler else "",
        # Prowler gives every finding the minute of its run.
        scanned_at=instant(first.get("UpdatedAt")) if prowler else "",
        unit="finding",
    )


def _event(content: Content) -> list[msgspec.Raw]:
    """The findings in an event of EventBridge; none for another object."""
    around = content.members.get("detail") if "detail-type" in content.members else None
    inside = content.member("detail-type") if around is not None else ""
    if around is None or not str(inside).startswith("Security Hub Findings"):
        return []
    raw = content.members_of(around).get("findings")
    return content.items_of(raw) if raw is not None and is_list(raw) else []


def _records(content: Content) -> Iterator[loose.Record]:
    if content.shape != "object":
        return loose.records(content)
    return iter(content.items("Findings") or _event(content))


def _is_prowler(found: dict[str, Any]) -> bool:
    return said(found, "GeneratorId").startswith(_PROWLER)


def _findings(record: dict[str, Any]) -> Iterator[Found]:
    status = text(record, "Compliance", "Status").upper()
    muted = status == "WARNING" and _is_prowler(record)
    if status in _PASSED or (status == "WARNING" and not muted):
        return
    for resource in list(each(record, "Resources")) or [{}]:
        packages = list(_packages(record))
        for advisory, package in packages or [({}, {})]:
            found = _found(record, resource, advisory, package)
            if muted:
                found.state, found.state_reason = "accepted", "muted"
            yield found


def _packages(record: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every vulnerability with each package that it is in."""
    for advisory in each(record, "Vulnerabilities"):
        for package in list(each(advisory, "VulnerablePackages")) or [{}]:
            yield advisory, package


def _found(
    record: dict[str, Any], resource: dict[str, Any], advisory: dict[str, Any], package: dict[str, Any]
) -> Found:
    place = _place(record, resource)
    found = Found(
        title=text(record, "Title"),
        rule=_rule(record),
        kind="cloud",
        severity=_severity(member(record, "Severity")),
        description=text(record, "Description"),
        identified=instant(text(record, "FirstObservedAt")) or instant(text(record, "CreatedAt")),
        mitigated=_mitigated(record),
        link=text(record, "Remediation", "Recommendation", "Url") or text(record, "SourceUrl"),
        artefact=place,
        logical=text(resource, "Id"),
        attributes={
            "resource": text(resource, "Id"),
            "resource_type": text(resource, "Type"),
            "account": text(record, "AwsAccountId"),
            "region": text(resource, "Region") or text(record, "Region"),
            "product": text(record, "ProductName"),
        },
    )
    if text(record, "Workflow", "Status").upper() == "SUPPRESSED":
        found.state, found.state_reason = "accepted", text(record, "Note", "Text") or "suppressed"
    if advisory:
        _fill_advisory(found, advisory, package, text(resource, "Type"))
    return found


def _fill_advisory(found: Found, advisory: dict[str, Any], package: dict[str, Any], type: str) -> None:
    """An advisory about a package, which Inspector and others tell in the same shape."""
    named = text(advisory, "Id")
    found.vulnerability_ids = ordered(unique([*ids(named), *texts(advisory, "RelatedVulnerabilities")]))
    if named and not found.vulnerability_ids:
        found.vulnerability_ids = [named]
    found.component, found.version = text(package, "Name"), text(package, "Version")
    found.fixed_version = text(package, "FixedInVersion")
    found.file = text(package, "FilePath")
    rated = sorted(each(advisory, "Cvss"), key=lambda one: text(one, "Version"), reverse=True)
    for one in rated[:1]:
        found.cvss_vector, found.cvss_score = text(one, "BaseVector"), score(one, "BaseScore")
    if found.component:
        found.kind, found.rule = _KINDS.get(type, "dependency"), ""
        found.title = titled(found.title, found.vulnerability_ids, found.component)
        found.logical = ""
        within = ": ".join(filter(None, (found.artefact, found.file)))
        found.artefact = versionless(within, found.version)
    found.attributes["package_type"] = text(package, "PackageManager").lower()


def _place(record: dict[str, Any], resource: dict[str, Any]) -> str:
    region = text(resource, "Region") or text(record, "Region")
    return "/".join(filter(None, (text(record, "AwsAccountId"), region, text(resource, "Id"))))


def _rule(record: dict[str, Any]) -> str:
    """The check: a control by its number in every standard, else what the product calls it."""
    if control := text(record, "Compliance", "SecurityControlId"):
        return control
    return text(record, "GeneratorId").removeprefix(_PROWLER)


def _severity(said: dict[str, Any]) -> int | None:
    """By its label, else by the number from 0 to 100 that stood before labels."""
    level = severity(text(said, "Label"))
    points = number(said, "Normalized")
    if level is not None or points is None:
        return level
    return sum(points >= least for least in (1, 40, 70, 90))


def _mitigated(record: dict[str, Any]) -> str:
    archived = text(record, "RecordState").upper() == "ARCHIVED"
    resolved = text(record, "Workflow", "Status").upper() == "RESOLVED"
    return instant(dig(record, "UpdatedAt")) if archived or resolved else ""


FORMAT = Format("asff", "AWS Security Hub (ASFF)", loose.SHAPES, detect, read)
