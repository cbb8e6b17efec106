"""Forecasts for programs: rooms as their person sees them, giving one's own number, outcomes and scores.

What others said is told from the reveal on, without names, as on the pages; before it nothing of it is read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.scopes import READ_OWN
from throughline.api.bearer import holds
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor, person
from throughline.engine.refusals import Refused
from throughline.forecasts import actions, documents, outcomes
from throughline.forecasts.access import asked_room, room_for, visible_rooms
from throughline.forecasts.judging import require_judge
from throughline.forecasts.learning import learnt
from throughline.forecasts.queries import listed, seen_by
from throughline.forecasts.resolving import resolve
from throughline.forecasts.score_documents import document as scores_document
from throughline.forecasts.scores import team_scores
from throughline.risk.access import scenario_for
from throughline.site.plain import plain

router = Subject("forecasts")


class RoomRow(Told):
    """A room with its progress; `headline` is what its panel said last, once that is revealed."""

    id: int
    title: str
    scenario: str
    state: str
    mode: str
    answered: int
    asked: int
    waits_for_you: bool
    headline: Figure
    address: str


class AskedScenario(Told):
    """What a room asks about."""

    key: str
    statement: str
    criteria: str
    judge_name: str
    period: str
    start: date
    end: date
    steps: list[str]


class SeatOf(Told):
    """One of the panel, and whether she has answered: never what."""

    name: str
    answered: bool
    note: str


class MessageOf(Told):
    """What somebody said of what was revealed."""

    author: str
    at: Instant
    text: str


class RoomOf(Told):
    """A room as the person sees it: her own number, and everybody's from the reveal on."""

    id: int
    title: str
    state: str
    sentence: str
    mode: str
    asks_loss: bool
    closes_at: Instant | None
    facilitator: str
    repeats: int | None
    scenario: AskedScenario
    panel: list[SeatOf]
    mine: dict[str, Anything] | None
    rounds: list[dict[str, Anything]]
    messages: list[MessageOf]


class OwnNumber(Sent):
    """What one says oneself: a probability, or one for each step; a loss where the room asks for it."""

    probability: float | None = Field(None, ge=0, le=1)
    steps: list[float] = Field([], max_length=20)
    loss_low: float | None = Field(None, gt=0)
    loss_high: float | None = Field(None, gt=0)
    rationale: str = Field("", max_length=2000)


class Given(Told):
    """That a number is kept: what it is stands in the room alone."""

    room: int
    round: int


class SaidOutcome(Sent):
    """What came of it, by what anybody can see that, and of a correction why."""

    outcome: Literal["happened", "did_not", "void"]
    evidence: str = Field(min_length=1, max_length=1000, description="In words, or a link.")
    on: date | None = Field(None, description="The day it happened.")
    loss: float | None = Field(None, ge=0, description="What it cost.")
    reason: str = Field("", max_length=500, description="Why what was said before is not so.")


class OutcomeOf(Told):
    """How a scenario ended: what counts, and all that was said, the newest first."""

    scenario: str
    statement: str
    start: date
    end: date
    judge: str
    outcome: str
    resolutions: list[dict[str, Anything]]


class ScoresOf(Told):
    """How good panels were; nobody is in them."""

    sentences: list[str]
    overall: dict[str, Anything] | None
    quarters: list[dict[str, Anything]]
    rounds: dict[str, Anything] | None
    losses: dict[str, Anything] | None
    calibration: list[dict[str, Anything]]
    extremising: dict[str, Anything]


@router.reads("/rooms", answer=Page[RoomRow])
def list_rooms(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The rooms in the order in which they were opened, and which of them wait for the person."""
    rooms = visible_rooms(request.user).select_related("scenario", "facilitator")
    found = listed(rooms, person(request))
    return page_of_rows(request, asked, found, key=lambda each: each.room.pk, show=documents.summary)


@router.reads("/rooms/{int:id}", answer=RoomOf)
def read_room(request: HttpRequest, id: Id) -> Any:
    """One room: what is asked, who has answered, and what was revealed.

    One's own number is in it for a token with the scope `own:read`.
    """
    asking = person(request)
    found = documents.document(seen_by(asking, room_for(asking, id)))
    return found if holds(request, READ_OWN) else documents.without_own(found)


@router.writes("PUT", "/rooms/{int:id}/number", scope="forecasts:write", answer=Given)
def give_number(request: HttpRequest, id: Id, given: OwnNumber) -> dict[str, Any]:
    """Give one's own number in the open round of a room, or change it. Whoever sits in its panel.

    Nobody else sees it before the reveal.
    """
    room, said = asked_room(request.user, id), given.model_dump()
    low, high = said.pop("loss_low"), said.pop("loss_high")
    if (low is None) != (high is None):
        raise Refused("say both ends of the loss", place="loss_high" if high is None else "loss_low")
    loss = (low, high) if low is not None else None
    kept = actions.give(person(request), room, actions.Answer(**said, loss=loss), now=datetime.now(UTC))
    return {"room": room.pk, "round": kept.round.number}


@router.reads("/scenarios/{key}/outcome", answer=OutcomeOf)
def read_outcome(request: HttpRequest, key: Key) -> Any:
    """What came of a scenario, as its judge said."""
    return plain(outcomes.document(scenario_for(person(request), key)))


@router.writes("POST", "/scenarios/{key}/outcome", scope="rooms:write", answer=OutcomeOf, status=201)
def say_outcome(request: HttpRequest, key: Key, given: SaidOutcome) -> Any:
    """Say what came of a scenario, or why what was said before is not so. Its judge, and managers."""
    scenario = scenario_for(request.user, key)
    require_judge(request.user, scenario)
    resolve(actor(request), scenario, now=datetime.now(UTC), **given.model_dump())
    return plain(outcomes.document(scenario))


@router.reads("/forecasts/scores", answer=ScoresOf)
def read_forecast_scores(request: HttpRequest) -> Any:
    """How right panels were, by quarter and over all, for each way to pool their numbers."""
    return plain(scores_document(team_scores(), learnt()))
