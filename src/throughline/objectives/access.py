"""Who reaches a key result: everyone who is signed in may read it, managers change it.

Its figures are the organisation's. The records behind a figure follow the scope of the person who looks.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.objectives.models import KeyResult


def visible(user: User | AnonymousUser) -> QuerySet[KeyResult]:
    """The key results that the person sees."""
    if not at_least(user, Role.VIEWER):
        return KeyResult.objects.none()
    return KeyResult.objects.all()


def key_result_for(user: User | AnonymousUser, id: int) -> KeyResult:
    """The key result, or the 404 that strangers get."""
    found = visible(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def may_change(user: User | AnonymousUser) -> bool:
    """Whether the person makes and changes key results."""
    return at_least(user, Role.MANAGER)


def require_change(user: User | AnonymousUser) -> User:
    """The person, if she may make and change key results; else the 404 that strangers get."""
    require(user, Role.MANAGER)
    assert isinstance(user, User)
    return user
