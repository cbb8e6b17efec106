"""What is held of a person, for programs and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.people.queries import Held, Member

COLUMNS = ["kind", "title", "interest", "stated_at", "skill", "taps", "absorbed", "again"]
TEAM_COLUMNS = ["person", "weeks", "on_call", "leave", "upkeep", "left", "answered"]


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
                "text": each.text,
                "kinds": [kind.key for kind in each.kinds.all()],
                "rung": each.rung.key if each.rung else None,
                "weight": each.weight,
                "at": each.at,
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
        "capacities": [
            {
                "cycle": each.cycle.key,
                "weeks": each.weeks,
                "on_call": each.on_call,
                "leave": each.leave,
                "upkeep": each.upkeep,
                "left": each.left,
            }
            for each in said.capacities
        ],
        "history": [{"kind": each.kind.key, "interest": each.value, "at": each.at} for each in said.history],
    }


def team_rows(members: list[Member]) -> Iterator[list[Any]]:
    """A row a person, with her weeks, and nothing that she answered."""
    for each in members:
        had = each.capacity
        weeks = [had.weeks, had.on_call, had.leave, had.upkeep, had.left] if had else [None] * 5
        yield [each.person.name, *weeks, each.has_answered]
