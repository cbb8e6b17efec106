"""A metric becomes a key result: refused while it cannot be decided, then judged on the home page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey


def test_a_key_result_is_made_from_a_metric_and_found_on_the_home_page(
    signed_in: Callable[..., Page], visitors: Visitors, known: list[Line]
):
    page = signed_in()
    visitors.foresee(422)
    page.goto("/metrics/?metric=known_open_average&where=service+%3D+'checkout'")
    page.get_by_role("link", name="Make a key result").click()
    expect(page.get_by_label("Metric", exact=True)).to_have_value("known_open_average")
    expect(page.get_by_label("Slice")).to_have_value("service = 'checkout'")

    page.get_by_label("Baseline", exact=True).fill("12")
    page.get_by_label("Target", exact=True).fill("12")
    expect(page.locator("#problem-target, #problem-baseline").filter(has_text="12")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".field .message").first).to_be_visible()
    look(page, "key-result-refused")

    page.get_by_label("Baseline", exact=True).fill("measured")
    page.get_by_label("Target", exact=True).fill("-40%")
    expect(page.get_by_role("heading", name="Decidable")).to_be_visible()
    sentence = page.locator("#preview p.strong").inner_text()
    look(page, "key-result-decidable")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name=sentence, level=1)).to_be_visible()
    look(page, "key-result")

    go_to(page, "Home")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=sentence))
    expect(row.locator(".badge")).to_have_text(["off track"])
    expect(row).to_contain_text("likely to hit")
    look(page, "home")

    row.get_by_role("link", name=sentence).click()
    change_target(page)
    page.goto("/key-results/")
    look(page, "key-results")


def change_target(page: Page) -> None:
    """A moved target is a second version, with its reason."""
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Target", exact=True).fill("-20%")
    page.get_by_role("button", name="Make version 2").click()
    expect(page.locator(".field .message").first).to_be_visible()
    look(page, "key-result-change-refused")
    page.get_by_label("Why it changes").select_option("target moved")
    page.get_by_label("In your own words").fill("The team lost two people.")
    page.get_by_role("button", name="Make version 2").click()
    versions = page.get_by_role("region", name="Versions")
    expect(versions).to_contain_text("Version 2")
    expect(versions).to_contain_text("The team lost two people.")
    expect(versions).to_contain_text("-20%")
    look(page, "key-result-second-version")
