"""What people foretold before, for weighing them: revealed, resolved, in time, and one scenario once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.forecasts.resolved import WITHIN, asked, did_not, happened, room, scenario
from tests.forecasts.rooms import LOSS, closed, revealed
from tests.forecasts.test_team_scores import pooled

from throughline.engine import pooling, ranges
from throughline.forecasts import together
from throughline.forecasts.track_records import told_by, track_record, widenings


@pytest.fixture
def mia(organisation):
    return organisation.mia


@pytest.fixture
def max_(organisation):
    return organisation.max


def test_a_record_is_the_mean_brier_score_and_how_many_scenarios(mia, max_):
    first, second = scenario(), scenario()
    asked(room(first, max_, [mia]), 1, {mia: 0.2, max_: 0.5})
    asked(room(second, max_, [mia]), 1, {mia: 0.6})
    did_not(first)
    happened(second)
    assert track_record([mia, max_]) == {
        mia.pk: (pytest.approx((0.04 + 0.16) / 2), 2),
        max_.pk: (pytest.approx(0.25), 1),
    }
    assert track_record([max_.pk]) == {max_.pk: (pytest.approx(0.25), 1)}


def test_of_two_rounds_the_second_counts_and_of_two_rooms_the_mean(mia, max_):
    of = scenario()
    told = room(of, max_, [mia])
    asked(told, 1, {mia: 0.9})
    asked(told, 2, {mia: 0.2})
    asked(room(of, max_, [mia]), 1, {mia: 0.4})
    did_not(of)
    assert track_record([mia]) == {mia.pk: (pytest.approx((0.04 + 0.16) / 2), 1)}


def test_what_is_not_revealed_not_resolved_or_too_late_is_no_record(mia, max_):
    hidden, waits, late = scenario(), scenario(), scenario()
    asked(room(hidden, max_, [mia]), 1, {mia: 0.9}, revealed=False)
    asked(room(waits, max_, [mia]), 1, {mia: 0.9})
    asked(room(late, max_, [mia]), 1, {mia: 0.9}, at=WITHIN + timedelta(days=20))
    did_not(hidden)
    happened(late, on=WITHIN.date())
    assert track_record([mia]) == {}


def test_ranges_that_missed_widen_hers_and_nobody_else_s(mia, max_):
    of = scenario()
    asked(room(of, max_, [mia]), 1, {mia: (0.5, 1e4, 2e4), max_: (0.5, 1e4, 1e6)})
    happened(of, loss=1e5)
    found = widenings([mia, max_])
    assert found[mia.pk] == ranges.widening([1e4], [2e4], [1e5])
    assert found[mia.pk] > 1
    assert found[max_.pk] == 1
    assert widenings([]) == {}


def test_nobody_s_record_is_read_but_of_whom_it_is_asked(mia, max_, django_assert_num_queries):
    of = scenario()
    asked(room(of, max_, [mia]), 1, {mia: 0.2, max_: 0.5})
    did_not(of)
    with django_assert_num_queries(2) as captured:
        found = told_by([mia])
    assert {each.person_id for each in found} == {mia.pk}
    assert f'"forecasts_forecast"."person_id" IN ({mia.pk})' in captured[1]["sql"]


def past(max_, said: dict, *, loss: float | None):
    """A question of last summer that came true."""
    of = scenario(start=date(2026, 7, 1), end=date(2026, 9, 30))
    asked(room(of, max_, list(said)), 1, said, at=datetime(2026, 7, 20, tzinfo=UTC))
    happened(of, on=date(2026, 8, 10), loss=loss)


def test_a_round_is_pooled_by_what_its_people_foretold_before(mia, max_, organisation, monkeypatch):
    # Two instead of seven: that fewer all weigh the same has a test of its own.
    monkeypatch.setattr(together, "FEWEST_WEIGHED", 2)
    past(max_, {mia: (0.9, 1e4, 2e4), max_: (0.2, 1e4, 1e6)}, loss=1e5)
    made = revealed(organisation, 0.1, 0.4, panel="mia max")
    result = made.rounds.get().result
    records = [pooling.Record(0.01, 1), pooling.Record(0.64, 1)]
    weights = pooling.track_weights(records)
    assert [each["weight"] for each in result["beliefs"]] == pytest.approx(weights)
    found = pooling.pool([0.1, 0.4], weights=weights)
    assert result["probability"]["headline"] == pytest.approx(found.value)
    factor = ranges.widening([1e4], [2e4], [1e5])
    wide = ranges.pool([LOSS[0]] * 2, [LOSS[1]] * 2, weights=weights, widenings=[factor, 1.0])
    assert result["loss"]["high"] == pytest.approx(wide.value.high)
    assert wide.value.high > LOSS[1]


def test_the_weights_of_a_round_stand_in_no_page_beside_its_numbers(
    mia, max_, organisation, browser_of, monkeypatch
):
    monkeypatch.setattr(together, "FEWEST_WEIGHED", 2)
    past(max_, {mia: 0.9, max_: 0.2}, loss=None)
    made = closed(organisation, 0.1, 0.4, panel="mia max")
    weights = [f"{each['weight']:.4f}" for each in made.rounds.get().result["beliefs"]]
    assert weights[0] != weights[1]
    reader = browser_of(organisation.vera)
    rooms = [reverse(name, args=[made.pk]) for name in ("room", "room-json", "room-csv")]
    scenarios = [reverse(name, args=[made.scenario.key]) for name in ("scenario", "scenario-json")]
    for address in [*rooms, *scenarios, reverse("risk-json"), reverse("risk-curve-document")]:
        answer = reader.get(address)
        assert answer.status_code == 200, address
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not [each for each in weights if each.encode() in told], address
    # The loss engine takes the panel's beliefs one by one, and there all weigh the same.
    assert [each["weight"] for each in made.scenario.estimates.get().beliefs] == [0.5, 0.5]


def test_what_was_learnt_of_extremising_speaks_at_the_reveal(mia, max_, organisation, monkeypatch):
    # Three instead of a hundred: how many it takes has a test of its own.
    monkeypatch.setattr(pooling, "ENOUGH_TO_EXTREMISE", 3)
    for _ in range(3):
        of = scenario(start=date(2026, 7, 1), end=date(2026, 9, 30))
        at = datetime(2026, 7, 20, tzinfo=UTC)
        asked(room(of, max_, [mia, max_]), 1, {mia: 0.2, max_: 0.2}, at=at, result=pooled([0.2] * 3))
        did_not(of)
    result = revealed(organisation, 0.2, 0.3, panel="mia max").rounds.get().result
    assert result["probability"]["method"] == pooling.EXTREMISED
    assert result["probability"]["headline"] == result["probability"][pooling.EXTREMISED]
    assert result["probability"]["headline"] < 0.2
