"""A quarter is planned: written with the linter at hand, proposed, talked about, confirmed, and set."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import PHONE, Visitors, go_to

pytestmark = pytest.mark.journey
OBJECTIVE = "Flaws are gone before anybody uses them"
STEPS = "Four teams are on the paved road"
HALF = "Deploy every fix the day it is merged"


def test_a_quarter_is_written_proposed_confirmed_and_set(
    house: House, signed_in: Callable[..., Page], visitors: Visitors, known: list[Line]
):
    page = signed_in(house.link_of("Max", role="manager", team="Security"))
    mia = signed_in(house.link_of("Mia", role="member", team="Security"))
    omar = signed_in(house.link_of("Omar", role="viewer", team="Platform"), width=PHONE, touch=True)
    visitors.foresee(404, 409, 422)
    write_what_lasts(page)
    start_a_quarter(page)
    sketch_with_the_linter(page)
    sketch_steps(page)
    plan_the_work(page)
    propose(page)
    quarter = page.url

    doubt_as_an_engineer(mia)
    comment_as_an_outsider(omar)
    find_what_is_not_his_shut(omar, quarter)
    setting_waits_for_the_other_team(page, quarter)
    confirm_as_the_other_team(omar)
    answer_and_set(page, quarter)


def write_what_lasts(page: Page) -> None:
    """A company goal, and two tenets that pull against each other."""
    go_to(page, "Plan")
    expect(page.get_by_role("heading", name="No cycle yet")).to_be_visible()
    look(page, "plan-empty")
    page.get_by_role("link", name="Company goals").click()
    look(page, "goals-empty")
    page.get_by_role("link", name="New goal").last.click()
    page.get_by_label("Title").fill("Banks trust us with their payments")
    page.get_by_label("Why, in plain words").fill("Two of our three largest deals ask how we handle flaws.")
    page.get_by_label("Owner").fill("Dana Whitfield")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Nothing of our plan serves it yet.")).to_be_visible()

    page.get_by_role("link", name="Long-term objectives").click()
    look(page, "long-term-empty")
    add_tenet(page, "Secure the product", "Reduces actual risk")
    add_tenet(page, "Enable rapid delivery", "Protects delivery", against="Secure the product")
    expect(page.get_by_text("in tension with").first).to_be_visible()
    look(page, "long-term")
    page.get_by_role("link", name="Company goals").click()
    look(page, "goals")


def add_tenet(page: Page, title: str, kind: str, *, against: str = "") -> None:
    page.get_by_role("link", name="New long-term objective").last.click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("What it does").select_option(label=kind)
    page.get_by_label("Banks trust us with their payments").select_option("contributes")
    if against:
        page.get_by_label(against).check()
        look(page, "long-term-form")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def start_a_quarter(page: Page) -> None:
    """The next quarter is suggested, and an empty one says what to write first."""
    page.get_by_role("link", name="Cycles").click()
    page.get_by_role("link", name="Plan 20").click()
    look(page, "cycle-new")
    page.get_by_role("button", name="Start planning").click()
    expect(page.get_by_role("heading", name="Start with one objective")).to_be_visible()
    look(page, "cycle-empty")
    page.get_by_role("link", name="New objective").first.click()
    page.get_by_label("Title").fill(OBJECTIVE)
    page.get_by_label("Why, in plain words").fill(
        "What is open can be used. The time that it is open is ours."
    )
    page.get_by_label("Secure the product").select_option("contributes")
    look(page, "objective-form")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name=OBJECTIVE, level=1)).to_be_visible()
    look(page, "objective-empty")


def sketch_with_the_linter(page: Page) -> None:
    """Words and fields are read while they are typed; what is kept can be decided."""
    page.get_by_role("link", name="Sketch the first").click()
    # Typed before the scripts are there, a word would be heard by nobody.
    page.wait_for_load_state()
    page.get_by_label("Title").fill("Improve remediation where possible")
    found = page.get_by_role("complementary", name="What can be said of it so far")
    expect(found.locator("mark")).to_contain_text(["where possible"])
    expect(found).to_contain_text("D15")
    look(page, "sketch-vague")

    page.get_by_label("Title").fill("Less is open at any time")
    page.get_by_label("Metric", exact=True).fill("known_open_average")
    page.get_by_label("Target", exact=True).fill("-40%")
    expect(found.get_by_role("heading", name="Decidable")).to_be_visible()
    expect(found).to_contain_text("Noise")
    expect(found).to_contain_text(re.compile("everything goes on as it did|too short, or too even"))
    page.get_by_label("Why this", exact=True).fill(
        "What is open on an average day is what an attacker finds."
    )
    page.get_by_label("Why this target").fill("The paved road takes two of every five away.")
    page.get_by_label("How it is measured").fill("We count what is open on each day, and take the mean.")
    # From the top: what the bar covers half has no size of its own.
    page.evaluate("scrollTo(0, 0)")
    look(page, "sketch-decidable")
    page.get_by_role("button", name="Keep the sketch").click()
    expect(page.get_by_role("heading", name="Less is open at any time", level=1)).to_be_visible()

    page.get_by_role("link", name="Ask another team").click()
    page.get_by_label("Other team").select_option("Platform")
    page.get_by_label("Their half").fill(HALF)
    page.get_by_label("Where both halves meet").fill("A merged fix is live by the evening")
    page.get_by_label("Who owns it there").fill("Omar")
    look(page, "ask")
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text(HALF)).to_be_visible()


def sketch_steps(page: Page) -> None:
    """Another kind asks for other fields, and its weights have to make a whole."""
    page.get_by_role("navigation", name="Where you are").get_by_role("link").nth(1).click()
    page.get_by_role("link", name="Key result for").click()
    page.get_by_label("Title").fill(STEPS)
    page.get_by_label("What decides it").select_option("milestone")
    expect(page.get_by_label("Target", exact=True)).to_be_hidden()
    page.get_by_label("Steps").fill("40: The pilot team is on it\n50: The other three are on it")
    found = page.get_by_role("complementary", name="What can be said of it so far")
    expect(page.locator("#beside-steps")).to_contain_text("They have to make 100")
    expect(found).to_contain_text("Judge")
    expect(found).not_to_contain_text("Baseline")
    look(page, "sketch-steps-refused")
    page.get_by_label("Steps").fill("40: The pilot team is on it\n60: The other three are on it")
    page.get_by_label("Owner").fill("Mia")
    expect(found.get_by_role("heading", name="Decidable")).to_be_visible()
    page.get_by_role("button", name="Keep the sketch").click()
    expect(page.get_by_role("heading", name=STEPS, level=1)).to_be_visible()


def doubt_as_an_engineer(page: Page) -> None:
    """She says of made-up ends whether each is a hit, before she sees what others said."""
    page.goto("/cycles/")
    page.locator(".cycle-card").click()
    page.get_by_role("link", name="Less is open at any time").first.click()
    page.get_by_role("link", name="Review it").click()
    two = page.get_by_role("region", name="Would two people decide alike?")
    two.get_by_role("button", name=re.compile("^Hit")).first.click()
    expect(two).to_contain_text("nobody else has answered yet")
    look(page, "key-result-review")


def find_what_is_not_his_shut(page: Page, quarter: str) -> None:
    """He reads the plan; nothing of it is his to write or to move on."""
    page.goto(quarter)
    for name in ("Set the quarter", "Publish what changed since"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.goto(f"{quarter}objectives/new")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()


def plan_the_work(page: Page) -> None:
    """An initiative says whom it concerns and what it should move, as a range."""
    page.get_by_role("navigation", name="Where you are").get_by_role("link").nth(1).click()
    page.get_by_role("link", name="Initiative", exact=True).click()
    page.get_by_label("Title").fill("A paved road for fixes")
    page.get_by_label("How would you tell the board").fill(
        "A fix that is merged is a fix that customers have."
    )
    page.get_by_label("Who works on it").fill("Max, Mia")
    page.get_by_label("Effort at least").fill("6")
    page.get_by_label("Effort at most").fill("10")
    look(page, "initiative-form")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Key result").select_option(label="Less is open at any time")
    page.get_by_label("Change from").fill("-30")
    page.get_by_label("Change to").fill("-10")
    page.get_by_role("button", name="State the effect").click()
    expect(page.get_by_role("cell", name="−30 to −10")).to_be_visible()
    look(page, "initiative")
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Initiatives").click()
    look(page, "initiatives")
    page.get_by_role("navigation", name="The plan").get_by_role("link", name="Cycles").click()
    look(page, "cycles")
    page.locator(".cycle-card").click()


def propose(page: Page) -> None:
    gate = page.get_by_role("region", name="What the gate asks")
    expect(gate).to_contain_text("Platform has not confirmed its half yet")
    look(page, "cycle-draft")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator(".steps [aria-current=step]")).to_have_text("Proposed")
    look(page, "cycle-proposed")


def comment_as_an_outsider(page: Page) -> None:
    """Somebody of another department reads it on her phone, and asks."""
    page.goto("/cycles/")
    look(page, "cycles-asked")
    page.locator(".cycle-card").click()
    page.get_by_role("link", name="Published page").click()
    expect(page.get_by_role("heading", name="What security plans", level=1)).to_be_visible()
    expect(page.get_by_text("The paved road takes two of every five away.")).to_be_visible()
    page.get_by_text("Comment on Less is open at any time", exact=True).click()
    page.get_by_label("Your comment on Less is open at any time").fill(
        "Does open mean reported, or confirmed?"
    )
    page.locator(".paper-results").get_by_role("button", name="Comment").click()
    expect(page.get_by_text("Does open mean reported, or confirmed?")).to_be_visible()
    # From its top: where a comment leads, the bar above covers half of a button.
    page.goto(page.url.partition("#")[0])
    look(page, "published-proposed")


def setting_waits_for_the_other_team(page: Page, quarter: str) -> None:
    page.goto(quarter)
    page.get_by_role("button", name="Set the quarter").click()
    expect(page.get_by_text("The gate is shut")).to_be_visible()
    look(page, "cycle-blocked")
    expect(page.locator(".steps [aria-current=step]")).to_have_text("Proposed")


def confirm_as_the_other_team(page: Page) -> None:
    page.goto("/cycles/")
    page.get_by_role("button", name="Confirm our half").click()
    expect(page.get_by_text("Your team is asked")).to_have_count(0)


def answer_and_set(page: Page, quarter: str) -> None:
    page.goto(quarter)
    page.get_by_role("link", name="Read and answer").click()
    page.get_by_role("button", name="Resolve the comment of Omar").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()
    page.goto(quarter)
    page.get_by_role("button", name="Set the quarter").click()
    expect(page.locator(".steps [aria-current=step]")).to_have_text("Set")
    look(page, "cycle-set")
    page.get_by_role("link", name="Published page").click()
    expect(page.get_by_text("this page does not change any more")).to_be_visible()
    look(page, "published-set")
    page.get_by_role("link", name="Compare").click()
    look(page, "compare")
