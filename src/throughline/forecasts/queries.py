"""Rooms as a list and one by one, as one person sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.accounts.models import User
from throughline.forecasts.access import open_rounds, own_forecast, revealed_forecasts, who_answered
from throughline.forecasts.models import Forecast, Message, Panelist, Room, Round
from throughline.forecasts.states import Stand, stand_of
from throughline.risk.models import Scenario


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the panel: who, whether she has answered in the newest round, and how she came in."""

    person_id: int
    name: str
    is_in: bool
    came_late: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A room in a list, with how many have answered and whether it waits for the person."""

    stand: Stand
    answered: int
    asked: int
    waits: bool
    is_ready: bool

    @property
    def room(self) -> Room:
        return self.stand.room

    @property
    def headline(self) -> float | None:
        """What the panel said last, as far as it was revealed."""
        return self.stand.headline


@dataclass(frozen=True, slots=True)
class Shown:
    """A round that was revealed: its answers by value and without names, and what they pool to."""

    round: Round
    answers: tuple[Forecast, ...]
    own: Forecast | None

    @property
    def has_reasons(self) -> bool:
        """Whether anybody wrote why."""
        return any(each.rationale for each in self.answers)


@dataclass(frozen=True, slots=True)
class Seen:
    """One room as one person sees it."""

    stand: Stand
    seats: tuple[Seat, ...]
    mine: Forecast | None
    shown: tuple[Shown, ...]
    messages: tuple[Message, ...]

    @property
    def room(self) -> Room:
        return self.stand.room

    @property
    def answered(self) -> int:
        return sum(seat.is_in for seat in self.seats)

    @property
    def missing(self) -> list[str]:
        return [seat.name for seat in self.seats if not seat.is_in]


def listed(rooms: Iterable[Room], person: User | None) -> list[Listed]:
    """Rooms with their progress, in the order in which they are given; where nobody asks, none waits."""
    found, own = list(rooms), person.pk if person is not None else 0
    stands = _stands(found)
    asked: dict[int, int] = defaultdict(int)
    sits: set[int] = set()
    for room_id, person_id in Panelist.objects.filter(room__in=found).values_list("room_id", "person_id"):
        asked[room_id] += 1
        if person_id == own:
            sits.add(room_id)
    newest = {stand.round.pk: stand.room.pk for stand in stands}
    answers = who_answered([stand.round for stand in stands])
    answered: dict[int, int] = defaultdict(int)
    for round_id, _ in answers:
        answered[newest[round_id]] += 1
    return [
        Listed(
            stand,
            answered[stand.room.pk],
            asked[stand.room.pk],
            waits=stand.is_asking and stand.room.pk in sits and (stand.round.pk, own) not in answers,
            is_ready=stand.is_asking and answered[stand.room.pk] == asked[stand.room.pk],
        )
        for stand in stands
    ]


def seen_by(person: User | None, room: Room) -> Seen:
    """The room as the person sees it: her own number, and everybody's where the round is revealed."""
    stand = stand_of(room)
    shown = []
    answers = list(revealed_forecasts(stand.revealed))
    for round in stand.revealed:
        own = next((each for each in answers if _is(each, round, person)), None)
        shown.append(Shown(round, tuple(each for each in answers if each.round_id == round.pk), own))
    return Seen(
        stand,
        seats_of(stand),
        own_forecast(person, stand.round) if person is not None and stand.is_asking else None,
        tuple(shown),
        tuple(room.messages.all()),
    )


def seats_of(stand: Stand) -> tuple[Seat, ...]:
    """The panel by name: neither the order nor anything else tells who answered when."""
    answered = {person for _, person in who_answered([stand.round])}
    seats = stand.room.panelists.select_related("person").order_by("person__name", "person_id")
    return tuple(
        Seat(each.person_id, each.person.name, each.person_id in answered, _came_late(stand, each))
        for each in seats
    )


def rooms_of(scenario: Scenario) -> list[Stand]:
    """The rooms about a scenario, the newest first."""
    return _stands(list(scenario.rooms.select_related("scenario", "facilitator")))


def waiting_for(person: User, *, now: datetime) -> tuple[list[Room], list[Room]]:
    """The rooms that wait for the person's number, and those that she leads and in which everybody is in."""
    waits: list[Room] = []
    ready: list[Room] = []
    for each in open_rounds(person):
        room = each.room
        if each.sits and not each.gave and (room.closes_at is None or now < room.closes_at):
            waits.append(room)
        elif each.answered == each.asked and room.facilitator_id == person.pk:
            ready.append(room)
    return waits, ready


def _stands(rooms: Sequence[Room]) -> list[Stand]:
    rounds: dict[int, list[Round]] = defaultdict(list)
    for each in Round.objects.filter(room__in=rooms).order_by("number"):
        rounds[each.room_id].append(each)
    return [Stand(room, tuple(rounds[room.pk])) for room in rooms]


def _is(forecast: Forecast, round: Round, person: User | None) -> bool:
    return person is not None and forecast.round_id == round.pk and forecast.person_id == person.pk


def _came_late(stand: Stand, seat: Panelist) -> str:
    """How a late joiner came in: whether she knew what others had said before she gave her first number."""
    if seat.joined_at <= stand.room.created_at:
        return ""
    known = [
        each for each in stand.rounds if each.revealed_at is not None and each.revealed_at <= seat.joined_at
    ]
    return f"joined after round {known[-1].number} was revealed" if known else "joined late"
