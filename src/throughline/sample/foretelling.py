"""The sample's forecast rooms: past ones that are resolved, one of this quarter, and one that is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from throughline.accounts.models import User
from throughline.engine.calendar import Period
from throughline.forecasts.actions import Answer, ask_again, close, give, reveal, say
from throughline.forecasts.models import BaseRate, Room
from throughline.forecasts.opening import end_of, open_room
from throughline.forecasts.rates import add_rate
from throughline.forecasts.resolving import DID_NOT, HAPPENED, resolve
from throughline.risk.actions import add_scenario, archive
from throughline.risk.models import Scenario
from throughline.sample import foretold
from throughline.sample.foretold import Foretold
from throughline.sample.promises import quarters

ACTOR = "sample"
MET, AGAIN, ENDED = timedelta(days=6), timedelta(hours=1), timedelta(hours=2)
RESOLVED = timedelta(hours=9)
ASKED_AFTER, OPENED_BEFORE = timedelta(days=9, hours=5), timedelta(hours=3)


def live_rooms(now: datetime) -> None:
    """The rooms as they stand at `now`. Each room is made whole or, after a load that was cut off, made."""
    first, before, _ = quarters(now)
    for each in foretold.PAST:
        _past(each, first if each.quarter else before)
    _of_this_quarter(now)
    _open_now(now)


def _past(each: Foretold, quarter: Period) -> None:
    found = Scenario.objects.filter(key=each.key).first()
    if found and found.archived_at:
        return
    scenario = found or add_scenario(
        ACTOR,
        key=each.key,
        statement=each.statement,
        criteria=each.criteria,
        judge=foretold.JUDGE,
        owner=foretold.FACILITATOR,
        tags="past",
        period="quarter",
        start=quarter.start.date(),
        now=quarter.start,
    )
    rounds = [[Answer(probability=share / 100) for share in said] for said in (each.first, each.second)]
    _held(scenario, rounds, asks_loss=False, at=quarter.start + MET)
    over = end_of(scenario) + RESOLVED
    if not scenario.resolutions.exists():
        happened = each.day is not None
        day = scenario.start + timedelta(days=each.day) if each.day is not None else None
        outcome = HAPPENED if happened else DID_NOT
        resolve(ACTOR, scenario, outcome=outcome, on=day, evidence=each.evidence, now=over)
    # What is decided leaves the register; its panel's score stays.
    archive(ACTOR, scenario, now=over)


def _held(scenario: Scenario, rounds: Sequence[Sequence[Answer]], *, asks_loss: bool, at: datetime) -> None:
    if Room.objects.filter(scenario=scenario, closed_at__isnull=False).exists():
        return
    Room.objects.filter(scenario=scenario).delete()
    leader, panel = _person(foretold.FACILITATOR), [_person(name) for name in foretold.PANEL]
    room = open_room(leader, scenario, panel=panel, asks_loss=asks_loss, now=at)
    for number, answers in enumerate(rounds):
        asked = at + number * AGAIN
        if number:
            for name, text in foretold.SAID if asks_loss else ():
                say(_person(name), room, text=text, now=asked)
            ask_again(leader, room, now=asked)
        for person, answer in zip(panel, answers, strict=True):
            give(person, room, answer, now=asked)
        reveal(leader, room, now=asked + AGAIN / 2)
    close(leader, room, now=at + ENDED)


def _of_this_quarter(now: datetime) -> None:
    scenario = Scenario.objects.get(key=foretold.ASKED)
    rounds = [
        [
            Answer(probability=share / 100, loss=(low, high), rationale=why)
            for (share, low, high), why in zip(said, whys, strict=True)
        ]
        for said, whys in (
            (foretold.ASKED_FIRST, [""] * len(foretold.PANEL)),
            (foretold.ASKED_SECOND, foretold.WHY),
        )
    ]
    at = min(quarters(now)[2].start + ASKED_AFTER, now - ENDED)
    _held(scenario, rounds, asks_loss=True, at=at)


def _open_now(now: datetime) -> None:
    scenario = Scenario.objects.get(key=foretold.OPEN)
    leader, at = _person(foretold.FACILITATOR), now - OPENED_BEFORE
    title, events, years = foretold.BASE_RATE
    if not BaseRate.objects.filter(scenario=scenario).exists():
        kind = BaseRate.Kind.GAMMA_POISSON
        add_rate(leader, scenario, kind=kind, title=title, events=events, exposure=years, source="", now=at)
    if Room.objects.filter(scenario=scenario).exists():
        return
    panel = [_person(name) for name in (*foretold.PANEL, foretold.JUDGE)]
    room = open_room(leader, scenario, panel=panel, now=at)
    for name, steps, loss in foretold.GIVEN:
        give(_person(name), room, Answer(steps=steps, loss=loss), now=at)


def _person(name: str) -> User:
    return User.objects.get(name=name)
