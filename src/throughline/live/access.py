"""Who may follow a topic: whoever may see what it is about, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.cycles.access import visible_cycles
from throughline.forecasts.access import visible_rooms
from throughline.surveys.access import may_follow_survey
from throughline.workshops.access import may_follow_board


def _own_matters(user: User, id: int) -> bool:
    return user.pk == id


def _seen_rooms(user: User, id: int) -> bool:
    return visible_rooms(user).filter(pk=id).exists()


def _seen_cycles(user: User, id: int) -> bool:
    return visible_cycles(user).filter(pk=id).exists()


# By the first word of a topic: `person:3` is what waits for one person, `room:12` a forecast room.
FOLLOWED: Mapping[str, Callable[[User, int], bool]] = {
    "person": _own_matters,
    "room": _seen_rooms,
    "board": may_follow_board,
    "survey": may_follow_survey,
    "cycle": _seen_cycles,
}


def may_follow(user: User | AnonymousUser, topic: str) -> bool:
    """Whether the person may learn that something about the topic changed; unknown topics are nobody's."""
    kind, _, id = topic.partition(":")
    sees = FOLLOWED.get(kind)
    if sees is None or not (id.isascii() and id.isdigit() and len(id) < 19):
        return False
    return isinstance(user, User) and at_least(user, Role.VIEWER) and sees(user, int(id))
