"""A manager says what work needs: refused beside the field, shown on its page, listed with what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look, settle
from tests.journeys.test_first_visit_of_an_engineer import arrive
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey

PLAN = """apiVersion: throughline/v1
kind: Plan
cycles:
  - key: 2027-q1
    title: 2027-Q1
    start: 2027-01-01
    end: 2027-03-31
objectives:
  - key: fewer-doors
    title: Fewer doors stand open
    cycle: 2027-q1
    key_results:
      - key: doors
        title: Half as many doors
        kind: binary
        acceptance: Somebody counted.
initiatives:
  - key: paved-road
    title: A paved road to production
    cycle: 2027-q1
    people:
      - Mia
    effort_low: 4
    effort_high: 8
  - key: robot
    title: A robot that upgrades
    cycle: 2027-q1
"""


def test_work_is_described_until_nothing_is_missing(house: House, visitors: Visitors, tmp_path: Path):
    arrive(visitors, house, "Mia", "member")
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    house.run("plan", "apply", str(plan))
    max_ = arrive(visitors, house, "Max", "manager")
    visitors.foresee(422)
    max_.goto("/work/")
    expect(max_.get_by_role("heading", name="Work", exact=True)).to_be_visible()
    look(max_, "work-not-described")
    max_.get_by_role("link", name="A paved road to production", exact=True).click()
    expect(max_.get_by_text("Not described yet: the match cannot see it.")).to_be_visible()
    look(max_, "initiative-not-described")
    max_.get_by_role("link", name="Describe it").click()
    describe(max_)
    find_it_in_the_list(max_)


def describe(page: Page) -> None:
    expect(page.get_by_label("Weeks that each person gives")).to_have_value("6")
    page.get_by_label("Part of Tooling").fill("70 %")
    total = page.get_by_role("status").filter(has_text="Together")
    expect(total).to_have_text("Together 70 %; 30 % is of no kind")
    page.get_by_label("Part of Teaching").press_sequentially("40")
    expect(total).to_have_text("Together 70 %; 30 % is of no kind")
    page.get_by_label("Part of Tooling").focus()
    expect(page.get_by_text("Write each part like 60 % or 0.6")).to_be_visible()
    page.get_by_label("Part of Teaching").fill("0,4")
    expect(total).to_have_text("Together 110 %: 10 % too much")
    page.get_by_label("One can grow in Teaching there").check()
    page.get_by_label("Least skill in Tooling").select_option("on my own")
    page.get_by_label("What it is worth to the business").select_option("0.8")
    page.get_by_label("Why so much").fill("Teams ship daily only with it")
    page.get_by_role("group", name="Must do it").get_by_label("Mia").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("the parts are 110% together")).to_be_visible()
    # The message is in sight; from the top no field lies half under a bar that stays.
    page.evaluate("scrollTo(0, 0)")
    look(page, "staffing-refused")
    page.get_by_label("Part of Tooling").fill("60 %")
    expect(page.get_by_text("Together 100 %", exact=True)).to_be_visible()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("region", name="Who can do it")).to_contain_text("Teams ship daily only with it")
    settle(page)
    look(page, "initiative-described")


def find_it_in_the_list(page: Page) -> None:
    page.goto("/work/")
    row = page.get_by_role("row", name="A paved road to production")
    expect(row).to_contain_text("Tooling 60")
    expect(row).to_contain_text("Mia")
    look(page, "work-list")
    page.get_by_role("link", name="not described yet").click()
    expect(page.get_by_role("row", name="A robot that upgrades")).to_be_visible()
    expect(page.get_by_role("row", name="A paved road to production")).to_have_count(0)
