"""The SLA policy as conditions: which limit a record has, and which records are past theirs.

A policy is rows of (severity 0–4, service tier or None for any other, days). A limit for a tier goes before
the one for the severity alone, so no record has two. The days are up at `identified` + days; a repair at
that very instant is in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from throughline.engine.language.fields import SEVERITIES

Policy = Iterable[tuple[int, int | None, int]]


def limits(policy: Policy) -> Iterator[tuple[str, int]]:
    """The condition of the records that each limit is for, with its days; no two are true of one record.

    >>> list(limits([(4, None, 7), (4, 1, 2)]))[0]
    ("severity = 'critical' and (tier is null or tier not in (1))", 7)
    """
    rows = list(policy)
    for severity, tier, days in rows:
        special = sorted(other for level, other, _ in rows if level == severity and other is not None)
        where = f"severity = '{SEVERITIES[severity]}'"
        if tier is not None:
            where += f" and tier = {tier}"
        elif special:
            where += f" and (tier is null or tier not in ({', '.join(map(str, special))}))"
        yield where, days


def past_due(policy: Policy, *, at: datetime) -> str:
    """The condition of the records whose days were up before an instant; empty without a policy.

    >>> past_due([(4, None, 7)], at=datetime(2024, 1, 8, tzinfo=UTC))
    "(severity = 'critical' and identified < '2024-01-01')"
    """
    return " or ".join(f"({where} and {past_limit(days, at=at)})" for where, days in limits(policy))


def past_limit(days: float, *, at: datetime, date: str = "identified") -> str:
    """The condition of the records found, or otherwise dated, more than some days before an instant."""
    found = (at - timedelta(days=days)).astimezone(UTC)
    told = found.date().isoformat() if found.time() == time() else found.isoformat()
    return f"{date} < '{told}'"
