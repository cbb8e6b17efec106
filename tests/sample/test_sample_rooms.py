"""The sample's forecast rooms: alive on any day, scored, and private where one is open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from throughline.sample import foretold

LATE, FIRST_DAY = datetime(2026, 11, 21, 15, 30, tzinfo=UTC), datetime(2026, 10, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def people(db):
    from throughline.accounts.actions import add_person
    from throughline.sample.organisation import PEOPLE

    now = datetime(2026, 3, 1, tzinfo=UTC)
    for each in PEOPLE:
        add_person("test", name=each.name, email=each.email, role=each.role, teams=[], now=now)


def live_at(now: datetime) -> None:
    from throughline.sample.foretelling import live_rooms
    from throughline.sample.risking import live_risks

    live_risks(now)
    live_rooms(now)


@pytest.mark.parametrize("now", [LATE, FIRST_DAY], ids=["late in a quarter", "on its first day"])
def test_twelve_questions_are_resolved_and_talking_helped(plan, people, now):
    from throughline.forecasts.scores import team_scores

    live_at(now)
    found = team_scores()
    assert found.overall.n == len(foretold.PAST) == 12
    assert found.rounds.second < found.rounds.first


def test_one_room_waits_for_two_of_its_five_and_shows_nobody_a_number(plan, people):
    from throughline.accounts.models import User
    from throughline.forecasts.models import Room
    from throughline.forecasts.queries import seen_by

    live_at(LATE)
    room = Room.objects.get(scenario__key=foretold.OPEN)
    judge = User.objects.get(name=foretold.JUDGE)
    seen = seen_by(judge, room)
    assert sorted(seen.missing) == ["Ines Halvorsen", "Marek Oyelaran"]
    assert (seen.mine, seen.shown) == (None, ())


def test_loading_it_again_changes_nothing(plan, people):
    from throughline.forecasts.models import Forecast, Resolution, Room

    live_at(LATE)
    before = [list(each.objects.values()) for each in (Room, Forecast, Resolution)]
    live_at(LATE)
    assert [list(each.objects.values()) for each in (Room, Forecast, Resolution)] == before
