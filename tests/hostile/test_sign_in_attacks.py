"""One attack a test: what a stranger or a hostile page may try at the door."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.accounts.test_sign_in import PASSWORD, give_password, sign_in_clock

from throughline.accounts.actions import make_sign_in_link


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/\t/evil.example",
        "///evil.example",
        "evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(organisation, elsewhere):
    give_password(organisation.mia)
    answer = Client().post("/sign-in/", {"email": "mia@example.org", "password": PASSWORD, "next": elsewhere})
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(organisation):
    give_password(organisation.mia)
    browser = Client()
    asked = browser.get("/account/?tab=1")
    assert asked["Location"] == "/sign-in/?next=%2Faccount%2F%3Ftab%3D1"
    assert b'value="/account/?tab=1"' in browser.get(asked["Location"]).content
    answer = browser.post(
        "/sign-in/", {"email": "mia@example.org", "password": PASSWORD, "next": "/account/?tab=1"}
    )
    assert answer["Location"] == "/account/?tab=1"


def test_a_session_from_before_signing_in_is_worth_nothing_after_it(organisation):
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    browser.cookies["sessionid"] = before
    browser.post(make_sign_in_link(organisation.mia, now=sign_in_clock()))
    assert browser.cookies["sessionid"].value != before
    stale = Client()
    stale.cookies["sessionid"] = before
    assert stale.get("/account/").status_code == 302


@pytest.mark.parametrize("address", ["/sign-out/", "/account/", "/account/password/", "/people/invite/"])
def test_a_form_from_another_site_is_refused(organisation, browser_of, address):
    browser = browser_of(organisation.ada, enforce_csrf_checks=True)
    answer = browser.post(address, {"name": "Eve", "email": "eve@example.org", "role": "administrator"})
    assert answer.status_code == 403
    assert b"too old or came from elsewhere" in answer.content


def test_a_one_time_link_cannot_be_pressed_from_another_site(organisation):
    path = make_sign_in_link(organisation.mia, now=sign_in_clock())
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(organisation):
    browser = Client()
    browser.post(make_sign_in_link(organisation.mia, now=sign_in_clock()))
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_forged_host_is_refused(db):
    answer = Client().get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


def test_a_name_with_markup_is_shown_as_text(organisation, browser_of):
    browser = browser_of(organisation.ada)
    form = {"name": "<script>alert(1)</script>", "email": "x@example.org", "role": "viewer"}
    browser.post("/people/invite/", form)
    assert b"<script>alert(1)" not in browser.get("/people/").content
    assert b"&lt;script&gt;alert(1)" in browser.get("/people/").content


def test_guessing_at_the_page_ends_with_429_for_the_known_and_the_unknown(organisation):
    give_password(organisation.mia)
    for email in ("mia@example.org", "nobody@example.org"):
        codes = [
            Client().post("/sign-in/", {"email": email, "password": f"guess number {n}"}).status_code
            for n in range(6)
        ]
        assert codes == [200] * 5 + [429]


def test_a_link_cannot_be_used_by_a_second_who_saw_it(organisation):
    path = make_sign_in_link(organisation.mia, now=sign_in_clock())
    assert Client().post(path).status_code == 302
    second = Client()
    assert second.post(path).status_code == 410
    assert second.get("/account/").status_code == 302
