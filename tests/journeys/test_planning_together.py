"""A manager leads a new quarter through its stages: what each needs, what is left out, where each is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey
TEAMS = "team,title,text,source\nPlatform,Deploy within the hour,,\nSearch,Answer in a second,,\n"


def test_a_manager_walks_the_stages_of_a_new_quarter(
    house: House, signed_in: Callable[..., Page], visitors: Visitors, tmp_path: Path
):
    page = signed_in(house.link_of("Max", role="manager", team="Security"))
    visitors.foresee(422)
    house.run("cycle", "add", "--title", "2027-Q1", "--start", "2027-01-01", "--end", "2027-03-31")
    page.goto("/cycles/2027-q1/")
    page.get_by_role("link", name="Stages").click()
    expect(page.locator("#next")).to_have_text("Next: risk assessment; no scenario bears on 2027-Q1.")
    leave_out_and_open_again(page)
    read_something(page)
    learn_of_other_teams(page, tmp_path)
    link_the_goals(page)
    read_the_document(page)


def leave_out_and_open_again(page: Page) -> None:
    """A stage is left out with a reason only, and opened again at any time."""
    risks = page.locator("#stage-risks")
    risks.get_by_text("Leave it out").first.click()
    risks.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("Say why it is left out")).to_be_visible()
    page.get_by_label("Why Risk assessment is left out").fill("We did it in December")
    risks.get_by_role("button", name="Leave it out").click()
    expect(risks).to_contain_text("We did it in December")
    expect(page.locator("#next")).to_contain_text("Next: inspiration")
    page.locator("#stage-vote").get_by_role("button", name="Begin Vote").click()
    expect(page.locator("#stage-vote")).to_contain_text("under way")
    page.evaluate("scrollTo(0, 0)")
    look(page, "stages")


def read_something(page: Page) -> None:
    """The shelf starts empty; a card is read, and one thing is taken from it."""
    page.locator("#stage-inspiration").get_by_role("link", name="Open the shelf").click()
    look(page, "shelf-empty")
    page.get_by_role("button", name="Put them on the shelf").click()
    card = page.get_by_role("listitem").filter(has_text="It does not come back").first
    card.get_by_role("button", name="I read it").click()
    page.get_by_label("What you take from it").fill("Count the repairs that were the same")
    page.get_by_role("button", name="Keep what you take from It does not come back").click()
    expect(page.get_by_text("Count the repairs that were the same").first).to_be_visible()
    page.goto(page.url.partition("#")[0])
    look(page, "shelf")
    page.goto("/cycles/2027-q1/plan/")
    expect(page.locator("#stage-inspiration")).to_contain_text("1 takeaway is written.")


def learn_of_other_teams(page: Page, tmp_path: Path) -> None:
    """A table comes in whole, and a bridge joins what they want to what we want."""
    page.goto("/cycles/2027-q1/objectives/new")
    page.get_by_label("Title").fill("Flaws are gone before anybody uses them")
    page.get_by_role("button", name="Add").click()
    page.goto("/cycles/2027-q1/plan/")
    page.locator("#stage-other-teams").get_by_role("link", name="Other teams").click()
    file = tmp_path / "teams.csv"
    file.write_text(TEAMS + ",Nobody's,,\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("teams.csv:4: the team is empty")).to_be_visible()
    file.write_text(TEAMS)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("link", name="Change Deploy within the hour").click()
    page.get_by_label("Flaws are gone before anybody uses them").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Flaws are gone before anybody uses them")).to_be_visible()
    look(page, "other-teams")


def link_the_goals(page: Page) -> None:
    """What serves no goal is flagged, and a goal takes weeks of the team."""
    page.goto("/goals/new")
    page.get_by_label("Title").fill("Banks trust us with their payments")
    page.get_by_role("button", name="Add").click()
    page.goto("/cycles/2027-q1/goals/")
    expect(page.get_by_role("region", name="Without a goal")).to_be_visible()
    page.get_by_label("Goal", exact=True).select_option(label="Banks trust us with their payments")
    page.get_by_label("Person-weeks").fill("6")
    page.get_by_label("For what").fill("The audit in February")
    page.get_by_role("button", name="Take them off").click()
    expect(page.get_by_role("region", name="Capacity")).to_contain_text("6")
    look(page, "cycle-goals")


def read_the_document(page: Page) -> None:
    """The document names what nobody has written yet, with where to write it."""
    page.goto("/cycles/2027-q1/plan/")
    page.locator("#stage-document").get_by_role("link", name="Read the document").click()
    expect(page.get_by_text("2 answers still missing")).to_be_visible()
    look(page, "cycle-document")
    page.goto("/cycles/2027-q1/provenance/")
    look(page, "provenance-empty")
