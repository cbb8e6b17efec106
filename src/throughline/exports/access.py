"""Who takes the whole record out of the house in the page: those who see every team and lead it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.exports.queries import KIND
from throughline.jobs.models import Job, JobState


def may_export(user: User | AnonymousUser) -> bool:
    """Whether the person may have an export made, and fetch one."""
    return at_least(user, Role.MANAGER)


def require_export(user: User | AnonymousUser) -> User:
    """The person, if she may export; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def export_for(user: User | AnonymousUser, id: int) -> Job:
    """An export that was made, or the 404 that strangers get."""
    require_export(user)
    found = Job.objects.filter(pk=id, kind=KIND, state=JobState.DONE).first()
    if found is None:
        raise Http404
    return found
