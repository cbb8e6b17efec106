"""Connectors and their syncs as pages, commands and programs are told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery

from throughline.accounts.models import User
from throughline.connectors.access import may_connect
from throughline.connectors.alive import is_alive
from throughline.connectors.kinds.registry import is_known, kind_named
from throughline.connectors.models import CHANGED, Connector, Outcome, Quarantine, Sync
from throughline.connectors.silence import silent_now
from throughline.connectors.storing import MOST_CHANGES
from throughline.engine.dates import iso

MOST_SYNCS = 20
WORDS = {
    "created": "new",
    "updated": "changed",
    "linked": "known from another source",
    "missed": "not seen",
    "skipped": "left out",
    "added": "added",
    "corrected": "corrected",
}


def connectors() -> QuerySet[Connector]:
    """Every connector with `last_outcome`: how its last sync ended, or that it runs; a dry run is none."""
    last = Sync.objects.filter(connector=OuterRef("pk"), is_dry=False).order_by("-id")
    return Connector.objects.annotate(last_outcome=Subquery(last.values("outcome")[:1]))


def connected(user: User | AnonymousUser, *, now: datetime) -> list[dict[str, Any]]:
    """What the page of sources shows of connectors; nothing to those who may not connect."""
    if not may_connect(user):
        return []
    silent = {each.name for each in silent_now(now=now)}
    return [
        {"connector": each, "title": title_of(each), "is_silent": each.name in silent}
        for each in connectors()
    ]


def named(name: str) -> Connector | None:
    """The connector of a name."""
    return Connector.objects.filter(name=name).first()


def title_of(connector: Connector) -> str:
    """How the kind of a connector is called; by its bare name where this version knows no such kind."""
    return kind_named(connector.kind).title if is_known(connector.kind) else connector.kind


def reading(series: str) -> list[Connector]:
    """The connectors that read a series."""
    # Each names its series in JSON, which SQLite cannot be asked about.
    return [each for each in Connector.objects.order_by("name") if series in each.series]


def last_sync(connector: Connector) -> Sync | None:
    """The newest sync."""
    return connector.syncs.select_related("job", "resumed_from").first()


def last_outcome(connector: Connector) -> str:
    """How the newest sync ended, or that it runs; empty where there was none. A dry run is none."""
    found = connector.syncs.filter(is_dry=False).first()
    return found.outcome if found else ""


def running(connector: Connector, *, now: datetime) -> Sync | None:
    """The sync that is being worked on."""
    found = connector.syncs.filter(outcome=Outcome.RUNNING).select_related("job").first()
    return found if found and is_alive(found, now=now) else None


def waiting(connector: Connector) -> QuerySet[Quarantine]:
    """What was kept aside and nobody looked at."""
    return connector.quarantined.filter(decided="")


def is_due(connector: Connector, *, now: datetime) -> bool:
    """Whether a connector is to be asked by itself now."""
    last = connector.syncs.filter(is_dry=False).first()
    if last and last.outcome == Outcome.RUNNING and is_alive(last, now=now):
        return False
    if connector.hurried_at and (last is None or last.began_at < connector.hurried_at):
        return True
    if connector.every is None:
        return False
    return last is None or now - last.began_at >= connector.every


def sentence(sync: Sync) -> str:
    """What came of a sync, in words."""
    counts = [f"{count:,} {WORDS.get(name, name)}" for name, count in sync.told.items()]
    found = ", ".join(counts) if counts else "nothing new" if sync.outcome == Outcome.DONE else ""
    said = sync.said if sync.outcome != Outcome.DONE or sync.is_dry else ""
    return " ".join(part for part in (f"{found[:1].upper()}{found[1:]}." if found else "", said) if part)


def document(connector: Connector) -> dict[str, Any]:
    """A connector as JSON; of its secrets nothing."""
    return {
        "name": connector.name,
        "kind": connector.kind,
        "schedule": connector.schedule,
        "on": connector.is_on,
        "settings": connector.settings,
        "made_by": connector.made_by,
        "made_at": iso(connector.made_at),
        "succeeded_at": iso(connector.succeeded_at) if connector.succeeded_at else None,
    }


def sync_document(sync: Sync) -> dict[str, Any]:
    """A sync as JSON."""
    return {
        "id": sync.pk,
        "connector": sync.connector.name,
        "outcome": sync.outcome,
        "said": sync.said,
        "dry": sync.is_dry,
        "whole": sync.is_whole,
        "actor": sync.actor,
        "began_at": iso(sync.began_at),
        "ended_at": iso(sync.ended_at) if sync.ended_at else None,
        "resumed": sync.resumed_from_id is not None or bool(sync.resumptions),
        "fetched": sync.fetched,
        "counts": sync.counts,
        "imports": sync.imports,
        "notices": sync.notices,
        "changes": sync.changes,
        "changes_left_off": left_off(sync),
    }


def left_off(sync: Sync) -> int:
    """How many more records it changed than are told one by one."""
    told = len(sync.changes)
    if told < MOST_CHANGES:
        return 0
    changed = sum(int(sync.counts.get(name, 0)) for name in CHANGED)
    return max(0, changed - told)


def aside_document(each: Quarantine) -> dict[str, Any]:
    """What was kept aside as JSON."""
    return {
        "id": each.pk,
        "found_at": iso(each.found_at),
        "place": each.place,
        "reason": each.reason,
        "sample": each.sample,
        "acceptable": bool(each.takes),
    }


HEADER = (
    "id",
    "began_at",
    "ended_at",
    "outcome",
    "said",
    "dry",
    "fetched",
    "created",
    "updated",
    "unchanged",
)


def sync_row(sync: Sync) -> list[Any]:
    """A sync as a row of a spreadsheet."""
    told = {**sync_document(sync), **{name: sync.counts.get(name, 0) for name in HEADER[-3:]}}
    return [told[name] for name in HEADER]
