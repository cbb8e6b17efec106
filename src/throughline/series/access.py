"""Who reaches a series: everyone signed in reads it, members enter values, managers define it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.series.models import Series


def visible(user: User | AnonymousUser) -> QuerySet[Series]:
    """The series that the person sees."""
    return Series.objects.all() if at_least(user, Role.VIEWER) else Series.objects.none()


def series_for(user: User | AnonymousUser, name: str) -> Series:
    """The series, or the 404 that strangers get."""
    found = visible(user).filter(name=name).first()
    if found is None:
        raise Http404
    return found


def may_enter(user: User | AnonymousUser) -> bool:
    """Whether the person enters values by hand."""
    return at_least(user, Role.MEMBER)


def require_enter(user: User | AnonymousUser) -> User:
    """The person, if she may enter values; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_define(user: User | AnonymousUser) -> bool:
    """Whether the person says what a series is."""
    return at_least(user, Role.MANAGER)


def require_define(user: User | AnonymousUser) -> User:
    """The person, if she may define series; else the 404 that strangers get."""
    return require(user, Role.MANAGER)
