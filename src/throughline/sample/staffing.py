"""What the sample's work needs, of the running quarter and of the one to come, so that it can be matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from throughline.accounts.models import User
from throughline.assignments.access import published_plans
from throughline.assignments.asking import asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.publishing import prepared, publish
from throughline.assignments.staffing import Item, Said, describe, work_of
from throughline.engine.calendar import quarter_of
from throughline.objectives import items
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.objectives.wording import names_of
from throughline.sample.candidates import ANSWERED, FASTER, PROMISED
from throughline.sample.plan import ASSURE, DELIVER, SECURE
from throughline.sample.promises import quarters

ACTOR = "sample"
SAID = timedelta(days=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Of a piece of work by its title: its kinds, its value and why, and weeks of so many people.

    `objective` and `narrative` are of initiatives that the quarter to come has beside its candidates.
    """

    title: str
    kinds: Mapping[str, float]
    value: float
    why: str
    weeks: float
    people: tuple[int, int] = (1, 1)
    grows: tuple[str, ...] = ()
    skills: Mapping[str, float] = field(default_factory=dict)
    has_mentor: bool = False
    ties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    objective: str = ""
    narrative: str = ""


# Nobody has described “Tidy the exceptions register”: a living plan is never whole.
RUNNING = (
    Needs(
        title="Upgrade what is exploited first",
        kinds={"coordination": 0.5, "detection": 0.3, "documentation": 0.2},
        value=1.0,
        why="The first enterprise customers ask for it by contract",
        weeks=3,
        people=(1, 2),
        ties={"continues": ("yuki", "amara")},
    ),
    Needs(
        title="A robot that proposes the upgrade",
        kinds={"tooling": 0.7, "production-code": 0.3},
        value=0.8,
        why="Without it the backlog of the quarter is worked off by hand",
        weeks=5,
        skills={"tooling": 0.5},
        ties={"continues": ("tomas",)},
    ),
    Needs(
        title="A rota for first answers",
        kinds={"coordination": 0.6, "incident-work": 0.4},
        value=0.6,
        why="The key result on first answers hangs on it",
        weeks=1.5,
        people=(1, 2),
        ties={"continues": ("yuki",)},
    ),
    Needs(
        title="One vault for every secret",
        kinds={"production-code": 0.5, "tooling": 0.3, "documentation": 0.2},
        value=0.8,
        why="Secrets leave the source code only when there is a better place",
        weeks=7,
        ties={"continues": ("amara",)},
    ),
    Needs(
        title="The auditor confirms access control without an exception",
        kinds={"compliance-evidence": 0.7, "coordination": 0.3},
        value=0.8,
        why="Three of the ten customers do not sign without the report",
        weeks=1,
        ties={"continues": ("yuki",)},
    ),
)

COMING = (
    Needs(
        title="The robot merges what is harmless",
        kinds={"tooling": 0.6, "production-code": 0.4},
        value=0.8,
        why="It takes a third of all alerts off the teams",
        weeks=5,
        skills={"tooling": 0.5},
        ties={"continues": ("tomas",)},
        objective=SECURE,
        narrative="Teams merge a finished change instead of reading an alert; the harmless merge alone",
    ),
    # Two that nobody can tell apart by their worth: whoever takes one may as well take the other.
    Needs(
        title="Detections for the sign-in",
        kinds={"detection": 0.7, "documentation": 0.3},
        value=0.6,
        why="Until one of the two is there, an intruder stays for weeks",
        weeks=4,
        grows=("detection",),
        objective=SECURE,
        narrative="Whoever steals a password is seen on the same day",
    ),
    Needs(
        title="Detections for the checkout",
        kinds={"detection": 0.7, "documentation": 0.3},
        value=0.6,
        why="Until one of the two is there, an intruder stays for weeks",
        weeks=4,
        grows=("detection",),
        objective=SECURE,
        narrative="Whoever tampers with a payment is seen on the same day",
    ),
    Needs(
        title="Attack our own sign-in",
        kinds={"red-team": 0.8, "documentation": 0.2},
        value=0.6,
        why="Customers ask for a test of their way in",
        weeks=3,
        skills={"red-team": 0.5},
        # Who wrote it does not test it.
        ties={"never": ("tomas",)},
        objective=ASSURE,
        narrative="We break in before somebody else does, and tell customers what we found",
    ),
    # Somebody has to, and few ask for it.
    Needs(
        title="Keep the evidence of the audit",
        kinds={"compliance-evidence": 0.8, "coordination": 0.2},
        value=0.8,
        why="Three of the ten customers do not sign without the report",
        weeks=4,
        people=(2, 2),
        objective=ASSURE,
        narrative="The auditor asks once and finds everything in one place",
    ),
    Needs(
        title="A parser that cannot be overrun",
        kinds={"production-code": 0.8, "prototype": 0.2},
        value=0.8,
        why="The upload is where strangers reach our memory",
        weeks=6,
        people=(1, 2),
        skills={"production-code": 0.75},
        has_mentor=True,
        objective=SECURE,
        narrative="A file that a stranger uploads can no longer take the shop over",
    ),
    Needs(
        title="Drills with the on-call of every team",
        kinds={"incident-work": 0.5, "teaching": 0.5},
        value=0.6,
        why="Half the teams have never practised a bad night",
        weeks=3,
        people=(2, 3),
        objective=ASSURE,
        narrative="When it happens, people have done it before",
    ),
    Needs(
        title="Figures that teams look at by themselves",
        kinds={"front-end": 0.5, "data-analysis": 0.5},
        value=0.4,
        why="Teams ask us for a number once a week",
        weeks=6,
        objective=DELIVER,
        narrative="Every team sees its own repairs without asking us",
    ),
    Needs(
        title="A security hour for who is new",
        kinds={"teaching": 0.8, "documentation": 0.2},
        value=0.4,
        why="Whoever starts learns our ways before the first review",
        weeks=1.5,
        objective=DELIVER,
        narrative="New engineers ship safely in their first week",
    ),
    Needs(
        title=FASTER,
        kinds={"data-analysis": 0.6, "coordination": 0.4},
        value=0.8,
        why="Somebody has to see in week three that it slips",
        weeks=1,
    ),
    Needs(
        title=PROMISED,
        kinds={"coordination": 0.7, "data-analysis": 0.3},
        value=0.6,
        why="Promises are kept when somebody asks for them",
        weeks=1,
        ties={"continues": ("marek",)},
    ),
    Needs(
        title=ANSWERED,
        kinds={"incident-work": 0.5, "coordination": 0.5},
        value=0.6,
        why="Researchers who wait tell the press",
        weeks=1,
    ),
)


def live_staffing(now: datetime) -> None:
    """Describe the work of the running quarter, and add that of the quarter to come. Can be repeated."""
    running = quarters(now)[-1]
    coming = Cycle.objects.get(key=quarter_of(running.end).label.lower())
    then = now - SAID
    now_running = Cycle.objects.get(key=quarter_of(running.start).label.lower())
    for each in RUNNING:
        _describe(_found(now_running, each.title), each, then)
    _publish(now_running, then)
    for each in COMING:
        _describe(_made(coming, each, now) if each.objective else _found(coming, each.title), each, then)


def _publish(cycle: Cycle, then: datetime) -> None:
    """Publish who does what in the running quarter, as it is matched: nobody is taken off anything."""
    if published_plans(cycle).exists():
        return
    asked = asked_of(cycle, on=then.date())
    document = answer_of(asked, now=then).document
    assert document is not None, "so small a team is matched at once"
    seen = prepared(asked, document).fingerprint
    publish(ACTOR, asked, document, seen=seen, note="As matched in the first week.", now=then)


def _describe(item: Item, each: Needs, then: datetime) -> None:
    if work_of(item) is not None:
        return
    least, most = each.people
    said = Said(
        kinds=each.kinds,
        grows=each.grows,
        value=each.value,
        value_why=each.why,
        weeks=each.weeks,
        least=least,
        most=most,
        skills=each.skills,
        has_mentor=each.has_mentor,
        ties={kind: [_person(name) for name in names] for kind, names in each.ties.items()},
    )
    describe(ACTOR, item, said, now=then)


def _found(cycle: Cycle, title: str) -> Item:
    """The initiative or the key result of a cycle that is called so."""
    found = cycle.initiatives.filter(title=title).first()
    if found is not None:
        return found
    results = list(KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None))
    names = names_of(results)
    return next(each for each in results if names[each.pk] == title)


def _made(cycle: Cycle, each: Needs, now: datetime) -> Initiative:
    found = cycle.initiatives.filter(title=each.title).first()
    if found is not None:
        return found
    given: dict[str, Any] = {"title": each.title, "narrative": each.narrative}
    made = items.add_item(ACTOR, "initiative", cycle=cycle, now=now, **given)
    assert isinstance(made, Initiative)
    objective = cycle.objectives.get(title=each.objective)
    items.join(ACTOR, made, objective, "contributes", now=now)
    return made


def _person(name: str) -> User:
    return User.objects.get(email=f"{name}@fernwood.example")
