"""The service catalogue: what runs, who owns it, and what is open in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.accounts.access import Scope
from throughline.accounts.models import Team
from throughline.audit import actions as audit
from throughline.engine.definitions import Definition
from throughline.engine.refusals import Refused
from throughline.measures.queries import evaluate
from throughline.vulnerabilities.actions import measure_again
from throughline.vulnerabilities.bulk import Author, Happening, insert_events
from throughline.vulnerabilities.models import Service, Vulnerability

TIERS = range(1, 6)


@dataclass(frozen=True, slots=True)
class Listed:
    """A service as somebody sees it: `open` counts what they may see."""

    service: Service
    open: int


def catalogue(*, scope: Scope, now: datetime) -> list[Listed]:
    """The services of the person's teams, or all, with how many vulnerabilities are open in each."""
    services = Service.objects.select_related("team").order_by("name")
    if not scope.everything:
        services = services.filter(team__name__in=scope.teams)
    # Whatever its state: what waits for triage is open too.
    everything_open = Definition(measure="count()", where="status = 'open' and state is not null")
    rows = evaluate(everything_open, scope=scope, now=now, by=("service",)).rows
    counted = {row.group["service"]: row.n for row in rows}
    return [Listed(service, counted.get(service.name, 0)) for service in services]


def add_service(actor: str, *, name: str, team: Team | None, tier: int | None, now: datetime) -> Service:
    """Add a service to the catalogue."""
    name = name.strip()
    if not name or len(name) > 160:
        raise Refused("A service needs a name of 1 to 160 characters.", code="name")
    if Service.objects.filter(name__iexact=name).exists():
        raise Refused(f"There is a service named '{name}' already.", code="name")
    with transaction.atomic():
        service = Service.objects.create(name=name, team=team, tier=_tier(tier))
        detail = {"name": name, "team": team.name if team else "", "tier": tier}
        audit.record(
            actor, "service added", object_type="service", object_id=service.pk, detail=detail, now=now
        )
    return service


def assign_service(
    actor: str, service: Service, *, team: Team | None, tier: int | None, now: datetime
) -> int:
    """Give the service an owner and a tier; the number of vulnerabilities that moved to the new owner.

    Those whose own row named another team stay where they are.
    """
    with transaction.atomic():
        before = Service.objects.select_related("team").get(pk=service.pk)
        Service.objects.filter(pk=service.pk).update(team=team, tier=_tier(tier))
        moved = _move(before, team, actor=actor, now=now) if before.team != team else 0
        changed: dict[str, list[object]] = {
            "team": [before.team.name if before.team else "", team.name if team else ""],
            "tier": [before.tier, tier],
        }
        detail = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if detail:
            detail["moved"] = [0, moved]
            measure_again(now)
            audit.record(
                actor, "service changed", object_type="service", object_id=service.pk, detail=detail, now=now
            )
    return moved


def _move(service: Service, team: Team | None, *, actor: str, now: datetime) -> int:
    """Hand over the records that were the old owner's; each keeps in its history whose it was."""
    records = Vulnerability.objects.filter(service=service, team=service.team)
    ids = list(records.values_list("pk", flat=True))
    changes = {"team": [service.team.name if service.team else None, team.name if team else None]}
    insert_events(((id, Happening(now, "changed", changes)) for id in ids), author=Author(actor, now))
    records.update(team=team)
    return len(ids)


def _tier(tier: int | None) -> int | None:
    if tier is not None and tier not in TIERS:
        raise Refused(f"A tier is a number from 1 (most critical) to {TIERS[-1]}.", code="tier")
    return tier
