"""What is asked of a match beyond what is stated: other weights, or changes, with the answers to both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.matched import Found, answer_of
from throughline.assignments.wishing import MUST, NEVER, Given, Wished, wished
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle


@dataclass(frozen=True, slots=True)
class Looked:
    """What the address asks: the cycle's own question and answer, and those that are tried instead."""

    stated: Asked
    stated_found: Found
    shown: Asked
    found: Found
    wished: Wished

    @property
    def is_tried(self) -> bool:
        """Whether anything but what is stated is shown."""
        return self.shown is not self.stated

    @property
    def has_costs(self) -> bool:
        """Whether it is said what choices cost: by the stated weights alone, which everybody sees.

        By weights of one's own, all on interest, differences of cost would be what somebody answered.
        """
        return bool(self.wished.changes) or self.wished.weights is None

    @property
    def plan(self) -> tuple[Asked, Found]:
        """The plan that is drawn: what is tried, or the stated one where that cannot be."""
        if self.shown.conflicts:
            return self.stated, self.stated_found
        return self.shown, self.found


def look(given: Given, cycle: Cycle, *, now: datetime) -> Looked:
    """What an address asks. A change is weighed by the weights of the cycle, which everybody sees."""
    stated = asked_of(cycle)
    said = wished(given, people=stated.people, works=stated.works)
    stated_found = answer_of(stated, now=now)
    if said.changes:
        shown = asked_of(cycle, ties=said.changes)
    elif said.weights is not None:
        shown = asked_of(cycle, weights=said.weights)
    else:
        return Looked(stated, stated_found, stated, stated_found, said)
    return Looked(stated, stated_found, shown, answer_of(shown, now=now), said)


def strictly(given: Given, cycle: Cycle, *, now: datetime) -> Looked:
    """The same for programs. Raises Refused where a part of the address cannot be read."""
    looked = look(given, cycle, now=now)
    for place, message in looked.wished.problems.items():
        # The page has one field for all changes; an address has two.
        at = next((each for each in (MUST, NEVER) if each in given), place) if place == "changes" else place
        raise Refused(message, place=at, code="bad_address")
    return looked
