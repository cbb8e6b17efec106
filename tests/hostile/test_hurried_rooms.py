"""A room whose people all act at once: it is revealed once, and no number slips in beside the reveal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from tests.forecasts.rooms import LATER, a_room, give
from tests.organisation import NOW

from throughline.engine.refusals import Refused
from throughline.forecasts import actions, opening
from throughline.forecasts.models import Forecast, Room, Round
from throughline.risk.models import Estimate
from throughline.series.models import Reading

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def at_once(steps: list[Callable[[], object]]) -> list[str]:
    """What became of each step: `done`, or the code of the refusal."""

    def outcome(step: Callable[[], object]) -> str:
        try:
            step()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(outcome, steps))


def fresh(room: Room) -> Room:
    """The room as another browser's request reads it."""
    return Room.objects.get(pk=room.pk)


def test_of_many_reveals_one_is_done_and_the_pool_holds_what_was_kept(organisation):
    room = a_room(organisation)
    for person in (organisation.mia, organisation.max):
        give(room, person, 0.2)
    steps: list[Callable[[], object]] = [
        partial(actions.reveal, organisation.mia, fresh(room), now=LATER) for _ in range(AT_ONCE)
    ]
    steps[2:2] = [
        partial(give, fresh(room), organisation.ada, 0.9),
        partial(give, fresh(room), organisation.mia, 0.4),
    ]
    became = at_once(steps)
    reveals = became[:2] + became[4:]
    assert sorted(reveals) == ["done"] + ["revealed"] * (AT_ONCE - 1)
    assert set(became[2:4]) <= {"done", "revealed"}
    kept = sorted(Forecast.objects.values_list("probability", flat=True))
    result = Round.objects.get().result
    assert [each["probability"] for each in result["beliefs"]] == kept


def test_of_many_closings_one_is_done_and_writes_one_value_and_one_estimate(organisation):
    room = a_room(organisation)
    for person in (organisation.mia, organisation.max):
        give(room, person, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    became = at_once(
        [partial(actions.close, organisation.mia, fresh(room), now=LATER) for _ in range(AT_ONCE)]
    )
    assert sorted(became) == ["done"] + ["state"] * (AT_ONCE - 1)
    assert (Reading.objects.count(), Estimate.objects.count()) == (1, 1)


def test_of_closing_calling_off_and_asking_again_at_once_one_counts(organisation):
    room = a_room(organisation)
    for person in (organisation.mia, organisation.max):
        give(room, person, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    later = LATER + timedelta(minutes=1)
    at_once(
        [
            partial(actions.close, organisation.mia, fresh(room), now=later),
            partial(opening.cancel, organisation.mia, fresh(room), now=later),
            partial(actions.ask_again, organisation.mia, fresh(room), now=later),
        ]
    )
    found = fresh(room)
    assert not (found.closed_at and found.cancelled_at)
    assert Estimate.objects.count() == bool(found.closed_at)


def test_of_many_who_open_a_room_about_one_scenario_one_does(organisation):
    scenario = a_room(organisation).scenario
    opening.cancel(organisation.mia, Room.objects.get(), now=NOW)
    became = at_once([partial(a_room, organisation, scenario) for _ in range(AT_ONCE)])
    assert sorted(became) == ["done"] + ["room_open"] * (AT_ONCE - 1)
