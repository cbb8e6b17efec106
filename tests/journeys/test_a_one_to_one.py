"""A 1:1: a manager and an engineer look at his page; he puts one off, takes another, the plan follows."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import PROJECT, House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, sign_in

pytestmark = pytest.mark.journey
EXCHANGE = re.compile(
    r"You and (Ana|Ben|Chloe|Max) could exchange “.+” and “.+”: (it costs the team 0\.\d\d|a toss-up)"
)


@pytest.fixture
def team(house: House) -> House:
    """The house with a team of four, and a manager, in a planned quarter."""
    places = os.pathsep.join((str(PROJECT / "src"), str(PROJECT)))
    subprocess.run(
        [sys.executable, "-m", "tests.journeys.team", str(house.home)],
        env={**os.environ, "PYTHONPATH": places},
        check=True,
    )
    house.run("user", "add", "Max", "max@example.org", "--role", "manager")
    return house


def enter(came: Visitors, house: House, email: str, **how: int | bool) -> Page:
    page = came.enter(**how)
    path = house.run("user", "link", email)["sign_in_link"].split("/", 3)[3]
    sign_in(page, f"{house.address}/{path}")
    return page


def test_a_manager_and_an_engineer_agree_on_what_is_next(team: House, visitors: Visitors):
    dan = enter(visitors, team, "dan@example.org", width=PHONE, touch=True)
    max_ = enter(visitors, team, "max@example.org")
    visitors.foresee(422)
    he_opens_her_page(dan)
    first = titles(dan)[0]
    the_manager_looks_at_the_same(max_, first)
    they_look_at_an_exchange(dan)
    he_reads_what_would_change_it(dan)
    not_now_needs_a_reason(dan, first)
    he_says_not_now(dan, first, "On call in February")
    the_manager_sees_it_at_once(max_, first, "On call in February")
    taken = titles(dan)[0]
    he_takes(dan, taken)
    the_plan_follows(max_, team, taken)
    he_takes_it_back(dan, first)


def titles(page: Page) -> list[str]:
    """The suggestions, best first."""
    return page.locator("article.suggestion h2 a").all_inner_texts()


def card(page: Page, title: str):
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=title, exact=True))


def he_opens_her_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="What should I work on next?")).to_be_visible()
    expect(page.get_by_role("article").first).to_be_visible(timeout=30_000)
    assert len(titles(page)) == 3
    look(page, "next")


def the_manager_looks_at_the_same(page: Page, first: str) -> None:
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/next/")
    page.get_by_role("navigation", name="1:1 with").get_by_role("link", name="Dan").click()
    expect(page.get_by_role("heading", name="What next for Dan?")).to_be_visible()
    assert titles(page)[0] == first
    # Dan shares nothing: words, and no figure of what suits him.
    expect(card(page, first).get_by_text("suits", exact=False).first).to_be_visible()
    expect(page.get_by_text("What makes up the score of each suggestion")).to_have_count(0)
    look(page, "next-one-to-one")


def they_look_at_an_exchange(page: Page) -> None:
    exchanges = page.get_by_role("region", name="Exchanges")
    expect(exchanges.get_by_text(EXCHANGE).first).to_be_visible()


def he_reads_what_would_change_it(page: Page) -> None:
    first = page.get_by_role("article").first
    expect(first.get_by_text(re.compile("^First (while|, whatever)")).first).to_be_visible()
    expect(first.locator("svg.whisker").first).to_be_visible()


def not_now_needs_a_reason(page: Page, title: str) -> None:
    at = card(page, title)
    at.get_by_text("Not now").first.click()
    at.get_by_role("button", name="Say not now").click()
    expect(at.get_by_text("Say in a few words why not now.")).to_be_visible()
    look(page, "next-refused")


def he_says_not_now(page: Page, title: str, why: str) -> None:
    at = card(page, title)
    at.get_by_label("Why not now?").fill(why)
    at.get_by_role("button", name="Say not now").click()
    expect(page.get_by_role("region", name="What you said").get_by_text(why)).to_be_visible(timeout=30_000)
    expect(card(page, title)).to_have_count(0)


def the_manager_sees_it_at_once(page: Page, title: str, why: str) -> None:
    """Without loading the page anew."""
    said = page.get_by_role("region", name="What Dan said")
    expect(said.get_by_text(why)).to_be_visible(timeout=30_000)
    expect(card(page, title)).to_have_count(0, timeout=30_000)


def he_takes(page: Page, title: str) -> None:
    card(page, title).get_by_role("button", name="I take it").click()
    expect(page.get_by_role("region", name="What you said").get_by_text("Taken")).to_be_visible(
        timeout=30_000
    )
    gives = page.get_by_role("region", name="What the plan gives you")
    expect(gives.get_by_role("link", name=title)).to_be_visible(timeout=30_000)
    look(page, "next-answered")


def the_plan_follows(page: Page, team: House, title: str) -> None:
    gives = page.get_by_role("region", name="What the plan gives Dan")
    expect(gives.get_by_role("link", name=title)).to_be_visible(timeout=30_000)
    told = team.run("next", "--cycle", "2027-q1", "--person", "dan@example.org")
    (person,) = told["people"]
    assert title in {each["title"] for each in person["suggestions"] if each["planned"]}


def he_takes_it_back(page: Page, title: str) -> None:
    page.get_by_role("button", name=re.compile(f"^Take it back ?: {title}$")).click()
    expect(card(page, title)).to_have_count(1, timeout=30_000)
