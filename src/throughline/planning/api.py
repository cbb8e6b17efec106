"""The planning of a cycle for programs: stages, other teams, goals beside it, where its work came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.files import SentFile, says_where
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor
from throughline.cycles.access import cycle_for, require_lead
from throughline.objectives.access import item_for
from throughline.objectives.models import Cycle, Goal
from throughline.planning import actions, claiming, documents, others, provenance, queries
from throughline.planning.access import claim_of, other_objective_for, stage_named
from throughline.planning.goals import document as goals_document
from throughline.planning.goals import goals_beside
from throughline.planning.meeting import other_document, others_in, ours_named
from throughline.site.plain import plain

router = Subject("planning")
WRITE = "plan:write"
Keys = Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=200)]


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


class NextStageState(Sent):
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


class NewClaim(Sent):
    """How many person-weeks a goal takes of the team before anything is chosen, and for what."""

    weeks: float
    note: str = Field("", max_length=500)


class NewOther(Sent):
    """What another team wants to reach; what is left out of a change stays as it is."""

    team: str = Field("", max_length=120)
    title: str = Field("", max_length=240)
    text: str = Field("", max_length=10_000)
    source: str = Field("", max_length=2000, description="Where it can be read.")
    bridges: Keys = Field([], description="Keys of those of our objectives that it meets.")


class OtherObjectiveOf(Told):
    """What another team wants to reach; `bridges` are keys of our objectives."""

    id: int
    team: str
    title: str
    text: str
    source: str
    bridges: list[str]


class WithdrawnOther(Told):
    """What is off the page."""

    withdrawn: int


class BroughtOthers(Told):
    """How many rows of a file were new and changed."""

    new: int
    changed: int


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


@router.writes("PUT", "/cycles/{key}/stages/{stage}", scope=WRITE, answer=StagesOf)
def move_stage(request: HttpRequest, key: Key, stage: Key, given: NextStageState) -> Any:
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
    return _goals(cycle_for(request.user, key))


@router.writes("PUT", "/cycles/{key}/goals/{goal}/claim", scope=WRITE, answer=GoalsBeside)
def claim_weeks(request: HttpRequest, key: Key, goal: Key, given: NewClaim) -> Any:
    """Say how many person-weeks a goal takes of a cycle; said again it replaces what was said. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    found = item_for(request.user, Goal, goal)
    claiming.claim(actor(request), cycle, found, now=_now(), **given.model_dump())
    return _goals(cycle)


@router.writes("DELETE", "/cycles/{key}/goals/{goal}/claim", scope=WRITE, answer=GoalsBeside)
def release_weeks(request: HttpRequest, key: Key, goal: Key) -> Any:
    """Give a goal's person-weeks back to the team. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    claiming.release(actor(request), claim_of(request.user, cycle, goal), now=_now())
    return _goals(cycle)


@router.reads("/cycles/{key}/other-teams", answer=Page[OtherObjectiveOf])
def list_other_objectives(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What other teams want to reach in a cycle, by team and title."""
    rows = [each for team in others_in(cycle_for(request.user, key)) for each in team.objectives]
    return page_of_rows(
        request, asked, rows, key=lambda row: [row.team_name, row.title, row.pk], show=other_document
    )


@router.writes("POST", "/cycles/{key}/other-teams", scope=WRITE, answer=OtherObjectiveOf, status=201)
def add_other_objective(request: HttpRequest, key: Key, given: NewOther) -> Any:
    """Write down what another team wants to reach in a cycle. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    said = given.model_dump()
    ours = ours_named(cycle, said.pop("bridges"))
    return other_document(others.add(actor(request), cycle, others.Said(**said), bridges=ours, now=_now()))


@router.writes("POST", "/cycles/{key}/other-teams/import", scope=WRITE, answer=BroughtOthers)
def import_other_objectives(request: HttpRequest, key: Key, given: SentFile) -> dict[str, int]:
    """Bring in a CSV with the columns team, title, text and source: all of it, or nothing. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    with says_where():
        new, changed = others.bring_in(actor(request), cycle, given.content, name=given.file_name, now=_now())
    return {"new": new, "changed": changed}


@router.writes("PATCH", "/other-teams/{int:id}", scope=WRITE, answer=OtherObjectiveOf)
def change_other_objective(request: HttpRequest, id: Id, given: NewOther) -> Any:
    """Say it in other words, or which of our objectives it meets. Managers."""
    found = other_objective_for(request.user, id)
    sent = given.model_dump(exclude_unset=True)
    ours = ours_named(found.cycle, sent.pop("bridges")) if "bridges" in sent else found.bridges.all()
    said = others.Said(**{**others.said_of(found), **sent})
    others.change(actor(request), found, said, bridges=ours, now=_now())
    return other_document(found)


@router.writes("DELETE", "/other-teams/{int:id}", scope=WRITE, answer=WithdrawnOther)
def withdraw_other_objective(request: HttpRequest, id: Id) -> dict[str, int]:
    """Take it off the page. Managers."""
    others.withdraw(actor(request), other_objective_for(request.user, id), now=_now())
    return {"withdrawn": id}


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


def _goals(cycle: Cycle) -> Any:
    return plain(goals_document(cycle, goals_beside(cycle)))


def _now() -> datetime:
    return datetime.now(UTC)
