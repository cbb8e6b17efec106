"""Finished work is graded by three people in a minute each; then all see what it says of the weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, sign_in

pytestmark = pytest.mark.journey

PLAN = """apiVersion: throughline/v1
kind: Plan
cycles:
  - {key: 2026-q4, title: 2026-Q4, start: 2026-10-01, end: 2026-12-31}
initiatives:
  - {key: paved-road, title: A paved road for secrets, cycle: 2026-q4, status: done, people: [Mia, Max]}
  - {key: lists, title: Tidy the lists, cycle: 2026-q4, status: done, people: [Max]}
"""


def arrive(came: Visitors, house: House, name: str, role: str, **how: Any) -> Page:
    path = house.link_of(name, role=role).split("/", 3)[3]
    page = came.enter(**how)
    sign_in(page, f"{house.address}/{path}")
    return page


def test_three_people_grade_and_the_team_sees_what_it_says(house: House, visitors: Visitors, tmp_path: Path):
    mia = arrive(visitors, house, "Mia", "member", width=PHONE, touch=True)
    max_ = arrive(visitors, house, "Max", "manager")
    house.link_of("Ida", role="manager")
    visitors.foresee(422)
    nothing_waits_and_nothing_is_learnt(mia)
    (tmp_path / "plan.yaml").write_text(PLAN)
    house.run("plan", "apply", tmp_path / "plan.yaml")
    look_back_in_one_page(mia)
    grade_what_another_did(max_)
    for work in ("paved-road", "lists"):
        said = ("--by", "ida@example.org", "--overall", "4", "--impact", "3")
        house.run("outcomes", "grade", f"initiative:{work}", *said)
    what_counts_stands(mia)
    read_what_was_learnt(max_)


def nothing_waits_and_nothing_is_learnt(page: Page) -> None:
    page.goto("/me/outcomes/")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    look(page, "finished-work-empty")
    page.get_by_role("link", name="Learning").click()
    expect(page.get_by_role("heading", name="Nothing to learn from yet")).to_be_visible()
    look(page, "learning-empty")


def look_back_in_one_page(page: Page) -> None:
    page.goto("/me/outcomes/")
    page.get_by_role("link", name="A paved road for secrets").click()
    page.get_by_role("group", name="How absorbing was it to do?").get_by_label("I forgot the time").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Say whether it was the right work")).to_be_visible()
    look(page, "look-back-refused")
    page.get_by_role("group", name="What did it do for the business?").get_by_label("more than we").check()
    page.get_by_role("group", name="How much did you learn by it?").get_by_label("I could teach it").check()
    page.get_by_role("group", name="Was it the right work?").get_by_label("yes, exactly this").check()
    page.get_by_role("radiogroup", name="Tooling: it absorbed me").get_by_label("yes").check()
    page.get_by_role("button", name="Keep").click()
    page.goto("/me/outcomes/")
    expect(page.get_by_role("link", name="A paved road for secrets")).to_be_visible()


def grade_what_another_did(page: Page) -> None:
    page.goto("/me/outcomes/")
    page.get_by_role("link", name="Tidy the lists").click()
    for question, answer in (
        ("What did it do for the business?", "a little"),
        ("How absorbing was it to do?", "it drained me"),
        ("How much did you learn by it?", "nothing new"),
        ("Was it the right work?", "other work would"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer).check()
    page.get_by_role("button", name="Keep").click()
    page.goto("/learning/")
    expect(page.get_by_text("The grades of 2 people wait for those of one more.")).to_be_visible()


def what_counts_stands(page: Page) -> None:
    page.goto("/me/outcomes/")
    expect(page.get_by_text("counts since")).to_be_visible()
    look(page, "finished-work")


def read_what_was_learnt(page: Page) -> None:
    page.goto("/learning/")
    expect(page.get_by_text("Equal weights stay: there are 2 outcomes")).to_be_visible()
    expect(page.get_by_role("img", name="The three weights in a triangle")).to_be_visible()
    expect(page.get_by_role("link", name="Use these weights")).to_have_count(0)
    look(page, "learning")
