"""Who sees the thread: everyone who is signed in. It holds no record of a vulnerability."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.objectives.models import Cycle


def visible_cycles(user: User | AnonymousUser) -> QuerySet[Cycle]:
    """The cycles that the person sees."""
    return Cycle.objects.all() if at_least(user, Role.VIEWER) else Cycle.objects.none()


def cycle_for(user: User | AnonymousUser, key: str) -> Cycle:
    """The cycle, or the 404 that strangers get."""
    found = visible_cycles(user).filter(key=key).first()
    if found is None:
        raise Http404
    return found
