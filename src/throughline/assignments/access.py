"""Who reaches what the match knows of work, and what was published: it is part of the plan.

Everybody who reads the plan reads what work needs. Who must do it and who never does is said of people, so it
is read by those who are given work themselves. Managers write all of it, owners that of their own work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.assignments.models import Plan, Tie, Work
from throughline.engine.past_choices import Choice, Scores
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.objectives.versions import current_version

ENDED = (Initiative.Status.DONE, Initiative.Status.DROPPED)


def may_see_ties(user: User | AnonymousUser) -> bool:
    """Whether the person sees who must do a piece of work, never does it, or goes on with it."""
    return at_least(user, Role.MEMBER)


def may_staff(user: User | AnonymousUser) -> bool:
    """Whether the person says of all work what it needs."""
    return at_least(user, Role.MANAGER)


def may_describe(user: User | AnonymousUser, item: Initiative | KeyResult) -> bool:
    """Whether the person says what this work needs: a manager, or its owner."""
    return may_staff(user) or (at_least(user, Role.MEMBER) and owner_of(item) == user)


def require_describe(user: User | AnonymousUser, item: Initiative | KeyResult) -> User:
    """The person, if she may say what this work needs; else the 404 that strangers get."""
    if not may_describe(user, item):
        raise Http404
    assert isinstance(user, User)
    return user


def owner_of(item: Initiative | KeyResult) -> User | None:
    """The owner, where she has an account here; that of a sketch is a name as yet."""
    if isinstance(item, Initiative):
        return item.owner
    return None if item.sketch is not None else current_version(item).owner


def described(user: User | AnonymousUser) -> QuerySet[Work]:
    """All work that the match knows of, with its item; its ties are read only where the person sees them."""
    if not at_least(user, Role.VIEWER):
        return Work.objects.none()
    ties = Tie.objects.select_related("person") if may_see_ties(user) else Tie.objects.none()
    found = Work.objects.select_related("initiative__cycle", "key_result__objective__cycle")
    return found.prefetch_related(Prefetch("ties", queryset=ties))


def work_for(user: User | AnonymousUser, key: str) -> Work:
    """The work of that key, such as `initiative:paved-road`, or the 404 that strangers get."""
    kind, _, name = key.partition(":")
    wanted = Q(pk=None)
    if kind == "initiative":
        wanted = Q(initiative__key=name)
    # A key may count further than the database can.
    elif kind == "key_result" and name.isascii() and name.isdigit() and len(name) < 16:
        wanted = Q(key_result=int(name))
    found = described(user).filter(wanted).first()
    if found is None:
        raise Http404
    return found


def works_of(cycle: Cycle) -> list[Work]:
    """The work of a cycle that the match knows of and that is not over, initiatives first, with all ties.

    The ownership of a key result is work where it is described, also while the key result is a sketch.
    """
    found = Work.objects.filter(
        Q(initiative__in=initiatives_of(cycle)) | Q(key_result__in=key_results_of(cycle))
    )
    found = found.select_related("initiative__cycle", "key_result__objective__cycle")
    found = found.prefetch_related(Prefetch("ties", queryset=Tie.objects.select_related("person")))
    return sorted(found, key=_in_order)


def not_described(cycle: Cycle) -> list[Initiative]:
    """The initiatives of a cycle that the match cannot see."""
    return list(initiatives_of(cycle).filter(staffing=None).order_by("position", "id"))


def initiatives_of(cycle: Cycle) -> QuerySet[Initiative]:
    """The initiatives of a cycle that somebody can still be given."""
    return cycle.initiatives.filter(archived_at=None).exclude(status__in=ENDED)


def key_results_of(cycle: Cycle) -> QuerySet[KeyResult]:
    """The key results of a cycle whose ownership somebody can still be given."""
    return KeyResult.objects.filter(
        objective__cycle=cycle, objective__archived_at=None, dropped_at=None, closed_at=None
    )


def _in_order(work: Work) -> tuple[bool, int, int]:
    item = work.initiative or work.key_result
    assert item is not None
    return work.initiative is None, item.position, item.pk


def published_plans(cycle: Cycle) -> QuerySet[Plan]:
    """Every plan of a cycle that was published, without what people could have had; the first is in force."""
    return cycle.staffing_plans.defer("choices").order_by("-published_at", "-id")


def plans_in_force() -> list[Plan]:
    """The plan in force of each cycle that has one, the earliest cycle first."""
    newest = {each.cycle_id: each for each in Plan.objects.select_related("cycle")}
    return sorted(newest.values(), key=lambda each: (each.cycle.start, each.cycle_id))


def past_choices() -> list[Choice]:
    """What was taken and what could have been, a choice for each untied piece that a plan in force gives.

    They name nobody: of whom a choice is stays in the plan.
    """
    return [choice for plan in plans_in_force() for each in plan.choices for choice in _choices(each)]


def people_who_chose() -> int:
    """How many people made the past choices."""
    return len({each["person"] for plan in plans_in_force() for each in plan.choices if _choices(each)})


def _choices(said: Mapping[str, Any]) -> tuple[Choice, ...]:
    taken, tied = said["chosen"], said.get("tied", ())
    options = [_scores(each) for each in said["options"]]
    others = tuple(each for place, each in enumerate(options) if place not in taken)
    return tuple(Choice(options[place], others) for place in taken if place not in tied) if others else ()


def _scores(said: list[float]) -> Scores:
    business, interest, growth = said
    return business, interest, growth
