"""The stages of a cycle: what somebody said of each, what the records say beside it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.access import at_least
from throughline.accounts.models import User
from throughline.objectives.models import Cycle
from throughline.planning.facts import facts_of
from throughline.planning.goals import capacity_of, claimed_weeks
from throughline.planning.models import Stage
from throughline.planning.seeing import seen_of
from throughline.planning.stages import ABOUT, Facts, Way

__all__ = ["Planned", "Told", "capacity_of", "claimed_weeks", "document", "stages_of", "ways_for"]
NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class Told:
    """A stage: its stored state, where there is one, and its facts."""

    key: Stage.Key
    stored: Stage | None
    facts: Facts

    @property
    def state(self) -> str:
        """What somebody said of it: open, done, skipped; else not_begun."""
        return self.stored.state if self.stored else NOT_BEGUN

    @property
    def what(self) -> str:
        return ABOUT[self.key][0]

    @property
    def gives(self) -> str:
        return ABOUT[self.key][1]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it: somebody said so, or the records do and nobody opened it again."""
        if self.stored is not None:
            return self.stored.state != Stage.State.OPEN
        return self.facts.is_met

    @property
    def doubt(self) -> str:
        """What the records say against its being done."""
        is_done = self.state == Stage.State.DONE
        return f"It is said to be done, and {self.facts.waits}." if is_done and self.facts.waits else ""


@dataclass(frozen=True, slots=True)
class Planned:
    """The stages of a cycle, and the one that comes next."""

    cycle: Cycle
    stages: tuple[Told, ...]

    @property
    def next(self) -> Told | None:
        """The first stage of which something is left."""
        return next((each for each in self.stages if not each.is_over), None)

    @property
    def sentence(self) -> str:
        """What comes next, such as "Next: vote; 6 clusters wait."."""
        found = self.next
        if found is None:
            return "Every stage is done or skipped."
        waits = f"; {found.facts.waits}" if found.facts.waits else ""
        return f"Next: {found.key.label.lower()}{waits}."

    @property
    def over(self) -> int:
        return sum(each.is_over for each in self.stages)


def stages_of(cycle: Cycle, *, now: datetime) -> Planned:
    """The stages of a cycle in their usual order; any of them may be open at any time."""
    seen = seen_of(cycle, now=now)
    facts = facts_of(seen)
    return Planned(cycle, tuple(Told(key, seen.stored.get(key), facts[key]) for key in Stage.Key))


def ways_for(user: User | AnonymousUser | None, ways: Iterable[Way]) -> list[Way]:
    """Those ways that the person may go; without a person all of them."""
    return [each for each in ways if user is None or at_least(user, each.least)]


def document(found: Planned, user: User | AnonymousUser | None = None) -> dict[str, Any]:
    """The same as plain data, with the ways that the person may go."""
    return {
        "cycle": found.cycle.key,
        "next": {"stage": found.next.key.value if found.next else None, "sentence": found.sentence},
        "stages": [_stage(each, user) for each in found.stages],
    }


def _stage(each: Told, user: User | AnonymousUser | None) -> dict[str, Any]:
    stored, facts = each.stored, each.facts
    return {
        "stage": each.key.value,
        "title": each.key.label,
        "state": each.state,
        "reason": stored.reason if stored else "",
        "by": stored.author if stored else None,
        "at": stored.at if stored else None,
        "needs": facts.needs,
        "ready": facts.is_ready,
        "gives": each.gives,
        "stands": facts.stands,
        "waits": facts.waits,
        "met": facts.is_met,
        "over": each.is_over,
        "links": [{"label": way.label, "address": way.address} for way in ways_for(user, facts.ways)],
    }
