"""A team of five with eight pieces of work in a planned quarter: `python -m tests.journeys.team HOME`.

What people like, what work needs and whom it serves are written by the product's own actions; the journey
begins where somebody plans who does what.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

TEAM = ("Ana", "Ben", "Chloe", "Dan")
LIKES = {
    "Ana": {"detection": 1.0, "data-analysis": 0.75, "coordination": 0.25},
    "Ben": {"tooling": 1.0, "production-code": 0.75, "documentation": 0.0},
    "Chloe": {"teaching": 1.0, "documentation": 0.75, "coordination": 0.75},
    "Dan": {"incident-work": 1.0, "detection": 0.75, "tooling": 0.5},
}
GOALS = {"Ana": "teaching", "Ben": "detection", "Dan": "production-code"}
WORK = (
    ("rules-that-catch", "Rules that catch", "see", {"detection": 0.8, "data-analysis": 0.2}, 0.8, 6, 1),
    ("patching-robot", "A robot that patches", "close", {"tooling": 0.7, "production-code": 0.3}, 0.9, 8, 2),
    ("school-for-owners", "A school for service owners", "close", {"teaching": 1.0}, 0.4, 5, 1),
    ("council", "A council of owners", "close", {"coordination": 0.8, "documentation": 0.2}, 0.6, 4, 1),
    ("tabletop", "A tabletop for the worst day", "see", {"incident-work": 0.6, "teaching": 0.4}, 0.5, 3, 2),
    (
        "evidence",
        "Evidence that collects itself",
        "close",
        {"compliance-evidence": 0.6, "tooling": 0.4},
        0.5,
        5,
        1,
    ),
    (
        "inventory",
        "An inventory that is right",
        "see",
        {"data-analysis": 0.7, "documentation": 0.3},
        0.55,
        6,
        1,
    ),
    ("hunt", "Hunt in what we keep", "see", {"detection": 1.0}, 0.3, 6, 1),
)
OBJECTIVES = {
    "close": ("Fewer doors stand open", "actual_risk"),
    "see": ("We see them first", "perceived_risk"),
}


def fill() -> None:
    """Write all of it."""
    from throughline.accounts.actions import add_person
    from throughline.assignments.models import Work
    from throughline.objectives.models import Cycle, Edge, Initiative, KeyResult, LongTermObjective, Objective
    from throughline.people import actions

    now = datetime.now(UTC)
    people = {
        name: add_person("test", name=name, email=f"{name.lower()}@example.org", role="member", now=now)
        for name in TEAM
    }
    for name, said in LIKES.items():
        actions.state_interests(people[name], said, now=now)
    for name, kind in GOALS.items():
        actions.set_goal(people[name], text=f"Be good at {kind}", kinds=[kind], now=now)
    cycle = Cycle.objects.create(
        key="2027-q1", title="Q1 2027", start=date(2027, 1, 1), end=date(2027, 3, 31), created_at=now
    )
    for key, (title, kind) in OBJECTIVES.items():
        objective = Objective.objects.create(key=key, title=title, cycle=cycle, created_at=now)
        tenet = LongTermObjective.objects.create(key=f"{key}-always", title=title, kind=kind, created_at=now)
        _join(Edge, "objective", objective.pk, "long_term_objective", tenet.pk, now)
        for person in people.values():
            actions.set_capacity(person, person, cycle, weeks=13, on_call=1, leave=2, upkeep=1, now=now)
    for key, title, aim, kinds, value, weeks, most in WORK:
        made = Initiative.objects.create(key=key, title=title, cycle=cycle, created_at=now)
        _join(Edge, "initiative", made.pk, "objective", Objective.objects.get(key=aim).pk, now)
        Work.objects.create(
            initiative=made, kinds=kinds, value=value, weeks=weeks, most=most, author="test", at=now
        )
    promise = KeyResult.objects.create(
        key="owners-answer",
        objective=Objective.objects.get(key="close"),
        sketch={"title": "Owners answer in a day"},
        created_at=now,
    )
    Work.objects.create(
        key_result=promise, kinds={"coordination": 1.0}, value=0.5, weeks=1, author="test", at=now
    )


def _join(edge, from_kind: str, from_id: int, to_kind: str, to_id: int, now: datetime) -> None:
    edge.objects.create(
        from_kind=from_kind, from_id=from_id, to_kind=to_kind, to_id=to_id, kind="contributes", created_at=now
    )


if __name__ == "__main__":
    from throughline.site import home

    home.open_home(Path(sys.argv[1]))
    fill()
