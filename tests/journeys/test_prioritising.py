"""A quarter is prioritised: candidates get ranges, rules are stated, and what is chosen becomes work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey
PROBLEM = ".field .message"
LEAD = ".page-head .lead"
PLAN = """apiVersion: throughline/v1
kind: Plan
cycles:
  - {key: spring, title: Spring, start: 2031-04-01, end: 2031-06-30}
objectives:
  - key: paved
    title: Everybody is on the paved road
    cycle: spring
    key_results:
      - key: road
        title: The road carries every team
        kind: milestone
        steps:
          - {title: The pilot team is on it, weight: 40}
          - {title: All teams are on it, weight: 60}
"""


def test_a_quarter_is_prioritised_from_a_title_to_an_initiative(
    house: House, signed_in: Callable[..., Page], visitors: Visitors, tmp_path
):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    house.run("plan", "apply", plan)
    page = signed_in()
    visitors.foresee(409, 422)
    page.goto("/cycles/spring/")
    page.get_by_role("link", name="Prioritise").click()
    expect(page.get_by_role("heading", name="What might be done?")).to_be_visible()
    look(page, "portfolio-empty")

    add_the_first(page)
    add_others_by_command(house)
    state_the_rules(page)
    try_another_capacity(page)
    read_another_view(page)
    drop_and_take_back(page)
    make_initiatives(page)


def add_the_first(page: Page) -> None:
    """A range has its smaller end first, and forty is no confidence."""
    page.get_by_role("link", name="Add the first").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(PROBLEM)).to_contain_text("in one line")
    page.get_by_label("What would be done").fill("Move the pilot team")
    page.get_by_label("For the objective").select_option(label="Everybody is on the paved road")
    effort = page.get_by_role("group", name="Effort, in person-weeks")
    effort.get_by_label("At least").fill("6")
    effort.get_by_label("At most").fill("3")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(PROBLEM)).to_contain_text("swap its ends")
    look(page, "candidate-refused")
    effort.get_by_label("At least").fill("3")
    effort.get_by_label("At most").fill("6")
    road = page.get_by_role("group", name="The road carries every team")
    road.get_by_label("From").fill("30")
    road.get_by_label("To").fill("40 %")
    page.get_by_label("Confidence").fill("40")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(PROBLEM)).to_contain_text("write 40 % or 0.4")
    page.get_by_label("Confidence").fill("90 %")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(LEAD)).to_contain_text("no capacity to choose under yet")
    look(page, "portfolio-no-capacity")


def add_others_by_command(house: House) -> None:
    for title, effort, moves, delay in (
        ("Write the guide", "1..2", "5%..10%", "1k..2k"),
        ("Move every other team", "10..20", "30%..60%", "5k..20k"),
    ):
        house.run(
            "candidate",
            "add",
            "spring",
            title,
            "--effort",
            effort,
            "--impact",
            f"road={moves}",
            "--delay",
            delay,
        )
    house.run("candidate", "add", "spring", "Throw a party")


def state_the_rules(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="State the rules").click()
    page.get_by_label("Person-weeks that the team has").fill("lots")
    page.get_by_role("button", name="State the rules").click()
    expect(page.locator(PROBLEM)).to_contain_text("expected person-weeks such as 40")
    look(page, "portfolio-rules-refused")
    page.get_by_label("Person-weeks that the team has").fill("8")
    first = page.get_by_role("group", name="Rule 1")
    first.get_by_label("Of").select_option(label="big-bet, as a share of the effort")
    first.get_by_label("At least").fill("10 %")
    first.get_by_label("Else it costs").fill("0.01")
    page.get_by_role("button", name="State the rules").click()
    expect(page.locator(LEAD)).to_contain_text("2 of 4 candidates fit in")
    expect(page.get_by_text("without an effort it is not in the choice")).to_be_visible()
    expect(page.locator("tr.cut")).to_contain_text("the cut: 8 person-weeks")
    look(page, "portfolio")


def try_another_capacity(page: Page) -> None:
    weeks = page.get_by_label("Person-weeks of the team")
    weeks.fill("plenty")
    page.get_by_role("button", name="Choose anew").click()
    expect(page.locator("#capacity-problem")).to_contain_text("found 'plenty'")
    weeks.fill("30")
    page.get_by_role("button", name="Choose anew").click()
    expect(page.locator(LEAD)).to_contain_text("3 of 4 candidates fit in")
    assert "capacity=30" in page.url
    page.get_by_label("Slide from what goals claim").press("Home")
    page.wait_for_url("**capacity=0*")
    expect(page.locator(LEAD)).to_contain_text("0 of 4 candidates fit in")
    page.get_by_role("link", name="As stated").click()


def read_another_view(page: Page) -> None:
    page.get_by_label("View").select_option(label="WSJF")
    page.wait_for_url("**view=wsjf*")
    expect(page.get_by_role("heading", name="WSJF")).to_be_visible()
    expect(page.get_by_text("Going down WSJF until no more fits")).to_be_visible()
    look(page, "portfolio-wsjf")
    page.get_by_label("View").select_option(label="Best choice")
    page.wait_for_url("**view=best*")


def drop_and_take_back(page: Page) -> None:
    page.get_by_role("link", name="Throw a party").first.click()
    look(page, "candidate")
    page.get_by_text("Drop it", exact=True).first.click()
    page.locator("details").get_by_role("button", name="Drop it").click()
    expect(page.locator(PROBLEM)).to_contain_text("why it is dropped")
    page.get_by_label("Why it is dropped").fill("It moves nothing")
    page.locator("details").get_by_role("button", name="Drop it").click()
    expect(page.locator(LEAD)).to_contain_text("2 of 3 candidates")
    page.get_by_text("Dropped", exact=False).first.click()
    page.get_by_role("link", name="Throw a party").click()
    page.get_by_role("button", name="Take it up again").click()
    expect(page.locator(LEAD)).to_contain_text("2 of 4 candidates")


def make_initiatives(page: Page) -> None:
    page.get_by_role("link", name="Make initiatives").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    expect(page.get_by_text("+30 to +40 points on The road carries every team")).to_be_visible()
    look(page, "portfolio-make")
    page.get_by_role("button", name="Make all 2").click()
    expect(page.get_by_text("2 initiatives made.")).to_be_visible()
    # The gate names it too, once it has arrived.
    expect(page.get_by_role("link", name="Move the pilot team").first).to_be_visible()
