"""Who says something of a key result: its owner and managers; everybody who is signed in may read it.

What a person answers about herself is nobody's ranking: predictability is shown of the team only.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.objectives.access import key_result_for
from throughline.objectives.models import KeyResult
from throughline.objectives.versions import current_version


def answers_for(user: User | AnonymousUser, key_result: KeyResult) -> bool:
    """Whether the person may check in on a key result and write its post-mortem."""
    if at_least(user, Role.MANAGER):
        return True
    if not at_least(user, Role.MEMBER) or key_result.sketch is not None:
        return False
    return current_version(key_result).owner_id == user.pk


def answered_key_result(user: User | AnonymousUser, id: int) -> KeyResult:
    """The key result that the person answers for, or the 404 that strangers get."""
    found = key_result_for(user, id)
    if found.sketch is not None or not answers_for(user, found):
        raise Http404
    return found
