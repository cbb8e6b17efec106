"""A small register of vulnerabilities, written as an import writes it: rows, events, imports."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.accounts.models import Team
from throughline.objectives import actions, queries
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import Stand
from throughline.sources.models import Feed, Import
from throughline.vulnerabilities.models import Event, Service, Vulnerability

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value.name if isinstance(value, Team | Service) else value


def import_of(feed: str, known_at: datetime, scope: str = "") -> Import:
    found, _ = Feed.objects.get_or_create(name=feed, scope=scope)
    return Import.objects.create(
        feed=found,
        file_name=f"{feed}.csv",
        checksum="0" * 64,
        format="csv",
        known_at=known_at,
        recorded_at=datetime.now(UTC),
        actor="test",
    )


def record(
    identified: str,
    mitigated: str | None = None,
    *,
    feed: str = "tracker",
    scope: str = "",
    known_at: datetime = NOW - timedelta(hours=1),
    **fields: Any,
) -> Vulnerability:
    """One confirmed vulnerability, known since `known_at`."""
    return records([(identified, mitigated)], feed=feed, scope=scope, known_at=known_at, **fields)[0]


def records(
    spells: Iterable[tuple[str, str | None]],
    *,
    feed: str = "tracker",
    scope: str = "",
    known_at: datetime = NOW - timedelta(hours=1),
    **fields: Any,
) -> list[Vulnerability]:
    """What one import brings, by the days on which each was identified and mitigated."""
    source = import_of(feed, known_at, scope).feed
    said = [_values(next(_numbers), *spell) | fields for spell in spells]
    made = Vulnerability.objects.bulk_create(
        Vulnerability(feed=source, asserted_at=known_at, **values) for values in said
    )
    Event.objects.bulk_create(
        Event(
            vulnerability=each,
            known_at=known_at,
            recorded_at=datetime.now(UTC),
            actor="test",
            action="created",
            changes={name: [None, plain_value(value)] for name, value in values.items() if value is not None},
        )
        for each, values in zip(made, said, strict=True)
    )
    return made


def _values(number: int, identified: str, mitigated: str | None) -> dict[str, Any]:
    return {
        "key": f"V-{number}",
        "title": f"Vulnerability {number}",
        "severity": 3,
        "state": "confirmed",
        "identified_at": day(identified),
        "mitigated_at": day(mitigated) if mitigated else None,
    }


def falsify(found: Vulnerability, *, known_at: datetime) -> None:
    """It turns out to be a false positive."""
    Event.objects.create(
        vulnerability=found,
        known_at=known_at,
        recorded_at=datetime.now(UTC),
        actor="test",
        action="triaged",
        changes={"state": [found.state, "false positive"]},
    )
    Vulnerability.objects.filter(pk=found.pk).update(state="false positive")


def terms(**fields: Any) -> dict[str, Any]:
    """A key result of the running quarter; `fields` replace its own."""
    return {
        "metric": "arrivals",
        "baseline": "40",
        "target": "20",
        "start": "2026-10-01",
        "due": "2026-12-31",
        "owner": "Ada Okafor",
    } | fields


def add(**fields: Any) -> KeyResult:
    return actions.add_key_result("test", now=NOW, **terms(**fields))


def stand(key_result: KeyResult, now: datetime = NOW) -> Stand:
    return queries.stand_of(KeyResult.objects.get(pk=key_result.pk), now=now)


def arrivals(count: int, first: str = "2026-10-05") -> None:
    if count:
        records((str((day(first) + timedelta(days=index)).date()), None) for index in range(count))
