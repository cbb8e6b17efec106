"""A risk is weighed: a scenario is estimated, the curve read, work tried out, and what is borne said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey
STATEMENT = "An adversary reaches production from a developer's laptop"
PROBLEM = ".field .message"


def test_a_risk_is_weighed_from_a_sentence_to_what_is_borne(
    signed_in: Callable[..., Page], visitors: Visitors
):
    page = signed_in()
    visitors.foresee(400, 422)
    go_to(page, "Risk")
    expect(page.get_by_role("heading", name="No scenario yet")).to_be_visible()
    look(page, "risk-empty")

    write_the_scenario(page)
    estimate_it(page)
    read_the_curve(page)
    try_work_out(page)
    say_what_is_borne(page)
    read_the_register(page)


def write_the_scenario(page: Page) -> None:
    page.get_by_role("link", name="Write the first").click()
    page.get_by_role("button", name="Write it").click()
    expect(page.locator(PROBLEM)).to_have_count(3)
    look(page, "scenario-refused")
    page.get_by_label("What may happen").fill(STATEMENT)
    page.get_by_label("How the judge will tell").fill("An incident report names a laptop as the way in.")
    page.get_by_label("Judge", exact=True).fill("Ada Okafor")
    page.get_by_label("Tags").fill("access, laptops")
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("heading", name=STATEMENT)).to_be_visible()
    expect(page.get_by_text("no estimate yet", exact=False).first).to_be_visible()


def estimate_it(page: Page) -> None:
    """Forty is no chance, a fortune no amount, and a range has its smaller end first."""
    often = page.get_by_label("How often", exact=True)
    low, high = page.get_by_label("At least", exact=True), page.get_by_label("At most", exact=True)
    keep = page.get_by_role("button", name="Keep the estimate")
    often.fill("40")
    low.fill("100k")
    high.fill("2 M")
    keep.click()
    expect(page.locator(PROBLEM)).to_contain_text("write 40 % or 0.4")
    look(page, "estimate-refused")
    often.fill("10 %")
    low.fill("a fortune")
    keep.click()
    expect(page.locator(PROBLEM)).to_contain_text("expected an amount such as")
    low.fill("5 M")
    keep.click()
    expect(page.locator(PROBLEM)).to_contain_text("swap them")
    low.fill("100k")
    keep.click()
    expect(page.get_by_text("Read as 10 % a quarter, each 100,000 to 2 million.")).to_be_visible()
    expect(page.get_by_text("34.4 % in a year")).to_be_visible()
    look(page, "scenario")


def read_the_curve(page: Page) -> None:
    go_to(page, "Risk")
    page.get_by_role("link", name="Loss curve").click()
    page.get_by_label("A loss of").fill("much")
    page.get_by_role("button", name="Say how likely").click()
    expect(page.locator("#loss-problem")).to_contain_text("expected an amount such as")
    page.get_by_label("A loss of").fill("1.5 M")
    page.get_by_role("button", name="Say how likely").click()
    expect(page.locator(".page-head .lead")).to_contain_text(
        "A year costs more than 1.5 million with a chance of"
    )
    assert "loss=1.5" in page.url
    page.get_by_label("From", exact=True).fill("500k")
    page.get_by_label("To", exact=True).fill("2 M")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("lies between 500,000 and 2 million")).to_be_visible()


def try_work_out(page: Page) -> None:
    """An initiative says what it leaves and costs; until then the page says why there is no figure."""
    page.goto("/initiatives/new")
    page.get_by_label("Title").fill("One vault for every secret")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Say what it leaves and what it costs").click()
    page.get_by_label("Scenario").select_option(label=STATEMENT)
    often = page.get_by_role("group", name="Of how often, there remains")
    often.get_by_label("At least").fill("40")
    page.get_by_role("button", name="State what remains").click()
    expect(page.locator(PROBLEM)).to_contain_text("write 40 % or 0.4")
    often.get_by_label("At least").fill("40 %")
    often.get_by_label("At most").fill("70 %")
    page.get_by_role("button", name="State what remains").click()
    expect(page.get_by_text("40 to 70 % of how often")).to_be_visible()
    page.get_by_role("link", name="What if").click()
    expect(page.get_by_text("There is no return: nobody has said what")).to_be_visible()
    page.go_back()
    cost = page.locator("section").filter(has_text="What it costs a year")
    cost.get_by_label("At least").fill("20k")
    cost.get_by_label("At most").fill("50k")
    page.get_by_role("button", name="State the cost").click()
    look(page, "initiative-risk")
    page.get_by_role("link", name="What if").click()
    expect(page.get_by_text("Returns, of its cost")).to_be_visible()
    expect(page.locator(".page-head .lead")).to_contain_text("a year is left")
    look(page, "what-if")


def say_what_is_borne(page: Page) -> None:
    page.get_by_role("link", name="Loss curve").click()
    borne = page.locator("#appetite")
    rows = borne.locator("fieldset")
    for number, (loss, chance) in enumerate([("500k", "5 %"), ("5 M", "8 %")]):
        rows.nth(number).get_by_label("More than").fill(loss)
        rows.nth(number).get_by_label("At most with a chance of").fill(chance)
    borne.get_by_role("button", name="State what is borne").click()
    expect(page.locator(PROBLEM)).to_contain_text("the dearer, the rarer")
    page.locator("#appetite fieldset").nth(1).get_by_label("At most with a chance of").fill("0.1 %")
    page.get_by_role("button", name="State what is borne").click()
    expect(page.locator("#appetite")).to_contain_text("are likelier than what is borne")
    look(page, "loss-curve")


def read_the_register(page: Page) -> None:
    page.get_by_role("link", name="Register").click()
    expect(page.locator(".page-head .lead")).to_contain_text("This scenario costs")
    look(page, "risk")
    page.goto("/risk/?tag=nowhere")
    page.get_by_role("link", name="drop “tag nowhere”").click()
    expect(page.get_by_role("link", name=STATEMENT)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/risk/")
