"""Rooms by program: opened about a scenario, led from step to step, joined, talked in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field
from pydantic import AfterValidator, AwareDatetime

from throughline.api.subject import Id, Instant, Key, Sent, Subject, Told, person
from throughline.engine.refusals import Refused
from throughline.forecasts import actions, opening
from throughline.forecasts.access import led_room, may_appoint, require_open, room_for, visible_rooms
from throughline.forecasts.actions import LONGEST_MESSAGE
from throughline.forecasts.models import Room
from throughline.forecasts.opening import sitter
from throughline.forecasts.states import stand_of
from throughline.risk.access import scenario_for

router = Subject("forecasts")
WRITE = "rooms:write"
Name = Annotated[str, Field(min_length=1, max_length=120)]


def _near(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2200:
        raise ValueError("expected a moment from 2000 to 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_near)]


class NewRoom(Sent):
    """Who is asked about a scenario, together or apart, and whether for a loss."""

    panel: list[Name] = Field(max_length=100, description="Names, or numbers of people.")
    title: str = Field("", max_length=160)
    mode: Literal["together", "apart"] = "together"
    closes_at: Moment | None = Field(None, description="Until when each round waits, where apart.")
    asks_loss: bool = True
    facilitator: Name | None = Field(None, description="Who leads it; oneself if left out. Managers.")
    repeats: int | None = Field(None, ge=1, le=2**63 - 1, description="The room that it asks again.")


class RoomStep(Sent):
    """What is done: `again` opens round two, `extend` moves the time, `restore` takes calling off back."""

    step: Literal["reveal", "again", "extend", "close", "cancel", "restore"]
    closes_at: Moment | None = Field(None, description="Until when a room apart waits.")


class NewSeat(Sent):
    """Who joins late: oneself, or somebody whom whoever leads the room names."""

    person: Name | None = None


class NewMessage(Sent):
    """What one thinks of what was revealed."""

    text: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class RoomState(Told):
    """How a room stands; what it asks and what was revealed is read with the room."""

    id: int
    title: str
    scenario: str
    facilitator: str
    state: str
    round: int
    panel: list[str]
    closes_at: Instant | None


@router.writes("POST", "/scenarios/{key}/rooms", scope=WRITE, answer=RoomState, status=201)
def open_forecast_room(request: HttpRequest, key: Key, given: NewRoom) -> Any:
    """Open a room about a scenario, in which each of a panel gives a number by herself. Members."""
    asking = require_open(request.user)
    scenario, said = scenario_for(asking, key), given.model_dump()
    if given.facilitator is not None:
        if not may_appoint(asking):
            raise Refused("only managers name somebody else: leave it out", place="facilitator")
        said["facilitator"] = sitter(given.facilitator, place="facilitator")
    said["panel"] = [sitter(each, place=f"panel/{number}") for number, each in enumerate(given.panel)]
    said["repeats"] = _repeated(request, given.repeats)
    return _state(opening.open_room(person(request), scenario, now=_now(), **said))


@router.writes("POST", "/rooms/{int:id}/steps", scope=WRITE, answer=RoomState)
def move_room(request: HttpRequest, id: Id, given: RoomStep) -> Any:
    """Take the next step of a room: reveal, ask again, close, wait longer, call off. Whoever leads it."""
    found = led_room(request.user, id)
    timed: dict[str, Callable[..., Any]] = {"again": actions.ask_again, "extend": opening.extend}
    plain: dict[str, Callable[..., Any]] = {
        "reveal": actions.reveal,
        "close": actions.close,
        "cancel": opening.cancel,
        "restore": opening.restore,
    }
    if given.step in timed:
        timed[given.step](person(request), found, closes_at=given.closes_at, now=_now())
    else:
        plain[given.step](person(request), found, now=_now())
    return _state(led_room(request.user, id))


@router.writes("POST", "/rooms/{int:id}/panel", scope=WRITE, answer=RoomState, status=201)
def join_room(request: HttpRequest, id: Id, given: NewSeat) -> Any:
    """Join the panel of a room that is under way (members), or let somebody join it (whoever leads it)."""
    if given.person is None:
        who = require_open(request.user)
        found = room_for(who, id)
    else:
        found = led_room(request.user, id)
        who = sitter(given.person, place="person")
    opening.seat(person(request), found, who=who, now=_now())
    return _state(room_for(request.user, id))


@router.writes("POST", "/rooms/{int:id}/messages", scope=WRITE, answer=RoomState, status=201)
def say_in_room(request: HttpRequest, id: Id, given: NewMessage) -> Any:
    """Say what one thinks of what was revealed. Everybody who sees the room."""
    found = room_for(request.user, id)
    actions.say(person(request), found, text=given.text, now=_now())
    return _state(found)


def _repeated(request: HttpRequest, id: int | None) -> Room | None:
    if id is None:
        return None
    found = visible_rooms(request.user).filter(pk=id).first()
    if found is None:
        raise Refused(f"there is no room {id}", place="repeats", code="unknown")
    return found


def _state(room: Room) -> dict[str, Any]:
    stand = stand_of(room)
    panel = room.panelists.order_by("joined_at", "pk").values_list("person__name", flat=True)
    return {
        "id": room.pk,
        "title": room.title,
        "scenario": room.scenario.key,
        "facilitator": room.facilitator.name if room.facilitator else "",
        "state": stand.word,
        "round": stand.round.number,
        "panel": list(panel),
        "closes_at": room.closes_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
