"""What one person sees of what another, or she herself, might do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.accounts.models import User
from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.matched import Found, answer_of
from throughline.assignments.seeing import sight
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


def looked_at(viewer: User, person: User, cycle: Cycle, *, now: datetime) -> Looked:
    """The suggestions of a person as the viewer may see them; a match that is not kept is asked for."""
    asked = asked_of(cycle)
    found = answer_of(asked, now=now)
    return Looked(
        viewer, person, asked, found, suggested(asked, found.document, person, sight(viewer, person))
    )
