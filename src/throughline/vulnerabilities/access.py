"""The only way to a record: people see those of their teams, or all."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import require, scope_of
from throughline.accounts.models import Role, User
from throughline.vulnerabilities.models import Vulnerability

Person = User | AnonymousUser


def visible(user: Person) -> QuerySet[Vulnerability]:
    """The records that somebody may see, those that vanished from their source among them."""
    scope = scope_of(user)
    records = Vulnerability.objects.select_related("service", "team", "feed")
    return records if scope.everything else records.filter(team__name__in=scope.teams)


def vulnerability_for(user: Person, id: int) -> Vulnerability:
    """The record, or the 404 that strangers get."""
    found = visible(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def triageable(user: Person, ids: Sequence[int]) -> list[int]:
    """The ids, where the person may decide about every one of them; else the 404 that strangers get."""
    require(user, Role.MEMBER)
    wanted = list(dict.fromkeys(ids))
    if visible(user).filter(pk__in=wanted).count() != len(wanted):
        raise Http404
    return wanted
