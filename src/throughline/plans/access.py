"""Who reaches the plan as a file: managers, who write the plan on the other pages, too."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User


def require_manager(user: User | AnonymousUser) -> User:
    """The person, if the whole plan is hers to read and write; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def may_add_teams(user: User) -> bool:
    """Whether a team that a file names, and nobody knows, is made."""
    return at_least(user, Role.ADMINISTRATOR)
