"""Services learn from the rows that name them whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from throughline.audit.actions import record
from throughline.vulnerabilities.bulk import steps
from throughline.vulnerabilities.models import Service, Vulnerability


def learn(services: Collection[str], *, actor: str, now: datetime) -> dict[str, str]:
    """Give each of these services that has no owner the one team which all its records name.

    A service with a record of another team, or of none, stays without. Answers {service: team}.
    """
    teams: dict[int, set[int | None]] = defaultdict(set)
    for names in steps(sorted(services)):
        found = Vulnerability.objects.filter(service__name__in=names, service__team=None)
        for service, team in found.order_by().values_list("service", "team").distinct():
            teams[service].add(team)
    agreed = {service: next(iter(said)) for service, said in teams.items() if len(said) == 1}
    return dict(
        _owned(service, team, actor=actor, now=now) for service, team in agreed.items() if team is not None
    )


def _owned(service: int, team: int, *, actor: str, now: datetime) -> tuple[str, str]:
    Service.objects.filter(pk=service).update(team=team)
    found = Service.objects.select_related("team").get(pk=service)
    assert found.team is not None
    record(
        actor,
        "service changed",
        object_type="service",
        object_id=service,
        detail={"team": ["", found.team.name], "why": "all its records name this team"},
        now=now,
    )
    return found.name, found.team.name
