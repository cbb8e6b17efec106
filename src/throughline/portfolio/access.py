"""Who reaches candidates: everyone signed in reads them, members write them, managers choose."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.cycles.access import cycle_for
from throughline.portfolio.models import Candidate, Worked


def visible(user: User | AnonymousUser) -> QuerySet[Candidate]:
    """The candidates that the person sees, dropped ones among them."""
    return Candidate.objects.all() if at_least(user, Role.VIEWER) else Candidate.objects.none()


def candidate_for(user: User | AnonymousUser, id: int) -> Candidate:
    """The candidate, or the 404 that strangers get."""
    found = visible(user).select_related("cycle", "objective", "goal", "initiative", "cluster")
    candidate = found.filter(pk=id).first()
    if candidate is None:
        raise Http404
    return candidate


def worked_for(user: User | AnonymousUser, key: str, id: int) -> Worked:
    """What is worked out for a cycle, or the 404 that strangers get."""
    found = Worked.objects.select_related("job").filter(cycle=cycle_for(user, key), pk=id).first()
    if found is None:
        raise Http404
    return found


def may_write(user: User | AnonymousUser) -> bool:
    """Whether the person adds candidates and says what they would take and bring."""
    return at_least(user, Role.MEMBER)


def require_write(user: User | AnonymousUser) -> User:
    """The person, if she may write candidates; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_choose(user: User | AnonymousUser) -> bool:
    """Whether the person states the rules and makes initiatives of candidates."""
    return at_least(user, Role.MANAGER)


def require_choose(user: User | AnonymousUser) -> User:
    """The person, if she may choose; else the 404 that strangers get."""
    return require(user, Role.MANAGER)
