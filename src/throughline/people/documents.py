"""What is held of a person, for programs and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from throughline.people.models import Capacity, Rung, WorkKind
from throughline.people.queries import Held, Member
from throughline.people.unknowns import GOAL_HOLDS, What

COLUMNS = ["kind", "title", "interest", "stated_at", "skill", "taps", "absorbed", "again"]
TEAM_COLUMNS = ["person", "weeks", "on_call", "leave", "upkeep", "left", "answered"]
TEAM_COLUMNS += ["kinds_unstated", "kinds_stale", "goal"]


def rows_of(said: Held) -> Iterator[list[Any]]:
    """A row a kind of work, about the person who asks."""
    for each in said.kinds:
        yield [
            each.kind.key,
            each.kind.title,
            each.stated,
            each.stated_at,
            each.skill,
            each.taps,
            each.absorbed,
            each.again,
        ]


def document(said: Held) -> dict[str, Any]:
    """All that is held of the person who asks."""
    profile = said.profile
    return {
        "person": said.person.name,
        "kinds": [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(said)],
        "goals": [
            {
                "id": each.pk,
                "text": each.text,
                "kinds": [kind.key for kind in each.kinds.all()],
                "rung": each.rung.key if each.rung else None,
                "weight": each.weight,
                "at": each.at,
                "stale_on": each.at.date() + GOAL_HOLDS if each.ended_at is None else None,
                "ended_at": each.ended_at,
                "ended_note": each.ended_note,
            }
            for each in (*said.goals, *said.ended)
        ],
        "visibility": profile.visibility if profile else [],
        "shares": {
            "interests": bool(profile and profile.shares_interests),
            "goals": bool(profile and profile.shares_goals),
        },
        "capacities": [weeks_document(each) for each in said.capacities],
        "history": [{"kind": each.kind.key, "interest": each.value, "at": each.at} for each in said.history],
    }


def weeks_document(each: Capacity) -> dict[str, Any]:
    """The weeks of a person in a cycle."""
    names = ("weeks", "on_call", "leave", "upkeep", "left")
    return {"cycle": each.cycle.key, **{name: getattr(each, name) for name in names}}


def kind_document(kind: WorkKind) -> dict[str, Any]:
    """A kind of work in the team's words."""
    return {name: getattr(kind, name) for name in ("key", "title", "about", "is_glue", "retired_at")}


RUNG_COLUMNS = ["ladder", "track", "level", "key", "title", "text", "kinds"]


def rung_document(rung: Rung) -> dict[str, Any]:
    """A rung of a ladder."""
    values = [rung.source, rung.track, rung.level, rung.key, rung.title, rung.text, list(rung.kinds)]
    return dict(zip(RUNG_COLUMNS, values, strict=True))


def rung_rows(rungs: Iterable[Rung]) -> Iterator[list[Any]]:
    """A row a rung, its kinds of work in one cell."""
    for each in rungs:
        said = rung_document(each) | {"kinds": ", ".join(each.kinds)}
        yield list(said.values())


def team_rows(members: list[Member]) -> Iterator[list[Any]]:
    """A row a person, with her weeks, and nothing that she answered."""
    for each in members:
        had = each.capacity
        weeks = [had.weeks, had.on_call, had.leave, had.upkeep, had.left] if had else [None] * 5
        yield [each.person.name, *weeks, each.has_answered, *_gaps(each)]


def _gaps(member: Member) -> list[Any]:
    """How many kinds nothing is said of, how many are stale, and whether a goal is: none, stale or fresh."""
    if not member.has_answered:
        return [None] * 3
    whats = [each.what for each in member.unknown]
    states = {What.NO_GOAL: "none", What.STALE_GOAL: "stale"}
    goal = next((states[each] for each in whats if each in states), "fresh")
    return [whats.count(What.UNSTATED), whats.count(What.STALE), goal]
