"""Who reaches a cycle: everyone who is signed in reads and comments, managers move it on."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require, signed_in
from throughline.accounts.models import Role, User
from throughline.cycles.models import Comment, Snapshot
from throughline.objectives.models import Cycle


def visible_cycles(user: User | AnonymousUser) -> QuerySet[Cycle]:
    """The cycles that the person sees."""
    return Cycle.objects.all() if at_least(user, Role.VIEWER) else Cycle.objects.none()


def cycle_for(user: User | AnonymousUser, key: str) -> Cycle:
    """The cycle, or the 404 that strangers get; a quarter is also found where its q is written large."""
    seen = visible_cycles(user)
    found = seen.filter(key=key).first() or seen.filter(key=key.lower()).first()
    if found is None:
        raise Http404
    return found


def snapshot_for(user: User | AnonymousUser, cycle: Cycle, number: int) -> Snapshot:
    """A snapshot of the cycle by its number within it, or the 404 that strangers get."""
    signed_in(user)
    # An address may count further than the database can.
    if not 0 < number <= cycle.snapshots.count():
        raise Http404
    return cycle.snapshots.order_by("id")[number - 1]


def comment_for(user: User | AnonymousUser, id: int) -> Comment:
    """A comment that the person may resolve: her own, or any for a manager; else the 404 of strangers."""
    person = signed_in(user)
    found = Comment.objects.select_related("cycle").filter(pk=id).first()
    if found is None or not (found.author_id == person.pk or may_lead(person)):
        raise Http404
    return found


def may_lead(user: User | AnonymousUser) -> bool:
    """Whether the person moves cycles from state to state."""
    return at_least(user, Role.MANAGER)


def require_lead(user: User | AnonymousUser) -> User:
    """The person, if she may move cycles on; else the 404 that strangers get."""
    return require(user, Role.MANAGER)
