"""A stranger signs in by the link that the server printed, and next time by her password."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey
PASSWORD = "a lantern over nine rivers"


def test_a_link_signs_in_once_and_a_password_from_then_on(house: House, visitors: Visitors):
    page = visitors.enter()
    visitors.foresee(410)

    page.goto("/")
    expect(page.get_by_text("Nobody has signed in here yet")).to_be_visible()
    look(page, "sign-in")

    page.goto(house.link)
    look(page, "sign-in-link")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Import a file")).to_be_visible()
    expect(page.get_by_role("button", name="Show me with sample data")).to_be_visible()
    look(page, "home-empty")

    set_password(page)
    sign_out(page)

    assert page.goto(house.link).status == 410
    expect(page.get_by_role("alert")).to_contain_text("has been used")
    look(page, "sign-in-link-spent")

    page.get_by_role("link", name="Sign in with a password").click()
    give(page, "some other words entirely")
    expect(page.get_by_role("alert")).to_contain_text("The e-mail address or the password is wrong.")
    look(page, "sign-in-wrong")
    give(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_contain_text("From a finding to a sentence")


def set_password(page: Page) -> None:
    open_menu(page)
    page.get_by_role("link", name="Account").click()
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("at least 12 characters.").first).to_be_visible()
    look(page, "account-refused")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("status").filter(has_text="Your password is set.")).to_be_visible()
    page.get_by_label("E-mail").fill("stranger@example.org")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Your details are saved.")).to_be_visible()


def sign_out(page: Page) -> None:
    open_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def open_menu(page: Page) -> None:
    page.locator("summary", has_text="Account:").click()


def give(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill("stranger@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
