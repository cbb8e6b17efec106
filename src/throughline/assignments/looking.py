"""What one person sees of what another, or she herself, might do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.accounts.models import User
from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.matched import Found, answer_of
from throughline.assignments.seeing import of_others, sight
from throughline.assignments.suggesting import Suggested, suggested
from throughline.objectives.models import Cycle


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: whose suggestions, in which cycle, and what is known of them."""

    viewer: User
    person: User
    asked: Asked
    found: Found
    said: Suggested


def looked_at(viewer: User, person: User, cycle: Cycle, *, sees_own: bool = True, now: datetime) -> Looked:
    """The suggestions of a person as the viewer may see them; a match that is not kept is asked for.

    Where she is not to see what is her own, she sees what others do of her.
    """
    asked = asked_of(cycle)
    found = answer_of(asked, now=now)
    seen = sight(viewer, person) if sees_own else of_others(person)
    return Looked(viewer, person, asked, found, suggested(asked, found.document, person, seen))
