"""What was found of a record, for those who may see the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.introductions.models import Estimate
from throughline.vulnerabilities.introducing import FIELDS
from throughline.vulnerabilities.models import Vulnerability

COLUMNS = (
    *("subject", "repository", "basis", "method", "introduced", "oldest", "newest"),
    *("candidates", "notes", "reason", "found_at"),
)


def estimates(record: Vulnerability) -> Sequence[Estimate]:
    """What was found, the newest of each subject, those first that the record says."""
    newest: dict[tuple[str, str], Estimate] = {}
    for each in Estimate.objects.filter(vulnerability=record):
        newest.setdefault((each.repository, each.subject), each)
    return sorted(newest.values(), key=lambda each: not says(record, each))


def says(record: Vulnerability, estimate: Estimate) -> bool:
    """Whether the record's date is the estimate."""
    return record.introduced_at == estimate.introduced and record.introduced_method == estimate.method


def is_by_hand(record: Vulnerability) -> bool:
    """Whether a person said when it was introduced."""
    return FIELDS[0] in record.pinned


def document(record: Vulnerability) -> dict[str, Any]:
    """The introduction of a record with all that was found, as JSON."""
    return {
        "id": record.pk,
        "introduced": record.introduced_at,
        "basis": record.introduced_basis or None,
        "method": record.introduced_method or None,
        "earliest": record.introduced_earliest,
        "latest": record.introduced_latest,
        "is_by_hand": is_by_hand(record),
        "estimates": [
            {name: getattr(each, name) for name in COLUMNS} | {"is_said": says(record, each)}
            for each in estimates(record)
        ],
    }
