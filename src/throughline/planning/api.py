"""The planning of a cycle for programs: stages, other teams, goals beside it, where its work came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.cycles.access import cycle_for
from throughline.planning import actions, documents, provenance, queries
from throughline.planning.access import stage_named
from throughline.planning.goals import document as goals_document
from throughline.planning.goals import goals_beside
from throughline.planning.meeting import COLUMNS, rows_of
from throughline.site.plain import plain

router = Subject("planning")


class Link(Told):
    """Where a stage is done."""

    label: str
    address: str


class StageOf(Told):
    """A stage: what somebody said of it, and what the records say beside it."""

    stage: str
    title: str
    state: str
    reason: str
    by: str | None
    at: Instant | None
    needs: str
    ready: bool
    gives: str
    stands: str
    waits: str
    met: bool
    over: bool
    links: list[Link]


class NextStage(Told):
    """What comes next, null where every stage is over."""

    stage: str | None
    sentence: str


class StagesOf(Told):
    """The stages of a cycle."""

    cycle: str
    next: NextStage
    stages: list[StageOf]


class NextState(Sent):
    """What somebody says of a stage; leaving it out needs a reason."""

    state: Literal["open", "done", "skipped"]
    reason: str = Field("", max_length=500)


class GoalBeside(Told):
    """A company goal with what serves it, and the person-weeks that it claims."""

    key: str
    title: str
    claims: Figure
    note: str
    objectives: list[str]
    candidates: list[int]


class WithoutGoal(Told):
    """What serves no goal."""

    objectives: list[str]
    candidates: list[int]


class GoalsBeside(Told):
    """The goals beside a cycle, and what they leave of its capacity."""

    cycle: str
    capacity: Figure
    claimed: Figure
    left: Figure
    goals: list[GoalBeside]
    without_goal: WithoutGoal


class OtherObjectiveOf(Told):
    """What another team wants to reach; `bridges` are keys of our objectives."""

    team: str
    title: str
    text: str
    source: str
    bridges: list[str]


class WayOf(Told):
    """From notes over a cluster and its vote to what became of it."""

    board: dict[str, Anything] | None
    notes: list[str]
    cluster: dict[str, Anything] | None
    vote: dict[str, Anything] | None
    became: str | None
    title: str
    address: str
    reason: str
    initiative: str | None
    key_results: list[dict[str, Anything]]


class DocumentOf(Told):
    """The document of a cycle as Markdown, and how many of its questions nobody has answered yet."""

    cycle: str
    missing: int
    markdown: str


@router.reads("/cycles/{key}/stages", answer=StagesOf)
def read_stages(request: HttpRequest, key: Key) -> Any:
    """The stages of a cycle: how each stands, and what comes next."""
    found = queries.stages_of(cycle_for(request.user, key), now=_now())
    return plain(queries.document(found, request.user))


@router.writes("PUT", "/cycles/{key}/stages/{stage}", scope="plan:write", answer=StagesOf)
def move_stage(request: HttpRequest, key: Key, stage: Key, given: NextState) -> Any:
    """Open a stage, say that it is done, or leave it out. Managers."""
    step, cycle = stage_named(request.user, stage), cycle_for(request.user, key)
    by, now = actor(request), _now()
    if given.state == "done":
        actions.finish(by, cycle, step, now=now)
    elif given.state == "skipped":
        actions.skip(by, cycle, step, reason=given.reason, now=now)
    else:
        actions.begin(by, cycle, step, reason=given.reason, now=now)
    return plain(queries.document(queries.stages_of(cycle, now=now), request.user))


@router.reads("/cycles/{key}/goals", answer=GoalsBeside)
def read_goals_beside(request: HttpRequest, key: Key) -> Any:
    """The company goals beside a cycle: what serves each, and what serves none."""
    cycle = cycle_for(request.user, key)
    return plain(goals_document(cycle, goals_beside(cycle)))


@router.reads("/cycles/{key}/other-teams", answer=Page[OtherObjectiveOf])
def list_other_objectives(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What other teams want to reach in a cycle, by team and title."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(cycle_for(request.user, key))]
    return page_of_rows(request, asked, rows, key=lambda row: [row["team"], row["title"]], show=_other)


@router.reads("/cycles/{key}/provenance", answer=Page[WayOf])
def list_ways(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """Where the work of a cycle came from: notes, clusters, votes, and what became of them."""
    ways = plain(provenance.document(provenance.ways_of(cycle_for(request.user, key))))
    rows = list(enumerate(ways))
    return page_of_rows(request, asked, rows, key=lambda row: row[0], show=lambda row: row[1])


@router.reads("/cycles/{key}/document", answer=DocumentOf)
def read_cycle_document(request: HttpRequest, key: Key) -> Any:
    """Why this, why not the others, how measured, why this target: as far as it is written."""
    cycle = cycle_for(request.user, key)
    found = documents.document_of(cycle, now=_now())
    return {"cycle": cycle.key, "missing": len(found.gaps), "markdown": documents.markdown(found)}


def _other(row: dict[str, str]) -> dict[str, Any]:
    return {**row, "bridges": row["bridges"].split()}


def _now() -> datetime:
    return datetime.now(UTC)
