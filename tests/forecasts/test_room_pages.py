"""The pages of a room: what each person is shown and asked, and what is refused beside its field."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.forecasts.rooms import LATER, a_room, a_scenario, answered, closed, give, revealed
from tests.organisation import NOW

from throughline.forecasts import actions, opening
from throughline.forecasts.models import BaseRate, Forecast, Message, Room
from throughline.forecasts.states import stand_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
GOOD = {"probability": "18 %", "loss_low": "80k", "loss_high": "1.5 M", "rationale": "It happened next door."}


def text(answer) -> str:
    return answer.content.decode()


def to(name: str, room: Room) -> str:
    return reverse(f"room-{name}" if name else "room", args=[room.pk])


def test_a_member_opens_a_room_from_a_scenario_and_facilitates_it(organisation, browser_of):
    of = a_scenario()
    address = reverse("room-new", args=[of.key])
    mia = browser_of(organisation.mia)
    assert "Facilitator" not in text(mia.get(address))
    given = {"title": "Laptops", "mode": "together", "asks_loss": "on"}
    refused = mia.post(address, given)
    assert refused.status_code == 422
    assert "choose who is asked" in text(refused)
    panel = [organisation.mia.pk, organisation.vera.pk]
    assert mia.post(address, {**given, "panel": panel}).status_code == 302
    room = Room.objects.get()
    assert (room.facilitator, room.asks_loss, room.panelists.count()) == (organisation.mia, True, 2)
    assert "asks about it already" in text(mia.get(address))


def test_a_manager_opens_a_room_that_somebody_else_leads(organisation, browser_of):
    of = a_scenario()
    panel = [organisation.mia.pk, organisation.vera.pk]
    given = {"mode": "apart", "closes_at": "2026-12-20T16:00", "panel": panel}
    given["facilitator"] = organisation.mia.pk
    assert browser_of(organisation.max).post(reverse("room-new", args=[of.key]), given).status_code == 302
    room = Room.objects.get()
    assert (room.facilitator, room.mode, f"{room.closes_at:%d %H:%M}") == (
        organisation.mia,
        "apart",
        "20 16:00",
    )


def test_a_time_in_words_is_refused_beside_its_field(organisation, browser_of):
    of = a_scenario()
    given = {"mode": "apart", "closes_at": "friday", "panel": [organisation.mia.pk, organisation.max.pk]}
    refused = browser_of(organisation.mia).post(reverse("room-new", args=[of.key]), given)
    assert refused.status_code == 422
    assert "found &#x27;friday&#x27;" in text(refused)


def test_a_repeated_room_is_filled_in_with_the_panel_of_the_one_before(organisation, browser_of):
    room = closed(organisation)
    seen = text(
        browser_of(organisation.mia).get(f"{reverse('room-new', args=[room.scenario.key])}?repeats={room.pk}")
    )
    assert "Ask the same panel again" in seen
    assert seen.count("checked") >= 5
    assert 'value="Laptops"' in seen


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"probability": "40"}, "40 has no sign: write 40 % or 0.4"),
        ({"probability": "1"}, "write 1 % or 100 %"),
        ({"probability": "often"}, "expected a probability, in % or between 0 and 1"),
        ({"probability": ""}, "Write a probability, in % or between 0 and 1."),
        ({"probability": "140 %"}, "lies between 0 % and 100 %"),
        ({"loss_low": "a million", "loss_high": "two"}, "expected an amount"),
        ({"loss_low": "5 M", "loss_high": "1 M"}, "is below the lower end (5 M): swap them"),
        ({"loss_low": "1 M", "loss_high": "1 M"}, "both ends are the same"),
        ({"loss_high": ""}, "Write an amount such as"),
        ({"rationale": "x" * 2001}, "2000 characters"),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_or_in_none_is_refused_beside_its_field(
    given, said, organisation, browser_of
):
    room = a_room(organisation)
    refused = browser_of(organisation.mia).post(to("give", room), {**GOOD, **given})
    assert refused.status_code == 422
    assert said in text(refused)
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("steps", [(), ("It is taken over", "It reaches production")])
def test_no_figure_stands_beside_the_field_of_who_has_not_answered(steps, organisation, browser_of):
    room = a_room(organisation, a_scenario(steps=list(steps)))
    form = (
        text(browser_of(organisation.mia).get(to("", room))).partition('id="mine"')[2].partition("</form>")[0]
    )
    assert form.count("n %, or between 0 and 1.") == max(len(steps), 1)
    assert "placeholder" not in form
    assert "18" not in re.sub(r"<[^>]*>", "", form)


def test_a_number_is_kept_shown_to_its_owner_and_may_be_changed(organisation, browser_of):
    room, mia = a_room(organisation), browser_of(organisation.mia)
    assert mia.post(to("give", room), GOOD)["Location"] == f"{to('', room)}#mine"
    kept = Forecast.objects.get()
    assert (kept.probability, kept.loss_low, kept.loss_high) == (0.18, 80_000, 1_500_000)
    seen = text(mia.get(to("", room)))
    assert "You said <b>18 %</b> and a loss of <b>80,000 to 1.5 million</b>" in seen
    assert "1 of 4 is in" in seen
    assert 'value="18 %"' in seen
    mia.post(to("give", room), {**GOOD, "probability": "0.2"})
    assert Forecast.objects.get().probability == 0.2


def test_whoever_is_not_asked_has_no_form_and_cannot_send_one(organisation, browser_of):
    room = a_room(organisation, panel="mia max")
    vera, ada = browser_of(organisation.vera), browser_of(organisation.ada)
    assert "Keep my number" not in text(vera.get(to("", room)))
    assert vera.post(to("give", room), GOOD).status_code == 404
    assert "Join the panel" not in text(vera.get(to("", room)))
    assert "Join the panel" in text(ada.get(to("", room)))
    assert ada.post(to("join", room)).status_code == 302
    assert "joined late" in text(vera.get(to("", room)))
    assert ada.post(to("give", room), GOOD).status_code == 302


def test_the_product_of_the_steps_is_shown_as_they_are_typed_and_kept_nowhere(organisation, browser_of):
    room = a_room(organisation, a_scenario(steps=["One", "Two"]))
    mia = browser_of(organisation.mia)
    assert "<b>10 %</b>" in text(mia.post(to("product", room), {"step_0": "50 %", "step_1": "0.2"}))
    assert "<b>" not in text(mia.post(to("product", room), {"step_0": "50 %", "step_1": "4"}))
    assert not Forecast.objects.exists()
    assert mia.post(to("give", room), {**GOOD, "step_0": "50 %", "step_1": "0.2"}).status_code == 302
    assert Forecast.objects.get().probability == pytest.approx(0.1)


def test_only_who_leads_is_offered_the_next_step(organisation, browser_of):
    room = answered(organisation, a_room(organisation), 0.1, 0.2)
    assert "Reveal round 1" not in text(browser_of(organisation.vera).get(to("", room)))
    assert browser_of(organisation.vera).post(to("reveal", room)).status_code == 404
    mia = browser_of(organisation.mia)
    seen = text(mia.get(to("", room)))
    assert "Ada, Vera have not answered and no longer can" in seen
    assert mia.post(to("reveal", room)).status_code == 302
    assert stand_of(room).is_talking


def test_too_few_answers_are_said_on_the_page(organisation, browser_of):
    room = answered(organisation, a_room(organisation), 0.1)
    refused = browser_of(organisation.mia).post(to("reveal", room))
    assert refused.status_code == 409
    assert "number would be shown as the panel" in text(refused)


def test_the_revealed_page_says_the_panel_in_a_sentence_with_the_other_averages_beside_it(
    organisation, browser_of
):
    room = revealed(organisation, 0.08, 0.1, 0.3, 0.4)
    seen = text(browser_of(organisation.vera).get(to("", room)))
    assert "The panel of 4 says 18.6 % (from 8 % to 40 %)." in seen
    for word in ("Extremised", "Mean", "Median", "Spread", "How this is pooled"):
        assert word in seen
    assert "40 %" in seen


def test_both_rounds_stand_side_by_side_and_the_sentence_says_how_it_moved(organisation, browser_of):
    room = revealed(organisation, 0.1, 0.2, 0.3, 0.4)
    actions.ask_again(organisation.mia, room, now=LATER)
    answered(organisation, room, 0.1, 0.1, 0.1, 0.1, now=LATER)
    during = text(browser_of(organisation.vera).get(to("", room)))
    assert "Round 2: 4 of 4 are in" in during
    actions.reveal(organisation.mia, room, now=LATER)
    seen = text(browser_of(organisation.vera).get(to("", room)))
    assert "The panel of 4 says 10 % (from 10 % to 10 %); round two moved it from 23 %." in seen
    assert seen.count('<th scope="row">Round') >= 2


def test_talking_begins_with_the_reveal(organisation, browser_of):
    room, vera = a_room(organisation), browser_of(organisation.vera)
    assert "Discussion</h2>" not in text(vera.get(to("", room)))
    refused = vera.post(to("say", room), {"text": "I say 20 %"})
    assert refused.status_code == 422
    assert not Message.objects.exists()
    answered(organisation, room, 0.1, 0.2)
    actions.reveal(organisation.mia, room, now=LATER)
    assert vera.post(to("say", room), {"text": "Contractors <b>count</b>."}).status_code == 302
    assert "Contractors &lt;b&gt;count" in text(vera.get(reverse("room-part", args=[room.pk, "messages"])))
    assert vera.post(to("say", room), {"text": " "}).status_code == 422


def test_closing_after_one_round_says_what_is_lost(organisation, browser_of):
    room, mia = revealed(organisation), browser_of(organisation.mia)
    assert "Round two, after talking" in text(mia.get(to("", room)))
    assert mia.post(to("close", room)).status_code == 302
    seen = text(mia.get(to("", room)))
    assert "It is closed." in seen
    assert "Ask the same panel again" in seen


def test_calling_off_is_offered_back(organisation, browser_of):
    room, mia = a_room(organisation), browser_of(organisation.mia)
    seen = text(mia.post(to("cancel", room), follow=True))
    assert to("restore", room) in seen
    assert "This room was called off" in seen
    mia.post(to("restore", room))
    assert stand_of(Room.objects.get(pk=room.pk)).is_asking


def test_who_leads_moves_the_time_and_seats_somebody(organisation, browser_of):
    room = a_room(organisation, panel="mia max", mode="apart", closes_at=NOW + timedelta(days=400))
    mia = browser_of(organisation.mia)
    assert mia.post(to("extend", room), {"closes_at": "2028-06-01T12:00"}).status_code == 302
    assert Room.objects.get(pk=room.pk).closes_at.year == 2028
    assert mia.post(to("extend", room), {"closes_at": "soon"}).status_code == 409
    assert mia.post(to("seat", room), {"person": organisation.vera.pk}).status_code == 302
    assert mia.post(to("seat", room), {"person": "nobody"}).status_code == 409
    assert room.panelists.count() == 3


def test_parts_that_there_are_not_answer_as_absent(organisation, browser_of):
    room, vera = a_room(organisation), browser_of(organisation.vera)
    for part in ("progress", "mine", "kept", "result", "talk", "messages", "rates"):
        answer = vera.get(reverse("room-part", args=[room.pk, part]))
        assert answer.status_code == 200
        assert "<html" not in text(answer)
    for part in ("room", "list", "new", "leading"):
        assert vera.get(reverse("room-part", args=[room.pk, part])).status_code == 404


def test_a_page_that_has_a_part_as_it_is_keeps_what_is_typed_in_it(organisation, browser_of):
    room, mia = a_room(organisation), browser_of(organisation.mia)
    address = reverse("room-part", args=[room.pk, "mine"])
    assert mia.get(f"{address}?seen=round-1.asked").status_code == 204
    assert mia.get(f"{address}?seen=round-1").status_code == 200
    answered(organisation, room, 0.1, 0.2)
    assert mia.get(f"{address}?seen=round-1.asked").status_code == 204
    actions.reveal(organisation.mia, room, now=LATER)
    assert mia.get(f"{address}?seen=round-1.asked").status_code == 200


def test_the_list_says_what_waits_and_answers_programs(organisation, browser_of):
    room = a_room(organisation, panel="mia max")
    mia, vera = browser_of(organisation.mia), browser_of(organisation.vera)
    assert "They wait for your number" in text(mia.get(reverse("rooms")))
    assert "They wait for your number" not in text(vera.get(reverse("rooms")))
    told = mia.get(reverse("rooms-json")).json()["rooms"]
    assert told == [
        {
            "id": room.pk,
            "title": "Laptops",
            "scenario": room.scenario.key,
            "state": "round 1",
            "mode": "together",
            "answered": 0,
            "asked": 2,
            "waits_for_you": True,
            "headline": None,
            "address": to("", room),
        }
    ]
    lines = b"".join(mia.get(reverse("rooms-csv")).streaming_content).decode().splitlines()
    assert lines[0].startswith("id,title,scenario,state")


def test_no_room_yet_teaches(organisation, browser_of):
    assert "No room yet" in text(browser_of(organisation.vera).get(reverse("rooms")))


def test_home_says_that_a_room_waits_and_that_one_is_all_in(organisation, browser_of):
    from tests.rules.objects import _import

    _import()
    room = a_room(organisation, panel="mia max", of=a_scenario(start="2027-10-01"))
    mia = browser_of(organisation.mia)
    assert "forecast room waits for your number" in text(mia.get("/"))
    give(room, organisation.mia)
    seen = text(mia.get("/"))
    assert "waits for your number" not in seen
    assert "all in" not in seen
    give(room, organisation.max)
    seen = text(mia.get("/"))
    assert "room of yours is all in: reveal" in seen
    assert f'href="{to("", room)}"' in seen


def test_base_rates_stand_beside_the_question_and_can_be_withdrawn(organisation, browser_of):
    room, mia = a_room(organisation), browser_of(organisation.mia)
    address = reverse("base-rate-add", args=[room.scenario.key])
    given = {
        "title": "Laptops here",
        "kind": "gamma_poisson",
        "events": "2",
        "exposure": "7.5",
        "source": "log",
    }
    for name, bad, said in (
        ("events", "a few", "found &#x27;a few&#x27;"),
        ("exposure", "0", "more than 0"),
        ("title", "", "required"),
    ):
        refused = mia.post(address, {**given, name: bad})
        assert refused.status_code == 422
        assert said in text(refused)
    refused = mia.post(address, {**given, "kind": "beta_binomial", "events": "9", "exposure": "4"})
    assert "at least the 9 that happened" in text(refused)
    sent = mia.post(address, {**given, "next": to("", room)})
    assert sent["Location"] == f"{to('', room)}#rates"
    rate = BaseRate.objects.get()
    assert "Laptops here" in text(browser_of(organisation.vera).get(to("", room)))
    assert "Withdraw" not in text(browser_of(organisation.vera).get(to("", room)))
    mia.post(reverse("base-rate-withdraw", args=[rate.pk]), {"next": "https://evil.example"})
    assert "Laptops here" not in text(browser_of(organisation.vera).get(to("", room)))
    mia.post(reverse("base-rate-restore", args=[rate.pk]))
    assert BaseRate.objects.get().withdrawn_at is None


def test_an_address_elsewhere_is_never_followed_nor_offered(organisation, browser_of):
    of, mia = a_scenario(), browser_of(organisation.mia)
    address = reverse("base-rate-add", args=[of.key])
    assert "evil" not in text(mia.get(f"{address}?next=https://evil.example/"))


def test_a_room_page_asks_no_more_often_where_there_is_more_to_show(
    organisation, browser_of, django_assert_max_num_queries
):
    room = revealed(organisation)
    for number in range(5):
        actions.say(organisation.mia, room, text=f"line {number}", now=LATER)
    opening.seat(organisation.mia, room, who=organisation.omar, now=LATER)
    browser = browser_of(organisation.mia)
    with django_assert_max_num_queries(20):
        browser.get(to("", room))
