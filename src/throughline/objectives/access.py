"""Who reaches the plan: everyone who is signed in may read it, managers change it.

Its figures are the organisation's. The records behind a figure follow the scope of the person who looks.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.objectives.models import Counterpart, Cycle, Effect, Initiative, KeyResult


def visible(user: User | AnonymousUser) -> QuerySet[KeyResult]:
    """The key results that the person sees."""
    if not at_least(user, Role.VIEWER):
        return KeyResult.objects.none()
    return KeyResult.objects.all()


def key_result_for(user: User | AnonymousUser, id: int) -> KeyResult:
    """The key result, or the 404 that strangers get."""
    found = visible(user).select_related("story").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def promised_for(user: User | AnonymousUser, id: int) -> KeyResult:
    """The key result in force, or the 404 that strangers get: a sketch has no figures and no grade."""
    found = key_result_for(user, id)
    if found.sketch is not None:
        raise Http404
    return found


def may_change(user: User | AnonymousUser) -> bool:
    """Whether the person makes and changes key results."""
    return at_least(user, Role.MANAGER)


def may_complete(user: User | AnonymousUser) -> bool:
    """Whether the person says that a step is done or that an event happened."""
    return at_least(user, Role.MEMBER)


def require_complete(user: User | AnonymousUser) -> User:
    """The person, if she may say what is done; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def require_change(user: User | AnonymousUser) -> User:
    """The person, if she may make and change key results; else the 404 that strangers get."""
    require(user, Role.MANAGER)
    assert isinstance(user, User)
    return user


def item_for(user: User | AnonymousUser, model: type[Any], key: str) -> Any:
    """The goal, objective, initiative … of that key, or the 404 that strangers get."""
    require(user, Role.VIEWER)
    along = ("cycle", "story") if model is Initiative else ()
    found = model.objects.filter(key=key).select_related(*along).first()
    if found is None:
        raise Http404
    return found


def cycle_named(user: User | AnonymousUser, key: str) -> Cycle:
    """The cycle of that key, or the 404 that strangers get."""
    found = item_for(user, Cycle, key)
    assert isinstance(found, Cycle)
    return found


def effect_for(user: User | AnonymousUser, id: int) -> Effect:
    """The expected effect, or the 404 that strangers get."""
    require(user, Role.VIEWER)
    found = Effect.objects.select_related("initiative", "key_result").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def counterpart_for(user: User | AnonymousUser, id: int) -> Counterpart:
    """Another team's half, or the 404 that strangers get."""
    require(user, Role.VIEWER)
    found = Counterpart.objects.select_related("team").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def may_answer(user: User | AnonymousUser, half: Counterpart) -> bool:
    """Whether the person speaks for the team that was asked: whoever is in it, in any role."""
    return isinstance(user, User) and user.is_active and user.teams.filter(pk=half.team_id).exists()
