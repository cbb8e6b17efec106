"""A catalogue from a file beside ours: what is new, what differs, what it lacks; and bringing it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.actions import add_team
from throughline.accounts.models import Team
from throughline.audit import actions as audit
from throughline.plans.format.problems import Problem, Problems
from throughline.vulnerabilities.backstage import Component, Read, Ref, slug
from throughline.vulnerabilities.models import Service
from throughline.vulnerabilities.services import add_service, assign_service


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one service: the fields that change, each from what to what."""

    name: str
    is_new: bool
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Differences:
    """A file beside our catalogue. `missing` are services that the file lacks: they stay as they are."""

    steps: tuple[Step, ...]
    same: int
    missing: tuple[str, ...]
    new_teams: tuple[str, ...]
    ignored: dict[str, int]
    notes: tuple[str, ...]

    @property
    def new(self) -> list[Step]:
        """The services that would be added."""
        return [step for step in self.steps if step.is_new]

    @property
    def changed(self) -> list[Step]:
        """The services that would be changed."""
        return [step for step in self.steps if not step.is_new]

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "new": [_document(step) for step in self.new],
            "changed": [_document(step) for step in self.changed],
            "same": self.same,
            "missing": list(self.missing),
            "new_teams": list(self.new_teams),
            "ignored": self.ignored,
            "notes": list(self.notes),
        }


def compared(read: Read, *, may_add_teams: bool) -> Differences:
    """What bringing the file in would do. Raises Problems, such as for teams that may not be added."""
    teams, services = _Teams(read), {each.name.lower(): each for each in _services()}
    steps, same, problems, notes = list[Step](), 0, list[Problem](), list[str]()
    for component in read.components:
        team = teams.named(component, notes)
        if team in teams.new and not may_add_teams:
            place = component.owner_place or component.place
            message = f"spec.owner: there is no team '{team}': an administrator adds it"
            problems.append(Problem(place, message, "team"))
        step = _step(component, team, services.get(component.name.lower()))
        same += step is None
        steps += [step] if step else []
    if problems:
        raise Problems(problems)
    named = {component.name.lower() for component in read.components}
    missing = tuple(service.name for name, service in services.items() if name not in named)
    new_teams, ignored = tuple(sorted(teams.used)), dict(sorted(read.ignored.items()))
    return Differences(tuple(steps), same, missing, new_teams, ignored, tuple(notes))


def bring(actor: str, read: Read, *, may_add_teams: bool, now: datetime) -> Differences:
    """Bring the file in: all of it in one transaction; what it does not say stays. Raises Problems."""
    with transaction.atomic():
        found = compared(read, may_add_teams=may_add_teams)
        for name in found.new_teams:
            add_team(actor, name, now=now)
        teams = {team.name: team for team in Team.objects.all()}
        for step in found.steps:
            _take(actor, step, teams, now=now)
        if found.steps or found.new_teams:
            detail = {
                "new": len(found.new),
                "changed": len(found.changed),
                "new_teams": list(found.new_teams),
            }
            audit.record(actor, "catalogue brought in", object_type="catalogue", detail=detail, now=now)
    return found


def _services() -> list[Service]:
    return list(Service.objects.select_related("team").order_by("name"))


class _Teams:
    """The teams that owners mean: those there are, by any way of writing their names, and new ones."""

    def __init__(self, read: Read) -> None:
        self.groups = read.groups
        self.known = {
            slug(name): name for name in Team.objects.order_by("-name").values_list("name", flat=True)
        }
        self.new: set[str] = set()
        self.used: set[str] = set()

    def named(self, component: Component, notes: list[str]) -> str:
        """The name of the team that owns a component; empty where no team does."""
        owner = component.owner
        if owner is None:
            return ""
        if owner.kind != "group":
            notes.append(f"{component.name} is owned by {owner}, which is no group: its owner stays as it is")
            return ""
        return self._name(owner)

    def _name(self, owner: Ref) -> str:
        group = self.groups.get(owner.same)
        said = [owner.name] if group is None else [group.title, owner.name]
        known = next((self.known[slug(each)] for each in said if slug(each) in self.known), None)
        if known is None:
            known = said[0]
            self.known[slug(known)] = known
            self.known.setdefault(slug(owner.name), known)
            self.new.add(known)
        if known in self.new:
            self.used.add(known)
        return known


def _step(component: Component, team: str, service: Service | None) -> Step | None:
    """What changes of a service; None where nothing does."""
    said: dict[str, Any] = {
        "team": team,
        "tier": component.tier,
        "environment": component.environment,
        "repository": component.repository,
    }
    before: dict[str, Any] = {
        "team": service.team.name if service and service.team else "",
        "tier": service.tier if service else None,
        "environment": service.environment if service else "",
        "repository": service.repository if service else "",
    }
    fields = {
        name: (before[name], value)
        for name, value in said.items()
        if value not in ("", None) and value != before[name]
    }
    name = service.name if service else component.name
    return Step(name, service is None, fields) if service is None or fields else None


def _take(actor: str, step: Step, teams: dict[str, Team], *, now: datetime) -> None:
    after = {name: pair[1] for name, pair in step.fields.items()}
    if step.is_new:
        team, tier = teams.get(after.get("team", "")), after.get("tier")
        service = add_service(actor, name=step.name, team=team, tier=tier, now=now)
    else:
        service = Service.objects.select_related("team").get(name=step.name)
        if "team" in after or "tier" in after:
            team = teams[after["team"]] if "team" in after else service.team
            assign_service(actor, service, team=team, tier=after.get("tier", service.tier), now=now)
    rest: dict[str, Any] = {name: after[name] for name in ("environment", "repository") if name in after}
    if rest:
        Service.objects.filter(pk=service.pk).update(**rest)
        detail = {name: list(step.fields[name]) for name in rest}
        audit.record(
            actor, "service described", object_type="service", object_id=service.pk, detail=detail, now=now
        )


def _document(step: Step) -> dict[str, Any]:
    fields = {name: {"before": before, "after": after} for name, (before, after) in step.fields.items()}
    return {"name": step.name, "fields": fields}
