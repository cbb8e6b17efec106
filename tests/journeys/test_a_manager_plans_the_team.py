"""A manager plans who does what: weights, a change's cost, ownership published; an engineer sees hers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House, _environment
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors, sign_in

pytestmark = pytest.mark.journey
PAGE = "/match/2027-q1/"


@pytest.fixture
def team(house: House) -> House:
    """The house with a team of four and nine pieces of work."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.team", str(house.home)],
        env=_environment(),
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return house


def enter(came: Visitors, house: House, email: str) -> Page:
    page = came.enter()
    path = house.run("user", "link", email)["sign_in_link"].split("/", 3)[3]
    sign_in(page, f"{house.address}/{path}")
    return page


def test_a_manager_plans_the_team_and_an_engineer_sees_her_work(team: House, visitors: Visitors):
    team.run("user", "add", "Max", "max@example.org", "--role", "manager")
    max_ = enter(visitors, team, "max@example.org")
    visitors.foresee(422)
    find_the_plan(max_)
    move_the_weights_by_keys(max_)
    choose_a_point_of_the_triangle(max_)
    state_weights_with_a_reason(max_)
    ask_what_one_change_costs_and_keep_it(max_)
    print_a_sheet(max_)
    publish_ownership(max_)
    the_engineer_sees_her_work(enter(visitors, team, "ana@example.org"))


def find_the_plan(page: Page) -> None:
    page.goto("/team/work/")
    page.get_by_role("navigation", name="Work").get_by_role("link", name="Who does what").click()
    page.wait_for_url(f"**{PAGE}")
    expect(page.get_by_role("heading", name="The team's plan")).to_be_visible()
    expect(page.get_by_role("region", name="Every mix of the weights").locator("svg")).to_be_visible(
        timeout=60_000
    )
    look(page, "match")


def move_the_weights_by_keys(page: Page) -> None:
    slider = page.get_by_role("slider", name="Interest, slider")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Interest", exact=True)).to_have_value("0.43")
    page.wait_for_url("**interest=0.43**")
    weights = [float(page.locator(f"#{name}").input_value()) for name in ("business", "interest", "growth")]
    assert abs(sum(weights) - 1) < 1e-9
    expect(page.get_by_role("heading", name=re.compile("by these weights"))).to_be_visible(timeout=30_000)
    expect(slider).to_be_focused()


def choose_a_point_of_the_triangle(page: Page) -> None:
    # Its corner is all business; the link lies under the mark's own title.
    corner = page.locator("#triangle svg a").filter(has_text=re.compile("business 1.00")).first
    page.goto(f"{PAGE}{corner.get_attribute('href').partition(PAGE)[2]}")
    expect(page.get_by_label("Business", exact=True)).to_have_value("1.00")
    page.get_by_label("Growth", exact=True).fill("plenty")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Expected a weight from 0, such as 0.5, found 'plenty'.")).to_be_visible()
    page.get_by_label("Business", exact=True).fill("2")
    page.get_by_label("Interest", exact=True).fill("1")
    page.get_by_label("Growth", exact=True).fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Business", exact=True)).to_have_value("0.50")


def state_weights_with_a_reason(page: Page) -> None:
    page.get_by_role("link", name="State these weights").click()
    page.get_by_role("button", name="State the weights").click()
    expect(page.get_by_text("say in one line why these weights")).to_be_visible()
    look(page, "match-weights-refused")
    page.get_by_label("Why these weights").fill("A promise to the board")
    page.get_by_role("button", name="State the weights").click()
    expect(page.get_by_text("“A promise to the board”")).to_be_visible()


def ask_what_one_change_costs_and_keep_it(page: Page) -> None:
    asking = page.get_by_role("region", name="What would one change cost?")
    asking.get_by_role("button", name="What does it cost?").click()
    asking.get_by_label("Who").select_option("Ana")
    asking.get_by_label("Work", exact=True).select_option("A school for service owners")
    asking.get_by_role("button", name="What does it cost?").click()
    costs = page.get_by_role("region", name="What this costs")
    expect(costs.get_by_text("It costs the team")).to_be_visible(timeout=60_000)
    expect(costs.get_by_text(re.compile("Ana gets “A school for service owners”"))).to_be_visible()
    look(page, "match-cost")
    costs.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept: Ana does “A school for service owners”.")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("^Ana"))
    expect(row.get_by_role("link", name="A school for service owners").first).to_be_visible(timeout=60_000)


def print_a_sheet(page: Page) -> None:
    page.get_by_role("link", name="Sheets for 1:1s").click()
    expect(page.get_by_role("article", name="Ana")).to_contain_text("What would change it")
    look(page, "match-sheets")
    printed = page.pdf(prefer_css_page_size=True)
    # One page of A4 each, with what the work serves and its story on it.
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == page.get_by_role("article").count()
    page.get_by_role("link", name="Who does what").first.click()


def publish_ownership(page: Page) -> None:
    page.goto(PAGE)
    page.get_by_role("link", name="Publish ownership").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    look(page, "match-publish")
    page.get_by_label("A word with it").fill("Agreed in the 1:1s")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("By today's records the plan is the same.")).to_be_visible(timeout=60_000)
    look(page, "match-published")


def the_engineer_sees_her_work(page: Page) -> None:
    page.goto(f"{PAGE}published/")
    row = page.get_by_role("row").filter(has_text="Ana").filter(has_text="A school for service owners")
    expect(row).to_contain_text("you")
    expect(page.get_by_text("Beside today's answer")).to_have_count(0)
    page.goto("/initiatives/school-for-owners/")
    expect(page.get_by_role("main").get_by_text("Ana").first).to_be_visible()
