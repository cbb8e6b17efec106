"""Who may see imports: managers; an upload is seen by the person who put it in."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import require
from throughline.accounts.models import Role, User
from throughline.sources.models import Import, Upload

Person = User | AnonymousUser


def visible_imports(user: Person) -> QuerySet[Import]:
    """Every import, for those who may import."""
    require(user, Role.MANAGER)
    return Import.objects.select_related("feed")


def import_for(user: Person, id: int) -> Import:
    """The import, or the 404 that strangers get."""
    found = visible_imports(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def uploads_of(user: Person) -> QuerySet[Upload]:
    """The person's own files that wait for their mapping."""
    owner = require(user, Role.MANAGER)
    return Upload.objects.filter(owner=owner, imported=None).select_related("job")


def upload_for(user: Person, id: int) -> Upload:
    """The person's own upload, or the 404 that strangers get."""
    owner = require(user, Role.MANAGER)
    found = Upload.objects.filter(owner=owner, pk=id).select_related("job", "imported").first()
    if found is None:
        raise Http404
    return found
