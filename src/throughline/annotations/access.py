"""Who writes on charts, and who takes that away; everybody who sees a chart reads what stands on it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require, signed_in
from throughline.accounts.models import Role, User
from throughline.annotations.models import Annotation


def visible(user: User | AnonymousUser) -> QuerySet[Annotation]:
    """The annotations that stand."""
    return Annotation.objects.filter(removed_at=None) if at_least(user, Role.VIEWER) else _none()


def may_annotate(user: User | AnonymousUser) -> bool:
    """Whether the person writes on charts."""
    return at_least(user, Role.MEMBER)


def require_annotate(user: User | AnonymousUser) -> User:
    """The person, if she writes on charts; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_remove(user: User | AnonymousUser, annotation: Annotation) -> bool:
    """Whether the person takes it away: her own, or any for a manager."""
    is_own = at_least(user, Role.MEMBER) and annotation.by_id == user.pk
    return is_own or at_least(user, Role.MANAGER)


def removable(user: User | AnonymousUser, id: int) -> Annotation:
    """An annotation, removed or not, that the person may remove; else the 404 that strangers get."""
    signed_in(user)
    found = Annotation.objects.filter(pk=id).first()
    if found is None or not may_remove(user, found):
        raise Http404
    return found


def _none() -> QuerySet[Annotation]:
    return Annotation.objects.none()
