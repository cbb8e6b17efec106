"""What the sample's people like, can do and want to grow in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from throughline.accounts.models import User
from throughline.people import actions
from throughline.people.access import rung_named
from throughline.people.models import Profile
from throughline.people.queries import cycle_to_plan

ASKED = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's answers; `off` is what comes off twelve weeks."""

    email: str
    likes: Mapping[str, float]
    can: Mapping[str, float]
    goal: str
    grows_in: tuple[str, ...]
    seen: tuple[str, ...] = ()
    off: Mapping[str, float] = field(default_factory=dict)
    shares: bool = False
    # The rung of the ladder that the goal is towards.
    rung: str = ""
    goal_said: timedelta = ASKED


EVERYBODY = (
    Wishes(
        "marek@fernwood.example",
        {"coordination": 0.5, "data-analysis": 0.75, "teaching": 0.75, "compliance-evidence": 0.25},
        {"coordination": 0.75, "data-analysis": 0.5, "compliance-evidence": 0.75},
        "Tell the board a risk so that it asks about it again",
        ("data-analysis", "teaching"),
        ("talk",),
        {"leave": 1, "upkeep": 6},
        shares=True,
        rung="proving-4",
    ),
    Wishes(
        "yuki@fernwood.example",
        {"detection": 1.0, "red-team": 0.75, "tooling": 0.75, "coordination": 0.25, "documentation": 0.25},
        {"detection": 0.75, "red-team": 0.5, "incident-work": 0.75, "tooling": 0.5},
        "Write detections that other teams can read and change",
        ("teaching", "detection"),
        ("talk", "paper"),
        {"on_call": 3, "leave": 1},
        shares=True,
        rung="teaching-2",
    ),
    Wishes(
        "tomas@fernwood.example",
        {"production-code": 1.0, "tooling": 1.0, "front-end": 0.5, "compliance-evidence": 0.0},
        {"production-code": 1.0, "tooling": 0.75, "front-end": 0.25},
        "Own a service from its first sketch to its pager",
        ("prototype", "incident-work"),
        ("mentoring",),
        {"on_call": 2, "upkeep": 2},
        rung="building-2",
        goal_said=timedelta(days=200),
    ),
)


def live_wishes(now: datetime) -> None:
    """Answer for everybody who has not; Amara was not asked yet, and one goal is stale, for pages to show."""
    cycle = cycle_to_plan()
    for said in EVERYBODY:
        person = User.objects.get(email=said.email)
        if Profile.objects.filter(person=person).exists():
            continue
        then = now - ASKED
        actions.state_skills(person, said.can, now=then)
        actions.state_interests(person, said.likes, now=then)
        rung = rung_named(said.rung)
        actions.set_goal(person, text=said.goal, kinds=said.grows_in, rung=rung, now=now - said.goal_said)
        actions.wish(person, said.seen, now=then)
        actions.share(person, interests=said.shares, goals=said.shares, now=then)
        if cycle is not None:
            actions.set_capacity(person, person, cycle, weeks=12.0, now=then, **said.off)
