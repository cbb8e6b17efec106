"""One vulnerability as JSON, the same for the page's .json and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from throughline.connectors.ticket_documents import ticket_documents
from throughline.engine.dates import iso
from throughline.engine.vulnerabilities import status
from throughline.sources.sightings import sightings
from throughline.vulnerabilities.models import Severity, Vulnerability
from throughline.vulnerabilities.originals import Links
from throughline.vulnerabilities.queries import history

FIELDS = (
    ("Key", "key"),
    ("Service", "service"),
    ("Team", "team"),
    ("Source", "source"),
    ("Kind", "kind"),
    ("CWE", "cwe"),
    ("Rule", "rule"),
    ("Component", "component"),
    ("Version", "component_version"),
    ("Fixed in", "fixed_version"),
    ("File", "file"),
    ("Endpoint", "endpoint"),
    ("Environment", "environment"),
    ("CVSS vector", "cvss_vector"),
)
DATES = ("introduced", "identified", "triaged", "accepted", "mitigated")


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date with where it came from, and its bounds where it is an estimate."""

    name: str
    instant: datetime | None
    basis: str
    method: str = ""
    earliest: datetime | None = None
    latest: datetime | None = None


def document(found: Vulnerability, links: Links, *, now: datetime) -> dict[str, Any]:
    """The record with its dates, its tickets, what sees it, and its history."""
    severity = Severity(found.severity).label if found.severity is not None else None
    return {
        "id": found.pk,
        "title": found.title,
        "severity": severity,
        "state": found.state,
        "status": status_of(found, now=now),
        "accepted_until": found.accepted_until,
        "duplicate_of": links.original.pk if links.original else None,
        "duplicates": [each.pk for each in links.duplicates],
        **{name: str(getattr(found, name) or "") or None for _, name in FIELDS},
        "dates": {
            line.name: {"at": line.instant, "basis": line.basis or None, "method": line.method or None}
            for line in date_lines(found)
        },
        **{name: getattr(found, name) for name in ("kev", "kev_added", "epss")},
        "attributes": found.attributes,
        "description": found.description,
        "tickets": ticket_documents(found),
        "seen_by": [asdict(seen) for seen in sightings(found.pk)],
        "history": [
            {
                "who": line.who,
                "what": line.what,
                "known_at": line.known_at,
                "recorded_at": line.recorded_at,
                "changes": [asdict(change) for change in line.changes],
            }
            for line in history(found)
        ],
    }


def date_lines(found: Vulnerability) -> Iterator[DateLine]:
    """The dates that a record has, or could have."""
    for name in DATES:
        instant = getattr(found, f"{name}_at")
        if instant is None and name in ("triaged", "accepted"):
            continue
        basis = getattr(found, f"{name}_basis", "") if instant else ""
        if name == "introduced":
            yield DateLine(
                name,
                instant,
                basis,
                found.introduced_method,
                found.introduced_earliest,
                found.introduced_latest,
            )
        else:
            yield DateLine(name, instant, basis)


def status_of(found: Vulnerability, *, now: datetime) -> str:
    """open, mitigated, accepted or rejected now; vanished where its source no longer lists it."""
    if found.vanished_at:
        return "vanished"
    dates = {name: getattr(found, name) for name in ("mitigated_at", "accepted_until")}
    values = {name: iso(instant) for name, instant in dates.items() if instant}
    return status({**values, "state": found.state}, at=iso(now))
