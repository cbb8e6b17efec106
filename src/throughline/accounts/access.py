"""Who may see and do what. Forbidden and absent are the same answer: 404."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.models import Role, User

ORDER = [Role.VIEWER, Role.MEMBER, Role.MANAGER, Role.ADMINISTRATOR]


@dataclass(frozen=True, slots=True)
class Scope:
    """The slice of the record that somebody sees: everything, or the teams named."""

    everything: bool = False
    teams: frozenset[str] = frozenset()


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def at_least(user: User | AnonymousUser, role: Role) -> bool:
    """Whether the person's role includes `role`."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return ORDER.index(Role(user.role)) >= ORDER.index(role)


def require(user: User | AnonymousUser, role: Role) -> User:
    """The person, where their role includes `role`; else the 404 that strangers get."""
    if not at_least(user, role):
        raise Http404
    assert isinstance(user, User)
    return user


def signed_in(user: User | AnonymousUser) -> User:
    """The person behind a request that the gate has let through."""
    return require(user, Role.VIEWER)


def scope_of(user: User | AnonymousUser) -> Scope:
    """What the person sees of the record."""
    if not at_least(user, Role.VIEWER):
        return NOTHING
    assert isinstance(user, User)
    if sees_all_teams(user):
        return EVERYTHING
    return Scope(teams=frozenset(user.teams.values_list("name", flat=True)))


def sees_all_teams(user: User) -> bool:
    """Whether the person sees the records of every team: by her role, or as it was set for her."""
    return user.sees_all_teams or at_least(user, Role.MANAGER)


def actor_name(user: User) -> str:
    """How the person is named in history and audit."""
    return f"person:{user.pk} {user.name}"
