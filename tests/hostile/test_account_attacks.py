"""One attack a test: what somebody may try who is in, was in, or sits at somebody's open session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from tests.accounts.test_sign_in import PASSWORD, give_password, sign_in_clock, token_of
from tests.organisation import NOW

from throughline.accounts import sign_in, throttle
from throughline.accounts.actions import add_person, change_person, make_sign_in_link
from throughline.engine.refusals import Refused


@pytest.mark.parametrize("name", ["Ada", " ada ", "ADA", "A\u200bda", "\uff21da"])
def test_nobody_takes_the_name_of_another(organisation, browser_of, name):
    answer = browser_of(organisation.mia).post("/account/", {"name": name, "email": "mia@example.org"})
    assert b"add what tells the two apart" in answer.content
    organisation.mia.refresh_from_db()
    assert organisation.mia.name == "Mia"


def test_a_new_person_gets_no_name_that_somebody_has(organisation):
    with pytest.raises(Refused, match="tells the two apart"):
        add_person("test", name="ada", email="other@example.org", now=NOW)


def test_ones_own_name_may_be_written_anew(organisation, browser_of):
    answer = browser_of(organisation.mia).post("/account/", {"name": "MIA", "email": "mia@example.org"})
    assert answer.status_code == 302


def let_in(user, is_active: bool) -> None:
    change_person(
        "test", user, role="member", teams=["Payments"], sees_all_teams=False, is_active=is_active, now=NOW
    )


def test_no_session_outlives_a_deactivation(organisation, browser_of):
    browser, other = browser_of(organisation.mia), browser_of(organisation.vera)
    let_in(organisation.mia, False)
    let_in(organisation.mia, True)
    assert browser.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200
    assert Session.objects.count() == 1


def test_no_link_outlives_a_deactivation(organisation):
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    let_in(organisation.mia, False)
    let_in(organisation.mia, True)
    with pytest.raises(Refused):
        sign_in.use_sign_in_link(token, now=NOW)


def test_no_older_link_outlives_a_new_password(organisation):
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    give_password(organisation.mia)
    with pytest.raises(Refused):
        sign_in.use_sign_in_link(token, now=NOW)


@pytest.mark.parametrize("given", [{}, {"current": "not it at all"}])
def test_an_open_session_is_not_enough_to_change_the_address_of_who_has_a_password(
    organisation, browser_of, given
):
    give_password(organisation.mia)
    browser = browser_of(organisation.mia)
    answer = browser.post("/account/", {"name": "Mia", "email": "eve@example.org", **given})
    assert b"not your current password" in answer.content
    organisation.mia.refresh_from_db()
    assert organisation.mia.email == "mia@example.org"


def test_the_password_changes_the_address_and_a_name_needs_none(organisation, browser_of):
    give_password(organisation.mia)
    browser = browser_of(organisation.mia)
    assert browser.post("/account/", {"name": "Mia K.", "email": "Mia@example.org"}).status_code == 302
    given = {"name": "Mia K.", "email": "mia.k@example.org", "current": PASSWORD}
    assert browser.post("/account/", given).status_code == 302
    organisation.mia.refresh_from_db()
    assert (organisation.mia.name, organisation.mia.email) == ("Mia K.", "mia.k@example.org")


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/account/password/", {"new": "another quiet river"}),
        ("/account/", {"name": "Mia", "email": "eve@example.org"}),
    ],
)
def test_guessing_the_password_from_an_open_session_ends_as_at_the_door(
    organisation, browser_of, address, form
):
    give_password(organisation.mia)
    browser = browser_of(organisation.mia)
    for number in range(throttle.MOST_FOR_ONE_PERSON):
        answer = browser.post(address, {**form, "current": f"guess {number}"})
        assert b"not your current password" in answer.content
    assert b"Too many attempts" in browser.post(address, {**form, "current": PASSWORD}).content


def test_good_sign_ins_never_close_an_address(organisation):
    give_password(organisation.mia)
    for _ in range(throttle.MOST_FROM_ONE_ADDRESS + 1):
        assert sign_in.check_password("mia@example.org", PASSWORD, address="10.0.0.1", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_time_are_counted_as_those_in_turn(organisation):
    give_password(organisation.mia)
    now = sign_in_clock()

    def guess(number: int) -> str:
        try:
            sign_in.check_password("mia@example.org", f"guess {number}", address="10.0.0.1", now=now)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(10) as pool:
        told = sorted(pool.map(guess, range(10)))
    assert told == ["throttled"] * 5 + ["wrong"] * 5
