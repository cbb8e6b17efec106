"""Who says what came of a scenario: its judge, and managers. Everybody signed in reads it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.risk.models import Scenario


def may_resolve(user: User | AnonymousUser, scenario: Scenario) -> bool:
    """Whether the person says what came of the scenario."""
    if at_least(user, Role.MANAGER):
        return True
    # A judge may be anybody with an account: a viewer from another team is the better one.
    return at_least(user, Role.VIEWER) and scenario.judge_id == user.pk


def require_judge(user: User | AnonymousUser, scenario: Scenario) -> User:
    """The person, where she may resolve the scenario; else the 404 that strangers get."""
    if not may_resolve(user, scenario):
        raise Http404
    assert isinstance(user, User)
    return user
