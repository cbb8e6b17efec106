"""A ladder: a manager brings one in, an engineer makes a rung her goal, and keeps it when the ladder goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.test_first_visit_of_an_engineer import arrive
from tests.journeys.visitors import PHONE, Visitors

pytestmark = pytest.mark.journey
FERNWOOD = """ladder: Fernwood
rungs:
  - {key: mentor-1, track: Mentoring, level: 1, title: Answers so that it is asked once, kinds: [teaching]}
  - {key: mentor-2, track: Mentoring, level: 2, title: Makes the next step visible, kinds: [teaching]}
"""


def test_a_rung_becomes_a_goal(house: House, visitors: Visitors, tmp_path: Path):
    lena = arrive(visitors, house, "Lena", "member", width=PHONE, touch=True)
    max_ = arrive(visitors, house, "Maxim", "manager")
    visitors.foresee(422)
    bring_a_ladder_in(max_, tmp_path)
    make_a_rung_a_goal(lena)
    retire_it(max_)
    the_goal_keeps_its_rung(lena)


def bring_a_ladder_in(page: Page, desk: Path) -> None:
    page.goto("/ladder/")
    expect(page.get_by_role("columnheader", name="Detecting and responding")).to_be_visible()
    file = desk / "ladder.yaml"
    file.write_text(FERNWOOD.replace("level: 2", "level: two"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("ladder.yaml:4:46: level: expected a whole number from 1 to 12")).to_be_visible()
    look(page, "ladder-refused")
    file.write_text(FERNWOOD)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Fernwood: 2 new, 0 changed, 0 as they were, 0 retired.")).to_be_visible()


def make_a_rung_a_goal(page: Page) -> None:
    page.goto("/ladder/")
    look(page, "ladder")
    page.locator("#rung-mentor-2").get_by_role("link", name="Make it a goal").click()
    goals = page.get_by_role("region", name="What I want to be better at")
    expect(goals.get_by_label("On the ladder")).to_have_value("mentor-2")
    expect(goals.get_by_role("checkbox", name="Teaching")).to_be_checked()
    look(page, "goal-of-a-rung")
    goals.get_by_label("What you want to be better at").fill("Lead the next one along")
    goals.get_by_role("button", name="Set the goal").click()
    expect(page.get_by_role("link", name="Mentoring, level 2: Makes the next step visible")).to_be_visible()
    goals.get_by_role("button", name="Still so").click()
    expect(page.get_by_text("It still holds.")).to_be_visible()


def retire_it(page: Page) -> None:
    page.goto("/ladder/")
    hers = page.get_by_role("region", name="Fernwood", exact=True)
    hers.get_by_text("Retire it").click()
    page.get_by_role("button", name="Retire “Fernwood”").click()
    expect(page.get_by_text("“Fernwood” is retired. Goals keep its rungs.")).to_be_visible()


def the_goal_keeps_its_rung(page: Page) -> None:
    page.goto("/me/work/")
    expect(page.get_by_text("not on the ladder any more")).to_be_visible()
    look(page, "my-work-with-a-goal")
