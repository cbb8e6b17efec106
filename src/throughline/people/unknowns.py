"""What is not known of a person: never said, said long ago, or said otherwise than shown.

That nothing was said, and when something was, is no answer: who plans the team may know it, so that she asks.
Which goal somebody has, in which work it would grow, and that taps speak against a statement, are answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from throughline.accounts.models import User
from throughline.engine.interests import STALE_AFTER
from throughline.engine.interests import Interest as Used
from throughline.people import access
from throughline.people.models import GrowthGoal, WorkKind

GOAL_HOLDS = timedelta(days=180)
# More kinds than this are counted and not named.
MOST_NAMED = 4


class What(StrEnum):
    """What kind of gap it is."""

    UNASKED = "unasked"
    UNKNOWN = "unknown"
    UNSTATED = "unstated"
    STALE = "stale"
    DISAGREES = "disagrees"
    NO_GOAL = "no goal"
    STALE_GOAL = "stale goal"
    GOAL_WITHOUT_WORK = "goal without work"


@dataclass(frozen=True, slots=True)
class Unknown:
    """One gap: `kind` and `title` where it is about a kind of work, `text` where about a goal.

    `since` is the day on which it was last said.
    """

    what: What
    kind: str = ""
    title: str = ""
    text: str = ""
    since: date | None = None

    @property
    def to_herself(self) -> str:
        """The gap as a sentence to the person that it is about.

        >>> Unknown(What.STALE, "teaching", "Teaching", since=date(2025, 1, 5)).to_herself
        'You spoke of Teaching on 2025-01-05: does it still hold?'
        """
        day = self.since.isoformat() if self.since else ""
        return {
            What.UNASKED: "You have not answered the five questions yet.",
            What.UNKNOWN: f"Nothing is known of your interest in {self.title}: it counts as none.",
            What.UNSTATED: f"You never said how you like {self.title}: what you tapped after work counts.",
            What.STALE: f"You spoke of {self.title} on {day}: does it still hold?",
            What.DISAGREES: f"What you said of {self.title} and your taps after work differ: which holds?",
            What.NO_GOAL: "You have no growth goal: growth counts nothing for you.",
            What.STALE_GOAL: f"You set the goal “{self.text}”, or confirmed it, on {day}: is it still so?",
            What.GOAL_WITHOUT_WORK: f"The goal “{self.text}” names no kind of work in which it would grow.",
        }[self.what]


def of_interests(found: Mapping[str, Used], titles: Mapping[str, str]) -> list[Unknown]:
    """What is to be asked of kinds of work, for the person herself."""
    return [
        Unknown(what, kind, titles[kind], since=each.stated.on if each.stated else None)
        for kind, each in found.items()
        for what in _gaps(each)
    ]


def _gaps(each: Used) -> list[What]:
    if each.used is None:
        return [What.UNKNOWN]
    if each.stated is None:
        return [What.UNSTATED]
    return [What.STALE] * each.is_stale + [What.DISAGREES] * each.disagrees


def of_goals(goals: Iterable[GrowthGoal], *, on: date) -> list[Unknown]:
    """What is to be asked of growth goals under way, for the person herself."""
    known = list(goals)
    if not known:
        return [Unknown(What.NO_GOAL)]
    stale = [
        Unknown(What.STALE_GOAL, text=each.text, since=each.at.date())
        for each in known
        if is_stale(each.at, on)
    ]
    return stale + [Unknown(What.GOAL_WITHOUT_WORK, text=each.text) for each in known if not each.kinds.all()]


def is_stale(confirmed_at: datetime, on: date) -> bool:
    """Whether a goal was not confirmed for so long that it has to be asked about."""
    return on >= confirmed_at.date() + GOAL_HOLDS


def of_team(people: Iterable[User], *, on: date) -> dict[int, tuple[Unknown, ...]]:
    """What there is to ask each of these people, for who plans the team, by the person's id.

    It rests on the days of answers alone. A kind is unstated whether taps speak of it or not, and a goal has
    neither its text nor its kinds.
    """
    asked = list(people)
    kinds = list(access.kinds_in_use())
    answered = access.asked_before()
    said: dict[int, dict[str, date | None]] = {}
    for person, kind, at, is_said in access.statement_days(asked):
        said.setdefault(person, {})[kind] = at.date() if is_said else None
    goals: dict[int, datetime] = {}
    for person, at in access.goal_days(asked):
        goals.setdefault(person, at)
    return {
        each.pk: (
            (*_unsaid(kinds, said.get(each.pk, {}), on), *_goal_gaps(goals.get(each.pk), on))
            if each.pk in answered
            else (Unknown(What.UNASKED),)
        )
        for each in asked
    }


def to_lead(found: Iterable[Unknown]) -> list[str]:
    """What there is to ask a person, in sentences for who plans the team.

    >>> to_lead([Unknown(What.UNSTATED, "tooling", "Tooling"), Unknown(What.NO_GOAL)])
    ['Nothing is said of Tooling.', 'No growth goal is set.']
    """
    known = list(found)
    unstated = [each.title for each in known if each.what == What.UNSTATED]
    said = []
    if len(unstated) > MOST_NAMED:
        said.append(f"Nothing is said of {len(unstated)} kinds of work.")
    elif unstated:
        said.append(f"Nothing is said of {', '.join(unstated)}.")
    for each in known:
        day = each.since.isoformat() if each.since else ""
        if each.what == What.UNASKED:
            said.append("Has not answered the five questions: the match knows neither interest nor growth.")
        elif each.what == What.STALE:
            said.append(f"{each.title} was last spoken of on {day}: ask again.")
        elif each.what == What.NO_GOAL:
            said.append("No growth goal is set.")
        elif each.what == What.STALE_GOAL:
            said.append(f"A growth goal was last confirmed on {day}: is it still so?")
    return said


def _unsaid(kinds: Iterable[WorkKind], said: Mapping[str, date | None], on: date) -> list[Unknown]:
    found = []
    for kind in kinds:
        day = said.get(kind.key)
        if day is None:
            found.append(Unknown(What.UNSTATED, kind.key, kind.title))
        elif on >= day + STALE_AFTER:
            found.append(Unknown(What.STALE, kind.key, kind.title, since=day))
    return found


def _goal_gaps(oldest: datetime | None, on: date) -> list[Unknown]:
    if oldest is None:
        return [Unknown(What.NO_GOAL)]
    return [Unknown(What.STALE_GOAL, since=oldest.date())] if is_stale(oldest, on) else []
