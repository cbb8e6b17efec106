"""Scenarios of a quarter that is over, with what panels said of them, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from throughline.forecasts.models import Forecast, Panelist, Resolution, Room, Round
from throughline.forecasts.resolving import resolve
from throughline.risk.models import Scenario
from throughline.series.models import Series

START, END = date(2027, 1, 1), date(2027, 3, 31)
WITHIN = datetime(2027, 2, 1, 12, tzinfo=UTC)
OVER = datetime(2027, 4, 2, 9, tzinfo=UTC)
_numbers = count(1)


def scenario(judge=None, *, start: date = START, end: date = END, key: str = "") -> Scenario:
    key = key or f"asked-{next(_numbers)}"
    series = Series.objects.create(name=f"scenario_{key.replace('-', '_')}", created_at=WITHIN)
    return Scenario.objects.create(
        key=key,
        statement=f"{key}: an adversary reaches production",
        criteria="The incident record says so.",
        judge_name=judge.name if judge else "The auditor",
        judge=judge,
        start=start,
        end=end,
        series=series,
        author="test",
        created_at=datetime(2026, 12, 20, tzinfo=UTC),
    )


def room(of: Scenario, facilitator, people=()) -> Room:
    made = Room.objects.create(
        scenario=of, title="Panel", facilitator=facilitator, created_at=datetime(2026, 12, 22, tzinfo=UTC)
    )
    for person in people:
        Panelist.objects.create(room=made, person=person, joined_at=made.created_at)
    return made


def asked(
    in_room: Room, number: int, said: dict, *, at: datetime = WITHIN, revealed: bool = True, result=None
):
    """A round with what each person said: a chance, or a chance with both ends of a loss."""
    made = Round.objects.create(
        room=in_room,
        number=number,
        opened_at=at,
        revealed_at=at if revealed else None,
        result=result or {},
    )
    for person, given in said.items():
        chance, low, high = given if isinstance(given, tuple) else (given, None, None)
        Forecast.objects.create(
            round=made, person=person, probability=chance, loss_low=low, loss_high=high, at=at
        )
    return made


def happened(of: Scenario, *, on: date = date(2027, 3, 10), loss: float | None = None) -> Resolution:
    return resolve("test", of, outcome="happened", on=on, loss=loss, evidence="INC-81", now=OVER)


def did_not(of: Scenario) -> Resolution:
    return resolve("test", of, outcome="did_not", evidence="No record of it", now=OVER)
