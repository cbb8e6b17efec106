"""What a panel says together, and what a closed room leaves in the register."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.forecasts.rooms import LATER, LOSS, a_room, a_scenario, closed, give, revealed
from tests.forecasts.test_rooms import refusal
from tests.organisation import NOW

from throughline.forecasts import actions, opening
from throughline.forecasts.states import stand_of

pytestmark = pytest.mark.django_db


def test_losses_are_pooled_as_distributions_and_never_by_their_ends(organisation):
    room = a_room(organisation, panel="mia max")
    give(room, organisation.mia, loss=(1e4, 1e5))
    give(room, organisation.max, loss=(1e6, 1e7))
    actions.reveal(organisation.mia, room, now=LATER)
    pooled = stand_of(room).round.result["loss"]
    assert pooled["method"] == "linear_pool"
    assert pooled["low"] < (1e4 * 1e6) ** 0.5 / 3
    assert pooled["high"] > (1e5 + 1e7) / 2


def test_a_certainty_is_moved_a_little_and_said(organisation):
    room = revealed(organisation, 0.0, 0.2, 0.3, 0.4)
    result = stand_of(room).round.result
    assert 0 < result["probability"]["headline"] < 0.3
    assert "exactly 0 or 1 was moved to 0.0005" in result["warnings"][0]
    assert result["probability"]["low"] == 0


def test_a_small_panel_weighs_the_same_since_its_figures_would_tell_a_track_record(organisation):
    from throughline.forecasts.resolving import resolve

    past = a_scenario(start="2026-09-01")
    room = a_room(organisation, past, panel="mia max")
    give(room, organisation.mia, 0.95)
    give(room, organisation.max, 0.05)
    actions.reveal(organisation.mia, room, now=LATER)
    on = NOW.date() + timedelta(days=2)
    resolve("test", past, outcome="happened", on=on, evidence="seen", now=NOW + timedelta(days=3))

    again = a_room(organisation, panel="mia max")
    give(again, organisation.mia, 0.5)
    give(again, organisation.max, 0.1)
    actions.reveal(organisation.mia, again, now=LATER)
    result = stand_of(again).round.result
    # Odds of 1 and of 1/9: of two who weigh the same, the middle is 1/3.
    assert result["probability"]["headline"] == pytest.approx(0.25)
    assert (result["weights"], [each["weight"] for each in result["beliefs"]]) == ("equal", [0.5, 0.5])


@pytest.mark.parametrize("loss", [(1.0, 1e10), (1e-9, 1e-3), (1e5, 1e5 + 1e-8), (1e14, 2e15)])
def test_a_loss_that_would_hold_up_the_closing_is_refused_to_whom_it_is_from(organisation, loss):
    refused = refusal(give, a_room(organisation), organisation.mia, loss=loss)
    assert refused.place == "loss_high"


def test_a_panel_that_is_not_asked_for_a_loss_takes_over_what_was_believed_of_it(organisation):
    before = closed(organisation, 0.1, 0.2, 0.3, 0.4)
    later = LATER + timedelta(hours=1)
    room = a_room(organisation, before.scenario, asks_loss=False, panel="mia max")
    give(room, organisation.mia, 0.5)
    give(room, organisation.max, 0.7)
    actions.reveal(organisation.mia, room, now=later)
    actions.close(organisation.mia, room, now=later)
    found = before.scenario.estimates.last()
    assert found.source == f"round:{stand_of(room).round.pk}"
    assert sorted(each["frequency"]["probability"] for each in found.beliefs) == [0.5] * 4 + [0.7] * 4
    assert {tuple(each["loss"]["ci90"]) for each in found.beliefs} == {LOSS}
    assert sum(each["weight"] for each in found.beliefs) == pytest.approx(1)


def test_a_scenario_that_a_room_asks_about_is_not_archived(organisation):
    from throughline.risk.actions import archive

    room = a_room(organisation)
    assert refusal(archive, "test", room.scenario, now=NOW).code == "room_open"
    opening.cancel(organisation.mia, room, now=LATER)
    archive("test", room.scenario, now=LATER)
    assert room.scenario.archived_at == LATER


def test_the_figure_of_a_panel_in_the_register_leads_to_its_room_and_says_why_it_is_not_the_headline(
    organisation, browser_of
):
    from tests.forecasts.rooms import closed

    room = closed(organisation)
    page = browser_of(organisation.vera).get(f"/scenarios/{room.scenario.key}/").content.decode()
    assert f'the panel of <a href="/rooms/{room.pk}/">Laptops</a>' in page
    assert "23 % a quarter, 4 views from 10 % to 40 %" in page
    assert "100,000 to 900,000, pooled" in page
    assert "mixes the views at equal weight" in page
    assert room.scenario.estimates.get().author == "the panel of Laptops"
