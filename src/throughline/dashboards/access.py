"""Who reaches a dashboard: its owner, and everybody who signs in where it says so; strangers by a live link.

A tile never shows more than its address shows the same person. Only the owner changes a dashboard, so that
nobody puts a tile in front of the rights of somebody else who has shared it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.dashboards.models import READY, Dashboard, SharedLink, Tile

Person = User | AnonymousUser


def visible(user: Person) -> QuerySet[Dashboard]:
    """The dashboards that people made and that the person sees."""
    found = Dashboard.objects.filter(removed_at=None, ready="").select_related("owner")
    if not at_least(user, Role.VIEWER):
        return found.none()
    return found.filter(Q(audience=Dashboard.Audience.EVERYBODY) | Q(owner_id=user.pk))


def own(user: Person) -> QuerySet[Dashboard]:
    """The dashboards that the person made and may change."""
    return visible(user).filter(owner_id=user.pk)


def dashboard_for(user: Person, slug: str) -> Dashboard:
    """The dashboard, ready-made or somebody's, or the 404 that strangers get."""
    require(user, Role.VIEWER)
    if slug in READY:
        found = Dashboard.objects.filter(ready=slug).first()
        return found or Dashboard(name=READY[slug], slug=slug, ready=slug)
    found = visible(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def own_dashboard(user: Person, slug: str) -> Dashboard:
    """The dashboard that the person may change, or the 404 that everybody else gets."""
    found = own(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def removed_dashboard(user: Person, slug: str) -> Dashboard:
    """The dashboard that its owner removed a while ago, or the 404 that everybody else gets."""
    require(user, Role.VIEWER)
    found = Dashboard.objects.filter(removed_at__isnull=False, owner_id=user.pk, slug=slug).first()
    if found is None:
        raise Http404
    return found


def own_tile(user: Person, slug: str, number: int, *, removed: bool = False) -> Tile:
    """A tile that the person may change, or the 404 that everybody else gets."""
    found = own_dashboard(user, slug).tiles.filter(pk=number, removed_at__isnull=not removed).first()
    if found is None:
        raise Http404
    return found


def may_change(user: Person, board: Dashboard) -> bool:
    """Whether the person may change the dashboard."""
    return isinstance(user, User) and board.owner_id == user.pk


def may_share(user: Person, board: Dashboard) -> bool:
    """Whether the person may show the dashboard to strangers: a manager, of her own or a ready-made one."""
    return at_least(user, Role.MANAGER) and (bool(board.ready) or may_change(user, board))


def shareable(user: Person, slug: str) -> Dashboard:
    """The dashboard that the person may share, or the 404 that everybody else gets."""
    found = dashboard_for(user, slug)
    if not may_share(user, found):
        raise Http404
    return found


def shares(user: Person) -> bool:
    """Whether the person makes links, to dashboards that she may share."""
    return at_least(user, Role.MANAGER)


def sharer(user: Person) -> User:
    """The person, if she makes links; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def links(user: Person) -> QuerySet[SharedLink]:
    """The links that the person sees: her own, and as an administrator all, of private dashboards too."""
    found = SharedLink.objects.select_related("dashboard__owner", "made_by")
    if at_least(user, Role.ADMINISTRATOR):
        return found
    return found.filter(made_by_id=user.pk) if shares(user) else found.none()


def links_of(user: Person, board: Dashboard) -> QuerySet[SharedLink]:
    """Those of one dashboard."""
    return links(user).filter(dashboard=board.pk)


def link_to_revoke(user: Person, id: int) -> SharedLink:
    """A link that the person may revoke, or the 404 that everybody else gets."""
    found = links(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def link_behind(token: str, *, now: datetime) -> SharedLink | None:
    """The live link of a token: its maker may still share its dashboard, and it has neither end yet."""
    link = (
        SharedLink.objects.filter(
            token_hash=hash_of(token),
            revoked_at=None,
            expires_at__gt=now,
            dashboard__removed_at=None,
        )
        .select_related("dashboard", "made_by")
        .first()
    )
    return link if link is not None and may_share(link.made_by, link.dashboard) else None


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
