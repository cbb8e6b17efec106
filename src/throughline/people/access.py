"""Who reaches what is held of a person: she herself all of it, a manager what she lets her see.

This is the only module that reads interests, taps and growth goals. Each query below asks for the person's
own, or carries the condition that she shares it; what is somebody else's is therefore never selected.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.objectives.models import Initiative
from throughline.people.models import Capacity, GrowthGoal, Interest, Profile, Rung, Skill, Tap, WorkKind


def worker(user: User | AnonymousUser) -> User:
    """The person, if she is somebody who is given work; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def require_lead(user: User | AnonymousUser) -> User:
    """The person, if she plans the team's work; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def may_lead(user: User | AnonymousUser) -> bool:
    """Whether the person plans the team's work."""
    return at_least(user, Role.MANAGER)


def workers() -> QuerySet[User]:
    """Everybody who can be given work."""
    return User.objects.filter(is_active=True).exclude(role=Role.VIEWER).order_by("name", "id")


def worker_for(user: User | AnonymousUser, id: int) -> User:
    """Somebody whose weeks the asking person plans, or the 404 that strangers get."""
    require_lead(user)
    found = workers().filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def own_profile(person: User) -> Profile | None:
    """What the person answered when she was first asked, if she was."""
    return Profile.objects.filter(person=person).first()


def own_interests(person: User) -> QuerySet[Interest]:
    """All that the person said of kinds of work, the oldest first."""
    return Interest.objects.filter(person=person).select_related("kind").order_by("at", "id")


def own_taps(person: User) -> QuerySet[Tap]:
    """What the person felt of work that she did."""
    return Tap.objects.filter(person=person).select_related("kind", "initiative").order_by("at", "id")


def own_goals(person: User) -> QuerySet[GrowthGoal]:
    """What the person wants to grow in, ended goals too."""
    return GrowthGoal.objects.filter(person=person).select_related("rung").prefetch_related("kinds")


def own_goal(user: User | AnonymousUser, id: int) -> GrowthGoal:
    """One of the person's own goals that has not ended, or the 404 that everybody else gets."""
    found = own_goals(worker(user)).filter(pk=id, ended_at=None).first()
    if found is None:
        raise Http404
    return found


def own_work(user: User | AnonymousUser, key: str) -> Initiative:
    """Work that the person is on, or the 404 that everybody else gets."""
    person = worker(user)
    mine = Q(assignments__user=person) | Q(owner=person)
    found = Initiative.objects.filter(mine, key=key, archived_at=None).distinct().first()
    if found is None:
        raise Http404
    return found


def skills_of(person: User) -> QuerySet[Skill]:
    """What a person can do. It is a floor in the match, and no secret to who plans."""
    return Skill.objects.filter(person=person).select_related("kind").order_by("kind__position")


def capacities_of(person: User) -> QuerySet[Capacity]:
    """A person's weeks, by cycle. Who plans the team sees and sets them too."""
    return Capacity.objects.filter(person=person).select_related("cycle").order_by("-cycle__start", "-id")


def shared_interests(user: User | AnonymousUser) -> QuerySet[Interest]:
    """What those people said of kinds of work who let their manager see it."""
    require_lead(user)
    found = Interest.objects.filter(person__work_profile__shares_interests=True)
    return found.select_related("kind").order_by("at", "id")


def shared_goals(user: User | AnonymousUser) -> QuerySet[GrowthGoal]:
    """The growth goals under way of those people who let their manager see them."""
    require_lead(user)
    found = GrowthGoal.objects.filter(person__work_profile__shares_goals=True, ended_at=None)
    return found.select_related("rung").prefetch_related("kinds").order_by("id")


def asked_before() -> set[int]:
    """Who has answered at all: that one did is no answer."""
    return set(Profile.objects.values_list("person_id", flat=True))


def kinds_in_use() -> QuerySet[WorkKind]:
    """The kinds of work that the team speaks of."""
    return WorkKind.objects.filter(retired_at=None)


def kind_for(user: User | AnonymousUser, key: str) -> WorkKind:
    """A kind of work, for those who may change it, or the 404 that strangers get."""
    require_lead(user)
    found = WorkKind.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def rungs_in_use() -> QuerySet[Rung]:
    """The ladder as it stands."""
    return Rung.objects.filter(retired_at=None)
