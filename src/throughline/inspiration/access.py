"""Who reaches the shelf: everyone reads it, members add to it, managers import and withdraw."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.inspiration.models import Item, Reading


def visible_items(user: User | AnonymousUser) -> QuerySet[Item]:
    """What stands on the shelf for the person."""
    found = Item.objects.filter(withdrawn_at=None)
    return found if at_least(user, Role.VIEWER) else found.none()


def item_to_read(user: User | AnonymousUser, id: int) -> Item:
    """An item that the person may take off the shelf, or the 404 that strangers get."""
    require(user, Role.MEMBER)
    found = visible_items(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def item_to_withdraw(user: User | AnonymousUser, id: int) -> Item:
    """An item that the person may withdraw, or the 404 that strangers get."""
    require(user, Role.MANAGER)
    return item_to_read(user, id)


def own_reading(user: User | AnonymousUser, id: int) -> Reading:
    """What the person herself reads, or the 404 that everybody else gets."""
    person = require(user, Role.MEMBER)
    found = Reading.objects.filter(pk=id, person=person, item__withdrawn_at=None)
    reading = found.select_related("item", "cycle", "person").first()
    if reading is None:
        raise Http404
    return reading


def may_add(user: User | AnonymousUser) -> bool:
    """Whether the person puts items on the shelf and reads for a cycle."""
    return at_least(user, Role.MEMBER)


def require_add(user: User | AnonymousUser) -> User:
    """The person, if she may put items on the shelf; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_arrange(user: User | AnonymousUser) -> bool:
    """Whether the person imports, withdraws, and assigns to others."""
    return at_least(user, Role.MANAGER)


def require_arrange(user: User | AnonymousUser) -> User:
    """The person, if she may import and assign to others; else the 404 that strangers get."""
    return require(user, Role.MANAGER)
