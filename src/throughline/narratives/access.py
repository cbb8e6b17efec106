"""Who reaches stories: whoever is signed in reads them; managers and the owner of the work write them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least, signed_in
from throughline.accounts.models import Role, User
from throughline.narratives.library import Narrative, library
from throughline.objectives.access import item_for, key_result_for
from throughline.objectives.models import Initiative, ItemKind, KeyResult, Version

Work = Initiative | KeyResult
INITIATIVE, KEY_RESULT = str(ItemKind.INITIATIVE), str(ItemKind.KEY_RESULT)


def narrative_for(user: User | AnonymousUser, key: str) -> Narrative:
    """A story of the library, or the 404 that strangers get."""
    signed_in(user)
    found = library().get(key)
    if found is None:
        raise Http404
    return found


def may_tell(user: User | AnonymousUser, work: Work) -> bool:
    """Whether the person writes the story of this work: it is hers, or she leads."""
    if at_least(user, Role.MANAGER):
        return True
    return at_least(user, Role.MEMBER) and isinstance(user, User) and owner_of(work) == user.pk


def initiative_to_tell(user: User | AnonymousUser, key: str) -> Initiative:
    """The initiative whose story the person writes, or the 404 that strangers get."""
    found: Initiative = item_for(user, Initiative, key)
    if not may_tell(user, found):
        raise Http404
    return found


def key_result_to_tell(user: User | AnonymousUser, id: int) -> KeyResult:
    """The key result whose story the person writes, or the 404 that strangers get."""
    found = key_result_for(user, id)
    if not may_tell(user, found):
        raise Http404
    return found


def owner_of(work: Work) -> int | None:
    """The number of the person who owns it, where she has an account; nobody owns a sketch yet."""
    if isinstance(work, Initiative):
        return work.owner_id
    version = work.versions.order_by("-number").first()
    return version.owner_id if version else None


def may_tell_any(user: User | AnonymousUser, work: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the work, named by kind and number, whose story the person writes; two questions at most."""
    asked = set(work)
    if at_least(user, Role.MANAGER):
        return asked
    if not at_least(user, Role.MEMBER) or not isinstance(user, User):
        return set()
    numbers = {kind: [id for of, id in asked if of == kind] for kind in (INITIATIVE, KEY_RESULT)}
    mine = Initiative.objects.filter(pk__in=numbers[INITIATIVE], owner=user)
    versions = Version.objects.filter(key_result__in=numbers[KEY_RESULT]).order_by("number")
    owners = dict(versions.values_list("key_result", "owner"))
    return {(INITIATIVE, each.pk) for each in mine} | {
        (KEY_RESULT, id) for id, owner in owners.items() if owner == user.pk
    }
