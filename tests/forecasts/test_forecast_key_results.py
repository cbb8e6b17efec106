"""A key result that is a forecast stands on what panels say: the first is its baseline, the last grades."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.forecasts.rooms import a_room, a_scenario, answered
from tests.organisation import NOW

from throughline.forecasts import actions
from throughline.objectives.actions import add_key_result, close, measure_all
from throughline.objectives.queries import stand_of
from throughline.series.queries import values

pytestmark = pytest.mark.django_db
PROMISE = {"kind": "forecast", "target": "10%", "owner": "Max", "start": "2026-11-01", "due": "2027-01-31"}


def say(organisation, of, *probabilities: float, at) -> None:
    """A panel of four in a room that is closed after one round."""
    room = answered(organisation, a_room(organisation, of, at=at), *probabilities, now=at)
    actions.reveal(organisation.mia, room, now=at)
    actions.close(organisation.mia, room, now=at)


def test_the_first_panel_is_the_baseline_and_the_last_the_grade(organisation):
    of = a_scenario()
    say(organisation, of, 0.4, 0.4, 0.4, 0.4, at=NOW)
    promised = add_key_result("test", metric=of.series.name, now=NOW + timedelta(hours=1), **PROMISE)
    assert stand_of(promised, now=NOW).version.baseline == pytest.approx(0.4)

    later = NOW + timedelta(days=30)
    say(organisation, of, 0.2, 0.2, 0.2, 0.2, at=later)
    measure_all(now=later + timedelta(hours=1))
    assert stand_of(promised, now=later + timedelta(hours=1)).value == pytest.approx(0.2)

    # The quarter is over; nobody has answered since.
    over = NOW.replace(year=2027, month=2, day=2)
    measure_all(now=over)
    promised.refresh_from_db()
    if promised.closed_at is None:
        close(promised, over)
    promised.refresh_from_db()
    assert promised.closed_at is not None
    assert 0 < promised.grade < 1


def test_a_panel_after_the_start_is_the_baseline_where_none_was_before(organisation):
    of = a_scenario()
    say(organisation, of, 0.3, 0.3, 0.3, 0.3, at=NOW)
    assert values(of.series)[0].at > NOW.replace(day=1)
    promised = add_key_result("test", metric=of.series.name, now=NOW + timedelta(hours=1), **PROMISE)
    assert stand_of(promised, now=NOW + timedelta(hours=1)).version.baseline == pytest.approx(0.3)
