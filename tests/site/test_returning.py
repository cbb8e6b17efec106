"""An address that takes only what a form sends leads a person to the page of that form."""

from __future__ import annotations

import pytest

from throughline.site.returning import page_above

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/match/2027-q1/keep", "/match/2027-q1/"),
        ("/me/work/goals/3/end", "/me/work/"),
        ("/rooms/3/give", "/rooms/3/"),
        ("/effects/3/drop", "/initiatives/"),
        ("/sample/", "/"),
    ],
)
def test_the_nearest_page_above_is_the_one_with_the_form(path, page):
    assert page_above(path) == page


def test_who_reloads_a_refused_form_is_led_back_and_a_program_is_told_the_method(organisation, browser_of):
    browser, address = browser_of(organisation.ada), "/services/add/"
    assert browser.post(address, {"name": ""}).status_code in (302, 400, 422)
    assert browser.get(address).headers["Location"] == "/services/"
    assert browser.head(address).headers["Location"] == "/services/"
    assert browser.get(address, headers={"Accept": "application/json"}).status_code == 405
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 405
    assert browser.put(address).status_code == 405
    assert browser.post("/services/").status_code == 405


def test_a_stranger_is_asked_to_sign_in_first(client, db):
    assert client.get("/services/add/").headers["Location"].startswith("/sign-in/")
