"""A row of the access table, and the roles that it names."""

from __future__ import annotations

from dataclasses import dataclass, field

PUBLIC = "public"
VIEWER, MEMBER, MANAGER, ADMINISTRATOR = ORDER = ["viewer", "member", "manager", "administrator"]

SEEN = frozenset({200, 302})
# An empty form is refused in the page's own way, which is beside the point here.
DONE = frozenset({200, 302, 303, 400, 409, 422})


@dataclass(frozen=True, slots=True)
class Row:
    get: str | None = VIEWER
    post: str | None = None
    kwargs: dict[str, str | int] = field(default_factory=dict)
    team: bool = False
    ok: frozenset[int] = SEEN
    posted: frozenset[int] = DONE
    query: str = ""
