"""Stories for programs: the library, and what is told of the work of a cycle to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Key, Subject, Told
from throughline.cycles.access import cycle_for
from throughline.narratives import documents
from throughline.narratives.access import narrative_for
from throughline.narratives.telling import stories_in, telling_after
from throughline.site.plain import plain
from throughline.thread.queries import current_cycle

router = Subject("stories")


class OfCycle(Schema):
    """Of which cycle."""

    cycle: str = Field("", max_length=80, description="Its key; the running one if left out.")


class NarrativeRow(Told):
    """A story of the library in three sentences."""

    key: str
    title: str
    board: str
    customer: str
    engineer: str
    serves: str


class NarrativeOf(NarrativeRow):
    """A story whole: the threat, key results to take along, and signs that it fails."""

    threat: dict[str, Anything]
    key_results: list[dict[str, Anything]]
    work: list[str]
    fails: dict[str, Anything]
    revenue: str
    told_by: list[dict[str, str]]


class StoryOf(Told):
    """What is told of a piece of work."""

    work: str
    title: str
    owner: str
    told: bool
    board: str
    customer: str
    engineer: str
    own_words: str
    narrative: str
    fails: list[str]
    is_assurance: bool
    revenue: Figure
    revenue_from: str


class StoriesOf(Told):
    """The work of a cycle with its stories, what has none first."""

    cycle: str | None
    untold: int
    revenue: Figure
    work: list[StoryOf]


@router.reads("/narratives", answer=Page[NarrativeRow])
def list_narratives(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The stories of the library."""
    rows = documents.library_document()["narratives"]
    return page_of_rows(request, asked, rows, key=lambda row: row["key"], show=lambda row: row)


@router.reads("/narratives/{key}", answer=NarrativeOf)
def read_narrative(request: HttpRequest, key: Key) -> Any:
    """One story of the library, and which work of ours takes after it."""
    found = narrative_for(request.user, key)
    return plain(documents.narrative_document(found, telling_after(key)))


@router.reads("/stories", answer=StoriesOf)
def read_stories(request: HttpRequest, asked: Query[OfCycle]) -> Any:
    """What is told of the work of a cycle to the board, a customer and an engineer."""
    cycle = cycle_for(request.user, asked.cycle) if asked.cycle else current_cycle(datetime.now(UTC))
    return plain(documents.document(stories_in(cycle)))
