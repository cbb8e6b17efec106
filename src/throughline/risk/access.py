"""Who reaches risk: everyone signed in reads it, members estimate, managers write scenarios and appetite."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.risk.models import Scenario, Treatment


def visible(user: User | AnonymousUser) -> QuerySet[Scenario]:
    """The scenarios that the person sees, archived ones among them."""
    return Scenario.objects.all() if at_least(user, Role.VIEWER) else Scenario.objects.none()


def scenario_for(user: User | AnonymousUser, key: str) -> Scenario:
    """The scenario, or the 404 that strangers get."""
    found = visible(user).select_related("series").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def running_scenario_for(user: User | AnonymousUser, key: str) -> Scenario:
    """The scenario, if it is in the register; else the 404 that strangers get."""
    found = scenario_for(user, key)
    if found.archived_at is not None:
        raise Http404
    return found


def treatment_for(user: User | AnonymousUser, initiative: str, scenario: str) -> Treatment:
    """What an initiative leaves of a scenario, or the 404 that strangers get."""
    require(user, Role.VIEWER)
    found = Treatment.objects.select_related("initiative", "scenario")
    treatment = found.filter(initiative__key=initiative, scenario__key=scenario).first()
    if treatment is None:
        raise Http404
    return treatment


def may_write(user: User | AnonymousUser) -> bool:
    """Whether the person writes scenarios, what treats them, and how much loss is borne."""
    return at_least(user, Role.MANAGER)


def require_write(user: User | AnonymousUser) -> User:
    """The person, if she may write scenarios; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def may_estimate(user: User | AnonymousUser) -> bool:
    """Whether the person says how often a scenario comes true and how dear it is."""
    return at_least(user, Role.MEMBER)


def require_estimate(user: User | AnonymousUser) -> User:
    """The person, if she may estimate; else the 404 that strangers get."""
    return require(user, Role.MEMBER)
