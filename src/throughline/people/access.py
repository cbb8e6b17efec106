"""Who reaches what is held of a person: she herself all of it, a manager what she lets her see.

This is the only module that reads interests, taps and growth goals. Each query below asks for the person's
own, or carries the condition that she shares it, or selects days and no answer; what is somebody else's is
therefore never selected. The one exception is `for_the_match`, and it says who may call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

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


def statement_days(people: Iterable[User]) -> QuerySet[Interest, tuple[int, str, datetime, bool]]:
    """When people spoke of kinds of work, the oldest first, and whether they took it back; never what it was.

    (person, kind, at, is said): to know what is to be asked needs no answer.
    """
    found = Interest.objects.filter(person__in=list(people)).annotate(is_said=Q(value__isnull=False))
    return found.order_by("at", "id").values_list("person_id", "kind__key", "at", "is_said")


def goal_days(people: Iterable[User]) -> QuerySet[GrowthGoal, tuple[int, datetime]]:
    """When people last said that a growth goal under way holds; never which, nor in which work it grows."""
    found = GrowthGoal.objects.filter(person__in=list(people), ended_at=None)
    return found.order_by("at", "id").values_list("person_id", "at")


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered, as the match needs it; see `for_the_match`."""

    profile: Profile | None
    interests: tuple[Interest, ...]
    taps: tuple[Tap, ...]
    goals: tuple[GrowthGoal, ...]
    skills: tuple[Skill, ...]


def for_the_match(people: Iterable[User], on: date) -> dict[int, Answers]:
    """All answers of people up to the end of a day, by the person's id, whether they share them or not.

    This is the one place where the answers of others are read. They go into the match and never out of it as
    they are: only `people/matched.py` calls this, and only `assignments/` calls that; a test and an import
    contract hold both. What comes out there are sums over the kinds of a piece of work. A piece of work of
    one kind has that kind's interest as its sum, so whoever shows a score of interest or growth to anybody
    but the person shows it in words or beside enough else that it cannot be read back.
    """
    asked = list(people)
    end = datetime.combine(on + timedelta(days=1), datetime.min.time(), timezone.get_default_timezone())
    said = Interest.objects.filter(person__in=asked, at__lt=end).select_related("kind").order_by("at", "id")
    taps = Tap.objects.filter(person__in=asked, at__lt=end).select_related("kind").order_by("at", "id")
    under_way = Q(ended_at=None) | Q(ended_at__gte=end)
    goals = GrowthGoal.objects.filter(under_way, person__in=asked).prefetch_related("kinds").order_by("id")
    skills = Skill.objects.filter(person__in=asked).select_related("kind").order_by("id")
    profiles = {each.person_id: each for each in Profile.objects.filter(person__in=asked)}
    by = [by_person(rows) for rows in (said, taps, goals, skills)]
    return {
        each.pk: Answers(profiles.get(each.pk), *(tuple(rows.get(each.pk, ())) for rows in by))
        for each in asked
    }


def by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows by the person that they are of, in their order."""
    found: dict[int, list[Any]] = {}
    for each in rows:
        found.setdefault(each.person_id, []).append(each)
    return found


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
    """The ladders as they stand."""
    return Rung.objects.filter(retired_at=None)


def rung_named(key: str) -> Rung | None:
    """A rung in use, if there is one."""
    return rungs_in_use().filter(key=key).first()
