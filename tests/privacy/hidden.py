"""What Mia alone may read, of every subject: how it looks, where it could be, and which tables keep it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from tests.calibration import test_private_scores as scores
from tests.everything_read import every_address, every_operation
from tests.forecasts import test_private_until_reveal as rooms
from tests.forecasts.rooms import LATER, a_room, a_scenario, give
from tests.outcomes import test_private_grades as grades
from tests.people import test_private_answers as answers
from tests.workshops import test_private_until_reveal as boards

from throughline.forecasts.models import Room
from throughline.workshops.models import Board

Objects = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one subject keeps to itself: how it would look in an answer, and in the rows of which tables."""

    of: str
    seen: re.Pattern[str]
    kept: re.Pattern[str]
    tables: str = ""


ALL = (
    Hidden("a number before its reveal", rooms.SENTINELS, rooms.SENTINELS),
    Hidden("a note before its reveal", boards.SENTINELS, boards.SENTINELS),
    Hidden("what she likes and where she grows", answers.PRIVATE, answers.PRIVATE, "people_"),
    Hidden("how well she foretells", scores.PRIVATE, scores.TRAINED, "calibration_"),
    Hidden("what she said of finished work", grades.PRIVATE, grades.PRIVATE, "outcomes_"),
)
NUMBERS, NOTES, ANSWERS, SCORES, GRADES = ALL


@dataclass(frozen=True, slots=True)
class World:
    """One of everything, what Mia hid among it, and every address of it that answers GET."""

    room: Room
    others: tuple[Room, Room]
    board: Board
    history: scores.History
    objects: Objects
    pages: tuple[str, ...]
    operations: tuple[str, ...]


def made(objects: Objects, organisation) -> World:
    """Let Mia hide something of every subject among the objects."""
    room = rooms.with_a_number(objects, organisation)
    others = (_called_off(organisation), _asked_again(organisation))
    objects = answers.with_answers(objects, organisation)
    grades.with_a_grade(organisation)
    objects, board = boards.with_a_note(objects, organisation)
    history = scores.with_a_history(organisation, shares=True)
    hers = {**objects, "run": history.quantities.pk, "room": history.led_by_ada.pk}
    pages = [
        *every_address(objects),
        *rooms.addresses_of(room),
        *(address for other in others for address in _of_a_room(other)),
        *boards.addresses_of(board),
        *scores.addresses_of(history),
    ]
    operations = [*every_operation(objects), *_of_others(objects, hers)]
    return World(
        room, others, board, history, objects, tuple(dict.fromkeys(pages)), tuple(dict.fromkeys(operations))
    )


def _called_off(organisation) -> Room:
    """A room that was called off: its numbers are for nobody, for good."""
    from throughline.forecasts.opening import cancel

    room = _answered(organisation, "called-off")
    cancel(organisation.ada, room, now=LATER)
    return room


def _asked_again(organisation) -> Room:
    """A room whose first round is revealed and whose second is under way."""
    from throughline.forecasts import actions

    room = a_room(organisation, a_scenario("asked-again"), by="ada")
    for person in (organisation.mia, organisation.ada):
        give(room, person, 0.5, loss=(10.0, 20.0), rationale="before")
    actions.reveal(organisation.ada, room, now=LATER)
    actions.ask_again(organisation.ada, room, now=LATER)
    return _answered(organisation, "asked-again", room)


def _answered(organisation, key: str, room: Room | None = None) -> Room:
    room = room or a_room(organisation, a_scenario(key), by="ada")
    chance = rooms.PROBABILITY
    give(room, organisation.mia, chance, loss=rooms.LOSS, rationale=rooms.RATIONALE, now=rooms.AT)
    return room


def _of_a_room(room: Room) -> Iterator[str]:
    yield from (reverse(name, args=[room.pk]) for name in ("room", "room-json", "room-csv"))
    yield from rooms.addresses_of(room)


def _of_others(objects: Objects, hers: Objects) -> Iterator[str]:
    """The addresses of the API that name a run or a room, of those that are scored."""
    yield from (path for path in every_operation(hers) if path not in set(every_operation(objects)))
