"""Whoever has one address of IPv6 has 2^64 of them: going on from the next one is no way around a limit."""

from __future__ import annotations

import pytest
from tests.accounts.test_sign_in import PASSWORD, give_password
from tests.organisation import NOW

from throughline.accounts import sign_in, throttle
from throughline.dashboards import sharing
from throughline.engine.refusals import Refused
from throughline.surveys import guessing


def next_door(number: int) -> str:
    return f"2001:db8:1:2::{number:x}"


def test_a_password_is_guessed_five_times_from_all_addresses_of_a_network(organisation):
    give_password(organisation.mia)
    for number in range(throttle.MOST_FOR_ONE_PERSON):
        with pytest.raises(Refused, match="wrong"):
            sign_in.check_password("mia@example.org", "not it", address=next_door(number), now=NOW)
    with pytest.raises(Refused, match="Too many"):
        sign_in.check_password("mia@example.org", PASSWORD, address=next_door(999), now=NOW)
    elsewhere = sign_in.check_password("mia@example.org", PASSWORD, address="2001:db8:1:3::1", now=NOW)
    assert elsewhere == organisation.mia


@pytest.mark.django_db
def test_a_shared_link_is_guessed_thirty_times_from_all_addresses_of_a_network():
    for number in range(sharing.MOST_MISSES):
        with pytest.raises(Refused, match="has ended"):
            sharing.open_link(f"guess-{number}", address=next_door(number), now=NOW)
    with pytest.raises(Refused, match="Too many"):
        sharing.open_link("one-more", address=next_door(999), now=NOW)


def test_a_survey_is_answered_sixty_times_from_all_addresses_of_a_network(monkeypatch):
    monkeypatch.setattr(guessing, "_lately", {})
    for number in range(guessing.MOST_ANSWERS):
        guessing.count_answer(next_door(number), 1, now=NOW)
    with pytest.raises(Refused, match="Many answers"):
        guessing.count_answer(next_door(999), 1, now=NOW)
    guessing.count_answer("2001:db8:1:3::1", 1, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["::ffff:192.0.2.{}", "64:ff9b::192.0.2.{}", "192.0.2.{}"])
def test_people_with_an_address_of_ipv4_each_do_not_wait_for_each_other(form):
    for number in range(sharing.MOST_MISSES):
        throttle.count_miss("link", form.format(number), most=sharing.MOST_MISSES, now=NOW)
    throttle.require_not_blocked("link", form.format(1), now=NOW)
