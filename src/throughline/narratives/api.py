"""Stories for programs: the library, and what is told of the work of a cycle to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Key, Sent, Subject, Told, actor
from throughline.cycles.access import cycle_for
from throughline.narratives import documents
from throughline.narratives.access import Work, initiative_to_tell, key_result_to_tell, narrative_for
from throughline.narratives.actions import tell
from throughline.narratives.telling import stories_in, telling_after, telling_of
from throughline.site.plain import plain
from throughline.thread.queries import current_cycle

router = Subject("stories")
WRITE = "work:write"


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


class NewStory(Sent):
    """What is told of a piece of work; what is left out stays as it is, and empty takes it back."""

    board: str = Field("", max_length=300)
    customer: str = Field("", max_length=300)
    engineer: str = Field("", max_length=300)
    narrative: str = Field("", max_length=40, description="The key of a story of the library.")
    fails: str = Field("", max_length=1000, description="What would show that it fails, a sign a line.")
    revenue: float | None = Field(None, description="What it unlocks, in the organisation's currency.")
    revenue_from: str = Field("", max_length=500, description="Which deals, contracts or customers.")


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


@router.writes("PATCH", "/initiatives/{key}/story", scope=WRITE, answer=StoryOf)
def tell_of_initiative(request: HttpRequest, key: Key, given: NewStory) -> Any:
    """Tell the board, a customer and an engineer of an initiative. Its owner and managers."""
    return _told(request, initiative_to_tell(request.user, key), given)


@router.writes("PATCH", "/key-results/{int:id}/story", scope=WRITE, answer=StoryOf)
def tell_of_key_result(request: HttpRequest, id: Id, given: NewStory) -> Any:
    """Tell the board, a customer and an engineer of a key result. Its owner and managers."""
    return _told(request, key_result_to_tell(request.user, id), given)


def _told(request: HttpRequest, work: Work, given: NewStory) -> Any:
    tell(actor(request), work, now=datetime.now(UTC), **given.model_dump(exclude_unset=True))
    return plain(documents.work_document(telling_of(work)))
