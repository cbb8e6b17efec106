"""A quarter with a team of three and five pieces of work, so small that the match can be followed by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.organisation import NOW, Organisation

from throughline.assignments.models import Answer, Tie, Work
from throughline.objectives.models import Cycle, Edge, Effect, Initiative, KeyResult, Objective
from throughline.people import actions

TODAY = NOW.date()


def a_quarter(key: str = "2027-q1", start: date = date(2027, 1, 1), end: date = date(2027, 4, 1)) -> Cycle:
    return Cycle.objects.create(key=key, title="Q1 2027", start=start, end=end, created_at=NOW)


def a_work(cycle: Cycle, key: str, title: str, kinds: dict[str, float], **given: Any) -> Work:
    made = Initiative.objects.create(key=key, title=title, cycle=cycle, created_at=NOW)
    return Work.objects.create(
        initiative=made, kinds=kinds, author="test", at=NOW, **{"value": 0.5, "weeks": 7.0, **given}
    )


def owning(cycle: Cycle, title: str, **given: Any) -> Work:
    objective, _ = Objective.objects.get_or_create(
        key="fewer-doors", defaults={"title": "Fewer doors", "cycle": cycle, "created_at": NOW}
    )
    promised = KeyResult.objects.create(
        key="close-doors", objective=objective, sketch={"title": title}, created_at=NOW
    )
    return Work.objects.create(
        key_result=promised, author="test", at=NOW, **{"value": 0.5, "weeks": 2.0, **given}
    )


def a_team(people: Organisation, cycle: Cycle) -> dict[str, Work]:
    """Mia likes detection, Max coordination, Ada building; Ada wants to grow in teaching."""
    actions.state_interests(people.mia, {"detection": 1.0, "tooling": 0.5, "teaching": 0.25}, now=NOW)
    actions.state_interests(people.max, {"coordination": 1.0, "detection": 0.25}, now=NOW)
    actions.state_interests(people.ada, {"tooling": 1.0, "coordination": 0.0}, now=NOW)
    actions.set_goal(people.ada, text="Teach what I build", kinds=["teaching"], now=NOW)
    return {
        "rules": a_work(cycle, "rules", "Rules that catch", {"detection": 1.0}, value=0.8),
        "robot": a_work(
            cycle, "robot", "A robot that patches", {"tooling": 0.7, "detection": 0.3}, value=0.9
        ),
        "school": a_work(cycle, "school", "A school for owners", {"teaching": 1.0}, value=0.4),
        "council": a_work(cycle, "council", "A council of owners", {"coordination": 1.0}, value=0.6),
        "doors": owning(cycle, "Close the old doors", kinds={"coordination": 0.5, "detection": 0.5}),
    }


def tie(work: Work, person: Any, kind: str) -> Tie:
    return Tie.objects.create(work=work, person=person, kind=kind, author="test", at=NOW)


def say(work: Work, person: Any, said: str, cycle: Cycle, *, at: datetime = NOW, reason: str = "") -> Answer:
    return Answer.objects.create(work=work, person=person, cycle=cycle, said=said, reason=reason, at=at)


def serve(work: Work, key: str) -> Objective:
    """Let an initiative name the objective that it serves."""
    assert work.initiative is not None
    made = Objective.objects.create(key=key, title=key, cycle=work.initiative.cycle, created_at=NOW)
    Edge.objects.create(
        from_kind="initiative",
        from_id=work.initiative.pk,
        to_kind="objective",
        to_id=made.pk,
        kind="contributes",
        created_at=NOW,
    )
    return made


def move(work: Work, result: Work) -> None:
    """Let an initiative be expected to move a key result."""
    Effect.objects.create(
        initiative=work.initiative,
        key_result=result.key_result,
        low=-5,
        high=-2,
        confidence=0.8,
        created_at=NOW,
    )
