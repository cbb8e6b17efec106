"""A link on a phone, no name, five answers shown; the score is promised, and people are asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, go_to

pytestmark = pytest.mark.journey
FIRST = ((10, "It found what we had missed"), (9, ""), (9, "Quick"), (8, "Fine"), (3, "Too late in the work"))
TWO_MORE = ((0, "Nobody may read this"), (0, "Nor this"))
SECOND = ((10, ""), (9, "Earlier this time"), (9, ""), (9, ""), (7, ""))


def test_strangers_answer_on_a_phone_and_what_they_say_is_promised_and_asked_again(
    signed_in: Callable[..., Page], house: House, visitors: Visitors
):
    manager = signed_in(house.link_of("Max", role="manager"))
    go_to(manager, "Plan")
    manager.goto("/surveys/")
    look(manager, "surveys-none")
    a_survey_is_made(manager)
    link = a_wave_is_opened(manager, number=1, asked="12")
    manager.get_by_role("link", name="To the survey").click()
    expect(manager.get_by_text("Nothing is shown before 5 answers.")).to_be_visible()

    for number, (score, why) in enumerate(FIRST + TWO_MORE):
        a_stranger_answers(visitors, link, score, why, looks=number == 0)
    manager.reload()
    expect(manager.locator("#results .statistic .value")).to_have_text("+40")
    expect(manager.get_by_text("n = 5")).to_be_visible()
    expect(manager.get_by_text("It found what we had missed")).to_be_visible()
    expect(manager.get_by_text("Nobody may read this")).to_have_count(0)
    look(manager, "survey-first-wave")

    a_key_result_is_promised(manager)
    manager.goto("/surveys/")
    manager.get_by_role("link", name="The security review").click()
    manager.get_by_text("Close wave 1").click()
    manager.get_by_role("button", name="Close it").click()
    expect(
        manager.get_by_text("2 answers came after the last full 5 and were removed unread")
    ).to_be_visible()

    link = a_wave_is_opened(manager, number=2, asked="12")
    manager.get_by_role("link", name="To the survey").click()
    for score, why in SECOND:
        a_stranger_answers(visitors, link, score, why)
    # The page hears that five are in, and fetches what they say.
    expect(manager.locator("#results p.strong")).to_contain_text("No evidence of change since wave 1: +40")
    look(manager, "survey-second-wave")
    manager.goto("/surveys/")
    look(manager, "surveys")


def a_survey_is_made(page: Page) -> None:
    page.get_by_role("link", name="New survey").first.click()
    page.get_by_label("What it is about").fill("The security review")
    page.get_by_label("The question", exact=True).fill(
        "How likely are you to recommend the security review to a colleague?"
    )
    look(page, "survey-new")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="The security review", level=1)).to_be_visible()
    look(page, "survey-not-asked")


def a_wave_is_opened(page: Page, *, number: int, asked: str) -> str:
    page.get_by_label("How many people are asked").fill(asked)
    page.get_by_role("button", name=f"Open wave {number}").click()
    link = page.get_by_label("Shared link").input_value()
    if number == 1:
        look(page, "survey-links")
    return link


def a_stranger_answers(visitors: Visitors, link: str, score: int, why: str, *, looks: bool = False) -> None:
    page = visitors.enter(width=PHONE, touch=True)
    page.goto(link)
    if looks:
        look(page, "survey-question")
    page.get_by_role("radio", name=str(score)).first.check()
    page.get_by_label("Why?").fill(why)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    if looks:
        look(page, "survey-thanks")
        visitors.foresee(409)
        page.goto(link)
        expect(page.get_by_text("This browser has answered already")).to_be_visible()
        look(page, "survey-answered")
    page.context.close()


def a_key_result_is_promised(page: Page) -> None:
    page.get_by_role("link", name="Make a key result").click()
    page.get_by_label("Start", exact=True).fill(f"{datetime.now(UTC):%Y-%m-%d}")
    page.get_by_label("Target", exact=True).fill("60")
    expect(page.get_by_text("5 answers a wave cannot show a move of 20 points")).to_be_visible()
    look(page, "survey-key-result")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="The security review", level=1)).to_be_visible()
