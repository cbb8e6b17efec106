"""Who connects tools and sees how that goes: managers, as with imports."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.connectors.models import Connector, Quarantine, Sync

Person = User | AnonymousUser


def require_connect(user: Person) -> User:
    """The person, if she may connect tools; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def may_connect(user: Person) -> bool:
    """Whether the person may connect tools."""
    return at_least(user, Role.MANAGER)


def connectors_for(user: Person) -> QuerySet[Connector]:
    """Every connector, for those who may connect."""
    require_connect(user)
    return Connector.objects.select_related("owner")


def connector_for(user: Person, id: int) -> Connector:
    """The connector, or the 404 that strangers get."""
    found = connectors_for(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def sync_for(user: Person, id: int) -> Sync:
    """The sync, or the 404 that strangers get."""
    require_connect(user)
    found = Sync.objects.filter(pk=id).select_related("connector", "job").first()
    if found is None:
        raise Http404
    return found


def quarantine_for(user: Person, id: int) -> Quarantine:
    """What is kept aside, or the 404 that strangers get."""
    require_connect(user)
    found = Quarantine.objects.filter(pk=id).select_related("connector").first()
    if found is None:
        raise Http404
    return found
