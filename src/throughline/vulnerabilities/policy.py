"""The SLA policy: days to mitigate, by severity and by service tier where one is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.vulnerabilities.actions import measure_again
from throughline.vulnerabilities.models import Severity, SlaPolicy
from throughline.vulnerabilities.services import TIERS

MOST_DAYS = 3650
# {(severity, tier or None for every other tier): days}
Limits = dict[tuple[int, int | None], int]


def limits() -> Limits:
    """The days of the policy as it stands."""
    return {
        (severity, tier): days
        for severity, tier, days in SlaPolicy.objects.values_list("severity", "tier", "days")
    }


def set_limits(actor: str, wanted: Mapping[tuple[int, int | None], int], *, now: datetime) -> int:
    """Make these the policy; how many limits changed. Raises Refused for one that cannot be."""
    for (severity, tier), days in wanted.items():
        _check(severity, tier, days)
    with transaction.atomic():
        before = limits()
        detail = {
            named(*key): [before.get(key), wanted.get(key)]
            for key in sorted({*before, *wanted}, key=_order)
            if before.get(key) != wanted.get(key)
        }
        if detail:
            SlaPolicy.objects.all().delete()
            SlaPolicy.objects.bulk_create(
                SlaPolicy(severity=severity, tier=tier, days=days)
                for (severity, tier), days in sorted(wanted.items(), key=lambda limit: _order(limit[0]))
            )
            audit.record(actor, "SLA policy changed", object_type="policy", detail=detail, now=now)
            measure_again(now)
    return len(detail)


def named(severity: int, tier: int | None) -> str:
    """A limit's name.

    >>> named(4, None), named(3, 1)
    ('critical', 'high, tier 1')
    """
    label = Severity(severity).label
    return label if tier is None else f"{label}, tier {tier}"


def _check(severity: int, tier: int | None, days: int) -> None:
    if severity not in Severity.values or tier not in (None, *TIERS):
        raise Refused(
            "A limit is for a severity from info to critical, and for a tier from 1 to 5 or for all."
        )
    if not 1 <= days <= MOST_DAYS:
        raise Refused(
            f"The days of {named(severity, tier)} are a number from 1 to {MOST_DAYS:,}.", code="days"
        )


def _order(key: tuple[int, int | None]) -> tuple[int, int]:
    return -key[0], key[1] or 0
