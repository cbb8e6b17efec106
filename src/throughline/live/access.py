"""Who may follow a topic: whoever may see what it is about, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User


def _own_matters(user: User, id: int) -> bool:
    return user.pk == id


# By the first word of a topic: `person:3` is what waits for one person.
FOLLOWED: Mapping[str, Callable[[User, int], bool]] = {"person": _own_matters}


def may_follow(user: User | AnonymousUser, topic: str) -> bool:
    """Whether the person may learn that something about the topic changed; unknown topics are nobody's."""
    kind, _, id = topic.partition(":")
    sees = FOLLOWED.get(kind)
    if sees is None or not (id.isascii() and id.isdigit() and len(id) < 19):
        return False
    return isinstance(user, User) and at_least(user, Role.VIEWER) and sees(user, int(id))
