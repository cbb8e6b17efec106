"""An engineer's first visit: five questions, a goal; her manager sees what she shares."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, sign_in

pytestmark = pytest.mark.journey


def arrive(came: Visitors, house: House, name: str, role: str, **how: Any) -> Page:
    email = f"{name.lower()}@example.org"
    house.run("user", "add", name, email, "--role", role)
    page = came.enter(**how)
    path = house.run("user", "link", email)["sign_in_link"].split("/", 3)[3]
    sign_in(page, f"{house.address}/{path}")
    return page


def test_an_engineer_answers_in_two_minutes_and_shares_what_she_wants(house: House, visitors: Visitors):
    mia = arrive(visitors, house, "Mia", "member", width=PHONE, touch=True)
    max_ = arrive(visitors, house, "Max", "manager")
    visitors.foresee(422)
    answer_five_questions(mia)
    say_what_she_can_do(mia)
    the_manager_sees_that_she_answered_and_not_what(max_)
    share_the_goal(mia)
    the_manager_sees_the_goal(max_)


def answer_five_questions(page: Page) -> None:
    page.goto("/")
    page.goto("/me/work/")
    expect(page.get_by_role("heading", name="You have not been asked yet")).to_be_visible()
    look(page, "my-work-empty")
    page.get_by_role("link", name="Answer five questions").click()
    gladly = page.get_by_role("group", name="What do you gladly do?")
    gladly.get_by_label("Detection").check()
    gladly.get_by_label("Tooling").check()
    rather_not = page.get_by_role("group", name="What would you rather not do?")
    rather_not.get_by_label("Tooling").check()
    page.get_by_label("What do you want to be better at?").fill("Threat models that engineers use")
    page.get_by_role("group", name="In which work would it grow?").get_by_label("Teaching").check()
    page.get_by_role("button", name="Keep my answers").click()
    expect(page.get_by_text("Both gladly and rather not: Tooling. Choose one.")).to_be_visible()
    expect(rather_not.get_by_label("Tooling")).to_be_focused()
    look(page, "my-work-refused")
    rather_not.get_by_label("Tooling").uncheck()
    page.get_by_role("button", name="Keep my answers").click()
    expect(page.get_by_text("Threat models that engineers use").first).to_be_visible()


def say_what_she_can_do(page: Page) -> None:
    can = page.get_by_role("region", name="What I can do")
    can.get_by_label("Detection").select_option("on my own")
    can.get_by_role("button", name="Keep what I can do").click()
    expect(can.get_by_label("Detection")).to_have_value("0.5")
    look(page, "my-work")


def the_manager_sees_that_she_answered_and_not_what(page: Page) -> None:
    page.goto("/team/work/")
    hers = page.get_by_role("region", name="Mia")
    expect(hers.get_by_text("growth goals private")).to_be_visible()
    expect(hers.get_by_text("Threat models that engineers use")).to_have_count(0)
    look(page, "team-work")


def share_the_goal(page: Page) -> None:
    seen = page.get_by_role("region", name="What my manager sees")
    seen.get_by_label("My growth goals").check()
    seen.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("It counts from now on.")).to_be_visible()


def the_manager_sees_the_goal(page: Page) -> None:
    page.reload()
    hers = page.get_by_role("region", name="Mia")
    expect(hers.get_by_text("Threat models that engineers use")).to_be_visible()
