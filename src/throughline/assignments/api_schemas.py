"""Forms that both halves of the API of who does what answer with."""

from __future__ import annotations

from throughline.api.subject import Anything, Figure, Instant, Told


class WorkOf(Told):
    """What a piece of work needs; who must and who never does it is for those who are given work."""

    work: str
    title: str
    kinds: dict[str, Figure]
    grows: list[str]
    value: Figure
    value_why: str
    weeks: Figure
    least: int | None
    most: int | None
    skills: dict[str, Anything]
    mentor: bool | None
    must: list[str]
    never: list[str]
    continues: list[str]
    missing: list[str]


class PlanOf(Told):
    """A plan as it was published."""

    plan: int
    at: Instant
    author: str
    note: str
    document: list[dict[str, Anything]]


class PublishedOf(Told):
    """Who does what in a cycle; null where nothing was published."""

    cycle: str
    published: PlanOf | None
