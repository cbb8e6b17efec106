"""A series is defined and entered by hand; key results of other kinds are made, seen, and done by steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey
TODAY = datetime.now(UTC)


def day(ago: int) -> str:
    return f"{TODAY - timedelta(days=ago):%Y-%m-%d}"


def test_a_series_is_defined_entered_and_kept_inside_a_bound(
    signed_in: Callable[..., Page], house: House, visitors: Visitors
):
    page = signed_in()
    visitors.foresee(422)
    go_to(page, "Metrics")
    page.get_by_role("link", name="Series from elsewhere").click()
    expect(page.get_by_role("heading", name="No series yet")).to_be_visible()
    look(page, "series-empty")
    page.get_by_role("link", name="New series").first.click()
    page.get_by_label("Name").fill("build_minutes")
    page.get_by_label("Title").fill("Minutes of a build")
    page.get_by_label("Unit").fill("minutes")
    page.get_by_role("button", name="Define it").click()
    page.get_by_role("textbox", name="Value").fill("fast")
    page.get_by_role("button", name="Enter it").click()
    expect(page.locator(".field .message")).to_have_text("expected a number, found 'fast'")
    page.get_by_role("textbox", name="Value").fill("11.5")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_role("region", name="The newest value")).to_contain_text("11.5 minutes")
    for ago in (7, 14, 21):
        house.run("metric", "push", "build_minutes", str(11 + ago % 3), "--at", day(ago))
    page.reload()
    look(page, "series")

    page.get_by_role("link", name="Make a key result").click()
    page.get_by_label("Kind").select_option("keep")
    page.get_by_label("At most").fill("14")
    page.get_by_label("Start").fill(day(20))
    expect(page.locator("#preview p.strong")).to_contain_text("Minutes of a build, at most 14 minutes from")
    look(page, "key-result-new-keep")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("on track").first).to_be_visible()
    look(page, "key-result-keep")


def test_steps_are_done_with_evidence_and_taken_back(signed_in: Callable[..., Page], visitors: Visitors):
    page = signed_in()
    visitors.foresee(422)
    page.goto("/key-results/new")
    page.get_by_label("Kind").select_option("milestone")
    page.get_by_label("Steps").fill("40: The pilot runs\n50: All teams use it")
    expect(page.locator("#problem-steps")).to_contain_text("They have to make 100")
    page.get_by_label("Steps").fill("40: The pilot runs\n60: All teams use it")
    expect(page.get_by_role("heading", name="Decidable")).to_be_visible()
    look(page, "key-result-new-milestone")
    page.get_by_role("button", name="Publish").click()

    steps = page.get_by_role("region", name="Steps")
    steps.get_by_text("It is done: The pilot runs").click()
    steps.get_by_role("button", name="Mark as done").first.click()
    expect(steps.locator(".message")).to_contain_text("say by what anybody can see it")
    look(page, "key-result-step-refused")
    steps.get_by_label("By what anybody can see it").first.fill("https://ci.example.org/runs/81")
    steps.get_by_role("button", name="Mark as done").first.click()
    expect(steps).to_contain_text("40 % of the weights done")
    look(page, "key-result-milestone")
    steps.get_by_role("button", name="Take it back").click()
    expect(steps).to_contain_text("0 % of the weights done")


def test_without_scripts_another_kind_is_a_link_away(signed_in: Callable[..., Page], visitors: Visitors):
    page = signed_in()
    page.goto("/key-results/new?kind=binary")
    page.get_by_label("The event and its test").fill("An auditor signed the report without a finding.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("region", name="The event")).to_contain_text("An auditor signed")
    look(page, "key-result-event")
