"""What a person hears: nothing unless she chose it, on her day, once, and only what she may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as sent_mail
from tests.forecasts.rooms import a_room, give, revealed
from tests.messages.house import KINDS, a_key_result, corrected, hears, waiting
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.messages import stopping
from throughline.messages.actions import Wish, choose
from throughline.messages.delivering import send_all
from throughline.messages.letters import plain_text
from throughline.messages.models import Channel, Preference
from throughline.messages.planning import plan, planned
from throughline.messages.writing import week_in, week_of

# NOW is a Saturday; this is the Monday after it, eight in the morning in Berlin.
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
BERLIN = {"weekday": 0, "hour": 8, "zone": "Europe/Berlin"}


def test_nobody_hears_anything_who_chose_nothing(organisation, mail):
    a_key_result()
    a_room(organisation)
    choose(organisation.mia, Wish(kinds=frozenset()), now=NOW)
    send_all(now=MONDAY)
    assert waiting() == []
    assert sent_mail.outbox == []


def test_the_week_is_told_once_on_the_chosen_day_by_the_clock_of_the_place(organisation, mail):
    hears(organisation.mia, "digest", **BERLIN)
    plan(MONDAY - timedelta(minutes=1))
    assert waiting() == []
    for minutes in (0, 2, 60):
        send_all(now=MONDAY + timedelta(minutes=minutes))
    (letter,) = sent_mail.outbox
    assert (letter.to, letter.subject) == (["mia@example.org"], "The week's digest: 2026-Q4, week 8 of 13")
    send_all(now=MONDAY + timedelta(days=7))
    assert len(sent_mail.outbox) == 2


def test_a_week_that_nobody_could_tell_for_a_day_is_left_out(organisation):
    hears(organisation.mia, "digest", **BERLIN)
    plan(MONDAY + timedelta(hours=25))
    assert waiting() == []


def test_what_was_due_before_somebody_chose_it_is_not_told(organisation):
    hears(organisation.mia, "digest", **BERLIN, now=MONDAY + timedelta(minutes=5))
    plan(MONDAY + timedelta(minutes=10))
    assert waiting() == []


def test_a_dry_run_says_what_would_be_sent_and_puts_nothing_in(organisation):
    hears(organisation.mia, "digest", **BERLIN)
    assert [each.kind for each in planned(MONDAY)] == ["digest"]
    assert waiting() == []


def test_the_week_says_what_its_reader_sees_and_no_more(organisation, browser_of):
    from tests.rules.objects import _vulnerability

    from throughline.accounts.models import Team
    from throughline.vulnerabilities.models import Service

    payments = Team.objects.get(name="Payments")
    _vulnerability(Service.objects.create(name="checkout", team=payments), payments)
    a_key_result("Mia")
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def of(letter) -> str:
        return plain_text(letter, origin="")

    hers, omars = of(week_of(organisation.vera, now=now)), of(week_of(organisation.omar, now=now))
    assert "1 overdue" in hers
    assert "in Payments (/overdue/?team=Payments)" in hers
    rows = browser_of(organisation.vera).get("/overdue/?team=Payments")
    assert rows.url.startswith("/vulnerabilities/?where=")
    assert "team+%3D+%27Payments%27" in rows.url
    assert browser_of(organisation.vera).get(rows.url).status_code == 200
    assert "Payments" not in omars
    assert "Fewer tickets" in hers
    assert "Fewer tickets" in omars
    channels = {
        name: Channel(name=name, team=Team.objects.filter(name=name).first()) for name in ("Payments", "-")
    }
    assert "1 overdue" in of(week_in(channels["Payments"], now=now))
    assert "VULNERABILITIES" not in of(week_in(channels["-"], now=now))


def test_a_person_is_reminded_of_a_check_in_once_a_week_until_it_is_made(organisation, mail):
    from throughline.reviews.actions import check_in

    hears(organisation.mia, "reminder", hour=8)
    hears(organisation.max, "reminder", hour=8)
    key_result = a_key_result("Mia")
    days = [NOW + timedelta(days=n) for n in range(9)]
    for day in days:
        send_all(now=day)
    assert [(each.to, each.subject) for each in sent_mail.outbox] == [
        (["mia@example.org"], "1 check-in is due"),
        (["mia@example.org"], "1 check-in is due"),
    ]
    assert f"/key-results/{key_result.pk}/check-in/" in sent_mail.outbox[0].body
    check_in("test", key_result, confidence=0.5, now=days[-1])
    send_all(now=days[-1] + timedelta(days=8))
    assert len(sent_mail.outbox) == 2


def test_a_room_asks_its_panel_once_and_says_nothing_of_any_answer(organisation, mail):
    hears(organisation.vera, "room")
    hears(organisation.omar, "room")
    hears(organisation.max, "room")
    room = a_room(organisation)
    give(room, organisation.max, 0.37)
    for _ in range(2):
        send_all(now=NOW)
    (letter,) = sent_mail.outbox
    assert letter.to == ["vera@example.org"]
    assert f"https://throughline.example.org/rooms/{room.pk}/" in letter.body
    # The link that stops these letters is random, and may hold any two digits.
    assert "37" not in letter.body.split("https://throughline.example.org/messages/")[0]


def test_a_room_that_was_answered_meanwhile_is_not_asked_for_any_more(organisation, mail):
    hears(organisation.vera, "room")
    room = a_room(organisation)
    plan(NOW)
    give(room, organisation.vera)
    send_all(now=NOW)
    assert sent_mail.outbox == []
    assert [each.state for each in waiting()] == ["unneeded"]


def test_a_key_result_that_goes_off_track_is_told_to_its_owner_and_to_managers(organisation, mail):
    for person in (organisation.mia, organisation.max, organisation.vera):
        hears(person, "off_track")
    key_result = a_key_result("Mia", value=60.0)
    send_all(now=NOW)
    assert waiting() == []
    later = NOW + timedelta(days=1)
    corrected(key_result, 89.0, now=later)
    for _ in range(2):
        send_all(now=later)
    assert sorted(each.to[0] for each in sent_mail.outbox) == ["max@example.org", "mia@example.org"]
    assert sent_mail.outbox[0].subject == "Off track: Fewer tickets"
    assert "Owner: Mia" in sent_mail.outbox[0].body


@pytest.mark.parametrize("change", ["off", "left"])
def test_what_waits_for_somebody_who_left_or_wants_it_no_more_is_not_sent(organisation, mail, change):
    hears(organisation.mia, "digest", **BERLIN)
    plan(MONDAY)
    if change == "off":
        choose(organisation.mia, Wish(kinds=frozenset({"room"})), now=MONDAY)
    else:
        type(organisation.mia).objects.filter(pk=organisation.mia.pk).update(is_active=False)
    send_all(now=MONDAY)
    assert sent_mail.outbox == []
    assert [each.state for each in waiting(kind="digest")] == ["unneeded"]


def test_the_link_at_the_end_ends_one_kind_without_signing_in_and_only_when_it_is_pressed(
    organisation, browser_of
):
    hears(organisation.mia, *KINDS)
    path, stranger = stopping.path(organisation.mia, "digest"), browser_of(enforce_csrf_checks=True)
    assert b"Hear no more of these?" in stranger.get(path).content
    assert Preference.objects.get().digest
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wish = Preference.objects.get()
    assert [getattr(wish, kind) for kind in KINDS] == [False, True, True, True]
    assert Entry.objects.latest("id").action == "messages stopped by link"
    assert stranger.post(path).status_code == 200
    assert stranger.get(path[:-3] + "x/").status_code == 404


def test_a_chat_of_ones_own_is_sealed_and_told_nowhere(organisation, browser_of):
    address = "https://hooks.example.org/T0/very-secret"
    browser = browser_of(organisation.mia)
    asked = {"kinds": "digest", "service": "slack", "weekday": 4, "hour": 16, "zone": "Europe/Berlin"}
    missing = browser.post("/account/messages/", asked)
    assert b"Paste the address of an incoming webhook of Slack" in missing.content
    assert browser.post("/account/messages/", {**asked, "address": "http://x.org/"}).status_code == 422
    assert browser.post("/account/messages/", {**asked, "address": address}).status_code == 302
    wish = Preference.objects.get()
    assert (wish.service, wish.weekday, wish.zone) == ("slack", 4, "Europe/Berlin")
    assert b"very-secret" not in browser.get("/account/messages/").content
    assert "very-secret" not in str(list(Entry.objects.values()))
    assert browser.post("/account/messages/", asked).status_code == 302
    assert Preference.objects.get().address_id == wish.address_id
    browser.post("/account/messages/", {**asked, "service": "email"})
    assert Preference.objects.get().address is None


def test_an_unknown_place_or_hour_is_refused_beside_its_field(organisation):
    for given, place in (
        ({"zone": "Mars/Base"}, "zone"),
        ({"hour": 24}, "hour"),
        ({"weekday": 7}, "weekday"),
    ):
        with pytest.raises(Refused) as refused:
            choose(organisation.mia, Wish(kinds=frozenset(), **given), now=NOW)
        assert refused.value.place == place


def test_the_preview_is_word_for_word_what_is_sent(organisation, browser_of, mail, monkeypatch):
    browser = browser_of(organisation.mia)
    a_key_result("Mia")
    shown = browser.get("/account/messages/digest/")
    assert shown.status_code == 200
    assert browser.post("/account/messages/now").status_code == 302
    (message,) = waiting()
    send_all(now=message.created_at)
    (letter,) = sent_mail.outbox
    text = shown.context["text"].partition("\n-- ")[0]
    assert text == letter.body.partition("\n-- ")[0]
    for kind in KINDS:
        assert browser.get(f"/account/messages/{kind}/").status_code == 200


def test_a_room_that_was_revealed_waits_for_nobody(organisation):
    hears(organisation.vera, "room")
    revealed(organisation)
    plan(NOW)
    assert waiting() == []
