"""A manager finds words in the library, takes a key result along, tells a piece of work; the flag goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors

pytestmark = pytest.mark.journey
PLAN = """
apiVersion: throughline/v1
kind: Plan
cycles:
  - {key: 2099-q1, title: Q1 2099, start: 2099-01-01, end: 2099-03-31}
objectives:
  - {key: sign-sooner, title: Customers sign sooner and renew without asking for an audit, cycle: 2099-q1}
initiatives:
  - {key: report, title: A report that customers accept, cycle: 2099-q1, owner: Ada}
  - {key: scan, title: Scan more, cycle: 2099-q1, owner: Ada}
"""


def test_work_without_a_story_gets_one(
    house: House, visitors: Visitors, signed_in: Callable[..., Page], tmp_path: Path
):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    house.run("plan", "apply", file)
    page = signed_in()
    visitors.foresee(422)
    the_library_is_read_before_anything_is_written(page)
    a_key_result_comes_along(page)
    the_flag_leads_to_the_form(page)
    the_story_is_told_with_what_it_unlocks(page)
    a_phone_holds_the_whole_width(page)


def the_library_is_read_before_anything_is_written(page: Page) -> None:
    page.goto("/narratives/")
    expect(page.get_by_role("heading", level=2)).to_have_count(14)
    look(page, "narratives")
    page.get_by_role("link", name="Customer assurance").click()
    expect(page.get_by_text("Sales cannot name one deal that it moved.")).to_be_visible()
    look(page, "narrative")


def a_phone_holds_the_whole_width(page: Page) -> None:
    page.set_viewport_size({"width": PHONE, "height": 844})
    for key in ("zero-trust", "customer-assurance", "secrets"):
        page.goto(f"/narratives/{key}/")
        expect(page.get_by_role("combobox").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE


def a_key_result_comes_along(page: Page) -> None:
    page.get_by_role("button", name="Keep the days for repair that contracts promise").click()
    expect(page.locator("#id_metric")).to_have_value("within_sla")
    page.get_by_role("button", name="Keep the sketch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Keep the days for repair that contracts promise"
    )
    look(page, "narrative-taken")


def the_flag_leads_to_the_form(page: Page) -> None:
    page.goto("/stories/")
    expect(page.get_by_text("No story: whoever asks what this is for gets no answer.").first).to_be_visible()
    look(page, "stories-untold")
    page.get_by_role("link", name="the story of A report that customers accept").click()
    page.get_by_label("A story of the library").select_option("Customer assurance")
    expect(page.get_by_label("It fails when")).to_contain_text("Sales cannot name one deal that it moved.")
    expect(page.get_by_role("heading", name="Customer assurance")).to_be_visible()
    look(page, "story-form")


def the_story_is_told_with_what_it_unlocks(page: Page) -> None:
    page.get_by_label("To the board").fill("Three customers sign with the report in hand.")
    page.get_by_label("Revenue that it unlocks").fill("1.2 M")
    page.get_by_role("button", name="Keep the story").click()
    expect(page.get_by_text("say which deals, contracts or customers that is")).to_be_visible()
    page.get_by_label("Which deals").fill("Acme, Borealis")
    page.get_by_role("button", name="Keep the story").click()
    expect(page.get_by_text("Three customers sign with the report in hand.")).to_be_visible()
    look(page, "story-told")
    page.goto("/stories/")
    expect(page.get_by_text("Together they unlock 1.2 million.")).to_be_visible()
    look(page, "stories")
