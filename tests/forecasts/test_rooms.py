"""A room from opening to closing: who may be asked, what is refused, and what it leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.forecasts.rooms import LATER, LOSS, a_room, a_scenario, answered, closed, give, revealed
from tests.organisation import NOW

from throughline.engine.refusals import Refused
from throughline.forecasts import actions, opening
from throughline.forecasts.access import own_forecast, revealed_forecasts, who_answered
from throughline.forecasts.actions import Answer
from throughline.forecasts.models import Forecast, Message, Room
from throughline.forecasts.states import stand_of, steps

pytestmark = pytest.mark.django_db
CLOSES = NOW + timedelta(days=3)


def refusal(step, *args, **given) -> Refused:
    with pytest.raises(Refused) as refused:
        step(*args, **given)
    return refused.value


def test_a_room_opens_with_its_first_round_and_everybody_seated(organisation):
    room = a_room(organisation)
    stand = stand_of(room)
    assert (stand.word, stand.round.number, stand.round.revealed_at) == ("round 1", 1, None)
    assert [seat.person.name for seat in room.panelists.all()] == ["Mia", "Max", "Ada", "Vera"]
    assert room.facilitator == organisation.mia


def test_an_untitled_room_is_called_by_what_it_asks(organisation):
    assert a_room(organisation, title=" ").title.startswith("An adversary reaches production")


@pytest.mark.parametrize(
    ("panel", "said"),
    [("", "choose who is asked"), ("mia", "Mia's number alone would be shown"), ("mia mia", "at least two")],
)
def test_a_panel_has_at_least_two_people(organisation, panel, said):
    refused = refusal(a_room, organisation, panel=panel)
    assert refused.place == "panel"
    assert said in refused.message


def test_whoever_cannot_sign_in_is_not_asked(organisation):
    organisation.vera.is_active = False
    organisation.vera.save()
    assert "Vera cannot sign in" in refusal(a_room, organisation).message


@pytest.mark.parametrize(("field", "said"), [("criteria", "resolution criteria"), ("judge_name", "judge")])
def test_a_scenario_that_nobody_could_judge_is_not_asked(organisation, field, said):
    of = a_scenario()
    setattr(of, field, " ")
    assert said in refusal(a_room, organisation, of).message


def test_a_scenario_that_is_over_resolved_or_archived_is_not_asked(organisation):
    from throughline.forecasts.models import Resolution

    past = a_scenario("past", start="2026-01-01", written=NOW - timedelta(days=300))
    assert "its period ended on 31 Mar 2026" in refusal(a_room, organisation, past).message
    known = a_scenario("known")
    Resolution.objects.create(scenario=known, outcome="did_not", evidence="x", author="test", at=NOW)
    assert refusal(a_room, organisation, known).code == "resolved"
    kept = a_scenario("kept")
    kept.archived_at = NOW
    assert refusal(a_room, organisation, kept).code == "archived"


def test_the_last_day_of_the_period_still_counts(organisation):
    of = a_scenario(start="2026-09-01")
    assert of.end == date(2026, 11, 30)
    opening.require_open_outcome(of, now=NOW.replace(day=30, hour=23))
    assert refusal(opening.require_open_outcome, of, now=NOW.replace(month=12, day=1)).code == "ended"


def test_a_scenario_is_asked_in_one_room_at_a_time(organisation):
    of = a_scenario()
    room = a_room(organisation, of)
    assert "the room “Laptops” asks about it already" in refusal(a_room, organisation, of).message
    opening.cancel(organisation.mia, room, now=NOW)
    again = a_room(organisation, of)
    assert refusal(opening.restore, organisation.mia, room, now=NOW).code == "room_open"
    opening.cancel(organisation.mia, again, now=NOW)
    opening.restore(organisation.mia, room, now=NOW)
    assert Room.objects.get(pk=room.pk).cancelled_at is None


def test_people_apart_need_a_time_until_which_it_waits(organisation):
    assert refusal(a_room, organisation, mode="apart").place == "closes_at"
    of = a_scenario()
    assert "has passed" in refusal(a_room, organisation, of, mode="apart", closes_at=NOW).message
    room = a_room(organisation, of, mode="apart", closes_at=CLOSES)
    give(room, organisation.max)
    assert refusal(give, room, organisation.mia, now=CLOSES).code == "too_late"
    opening.extend(organisation.mia, room, closes_at=CLOSES + timedelta(days=1), now=CLOSES)
    give(Room.objects.get(pk=room.pk), organisation.mia, now=CLOSES)
    assert Forecast.objects.count() == 2


def test_a_number_may_be_changed_until_the_reveal_and_then_it_stands(organisation):
    room = a_room(organisation)
    give(room, organisation.mia, 0.1)
    give(room, organisation.mia, 0.2, rationale="It happened next door.")
    give(room, organisation.max, 0.3)
    assert own_forecast(organisation.mia, stand_of(room).round).probability == 0.2
    actions.reveal(organisation.mia, room, now=LATER)
    assert refusal(give, room, organisation.mia, 0.4).code == "revealed"


def test_only_the_panel_answers(organisation):
    room = a_room(organisation, panel="mia max")
    assert refusal(give, room, organisation.ada).code == "not_asked"


@pytest.mark.parametrize("probability", [None, -0.1, 1.5, 40.0, float("nan"), float("inf")])
def test_what_is_no_probability_is_not_kept(organisation, probability):
    assert refusal(give, a_room(organisation), organisation.mia, probability).place == "probability"
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("loss", [None, (5.0, 1.0), (0.0, 1.0), (1.0, float("inf")), (3.0, 3.0), (1.0, 1e15)])
def test_a_loss_is_a_range_with_the_smaller_amount_first(organisation, loss):
    refused = refusal(give, a_room(organisation), organisation.mia, loss=loss)
    assert refused.place.startswith("loss")


def test_a_room_that_asks_no_loss_takes_none(organisation):
    room = a_room(organisation, asks_loss=False)
    give(room, organisation.mia)
    assert refusal(actions.give, organisation.mia, room, Answer(probability=0.1, loss=LOSS), now=NOW).place


def test_a_chain_of_steps_is_answered_step_by_step_and_kept_as_its_product(organisation):
    of = a_scenario(steps=["A laptop is taken over", "It reaches production"])
    room = a_room(organisation, of)
    kept = give(room, organisation.mia, None, steps=(0.5, 0.2))
    assert (kept.probability, kept.steps) == (pytest.approx(0.1), [0.5, 0.2])
    assert refusal(give, room, organisation.mia, 0.1).place == "steps"
    assert refusal(give, room, organisation.mia, None, steps=(0.5,)).place == "steps"
    assert refusal(give, room, organisation.mia, None, steps=(0.5, 1.2)).place == "step_1"


def test_the_outcome_ends_the_asking(organisation):
    from throughline.forecasts.models import Resolution

    room = a_room(organisation)
    Resolution.objects.create(scenario=room.scenario, outcome="happened", evidence="x", author="t", at=NOW)
    assert refusal(give, room, organisation.mia).code == "resolved"


@pytest.mark.parametrize("given", [(), (0.2,)])
def test_fewer_than_two_answers_are_not_revealed(organisation, given):
    room = answered(organisation, a_room(organisation, panel="mia max"), *given)
    assert refusal(actions.reveal, organisation.mia, room, now=LATER).code == "too_few"
    assert stand_of(room).is_asking


def test_a_round_is_revealed_once_and_pooled(organisation):
    room = revealed(organisation, 0.1, 0.2, 0.3, 0.4)
    stand = stand_of(room)
    assert (stand.word, stand.round.revealed_by, stand.round.revealed_at) == ("discussion", "Mia", LATER)
    result = stand.round.result
    assert (result["n"], result["probability"]["low"], result["probability"]["high"]) == (4, 0.1, 0.4)
    assert result["probability"]["mean"] == pytest.approx(0.25)
    odds = (1 / 9 * 2 / 8 * 3 / 7 * 4 / 6) ** 0.25
    assert result["probability"]["headline"] == pytest.approx(odds / (1 + odds))
    assert refusal(actions.reveal, organisation.mia, room, now=LATER).code == "revealed"


def test_what_was_revealed_comes_in_order_of_value_so_that_the_order_names_nobody(organisation):
    room = answered(organisation, a_room(organisation), 0.4, 0.1, 0.3, 0.2)
    rounds = stand_of(room).rounds
    assert list(revealed_forecasts(rounds)) == []
    assert who_answered(rounds) == {
        (rounds[0].pk, person.pk)
        for person in (organisation.mia, organisation.max, organisation.ada, organisation.vera)
    }
    actions.reveal(organisation.mia, room, now=LATER)
    assert [each.probability for each in revealed_forecasts(rounds)] == [0.1, 0.2, 0.3, 0.4]
    beliefs = stand_of(room).round.result["beliefs"]
    assert [each["probability"] for each in beliefs] == [0.1, 0.2, 0.3, 0.4]


def test_nothing_is_said_before_the_first_reveal(organisation):
    room = a_room(organisation)
    assert refusal(actions.say, organisation.mia, room, text="I think 20 %", now=NOW).code == "private"
    room = answered(organisation, room, 0.1, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    assert refusal(actions.say, organisation.mia, room, text="  ", now=LATER).place == "text"
    actions.say(organisation.mia, room, text="Laptops are encrypted now.", now=LATER)
    assert Message.objects.get().author_name == "Mia"


def test_a_room_has_two_rounds_and_keeps_both(organisation):
    room = revealed(organisation, 0.1, 0.2, 0.3, 0.4)
    actions.ask_again(organisation.mia, room, now=LATER)
    assert refusal(actions.ask_again, organisation.mia, room, now=LATER).code == "state"
    assert refusal(actions.close, organisation.mia, room, now=LATER).code == "state"
    answered(organisation, room, 0.2, 0.2, 0.25, 0.25, now=LATER)
    actions.reveal(organisation.mia, room, now=LATER)
    assert refusal(actions.ask_again, organisation.mia, room, now=LATER).code == "state"
    first, second = stand_of(room).rounds
    assert first.result["probability"]["headline"] != second.result["probability"]["headline"]
    assert Forecast.objects.filter(round=first).count() == 4


def test_a_late_joiner_answers_in_the_open_round_or_in_the_next(organisation):
    room = a_room(organisation, panel="mia max ada")
    opening.seat(organisation.vera, room, who=organisation.vera, now=LATER)
    give(room, organisation.vera, now=LATER)
    answered(organisation, room, 0.1, 0.2, 0.3)
    actions.reveal(organisation.mia, room, now=LATER)
    opening.seat(organisation.mia, room, who=organisation.omar, now=LATER)
    assert refusal(give, room, organisation.omar).code == "revealed"
    actions.ask_again(organisation.mia, room, now=LATER)
    give(room, organisation.omar, now=LATER)
    give(room, organisation.mia, now=LATER)
    actions.reveal(organisation.mia, room, now=LATER)
    assert stand_of(room).round.result["n"] == 2


def test_nobody_joins_twice_or_when_there_is_nothing_left_to_answer(organisation):
    room = a_room(organisation, panel="mia max")
    joined = refusal(opening.seat, organisation.mia, room, who=organisation.mia, now=NOW)
    assert joined.code == "seated"
    answered(organisation, room, 0.1, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    actions.ask_again(organisation.mia, room, now=LATER)
    answered(organisation, room, 0.1, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    assert refusal(opening.seat, organisation.ada, room, who=organisation.ada, now=LATER).code == "over"
    actions.close(organisation.mia, room, now=LATER)
    assert refusal(opening.seat, organisation.ada, room, who=organisation.ada, now=LATER).code == "state"


def test_a_cancelled_room_takes_nothing_and_reveals_nothing(organisation):
    room = answered(organisation, a_room(organisation), 0.1, 0.2)
    opening.cancel(organisation.mia, room, now=LATER)
    for step in (
        lambda: give(room, organisation.ada),
        lambda: actions.reveal(organisation.mia, room, now=LATER),
        lambda: actions.close(organisation.mia, room, now=LATER),
        lambda: actions.say(organisation.mia, room, text="x", now=LATER),
    ):
        assert refusal(step).code in ("state", "private")
    assert list(revealed_forecasts(stand_of(room).rounds)) == []


def test_closing_writes_the_headline_to_the_series_dated_at_the_reveal(organisation):
    from throughline.series.models import Reading

    room = revealed(organisation)
    actions.close(organisation.mia, room, now=LATER + timedelta(days=2))
    reading = Reading.objects.get(series=room.scenario.series)
    assert (reading.origin, reading.at) == ("panel", LATER)
    assert reading.value == pytest.approx(stand_of(room).round.result["probability"]["headline"])
    assert refusal(actions.close, organisation.mia, room, now=LATER).code == "state"


def test_closing_writes_an_estimate_with_what_each_believes_and_no_name(organisation):
    from throughline.risk.models import Estimate

    room = closed(organisation, 0.1, 0.4)
    made = Estimate.objects.get(scenario=room.scenario)
    assert (made.stage, made.source) == ("residual", f"round:{stand_of(room).round.pk}")
    assert [each["frequency"] for each in made.beliefs] == [
        {"probability": 0.1, "per": "quarter"},
        {"probability": 0.4, "per": "quarter"},
    ]
    assert made.beliefs[0]["loss"] == {"ci90": list(LOSS)}
    assert sum(each["weight"] for each in made.beliefs) == pytest.approx(1)


def test_a_room_without_losses_takes_the_loss_that_was_estimated_before(organisation):
    from tests.risk.asked import estimated

    from throughline.risk.models import Estimate

    closed(organisation, asks_loss=False)
    assert not Estimate.objects.exists()
    closed(organisation, of=estimated("known-loss"), asks_loss=False)
    assert Estimate.objects.last().beliefs[0]["loss"] == {"ci90": [100_000, 2_000_000]}


def test_no_hand_writes_into_what_panels_say(organisation):
    from throughline.series.actions import add_all, push
    from throughline.series.files import Row

    name = a_scenario().series.name
    assert refusal(push, "test", name, "0.2", at="2026-11-20", now=NOW).code == "written_by_panels"
    row = Row(at=NOW, value=0.2, note="")
    assert refusal(add_all, "test", name, [row], file_name="x.csv", now=NOW).code == "written_by_panels"


def test_a_room_is_repeated_with_its_panel(organisation):
    room = closed(organisation)
    assert {each.name for each in opening.panel_again(room)} == {"Mia", "Max", "Ada", "Vera"}
    again = a_room(organisation, room.scenario, repeats=room)
    assert again.repeats == room


def test_the_way_of_a_room_shows_what_was_left_out(organisation):
    def named(room):
        return [(name, done, here) for name, done, here in steps(stand_of(room))]

    room = revealed(organisation)
    assert named(room)[:2] == [("Round 1", True, False), ("Discussion", False, True)]
    actions.close(organisation.mia, room, now=LATER)
    after = named(Room.objects.get(pk=room.pk))
    assert after[2] == ("Round 2", False, False)
    assert after[3] == ("Closed", True, False)


def test_every_step_is_in_the_audit_record_and_no_number_is_before_the_reveal(organisation):
    import json

    from throughline.audit.models import Entry

    room = a_room(organisation)
    before = Entry.objects.count()
    give(room, organisation.mia, 0.3719, rationale="sentinel words")
    give(room, organisation.max, 0.3719)
    told = Entry.objects.all()[before:]
    assert [each.action for each in told] == ["forecast given", "forecast given"]
    assert [each.detail for each in told] == [{"round": 1}, {"round": 1}]
    actions.reveal(organisation.mia, room, now=LATER)
    everything = json.dumps([each.detail for each in Entry.objects.all()])
    assert "0.3719" not in everything
    assert "sentinel" not in everything
